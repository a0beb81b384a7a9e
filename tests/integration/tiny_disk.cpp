#include "tests/integration/tiny_disk.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string>

namespace tests::integration {

namespace {

bool write_text(const char* file, const std::string& text) {
  std::ofstream stream(file);
  stream << text;
  stream.close();
  return static_cast<bool>(stream);
}

/// Makes this process root of a namespace of its own, where it may mount.
bool enter_namespace() {
  const std::string user = "0 " + std::to_string(::geteuid()) + " 1";
  const std::string group = "0 " + std::to_string(::getegid()) + " 1";
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_text("/proc/self/setgroups", "deny") &&
         write_text("/proc/self/uid_map", user) && write_text("/proc/self/gid_map", group);
}

}  // namespace

TinyDisk::TinyDisk(const std::filesystem::path& at, std::size_t size) : at_(at), size_(size) {
  const std::string options = "size=" + std::to_string(size);
  const auto try_mount = [&] { return ::mount("none", at_.c_str(), "tmpfs", 0, options.c_str()) == 0; };
  mounted_ = try_mount() || (errno == EPERM && enter_namespace() && try_mount());
}

TinyDisk::~TinyDisk() {
  if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
}

void TinyDisk::fill() const {
  const int file = ::open((at_ / "ballast").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::array<char, 4096> page{};
  for (std::size_t size = page.size(); size > 0; size /= 2)
    while (::write(file, page.data(), size) > 0) {
    }
  ::close(file);
}

void TinyDisk::make_space() const { std::filesystem::remove(at_ / "ballast"); }

bool TinyDisk::set_read_only(bool read_only) const {
  const std::string options = "size=" + std::to_string(size_);
  unsigned long flags = MS_REMOUNT;
  if (read_only) flags |= MS_RDONLY;
  return ::mount("none", at_.c_str(), "tmpfs", flags, options.c_str()) == 0;
}

}  // namespace tests::integration
