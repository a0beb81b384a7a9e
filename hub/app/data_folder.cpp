#include "hub/app/data_folder.hpp"

#include "hub/app/exit_code.hpp"
#include "hub/store/error.hpp"
#include "hub/store/schema.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace hub::app {

namespace fs = std::filesystem;

store::Location location_at(const std::string& url, const std::string& name) {
  const auto location = store::Location::postgresql(url);
  if (const std::string problem = store::url_problem(url); !problem.empty())
    throw CommandError(ExitCode::kUsage, name + ": " + location.shown() + ": " + problem);
  return location;
}

store::Location store_location(const config::HubConfig& hub) {
  if (hub.store == "sqlite") return hub.data / "hub.db";
  return location_at(hub.store, "hub.store");
}

int stored_schema(const store::Location& location) {
  if (location.dialect() == store::Dialect::kSqlite && !fs::exists(location.file())) return 0;
  store::Session session(location, store::Session::Mode::kRead);
  return store::schema_version(session, location);
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
