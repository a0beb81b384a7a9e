#pragma once

#include "hub/config/config.hpp"
#include "hub/store/location.hpp"
#include "hub/store/lock.hpp"

#include <chrono>
#include <filesystem>
#include <string>

namespace hub::app {

/// The PostgreSQL database at `url`, that was given as `name`. Throws CommandError(kUsage) for a URL that is none.
[[nodiscard]] store::Location location_at(const std::string& url, const std::string& name);

/// Where the store is: a file in the data folder, or a PostgreSQL database. Throws CommandError as above.
[[nodiscard]] store::Location store_location(const config::HubConfig& hub);

/// The schema version of what is there; 0: no store. Throws store::StoreError.
[[nodiscard]] int stored_schema(const store::Location& location);

/// Makes the data folder with mode 0700, and the folders above it, where they are missing. Throws store::StoreError.
void make_data_folder(const std::filesystem::path& data);

/// Takes the lock. Who only looks at it holds it for a moment, so this tries for `patience` before it gives up.
/// Throws store::StoreError that names the holder.
[[nodiscard]] store::DataLock lock_data(const std::filesystem::path& data,
                                        std::chrono::milliseconds patience = std::chrono::milliseconds{500});

}  // namespace hub::app
