#include "hub/plugin/page.hpp"

#include "hub/model/json.hpp"

#include <exception>

namespace hub::plugin {

std::string body_fault(std::string_view body) {
  const auto parsed = model::parse_json(body);
  if (!parsed) return parsed.error().where + (parsed.error().where.empty() ? "" : " ") + parsed.error().message;
  return parsed.value().kind == model::Json::Kind::kObject ? "" : "is no JSON object";
}

PageSink::PageSink(const PullRequest& request)
    : request_(request), abi_{sizeof(syncline_change_sink), 0, this, &emit, &checkpoint} {}

syncline_status PageSink::refuse(std::string why) {
  fault_ = std::move(why);
  return SYNCLINE_INTERNAL;
}

syncline_status PageSink::emit(void* ctx, const syncline_change* change) noexcept {
  auto& self = *static_cast<PageSink*>(ctx);
  if (self.full_) return SYNCLINE_CANCELLED;
  if (!self.fault_.empty()) return SYNCLINE_INTERNAL;
  try {
    return self.take(change);
  } catch (const std::exception& error) {  // out of memory: the plugin's frames must not see it
    return self.refuse(error.what());
  }
}

syncline_status PageSink::take(const syncline_change* change) {
  if (page_.changes.size() >= static_cast<std::size_t>(request_.limit))
    return refuse("emitted more than the " + std::to_string(request_.limit) + " changes that it was asked for");
  const std::string which = "change " + std::to_string(page_.changes.size() + 1) + " of the page ";
  if (change == nullptr || !SYNCLINE_HAS(change, syncline_change, origin_tag))
    return refuse(which + "is smaller than the ABI says");
  if (change->op != SYNCLINE_UPSERT && change->op != SYNCLINE_DELETE)
    return refuse(which + "has the unknown op " + std::to_string(change->op));
  const auto key = from_abi(change->key, kKeyBytes);
  if (!key || key->empty()) return refuse(which + "has no key of 1 to 1024 bytes of UTF-8");
  const auto entity = from_abi(change->entity, kKeyBytes);
  if (!entity || (!entity->empty() && *entity != request_.remote))
    return refuse(which + "is of another entity than '" + request_.remote + "'");
  const auto version = from_abi(change->version, kTokenBytes);
  const auto tag = from_abi(change->origin_tag, kTokenBytes);
  if (!version || !tag) return refuse(which + "has a version or an origin tag that is no UTF-8 of at most 1024 bytes");
  if (change->body.size > kBodyBytes || (change->body.data == nullptr && change->body.size > 0))
    return refuse(which + "has a body of more than 1 MiB");
  std::string body{change->body.size == 0 ? "{}" : std::string_view{change->body.data, change->body.size}};
  if (const std::string fault = body_fault(body); !fault.empty()) return refuse(which + "has a body that " + fault);

  bytes_ += body.size() + key->size();
  if (bytes_ > kPageBytes) {
    full_ = true;
    return SYNCLINE_CANCELLED;
  }
  page_.changes.push_back({change->op == SYNCLINE_UPSERT ? model::Op::kUpsert : model::Op::kDelete, std::string(*key),
                           std::string(*version), std::move(body),
                           change->changed_at_ms > 0 ? std::optional(change->changed_at_ms) : std::nullopt,
                           std::string(*tag)});
  return SYNCLINE_OK;
}

syncline_status PageSink::checkpoint(void* ctx, syncline_str cursor) noexcept {
  auto& self = *static_cast<PageSink*>(ctx);
  if (self.full_) return SYNCLINE_CANCELLED;
  if (!self.fault_.empty()) return SYNCLINE_INTERNAL;
  try {
    const auto text = from_abi(cursor, kCursorBytes);
    if (!text || text->empty()) return self.refuse("gave a cursor that is not 1 to 65536 bytes of UTF-8");
    self.page_.cursor = std::string(*text);
    return SYNCLINE_OK;
  } catch (const std::exception& error) {
    return self.refuse(error.what());
  }
}

PullPage PageSink::finish(Outcome outcome, bool cut) {
  page_.cut = cut || full_;
  // A page that is full ends the pull early, and well if there is a place to go on from.
  if (full_ && page_.cursor) outcome = {};
  if (full_ && !page_.cursor) fault_ = "emitted more than 64 MiB before its first checkpoint: lower pull.limit";
  if (!fault_.empty()) outcome = {Status::kInternal, "the plugin " + fault_, {}};
  page_.status = outcome.status;
  page_.message = std::move(outcome.message);
  page_.retry_after = outcome.retry_after;
  return std::move(page_);
}

}  // namespace hub::plugin
