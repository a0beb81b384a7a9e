#include "hub/config/scalar.hpp"
#include "hub/store/snapshots.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/brake.hpp"
#include "hub/sync/hub_impl.hpp"

namespace hub::sync {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kApproval = std::chrono::hours{1};
constexpr milliseconds kLongestApproval = std::chrono::hours{24 * 30};

}  // namespace

Outcome Hub::Impl::with_source(std::string_view name, const std::function<Outcome(const config::SourceConfig&)>& work) {
  const config::SourceConfig* source = around.config.source(name);
  return source == nullptr ? not_found("source " + std::string(name)) : work(*source);
}

Outcome Hub::Impl::with_worker(std::string_view name, const std::function<void()>& work) {
  return with_source(name, [&](const config::SourceConfig& source) -> Outcome {
    if (!workers.contains(source.name)) return refused(409, "source " + source.name + " has no plugin that could pull");
    work();
    return state_of(source, 202);
  });
}

Outcome Hub::Impl::state_of(const config::SourceConfig& source, int status) {
  return around.store.read([&](store::Session& session) {
    model::JsonWriter json;
    write_source(json, session, source, store::outbound_depths(session), owners(session));
    return View{status, json.take(), {}, 0};
  });
}

void Hub::Impl::write_sources(model::JsonWriter& json, store::Session& session) {
  json.begin_array();
  const auto depths = store::outbound_depths(session);
  const auto owned = owners(session);
  for (const config::SourceConfig& source : around.config.sources) write_source(json, session, source, depths, owned);
  json.end_array();
}

void Hub::Impl::write_source(model::JsonWriter& json, store::Session& session, const config::SourceConfig& source,
                             const std::vector<store::OutboundDepth>& depths,
                             const std::map<std::string, store::HubRow>& owners) {
  const auto state = store::load_source_state(session, source.name);
  json.begin_object().member("name", source.name).member_or_null("plugin", source.plugin);
  json.key("priority");
  const resolve::Priorities priorities(store::load_priorities(session));
  json.number(priorities.of(source.name));
  json.member("paused", state.paused).member_or_null("pauseReason", state.pause_reason);
  json.member("repair", source.repair).key("entities").begin_array();
  for (const config::EntityMapping& mapping : source.entities) json.text(mapping.entity);
  json.end_array();
  std::int64_t pending = 0;
  std::int64_t oldest = 0;
  for (const store::OutboundDepth& depth : depths) {
    if (depth.target != source.name) continue;
    pending = depth.rows;
    oldest = depth.oldest_queued_at_ms;
  }
  json.member("pending", pending).time("oldestPendingAt", oldest);
  const auto owner = owners.find(source.name);
  json.member_or_null("hub", owner == owners.end() ? std::string() : owner->second.url);
  if (const auto it = workers.find(source.name); it != workers.end()) {
    json.member("breaker", it->second->dispatcher.breaker());
    json.time("lastPullAt", it->second->puller.last_success_ms());
  }
  json.member("heldDeletes", Brake(around, source, committer).held(session));
  if (const auto approval = store::load_delete_approval(session, source.name, around.clock.now_ms())) {
    json.key("deleteApproval").begin_object().member("max", approval->max);
    json.member("remaining", approval->remaining).time("until", approval->until_ms).end_object();
  }
  json.key("counters").begin_object();
  for (const store::Counter& counter : store::load_counters(session))
    if (counter.source == source.name) json.member(counter.name, counter.value);
  json.end_object().end_object();
}

Outcome Hub::Impl::pause(std::string_view name, bool paused, std::string_view reason) {
  return with_source(name, [&](const config::SourceConfig& source) -> Outcome {
    around.store.write([&](store::Session& session) { store::put_paused(session, source.name, paused, reason); });
    wake({source.name});
    wake_pull(source.name);
    return state_of(source);
  });
}

Outcome Hub::sources() {
  return impl_->around.store.read([&](store::Session& session) -> Outcome {
    model::JsonWriter json;
    json.begin_object().key("items");
    impl_->write_sources(json, session);
    return View{200, json.key("next").null().end_object().take(), {}, 0};
  });
}

Outcome Hub::source(std::string_view name) {
  return impl_->with_source(name,
                            [&](const config::SourceConfig& source) -> Outcome { return impl_->state_of(source); });
}

Outcome Hub::set_priority(std::string_view source, std::string_view body) {
  return impl_->with_source(source, [&](const config::SourceConfig& s) { return impl_->review.set_priority(s, body); });
}

Outcome Hub::pause(std::string_view source, std::string_view body) {
  auto object = read_object(body, {"reason"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const std::string reason = text_of(std::get<model::Json>(object), "reason");
  return impl_->pause(source, true, reason.empty() ? "by a person" : reason);
}
Outcome Hub::resume(std::string_view source) { return impl_->pause(source, false, {}); }

Outcome Hub::pull(std::string_view source) {
  return impl_->with_worker(source, [&] { impl_->wake_pull(std::string(source)); });
}

Outcome Hub::resync(std::string_view source, std::string_view body) {
  auto object = read_object(body, {"snapshot"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const model::Json* member = std::get<model::Json>(object).find("snapshot");
  if (member != nullptr && member->kind != model::Json::Kind::kBoolean)
    return refused(400, "the body has errors", "/snapshot", "must be true or false");
  const bool asked = member != nullptr && member->text == "true";
  const auto client = impl_->clients.find(std::string(source));
  const plugin::Capabilities can =
      client == impl_->clients.end() ? plugin::Capabilities{} : client->second->capabilities();
  if (asked && client != impl_->clients.end() && !can.pull_snapshot)
    return refused(409, "the plugin of " + std::string(source) + " gives no snapshots");
  return impl_->with_worker(source, [&] {
    impl_->around.store.write([&](store::Session& session) {
      if (!asked) {
        store::remove_cursors(session, source);
        store::forget_snapshot_rows(session, source);
      }
      for (const config::EntityMapping& mapping : impl_->around.config.source(source)->entities)
        if (asked || (can.pull_snapshot && !can.pull_delta))
          static_cast<void>(store::begin_snapshot(session, source, mapping.entity));
    });
    impl_->wake_pull(std::string(source));
  });
}

Outcome Hub::approve_deletes(std::string_view source, std::string_view body) {
  auto object = read_object(body, {"max", "for"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  std::optional<std::int64_t> max;
  if (const model::Json* member = std::get<model::Json>(object).find("max")) {
    const auto number = config::quantity(config::Type::kInteger, member->text);
    if (member->kind != model::Json::Kind::kNumber || !number || *number < 1)
      return refused(400, "the body has errors", "/max", "must be a positive integer");
    max = static_cast<std::int64_t>(*number);
  }
  milliseconds lasting = kApproval;
  if (const model::Json* member = std::get<model::Json>(object).find("for")) {
    const auto ms = config::quantity(config::Type::kDuration, member->text);
    if (member->kind != model::Json::Kind::kString || !ms || *ms <= 0 || *ms > kLongestApproval.count())
      return refused(400, "the body has errors", "/for", "must be a duration of at most 30d, such as 30m or 1h");
    lasting = milliseconds{static_cast<std::int64_t>(*ms)};
  }
  return impl_->with_source(source, [&](const config::SourceConfig& held) -> Outcome {
    Brake brake(impl_->around, held, impl_->committer);
    const bool any = impl_->around.store.read([&](store::Session& session) { return brake.held(session) > 0; });
    if (!max && !any) return refused(409, "no deletes of " + held.name + " are held; approve of later ones with `max`");
    static_cast<void>(brake.approve(max, lasting));
    return impl_->state_of(held);
  });
}

}  // namespace hub::sync
