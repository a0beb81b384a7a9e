#pragma once

#include "hub/sync/hub.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace hub::http {

/// Stands between the streamed batches and the group commit: keeps the changes of all batches that are under way below
/// a bound and hands on the rest in order, as earlier ones are committed. So batches never fill the hub's queue, single
/// posts always find room in it, and no thread waits. What waits here is bounded as well: each batch has at most two
/// windows under way.
class BatchQueue : public std::enable_shared_from_this<BatchQueue> {
 public:
  using Done = std::function<void(std::vector<sync::Result>&&)>;

  explicit BatchQueue(sync::Hub& hub) : hub_(hub) {}

  /// Submits changes once there is room; `done` gets one result for each, in order, on the committer's thread, or on
  /// this one with refusals when the hub's queue is full. Submissions go on in the order of the calls. Any thread.
  void submit(std::vector<sync::Submission> changes, Done done);

 private:
  struct Window {
    std::vector<sync::Submission> changes;
    Done done;
  };
  void hand_on();
  void committed(std::size_t count);

  sync::Hub& hub_;
  std::mutex mutex_;
  std::deque<Window> waiting_;  // guarded by mutex_
  std::size_t under_way_ = 0;   // guarded by mutex_: changes that the hub has
  bool handing_on_ = false;     // guarded by mutex_
};

}  // namespace hub::http
