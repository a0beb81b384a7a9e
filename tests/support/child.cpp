#include "tests/support/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace tests::support {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

/// An owned file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(int fd, const char* made_by) : fd_(fd) {
    if (fd < 0) fail(made_by);
  }
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  [[nodiscard]] int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe2");
  return {{ends[0], "pipe2"}, {ends[1], "pipe2"}};
}

/// A file in memory: unlike a pipe it takes any input at once and does not break when the child leaves it unread.
Descriptor file_with(std::string_view text) {
  Descriptor file{::memfd_create("input", MFD_CLOEXEC), "memfd_create"};
  while (!text.empty()) {
    const auto written = ::write(file.get(), text.data(), text.size());
    if (written < 0) fail("write");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

std::vector<std::string> merged_environment(const Environment& extra) {
  std::vector<std::string> merged;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!extra.contains(text.substr(0, text.find('=')))) merged.push_back(text);
  }
  for (const auto& [name, value] : extra) merged.push_back(name + "=" + value);
  return merged;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// Forks and executes; gives the child's id once the new program has really begun.
pid_t spawn(std::vector<std::string>& command, std::vector<std::string>& environment, int in, int out, int err) {
  const auto arguments = pointers(command);
  const auto variables = pointers(environment);
  Pipe failure = make_pipe();  // closed by a successful exec, or carries its errno
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() == parent) {
      ::dup2(in, STDIN_FILENO);
      ::dup2(out, STDOUT_FILENO);
      ::dup2(err, STDERR_FILENO);
      ::execvpe(arguments.front(), arguments.data(), variables.data());
    }
    const int code = errno;
    static_cast<void>(!::write(failure.write.get(), &code, sizeof code));
    ::_exit(127);
  }
  failure.write.reset();
  int code = 0;
  if (::read(failure.read.get(), &code, sizeof code) == sizeof code) {
    ::waitpid(pid, nullptr, 0);
    throw std::runtime_error("cannot start " + command.front() + ": " + std::strerror(code));
  }
  return pid;
}

}  // namespace

Process::Child::Child(std::vector<std::string> command, const Environment& environment, std::string input)
    : command_(std::move(command)), environment_(merged_environment(environment)), input_(std::move(input)) {
  std::promise<void> started;
  auto result = started.get_future();
  thread_ = std::thread([this, &started] { live(started); });
  try {
    result.get();
  } catch (...) {
    thread_.join();
    throw;
  }
}

Process::Child::~Child() {
  signal(SIGKILL);
  thread_.join();
}

void Process::Child::signal(int number) {
  const std::lock_guard lock(mutex_);
  if (!status_) ::kill(pid_, number);
}

std::optional<int> Process::Child::wait(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [&] { return status_.has_value(); });
  return status_;
}

Process::Child::Output Process::Child::output() {
  const std::lock_guard lock(mutex_);
  return output_;
}

bool Process::Child::wait_for(std::chrono::milliseconds timeout, const std::function<bool(const Output&)>& wanted) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [&] { return status_.has_value() || wanted(output_); });
  return wanted(output_);
}

void Process::Child::live(std::promise<void>& started) {
  Pipe out;
  Pipe err;
  Descriptor self;
  try {
    out = make_pipe();
    err = make_pipe();
    pid_ = spawn(command_, environment_, file_with(input_).get(), out.write.get(), err.write.get());
    self = Descriptor{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)), "pidfd_open"};
  } catch (...) {
    started.set_exception(std::current_exception());
    return;
  }
  out.write.reset();
  err.write.reset();
  started.set_value();
  drain_until_end(self.get(), out.read.get(), err.read.get());
  // Reaped under the lock, so that signal() never reaches another process that was given the same id.
  const std::lock_guard lock(mutex_);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  changed_.notify_all();
}

/// Watches the process (`self`) beside its pipes: a grandchild may hold them open long after the child is gone.
void Process::Child::drain_until_end(int self, int out, int err) {
  ::fcntl(out, F_SETFL, O_NONBLOCK);
  ::fcntl(err, F_SETFL, O_NONBLOCK);
  pollfd watched[] = {{self, POLLIN, 0}, {out, POLLIN, 0}, {err, POLLIN, 0}};
  while (watched[0].revents == 0) {
    if (::poll(watched, 3, -1) < 0) continue;
    if (!drain(out, output_.out)) watched[1].fd = -1;
    if (!drain(err, output_.err)) watched[2].fd = -1;
  }
}

/// Reads all that is there now; false at the end of the file.
bool Process::Child::drain(int from, std::string& into) {
  char buffer[16'384];
  for (;;) {
    const auto size = ::read(from, buffer, sizeof buffer);
    if (size == 0) return false;
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    const std::lock_guard lock(mutex_);
    into.append(buffer, static_cast<std::size_t>(size));
    changed_.notify_all();
  }
}

}  // namespace tests::support
