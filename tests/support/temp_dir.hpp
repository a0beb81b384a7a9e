#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tests::support {

/// A fresh, empty folder of its own below the machine's temporary folder, removed with all that is in it in the
/// destructor. Set SYNCLINE_KEEP_TEMP to keep it and have its path printed.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  /// Writes `text` to the file `name` (folders on the way are made), replacing what was there; gives its path.
  std::filesystem::path write(std::string_view name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

/// All bytes of a file; throws std::runtime_error when it cannot be read.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

}  // namespace tests::support
