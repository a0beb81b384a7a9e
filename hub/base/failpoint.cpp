#include "hub/base/failpoint.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace hub::base {

namespace {

struct Armed {
  std::string name;
  std::string action;
  std::chrono::milliseconds delay{0};
  int at = 0;  // 0: every hit
  int hits = 0;
};

struct State {
  std::mutex mutex;
  std::vector<Armed> armed;  // guarded by mutex
};

State& state() {
  static State instance;
  return instance;
}

int parse_number(std::string_view text, std::string_view spec) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0)
    throw std::invalid_argument("bad number in failpoint '" + std::string(spec) + "'");
  return number;
}

Armed parse(std::string_view spec) {
  const auto equals = spec.find('=');
  if (equals == std::string_view::npos)
    throw std::invalid_argument("failpoint '" + std::string(spec) + "' has no action");
  Armed armed;
  armed.name = spec.substr(0, equals);
  const auto& known = Failpoints::names();
  if (std::find(known.begin(), known.end(), armed.name) == known.end())
    throw std::invalid_argument("no failpoint is called '" + armed.name + "'");
  std::string_view action = spec.substr(equals + 1);
  if (const auto at = action.find('@'); at != std::string_view::npos) {
    armed.at = parse_number(action.substr(at + 1), spec);
    action = action.substr(0, at);
  }
  if (action.starts_with("delay:")) {
    armed.delay = std::chrono::milliseconds{parse_number(action.substr(6), spec)};
    action = "delay";
  }
  armed.action = action;
  if (armed.action != "kill" && armed.action != "crash" && armed.action != "error" && armed.action != "delay")
    throw std::invalid_argument("failpoint '" + std::string(spec) +
                                "': the action is kill, crash, error or delay:<ms>");
  return armed;
}

}  // namespace

const std::vector<std::string_view>& Failpoints::names() {
  static const std::vector<std::string_view> all{
      "intake.queued", "commit.begin",    "commit.resolved", "commit.journal",   "commit.canonical",
      "commit.links",  "commit.outbound", "commit.counters", "commit.before",    "commit.after",
      "sync.before",   "sync.after",      "claim.before",    "claim.after",      "push.before",
      "push.after",    "receipt.begin",   "receipt.link",    "receipt.outbound", "receipt.before",
      "receipt.after", "pull.before",     "pull.emitted",    "wake.before",      "wake.after"};
  return all;
}

void Failpoints::arm(std::string_view spec) {
  std::vector<Armed> armed;
  while (!spec.empty()) {
    const auto end = spec.find(';');
    if (end != 0) armed.push_back(parse(spec.substr(0, end)));
    spec = end == std::string_view::npos ? std::string_view{} : spec.substr(end + 1);
  }
  const std::lock_guard lock(state().mutex);
  state().armed = std::move(armed);
}

void Failpoints::hit(std::string_view name) {
  static const bool from_environment = [] {
    if (const char* spec = std::getenv("SYNCLINE_FAILPOINTS")) arm(spec);
    return true;
  }();
  static_cast<void>(from_environment);
  Armed found;
  {
    const std::lock_guard lock(state().mutex);
    auto& armed = state().armed;
    const auto it = std::find_if(armed.begin(), armed.end(), [&](const Armed& a) { return a.name == name; });
    if (it == armed.end()) return;
    ++it->hits;
    if (it->at != 0 && it->hits != it->at) return;
    found = *it;
  }
  if (found.action == "kill") ::kill(::getpid(), SIGKILL);
  if (found.action == "delay") std::this_thread::sleep_for(found.delay);
  if (found.action == "crash") throw Crash{found.name};
  if (found.action == "error") throw FailpointError(found.name);
}

}  // namespace hub::base
