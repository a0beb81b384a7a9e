#include "tests/sim/run.hpp"
#include "tests/support/postgres_server.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kKept = 400;  // events shown of a seed that fails

struct Options {
  std::uint64_t first = 1;
  std::uint64_t seeds = 1000;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  bool one = false;  // show everything of the one seed
  std::string store = tests::support::wanted_store();
};

constexpr std::string_view kUsage =
    "usage: sim [--seeds N] [--first SEED] [--jobs N] [--store STORE]\n"
    "           runs N seeds and says which break a promise\n"
    "       sim --seed SEED [--store STORE]\n"
    "           runs one seed and shows all that happened\n"
    "STORE: postgresql, a server that is started for it, or the URL of one, where each seed gets a schema of its own;\n"
    "then each seed also runs on an SQLite file, and all must happen there just so\n";

[[noreturn]] void refuse(std::string_view why) {
  std::cerr << "sim: " << why << '\n' << kUsage;
  std::exit(2);
}

Options read_options(const std::vector<std::string_view>& words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    if (words[i] == "--help") {
      std::cout << kUsage;
      std::exit(0);
    }
    const std::string_view text = i + 1 < words.size() ? words[i + 1] : std::string_view{};
    if (words[i] == "--store") {
      options.store = text;
      continue;
    }
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
      refuse(std::string(words[i]) + " needs a number");
    if (words[i] == "--seeds") {
      options.seeds = number;
    } else if (words[i] == "--first") {
      options.first = number;
    } else if (words[i] == "--jobs" && number > 0) {
      options.jobs = static_cast<unsigned>(number);
    } else if (words[i] == "--seed") {
      options.first = number;
      options.one = true;
    } else {
      refuse("there is no option " + std::string(words[i]));
    }
  }
  return options;
}

void show(std::uint64_t seed, const tests::sim::Report& report) {
  std::string text = report.trace;
  for (const std::string& failure : report.failures) text += "seed " + std::to_string(seed) + ": " + failure + "\n";
  std::cout << text << std::flush;
}

/// Where the store is no SQLite file, all must happen as it does on one, bit for bit.
tests::sim::Report run_one(const Options& options, std::uint64_t seed, std::size_t kept) {
  tests::sim::Report report = tests::sim::run_seed(seed, kept, options.store);
  if (!options.store.empty() && tests::sim::run_seed(seed, 0, {}).hash != report.hash)
    report.failures.emplace_back("on this store it happens otherwise than on SQLite");
  return report;
}

/// Every `step`-th seed from `first` on; gives how many failed.
int run_share(const Options& options, unsigned first) {
  int failed = 0;
  for (std::uint64_t i = first; i < options.seeds; i += options.jobs) {
    const std::uint64_t seed = options.first + i;
    if (run_one(options, seed, 0).failures.empty()) continue;
    ++failed;
    tests::sim::Report report = run_one(options, seed, kKept);
    if (failed > 3) report.trace.clear();  // enough to begin with
    show(seed, report);
  }
  return failed;
}

int run_all(const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<pid_t> workers;
  for (unsigned job = 0; job < options.jobs; ++job) {
    const pid_t child = ::fork();
    if (child == 0) std::_Exit(std::min(run_share(options, job), 100));
    if (child < 0) refuse("cannot start a process");
    workers.push_back(child);
  }
  bool failed = false;
  for (const pid_t worker : workers) {
    int status = 0;
    ::waitpid(worker, &status, 0);
    failed = failed || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    if (WIFSIGNALED(status)) std::cout << "a worker was ended by signal " << WTERMSIG(status) << '\n';
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cout << options.seeds << " seeds in " << seconds << " s, " << static_cast<double>(options.seeds) / seconds
            << " seeds/s: " << (failed ? "promises were broken; show one with ./dev sim --seed SEED" : "all held")
            << '\n';
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options({argv + 1, argv + argc});
  // Stores come and go with the seeds, so they stay in memory where the machine has a place for that.
  if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
  // A server that is started for this belongs to this process and not to one of its workers.
  static_cast<void>(tests::support::schema_for_store(options.store));
  if (!options.one) return run_all(options);
  const tests::sim::Report report = run_one(options, options.first, 1'000'000);
  show(options.first, report);
  std::cout << "seed " << options.first << ": " << (report.failures.empty() ? "all held" : "promises were broken")
            << ", everything that happened hashes to " << report.hash << '\n';
  return report.failures.empty() ? 0 : 1;
}
