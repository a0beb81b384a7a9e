#include "hub/store/group_sync.hpp"

#include "hub/base/failpoint.hpp"
#include "hub/store/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace hub::store {

GroupSync::~GroupSync() {
  if (fd_ >= 0) ::close(fd_);
}

void GroupSync::wait_for(CommitNumber commit) {
  HUB_FAILPOINT("sync.before");
  std::unique_lock lock(mutex_);
  while (synced_ < commit && !failed_) {
    if (syncing_) {
      changed_.wait(lock);
      continue;
    }
    syncing_ = true;
    const CommitNumber reached = committed_;
    lock.unlock();
    const bool done = sync_log();
    lock.lock();
    syncing_ = false;
    if (done)
      synced_ = std::max(synced_, reached);
    else
      failed_ = true;
    changed_.notify_all();
  }
  if (synced_ < commit)
    throw StoreError(StoreErrorKind::kBroken, "store: " + log_.string() + " could not be synced to the disk");
  HUB_FAILPOINT("sync.after");
}

bool GroupSync::sync_log() {
  if (fd_ < 0) fd_ = ::open(log_.c_str(), O_RDONLY | O_CLOEXEC);
  return fd_ >= 0 && ::fdatasync(fd_) == 0;
}

}  // namespace hub::store
