#include "hub/app/data_folder.hpp"

#include "hub/store/error.hpp"
#include "hub/store/store.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace hub::app {

namespace fs = std::filesystem;

store::Location store_location(const config::HubConfig& hub) {
  return hub.store == "sqlite" ? store::Location(hub.data / "hub.db") : store::Location::postgresql(hub.store);
}

int stored_schema(const store::Location& location) {
  if (location.dialect() == store::Dialect::kSqlite && !fs::exists(location.file())) return 0;
  store::Session session(location, store::Session::Mode::kRead);
  return store::schema_version(session);
}

void make_data_folder(const fs::path& data) {
  std::error_code failed;
  if (fs::is_directory(data, failed)) return;
  fs::create_directories(data.parent_path(), failed);
  if (::mkdir(data.c_str(), 0700) != 0 && errno != EEXIST)
    throw store::StoreError(store::StoreErrorKind::kReadOnly, "store: cannot make the folder " + data.string() + ": " +
                                                                  std::strerror(errno) +
                                                                  "; give hub.data a folder that this user can make");
}

store::DataLock lock_data(const fs::path& data, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kPause{20};
  for (const auto until = std::chrono::steady_clock::now() + patience;;) {
    try {
      return store::DataLock(data);
    } catch (const store::StoreError& error) {
      if (error.kind() != store::StoreErrorKind::kUnavailable || std::chrono::steady_clock::now() >= until) throw;
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace hub::app
