#pragma once

#include <cstddef>
#include <filesystem>

namespace tests::integration {

/// A disk of its own with room for a few MiB, mounted on a folder while it lives. Where this user may not mount, the
/// test process moves into a namespace in which it may; so it is made before any thread is.
class TinyDisk {
 public:
  /// `at` must exist. mounted() tells whether it worked.
  TinyDisk(const std::filesystem::path& at, std::size_t size);
  ~TinyDisk();
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;

  [[nodiscard]] bool mounted() const { return mounted_; }

  /// Fills what is left; a repeat fills what has become free.
  void fill() const;
  /// Gives back what fill() took.
  void make_space() const;
  /// Nothing can be written from now on (or again). False when files are open for writing.
  [[nodiscard]] bool set_read_only(bool read_only) const;

 private:
  std::filesystem::path at_;
  std::size_t size_;
  bool mounted_ = false;
};

}  // namespace tests::integration
