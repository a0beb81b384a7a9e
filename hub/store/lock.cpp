#include "hub/store/lock.hpp"

#include "hub/store/error.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace hub::store {

namespace {

std::filesystem::path lock_file(const std::filesystem::path& folder) { return folder / "hub.lock"; }

LockHolder read_holder(const std::filesystem::path& folder) {
  LockHolder holder;
  std::ifstream file(lock_file(folder));
  file >> holder.pid >> holder.url;
  return holder;
}

}  // namespace

DataLock::DataLock(const std::filesystem::path& folder) {
  const std::string path = lock_file(folder).string();
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0)
    throw StoreError(StoreErrorKind::kReadOnly, "store: cannot write in " + folder.string() + ": " +
                                                    std::strerror(errno) +
                                                    "; give hub.data a folder that this user owns");
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd_);
    const LockHolder other = read_holder(folder);
    throw StoreError(StoreErrorKind::kUnavailable, "store: " + folder.string() + " is held by another hub, process " +
                                                       std::to_string(other.pid) +
                                                       (other.url.empty() ? "" : " at " + other.url) +
                                                       "; stop it first, or give this one its own hub.data");
  }
  write({});
}

DataLock::~DataLock() { ::close(fd_); }

void DataLock::publish(const std::string& url) { write(url); }

void DataLock::write(const std::string& url) {
  const std::string text = std::to_string(::getpid()) + " " + url + "\n";
  if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return;  // a full disk: the lock itself holds all the same, only its text is missing
}

std::optional<LockHolder> DataLock::holder(const std::filesystem::path& folder) {
  const int fd = ::open(lock_file(folder).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  const bool free = ::flock(fd, LOCK_SH | LOCK_NB) == 0;
  ::close(fd);
  return free ? std::nullopt : std::optional(read_holder(folder));
}

}  // namespace hub::store
