#include "hub/plugin/plugin_client.hpp"

#include "hub/base/log.hpp"
#include "hub/model/json.hpp"
#include "hub/plugin/page.hpp"
#include "hub/plugin/push.hpp"

namespace hub::plugin {

namespace {

constexpr std::chrono::milliseconds kControlBudget{30'000};
constexpr std::size_t kSetupTextBytes = 1 << 20;

/// True when no field that both objects name differs: what `a` says does not contradict `b`.
bool agree(std::string_view a, std::string_view b) {
  const auto left = model::parse_json(a);
  const auto right = model::parse_json(b);
  if (!left || !right) return false;
  for (const auto& [name, value] : left.value().members) {
    const model::Json* other = right.value().find(name);
    if (other != nullptr && !model::same_json(value, *other)) return false;
  }
  return true;
}

void append(void* ctx, syncline_str text) noexcept {
  auto& out = *static_cast<std::string*>(ctx);
  try {
    if (const auto piece = from_abi(text, kSetupTextBytes); piece && out.size() + piece->size() <= kSetupTextBytes)
      out += *piece;
  } catch (const std::exception& error) {
    base::log(base::LogLevel::kError, "plugin", error.what());
  }
}

}  // namespace

Capabilities capabilities_of(std::uint32_t bits) {
  const auto has = [bits](std::uint32_t bit) { return (bits & bit) != 0; };
  return {.pull_delta = has(SYNCLINE_CAN_PULL_DELTA),
          .pull_snapshot = has(SYNCLINE_CAN_PULL_SNAPSHOT),
          .push = has(SYNCLINE_CAN_PUSH),
          .erase = has(SYNCLINE_CAN_DELETE),
          .idempotent_push = has(SYNCLINE_CAN_IDEMPOTENT_PUSH),
          .conditional_push = has(SYNCLINE_CAN_CONDITIONAL_PUSH),
          .tag_origin = has(SYNCLINE_CAN_TAG_ORIGIN)};
}

base::Result<std::unique_ptr<PluginClient>> PluginClient::create(const syncline_plugin& plugin,
                                                                 const std::string& instance,
                                                                 std::string_view settings) {
  std::unique_ptr<PluginClient> client{new PluginClient(plugin, instance)};
  HostCall call{instance, kControlBudget, {}};
  const Outcome outcome = call.run([&](const syncline_call* abi) {
    return plugin.create(to_abi(instance), to_abi(settings), abi, &client->source_);
  });
  if (outcome.status != Status::kOk) return base::Error{{}, outcome.message};
  if (client->source_ == nullptr) return base::Error{{}, "the plugin answered OK and made no source"};
  return client;
}

PluginClient::~PluginClient() {
  if (source_ == nullptr) return;
  HostCall call{instance_, kControlBudget, {}};
  const Outcome outcome = call.run([&](const syncline_call*) {
    plugin_.destroy(source_);
    return SYNCLINE_OK;
  });
  if (outcome.status != Status::kOk) base::log(base::LogLevel::kError, "source " + instance_, outcome.message);
}

std::unique_lock<std::mutex> PluginClient::lane(bool pulling) {
  return std::unique_lock{lanes_[pulling && plugin_.max_concurrency > 1 ? 1 : 0]};
}

Status PluginClient::check(std::chrono::milliseconds budget, std::string& why) {
  const auto lock = lane(false);
  HostCall call{instance_, budget, {}};
  Outcome outcome = call.run([&](const syncline_call* abi) { return plugin_.check(source_, abi); });
  why = std::move(outcome.message);
  return outcome.status;
}

PullPage PluginClient::pull(const PullRequest& request, const Cancelled& cancelled) {
  PageSink sink{request};
  const Capabilities can = capabilities();
  if (request.snapshot ? !can.pull_snapshot : !can.pull_delta)
    return sink.finish({Status::kUnsupported,
                        request.snapshot ? "this plugin gives no snapshots" : "this plugin gives no changes",
                        {}});
  const syncline_pull_request abi_request{sizeof(syncline_pull_request),
                                          request.snapshot ? 1U : 0U,
                                          to_abi(request.remote),
                                          to_abi(request.cursor),
                                          static_cast<std::uint32_t>(request.limit),
                                          0};
  const auto lock = lane(true);
  HostCall call{instance_, request.budget, cancelled};
  Outcome outcome =
      call.run([&](const syncline_call* abi) { return plugin_.pull(source_, abi, &abi_request, sink.get()); });
  return sink.finish(std::move(outcome), call.told_to_end());
}

std::vector<PushResult> PluginClient::push(const std::vector<PushItem>& items, std::chrono::milliseconds budget,
                                           const Cancelled& cancelled) {
  const std::string tag = origin_tag();
  PushCall push{items, capabilities(), tag};
  if (push.items().empty()) return push.finish({});
  const auto lock = lane(false);
  HostCall call{instance_, budget, cancelled};
  const Outcome outcome = call.run([&](const syncline_call* abi) {
    return plugin_.push(source_, abi, push.items().data(), static_cast<std::uint32_t>(push.items().size()),
                        sizeof(syncline_push_item), push.sink());
  });
  if (!push.fault().empty())
    base::log(base::LogLevel::kError, "source " + instance_,
              "the plugin " + push.fault() + "; items without a result come again");
  return push.finish(outcome);
}

Origin PluginClient::origin(const std::string& remote, const PulledChange& change, const LastReceipt& last) const {
  const std::string tag = origin_tag();
  if (plugin_.is_echo != nullptr) {
    const syncline_change abi_change{
        sizeof(syncline_change),
        static_cast<syncline_op>(change.op == model::Op::kDelete ? SYNCLINE_DELETE : SYNCLINE_UPSERT),
        to_abi(remote),
        to_abi(change.native_id),
        to_abi(change.etag),
        to_abi(change.body),
        change.changed_at_ms.value_or(0),
        to_abi(change.origin_tag)};
    const syncline_receipt abi_last{sizeof(syncline_receipt), 0,           to_abi(last.etag),
                                    to_abi(last.body),        to_abi(tag), last.pushed_at_ms};
    HostCall call{instance_, kControlBudget, {}};
    syncline_origin origin = SYNCLINE_ORIGIN_UNKNOWN;
    const Outcome outcome = call.run([&](const syncline_call*) {
      origin = plugin_.is_echo(source_, &abi_change, &abi_last);
      return SYNCLINE_OK;
    });
    if (outcome.status == Status::kOk && origin == SYNCLINE_ORIGIN_ECHO) return Origin::kEcho;
    if (outcome.status == Status::kOk && origin == SYNCLINE_ORIGIN_FOREIGN) return Origin::kForeign;
  }
  // A tag says who wrote; that alone never makes an echo, the values must be those that were written.
  if (capabilities().tag_origin && change.origin_tag == tag && agree(change.body, last.body)) return Origin::kEcho;
  return Origin::kUnknown;
}

base::Result<std::string> PluginClient::setup(bool apply) {
  std::string text;
  const syncline_text_sink sink{sizeof(syncline_text_sink), 0, &text, &append};
  const auto lock = lane(false);
  HostCall call{instance_, kControlBudget, {}};
  const Outcome outcome = call.run([&](const syncline_call* abi) -> syncline_status {
    const auto* setup = plugin_.extension == nullptr
                            ? nullptr
                            : static_cast<const syncline_setup*>(plugin_.extension(to_abi(SYNCLINE_EXT_SETUP)));
    if (setup != nullptr && SYNCLINE_HAS(setup, syncline_setup, apply) && setup->plan != nullptr &&
        setup->apply != nullptr)
      return (apply ? setup->apply : setup->plan)(source_, abi, &sink);
    abi->fail(abi->ctx, to_abi("this plugin needs no set-up"), 0);
    return SYNCLINE_UNSUPPORTED;
  });
  if (outcome.status != Status::kOk) return base::Error{{}, outcome.message};
  return text;
}

}  // namespace hub::plugin
