#include "hub/sync/brake.hpp"

#include "hub/base/log.hpp"
#include "hub/store/records.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

constexpr std::int64_t kReleasePage = 500;  // deletes in one transaction

}  // namespace

bool trips_brake(const config::PullSettings& pull, std::int64_t deletes, std::int64_t linked) {
  return deletes > pull.max_deletes_count && deletes * 100 > pull.max_deletes_percent * linked;
}

bool Brake::too_many(store::Session& session, const std::string& entity, std::int64_t deletes) const {
  // Few deletes are never too many: their links need not be counted.
  return deletes > source_.pull.max_deletes_count &&
         trips_brake(source_.pull, deletes, store::count_links(session, source_.name, entity));
}

void Brake::judge(const std::string& entity) {
  const model::RecordKey unjudged = store::unjudged_deletes(source_.name, entity);
  const std::int64_t held = hub_.store.write([&](store::Session& session) -> std::int64_t {
    const std::int64_t deletes = store::count_waiting_for(session, unjudged);
    if (!too_many(session, entity, deletes)) return 0;
    store::wait_for_another(session, unjudged, store::held_deletes(source_.name, entity));
    return deletes;
  });
  if (held > 0) return engage(entity, held, "more than pull.max_deletes allows one pull");
  release(unjudged, false);
  release_approved();  // where a stop has cut it off
}

void Brake::engage(const std::string& entity, std::int64_t count, const std::string& why) {
  base::log(base::LogLevel::kError, "source " + source_.name,
            "the brake holds " + std::to_string(count) + " deletes of " + entity + ": " + why +
                "; look at `syncline waiting`, then let them through with `syncline sources approve-deletes " +
                source_.name + "`, or bring the records back at the source");
  release_approved();
}

std::int64_t Brake::held(store::Session& session) const {
  std::int64_t count = 0;
  for (const config::EntityMapping& mapping : source_.entities)
    count += store::count_waiting_for(session, store::held_deletes(source_.name, mapping.entity));
  return count;
}

std::int64_t Brake::approve(std::optional<std::int64_t> max, std::chrono::milliseconds lasting) {
  hub_.store.write([&](store::Session& session) {
    const std::int64_t ceiling = max ? *max : held(session);
    store::put_delete_approval(session, source_.name, {ceiling, ceiling, hub_.clock.now_ms() + lasting.count()});
  });
  return release_approved();
}

std::int64_t Brake::release_approved() {
  std::int64_t released = 0;
  for (const config::EntityMapping& mapping : source_.entities)
    released += release(store::held_deletes(source_.name, mapping.entity), true);
  if (released > 0)
    base::log(base::LogLevel::kInfo, "source " + source_.name,
              std::to_string(released) + " held deletes went on, because a person has approved");
  return released;
}

std::int64_t Brake::release(const model::RecordKey& waited_for, bool on_approval) {
  std::int64_t released = 0;
  for (std::int64_t page = 1; page > 0; released += page)
    page = committer_.run([&](Transaction& transaction) -> std::int64_t {
      store::Session& session = transaction.session();
      std::int64_t limit = kReleasePage;
      auto approval = store::load_delete_approval(session, source_.name, hub_.clock.now_ms());
      if (on_approval) limit = approval ? std::min(limit, approval->remaining) : 0;
      const std::int64_t before = store::count_waiting_for(session, waited_for);
      for (const store::WaitingRow& row : store::waiting_for(session, waited_for, static_cast<int>(limit)))
        transaction.release(row, false);
      const std::int64_t passed = before - store::count_waiting_for(session, waited_for);
      if (on_approval && passed > 0) {
        approval->remaining -= passed;
        store::put_delete_approval(session, source_.name, *approval);
      }
      return passed;
    });
  return released;
}

}  // namespace hub::sync
