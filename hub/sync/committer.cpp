#include "hub/sync/committer.hpp"

#include "hub/base/failpoint.hpp"
#include "hub/base/log.hpp"
#include "hub/sync/leases.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

constexpr std::size_t kGroupChanges = 2000;  // changes after which no further job joins a transaction
constexpr int kAttempts = 5;                 // of a transaction that lost a compare-and-set or the write lock

}  // namespace

Refusal refusal_of(const store::StoreError& error) {
  switch (error.kind()) {
    case store::StoreErrorKind::kFull: return {507, "the store's disk is full; nothing was stored", {}, {}, 10};
    case store::StoreErrorKind::kReadOnly: return {503, "the store cannot be written; nothing was stored", {}, {}, 10};
    case store::StoreErrorKind::kBusy:
      return {503, "another process holds the store's write lock; nothing was stored", {}, {}, 1};
    case store::StoreErrorKind::kUnknown:
      return {503, "the store went away while this was stored: send it again to learn whether it was", {}, {}, 10};
    case store::StoreErrorKind::kUnavailable:
    case store::StoreErrorKind::kBroken: return {503, "the store is away; nothing was stored", {}, {}, 10};
    default: return {500, "the hub failed; nothing was stored", {}, {}, 0};
  }
}

Committer::Committer(const Surroundings& hub, Woken woken) : hub_(hub), woken_(std::move(woken)) {}

Committer::~Committer() { stop(); }

void Committer::start() {
  if (committer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    started_ = true;
    stopping_ = all_committed_ = false;
  }
  committer_ = std::thread([this] { commit_loop(); });
  answerer_ = std::thread([this] { answer_loop(); });
}

void Committer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  queued_.notify_all();
  if (committer_.joinable()) committer_.join();
  {
    const std::lock_guard lock(mutex_);
    all_committed_ = true;
  }
  committed_.notify_all();
  if (answerer_.joinable()) answerer_.join();
}

bool Committer::submit(std::vector<Submission> changes, Done done, std::optional<Pulled> page) {
  Job job{std::move(changes), std::move(page), std::move(done)};
  bool queued = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queued_changes_ + job.changes.size() > hub_.config.api.queue_changes) return false;
    queued = started_;
    if (queued) {
      queued_changes_ += job.changes.size();
      queue_.push_back(std::move(job));
    }
  }
  HUB_FAILPOINT("intake.queued");
  if (!queued) {
    std::deque<Job> alone;
    alone.push_back(std::move(job));
    commit(std::move(alone));
    return true;
  }
  queued_.notify_one();
  return true;
}

void Committer::call_others(store::Session& session, const std::set<std::string>& targets) const {
  if (hub_.leases == nullptr) return;
  for (const std::string& target : targets)
    if (hub_.leases->is_elsewhere(target)) store::call_hubs(session, call_to_push(target));
}

void Committer::commit_loop() {
  for (;;) {
    std::deque<Job> jobs;
    {
      std::unique_lock lock(mutex_);
      queued_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      for (std::size_t changes = 0; !queue_.empty() && changes < kGroupChanges;) {
        changes += queue_.front().changes.size();
        queued_changes_ -= queue_.front().changes.size();
        jobs.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    commit(std::move(jobs));
  }
}

void Committer::answer_loop() {
  for (;;) {
    Group group;
    {
      std::unique_lock lock(mutex_);
      committed_.wait(lock, [this] { return all_committed_ || !groups_.empty(); });
      if (groups_.empty()) return;
      group = std::move(groups_.front());
      groups_.pop_front();
    }
    answer(group);
    const std::lock_guard lock(mutex_);
    answering_ = !groups_.empty();
  }
}

void Committer::answer(Group& group) {
  try {
    if (group.commit) hub_.store.sync(*group.commit);
  } catch (const std::exception& e) {
    base::log(base::LogLevel::kError, "committer", e.what());
    const Refusal unknown{503, "the store failed: send it again to learn whether it was stored", {}, {}, 10};
    for (auto& results : group.results) results.assign(results.size(), unknown);
  }
  for (std::size_t i = 0; i < group.jobs.size(); ++i) group.jobs[i].done(std::move(group.results[i]));
}

void Committer::commit(std::deque<Job> jobs) {
  try {
    auto done = commit_group(jobs);
    hand_over({std::move(jobs), std::move(done.value), done.commit});
  } catch (const store::StoreError& e) {
    base::log(base::LogLevel::kError, "committer", e.what());
    refuse(std::move(jobs), refusal_of(e));
  } catch (const std::exception& e) {
    if (jobs.size() == 1) {
      base::log(base::LogLevel::kError, "committer", e.what());
      refuse(std::move(jobs), {500, "the hub failed on this change; nothing was stored", {}, {}, 0});
      return;
    }
    // One job must not take the others with it: each gets a transaction of its own.
    for (Job& job : jobs) {
      std::deque<Job> alone;
      alone.push_back(std::move(job));
      commit(std::move(alone));
    }
  }
}

store::Store::Committed<Committer::Results> Committer::commit_group(const std::deque<Job>& jobs) {
  std::vector<const Submission*> all;
  for (const Job& job : jobs)
    for (const Submission& change : job.changes) all.push_back(&change);
  const auto apply_all = [&](Transaction& transaction) {
    transaction.read_rows_ahead(all);
    Results results;
    for (const Job& job : jobs) {
      auto& answers = results.emplace_back();
      if (job.page && !store::holds_lease(transaction.session(), job.page->source, hub_.store.hub(), job.page->epoch)) {
        answers.assign(std::max<std::size_t>(job.changes.size(), 1),
                       Refusal{503, "source " + job.page->source + " is another hub's by now", {}, {}, 1});
        continue;
      }
      for (const Submission& change : job.changes) answers.push_back(transaction.apply(change));
      if (job.page && job.page->cursor) transaction.move_cursor(job.page->source, job.page->entity, *job.page->cursor);
    }
    return results;
  };
  for (int attempt = 1;; ++attempt) {
    try {
      std::set<std::string> targets;
      auto done =
          hub_.store.write_ahead([&](store::Session& session) { return decide(session, apply_all, targets); },
                                 [&](store::Session& session) { Transaction::read_ahead(session, hub_.config, all); });
      woken_(targets);
      return done;
    } catch (const store::StoreError& e) {
      const bool again = e.kind() == store::StoreErrorKind::kConflict || e.kind() == store::StoreErrorKind::kBusy;
      if (!again || attempt == kAttempts) throw;
    }
  }
}

void Committer::hand_over(Group group) {
  {
    const std::lock_guard lock(mutex_);
    if (answering_ || !queue_.empty()) {
      answering_ = true;
      groups_.push_back(std::move(group));
      committed_.notify_one();
      return;
    }
  }
  answer(group);  // nothing to commit meanwhile: a second thread would only cost the switch to it
}

void Committer::refuse(std::deque<Job> jobs, const Refusal& refusal) {
  Results results;
  for (const Job& job : jobs) results.emplace_back(job.changes.size(), refusal);
  hand_over({std::move(jobs), std::move(results), {}});
}

}  // namespace hub::sync
