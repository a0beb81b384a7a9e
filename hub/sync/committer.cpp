#include "hub/sync/committer.hpp"

#include "hub/base/failpoint.hpp"
#include "hub/base/log.hpp"

namespace hub::sync {

namespace {

constexpr std::size_t kGroupChanges = 400;  // changes after which no further job joins a transaction
constexpr int kAttempts = 5;                // of a transaction that lost a compare-and-set or the write lock

}  // namespace

Refusal refusal_of(const store::StoreError& error) {
  switch (error.kind()) {
    case store::StoreErrorKind::kFull: return {507, "the store's disk is full; nothing was stored", {}, {}, 10};
    case store::StoreErrorKind::kReadOnly: return {503, "the store cannot be written; nothing was stored", {}, {}, 10};
    case store::StoreErrorKind::kBusy:
      return {503, "another process holds the store's write lock; nothing was stored", {}, {}, 1};
    case store::StoreErrorKind::kUnavailable:
    case store::StoreErrorKind::kBroken: return {503, "the store is away; nothing was stored", {}, {}, 10};
    default: return {500, "the hub failed; nothing was stored", {}, {}, 0};
  }
}

Committer::Committer(const Surroundings& hub, Woken woken) : hub_(hub), woken_(std::move(woken)) {}

Committer::~Committer() { stop(); }

void Committer::start() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = false;
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
}

void Committer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  queued_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Committer::submit(std::vector<Submission> changes, Done done, std::optional<CursorMove> cursor) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queued_changes_ + changes.size() > hub_.config.api.queue_changes) return false;
    queued_changes_ += changes.size();
    queue_.push_back({std::move(changes), std::move(cursor), std::move(done)});
  }
  HUB_FAILPOINT("intake.queued");
  queued_.notify_one();
  return true;
}

void Committer::loop() {
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
    commit(jobs);
  }
}

void Committer::commit(std::deque<Job>& jobs) {
  const auto answer_all = [&](const Refusal& refusal) {
    for (Job& job : jobs) job.done(std::vector<Result>(job.changes.size(), refusal));
  };
  try {
    auto results = commit_group(jobs);
    for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].done(std::move(results[i]));
  } catch (const store::StoreError& e) {
    base::log(base::LogLevel::kError, "committer", e.what());
    answer_all(refusal_of(e));
  } catch (const std::exception& e) {
    if (jobs.size() == 1) {
      base::log(base::LogLevel::kError, "committer", e.what());
      answer_all({500, "the hub failed on this change; nothing was stored", {}, {}, 0});
      return;
    }
    // One job must not take the others with it: each gets a transaction of its own.
    for (Job& job : jobs) {
      std::deque<Job> alone;
      alone.push_back(std::move(job));
      commit(alone);
    }
  }
}

std::vector<std::vector<Result>> Committer::commit_group(const std::deque<Job>& jobs) {
  for (int attempt = 1;; ++attempt) {
    try {
      return run([&](Transaction& transaction) {
        std::vector<std::vector<Result>> results;
        for (const Job& job : jobs) {
          auto& answers = results.emplace_back();
          for (const Submission& change : job.changes) answers.push_back(transaction.apply(change));
          if (job.cursor) transaction.move_cursor(job.cursor->source, job.cursor->entity, job.cursor->cursor);
        }
        return results;
      });
    } catch (const store::StoreError& e) {
      const bool again = e.kind() == store::StoreErrorKind::kConflict || e.kind() == store::StoreErrorKind::kBusy;
      if (!again || attempt == kAttempts) throw;
    }
  }
}

}  // namespace hub::sync
