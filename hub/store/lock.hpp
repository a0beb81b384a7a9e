#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace hub::store {

/// Who holds a data folder.
struct LockHolder {
  long pid = 0;
  std::string url;  // where it listens, empty until it does or when it does not
};

/// The lock on a data folder: one process at a time may write the store in it. Released with the process, also by
/// kill -9. Not copyable; destroyed after everything that writes.
class DataLock {
 public:
  /// Takes the lock without waiting. Throws StoreError(kUnavailable) that names the holder when there is one, and
  /// kReadOnly when the folder cannot be written.
  explicit DataLock(const std::filesystem::path& folder);
  ~DataLock();
  DataLock(const DataLock&) = delete;
  DataLock& operator=(const DataLock&) = delete;

  /// Tells other processes where this one listens.
  void publish(const std::string& url);

  /// Who holds the folder now, if anybody.
  [[nodiscard]] static std::optional<LockHolder> holder(const std::filesystem::path& folder);

 private:
  void write(const std::string& url);
  int fd_ = -1;
};

}  // namespace hub::store
