#include "hub/plugin/push.hpp"

#include "hub/plugin/page.hpp"
#include "hub/plugin/text.hpp"

namespace hub::plugin {

namespace {

PushResult ended(Status status, std::string message) {
  PushResult result;
  result.status = status;
  result.message = std::move(message);
  return result;
}

/// One report in the hub's words, or what is wrong with it.
PushResult result_of(const PushItem& item, const syncline_push_result& r) {
  const auto broken = [](const std::string& what) { return ended(Status::kInternal, "the plugin reported " + what); };
  const auto status = status_of(r.status);
  if (!status) return broken("the unknown status " + std::to_string(r.status));
  const auto key = from_abi(r.key, kKeyBytes);
  const auto version = from_abi(r.version, kTokenBytes);
  if (!key || !version) return broken("a key or a version that is no UTF-8 of at most 1024 bytes");
  PushResult result = ended(*status, printable(r.message));
  result.native_id = key->empty() ? item.native_id : std::string(*key);
  result.etag = std::string(*version);
  result.retry_after = retry_after_of(r.retry_after_ms);
  if (r.body.size == 0) return result;
  if (r.body.data == nullptr || r.body.size > kBodyBytes) return broken("a body of more than 1 MiB");
  std::string body{r.body.data, r.body.size};
  if (const std::string fault = body_fault(body); !fault.empty()) return broken("a body that " + fault);
  result.body = std::move(body);
  return result;
}

/// Whether an item without a report shares the fate of the whole call (plugin.h).
bool spreads(Status status) {
  return status == Status::kRetry || status == Status::kThrottled || status == Status::kUnauthenticated ||
         status == Status::kMisconfigured || status == Status::kCancelled;
}

}  // namespace

PushCall::PushCall(const std::vector<PushItem>& items, const Capabilities& can, std::string_view origin_tag)
    : items_(items),
      results_(items.size()),
      reported_(items.size(), false),
      abi_sink_{sizeof(syncline_result_sink), 0, this, &report} {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const PushItem& item = items[i];
    if (!can.push || (item.op == model::Op::kDelete && !can.erase)) {
      results_[i] = ended(Status::kUnsupported, can.push ? "this plugin does not delete" : "this plugin does not push");
      reported_[i] = true;
      continue;
    }
    places_.push_back(i);
    abi_items_.push_back({sizeof(syncline_push_item),
                          static_cast<syncline_op>(item.op == model::Op::kDelete ? SYNCLINE_DELETE : SYNCLINE_UPSERT),
                          to_abi(item.remote), to_abi(item.native_id),
                          to_abi(can.conditional_push ? std::string_view{item.expected_etag} : std::string_view{}),
                          to_abi(item.body), to_abi(item.idempotency_key), to_abi(origin_tag)});
  }
}

void PushCall::report(void* ctx, std::uint32_t item, const syncline_push_result* result) noexcept {
  auto& self = *static_cast<PushCall*>(ctx);
  try {
    self.take(item, result);
  } catch (const std::exception&) {  // out of memory: the item counts as not reported and comes again
    self.fault_.assign("ran out of memory");
  }
}

void PushCall::take(std::uint32_t item, const syncline_push_result* result) {
  if (item >= places_.size()) {
    fault_ = "reported item " + std::to_string(item) + " of a push of " + std::to_string(places_.size());
    return;
  }
  const std::size_t place = places_[item];
  if (reported_[place]) {
    fault_ = "reported item " + std::to_string(item) + " twice";
    return;
  }
  if (result == nullptr || !SYNCLINE_HAS(result, syncline_push_result, retry_after_ms)) {
    fault_ = "reported a result that is smaller than the ABI says";
    return;
  }
  results_[place] = result_of(items_[place], *result);
  reported_[place] = true;
}

std::vector<PushResult> PushCall::finish(const Outcome& outcome) {
  PushResult unreported = ended(spreads(outcome.status) ? outcome.status : Status::kRetry,
                                outcome.message.empty() ? "the plugin did not report this item" : outcome.message);
  unreported.retry_after = outcome.retry_after;
  for (std::size_t i = 0; i < results_.size(); ++i) {
    if (reported_[i]) continue;
    results_[i] = unreported;
    results_[i].native_id = items_[i].native_id;
  }
  return std::move(results_);
}

}  // namespace hub::plugin
