#include "hub/sync/timer.hpp"

#include "hub/store/holds.hpp"

namespace hub::sync {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kEvery{1'000};
constexpr int kPage = 500;

}  // namespace

milliseconds release_due(const Surroundings& hub, Committer& committer) {
  const auto ended =
      hub.store.read([&](store::Session& session) { return store::ended_holds(session, hub.clock.now_ms(), kPage); });
  if (!ended.empty())
    committer.run([&](Transaction& transaction) {
      for (const store::Hold& hold : ended) transaction.release_hold(hold.key, hold.field);
      return true;
    });
  const auto due =
      hub.store.read([&](store::Session& session) { return store::due_waiting(session, hub.clock.now_ms(), kPage); });
  if (due.empty()) return kEvery;
  committer.run([&](Transaction& transaction) {
    for (const store::WaitingRow& parked : due) transaction.release(parked, true);
    return true;
  });
  return due.size() == kPage ? milliseconds{0} : kEvery;
}

}  // namespace hub::sync
