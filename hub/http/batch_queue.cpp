#include "hub/http/batch_queue.hpp"

namespace hub::http {

namespace {

/// Enough for the group commit never to run dry, and less than half of what the hub queues by default.
constexpr std::size_t kMostUnderWay = 8'000;

}  // namespace

void BatchQueue::submit(std::vector<sync::Submission> changes, Done done) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(changes), std::move(done)});
  }
  hand_on();
}

void BatchQueue::hand_on() {
  std::unique_lock lock(mutex_);
  // One thread at a time, so that the windows of a batch go in their order; it sees what the others have changed.
  if (handing_on_) return;
  handing_on_ = true;
  while (!waiting_.empty()) {
    const auto count = waiting_.front().changes.size();
    if (under_way_ != 0 && under_way_ + count > kMostUnderWay) break;
    Window window = std::move(waiting_.front());
    waiting_.pop_front();
    under_way_ += count;
    lock.unlock();  // the commit may come before submit() returns
    const bool taken =
        hub_.submit(std::move(window.changes), [self = shared_from_this(), done = window.done, count](auto&& results) {
          done(std::move(results));
          self->committed(count);
        });
    if (!taken) window.done(std::vector<sync::Result>(count, sync::Hub::overloaded()));
    lock.lock();
    if (!taken) under_way_ -= count;
  }
  handing_on_ = false;
}

void BatchQueue::committed(std::size_t count) {
  {
    const std::lock_guard lock(mutex_);
    under_way_ -= count;
  }
  hand_on();
}

}  // namespace hub::http
