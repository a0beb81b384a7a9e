#include "tests/support/process.hpp"

#include "tests/support/child.hpp"

#include <charconv>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace tests::support {

namespace {

/// The port that `text` announces. The line must be complete: a port may arrive in two pieces.
std::optional<std::uint16_t> announced_port(std::string_view text) {
  constexpr std::string_view kWords = "listening on ";
  const auto words = text.find(kWords);
  if (words == std::string_view::npos || text.find('\n', words) == std::string_view::npos) return std::nullopt;
  text.remove_prefix(words + kWords.size());
  text = text.substr(0, text.find_first_of(" \n"));
  text.remove_prefix(text.rfind(':') + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} ? std::optional{port} : std::nullopt;
}

}  // namespace

Process::Process(std::vector<std::string> command, const Environment& environment, std::string input)
    : child_(std::make_unique<Child>(std::move(command), environment, std::move(input))) {}

Process::~Process() = default;

pid_t Process::pid() const { return child_->pid(); }

bool Process::running() const { return !child_->wait(std::chrono::milliseconds{0}); }

void Process::signal(int number) const { child_->signal(number); }

void Process::kill() {
  child_->signal(SIGKILL);
  static_cast<void>(child_->wait(std::chrono::minutes{1}));
}

std::optional<int> Process::wait(std::chrono::milliseconds timeout) { return child_->wait(timeout); }

std::string Process::out() const { return child_->output().out; }

std::string Process::err() const { return child_->output().err; }

bool Process::wait_for_output(std::string_view text, std::chrono::milliseconds timeout) const {
  return child_->wait_for(timeout, [&](const Child::Output& output) {
    return output.out.find(text) != std::string::npos || output.err.find(text) != std::string::npos;
  });
}

std::uint16_t Process::wait_for_port(std::chrono::milliseconds timeout) const {
  std::optional<std::uint16_t> port;
  const bool found = child_->wait_for(timeout, [&](const Child::Output& output) {
    port = announced_port(output.out);
    if (!port) port = announced_port(output.err);
    return port.has_value();
  });
  if (!found) throw std::runtime_error("no port announced; output:\n" + out() + err());
  return *port;
}

Finished run(std::vector<std::string> command, const Environment& environment, std::string input,
             std::chrono::milliseconds timeout) {
  const std::string name = command.empty() ? "" : command.front();
  Process process(std::move(command), environment, std::move(input));
  const auto status = process.wait(timeout);
  if (!status) throw std::runtime_error(name + " did not end in time; output:\n" + process.out() + process.err());
  return {*status, process.out(), process.err()};
}

}  // namespace tests::support
