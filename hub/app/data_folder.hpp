#pragma once

#include "hub/store/lock.hpp"

#include <chrono>
#include <filesystem>

namespace hub::app {

/// The store's file in a data folder.
[[nodiscard]] std::filesystem::path store_file(const std::filesystem::path& data);

/// Makes the data folder with mode 0700, and the folders above it, where they are missing. Throws store::StoreError.
void make_data_folder(const std::filesystem::path& data);

/// Takes the lock. Who only looks at it holds it for a moment, so this tries for `patience` before it gives up.
/// Throws store::StoreError that names the holder.
[[nodiscard]] store::DataLock lock_data(const std::filesystem::path& data,
                                        std::chrono::milliseconds patience = std::chrono::milliseconds{500});

}  // namespace hub::app
