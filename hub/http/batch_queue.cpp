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
  std::vector<std::pair<Done, std::size_t>> refused;
  {
    // Held while submitting: two threads must not hand on the windows of one batch in the wrong order.
    const std::lock_guard lock(mutex_);
    while (!waiting_.empty()) {
      const auto count = waiting_.front().changes.size();
      if (under_way_ != 0 && under_way_ + count > kMostUnderWay) break;
      Window window = std::move(waiting_.front());
      waiting_.pop_front();
      const auto taken = hub_.submit(std::move(window.changes),
                                     [self = shared_from_this(), done = window.done, count](auto&& results) {
                                       done(std::move(results));
                                       self->committed(count);
                                     });
      if (taken) {
        under_way_ += count;
      } else {
        refused.emplace_back(std::move(window.done), count);
      }
    }
  }
  for (const auto& [done, count] : refused) done(std::vector<sync::Result>(count, sync::Hub::overloaded()));
}

void BatchQueue::committed(std::size_t count) {
  {
    const std::lock_guard lock(mutex_);
    under_way_ -= count;
  }
  hand_on();
}

}  // namespace hub::http
