#pragma once

#include "hub/store/store.hpp"
#include "hub/sync/transaction.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace hub::sync {

class Leases;

/// What the committer needs of the rest of the hub. Must outlive it.
struct Surroundings {
  const config::Config& config;
  store::Store& store;
  const base::Clock& clock;
  base::Rng& rng;
  const Leases* leases = nullptr;  // null: no other hub is on this store
};

/// Group commit: one thread puts whatever is queued into one transaction, and another waits, under load, until
/// that is durable and tells everybody. While a transaction runs and while the one before it syncs, the next changes
/// gather, so the load itself makes the groups.
class Committer {
 public:
  /// Called after a commit with the targets that got deliveries. Any thread.
  using Woken = std::function<void(const std::set<std::string>& targets)>;

  Committer(const Surroundings& hub, Woken woken);
  ~Committer();

  void start();
  /// Commits what is queued, then ends. Idempotent.
  void stop();

  /// That the changes are a page of a pull: the cursor, if it moves, moves in the same transaction, and none of it is
  /// taken when another hub has the source's lease by then.
  struct Pulled {
    std::string source;
    std::string entity;
    std::optional<std::string> cursor;
    std::int64_t epoch = 0;
  };
  using Done = std::function<void(std::vector<Result>&&)>;

  /// Queues changes that share a transaction; `done` gets a result for each, in order, as soon as they are durable;
  /// calls come one at a time. False, and nothing was queued, when api.queue_changes are waiting already. After a
  /// failed transaction every result is the refusal that the failure maps to (507, 503). Before start() nothing is
  /// queued: the changes are committed and `done` is called before submit() returns, on the calling thread.
  [[nodiscard]] bool submit(std::vector<Submission> changes, Done done, std::optional<Pulled> page = {});

  /// Runs `work` in a transaction of its own on the calling thread: the way of people's decisions and of tests.
  /// Throws what `work` throws, and StoreError.
  template <class Work>
  auto run(Work&& work) {
    std::set<std::string> targets;
    auto result = hub_.store.write([&](store::Session& session) { return decide(session, work, targets); },
                                   [&](store::Session& session) { Transaction::read_ahead(session, hub_.config, {}); });
    woken_(targets);
    return result;
  }

 private:
  struct Job {
    std::vector<Submission> changes;
    std::optional<Pulled> page;
    Done done;
  };

  using Results = std::vector<std::vector<Result>>;  // for each job, for each of its changes
  /// Jobs whose answers wait until `commit` is durable; without it they can be told at once.
  struct Group {
    std::deque<Job> jobs;
    Results results;
    std::optional<store::CommitNumber> commit;
  };

  template <class Work>
  auto decide(store::Session& session, Work& work, std::set<std::string>& targets) {
    Transaction transaction(hub_.config, session, hub_.clock, hub_.rng);
    auto value = work(transaction);
    transaction.finish();
    targets = transaction.targets();
    call_others(session, targets);
    return value;
  }
  /// Tells the other hubs of what they have to deliver.
  void call_others(store::Session& session, const std::set<std::string>& targets) const;
  void commit_loop();
  void answer_loop();
  void commit(std::deque<Job> jobs);
  store::Store::Committed<Results> commit_group(const std::deque<Job>& jobs);
  void hand_over(Group group);
  void answer(Group& group);
  void refuse(std::deque<Job> jobs, const Refusal& refusal);

  const Surroundings hub_;
  const Woken woken_;
  std::mutex mutex_;
  std::condition_variable queued_;
  std::deque<Job> queue_;           // guarded by mutex_
  std::size_t queued_changes_ = 0;  // guarded by mutex_
  bool started_ = false;            // guarded by mutex_
  bool stopping_ = false;           // guarded by mutex_
  std::condition_variable committed_;
  std::deque<Group> groups_;    // guarded by mutex_: committed, not yet answered
  bool answering_ = false;      // guarded by mutex_: the answerer has a group, or will have
  bool all_committed_ = false;  // guarded by mutex_
  std::thread committer_;
  std::thread answerer_;
};

/// The refusal that a failure of the store maps to (SEMANTICS 9): 507 for a full disk, 503 for a store that cannot be
/// written, 500 for a bug.
[[nodiscard]] Refusal refusal_of(const store::StoreError& error);

}  // namespace hub::sync
