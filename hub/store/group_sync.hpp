#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>

namespace hub::store {

/// The place of a commit among the commits of this process, counted from 1.
using CommitNumber = std::uint64_t;

/// Makes commits durable apart from the transactions that made them: while one thread waits for the disk, the next
/// transaction runs, and one sync serves every commit before it (docs/adr/0003-group-commit.md). Any thread.
class GroupSync {
 public:
  /// `log` is the file that commits append to; it is opened at the first sync.
  explicit GroupSync(std::filesystem::path log) : log_(std::move(log)) {}
  ~GroupSync();
  GroupSync(const GroupSync&) = delete;
  GroupSync& operator=(const GroupSync&) = delete;

  /// A commit has reached the log. Gives its number.
  CommitNumber committed() { return ++committed_; }
  /// Returns when this commit and all before it are on the disk. Throws StoreError(kBroken) when a sync has failed: it
  /// is not tried again, because nobody knows what a failed one has dropped.
  void wait_for(CommitNumber commit);

 private:
  [[nodiscard]] bool sync_log();

  const std::filesystem::path log_;
  std::atomic<CommitNumber> committed_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  CommitNumber synced_ = 0;  // guarded by mutex_
  bool syncing_ = false;     // guarded by mutex_
  bool failed_ = false;      // guarded by mutex_
  int fd_ = -1;              // whoever syncs
};

}  // namespace hub::store
