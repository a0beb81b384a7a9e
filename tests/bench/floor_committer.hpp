#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace bench {

/// One change on its way into the store.
struct FloorChange {
  std::string change_id;
  std::string external_id;
  std::string body;
  std::int64_t at_ms = 0;
  /// The fields of the record after this change; `stored` is what it had before, empty for a new one.
  std::function<std::string(const std::string& stored)> merge;
};

/// Commits changes on one thread of its own; requests that come while a transaction runs share the next one.
class FloorCommitter {
 public:
  /// Changes that one transaction takes at most, unless a single request brings more.
  static constexpr std::size_t kChangesPerTransaction = 1000;

  /// Makes one transaction of these changes, in order, and returns when it is durable.
  using Write = std::function<void(const std::vector<const FloorChange*>&)>;
  /// Runs a function on another thread; called once after each commit.
  using Post = std::function<void(std::function<void()>)>;

  FloorCommitter(Write write, Post post);
  /// Waits for the running transaction; what still queues is dropped without an answer.
  ~FloorCommitter();
  FloorCommitter(const FloorCommitter&) = delete;
  FloorCommitter& operator=(const FloorCommitter&) = delete;

  /// `done` is posted when the changes are on the disk, together with those of all that shared the commit. Any thread.
  void submit(std::vector<FloorChange> changes, std::function<void()> done);

 private:
  struct Request {
    std::vector<FloorChange> changes;
    std::function<void()> done;
  };

  void run();
  /// Waits for requests and takes the oldest ones that fit into a transaction; empty when stopped.
  [[nodiscard]] std::vector<Request> take();

  Write write_;
  Post post_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Request> queue_;  // guarded by mutex_
  bool stopped_ = false;        // guarded by mutex_
  std::thread thread_;          // last: it uses all of the above
};

}  // namespace bench
