// The first floor: what SQLite itself can take, in a hand-written loop without HTTP, JSON or rules. Per change it
// writes one journal row, reads and upserts the canonical record, and adds three outbound rows. Prints one line of JSON
// for each number of changes per transaction.

#include "tests/bench/change_text.hpp"
#include "tests/bench/floor_store.hpp"
#include "tests/bench/latencies.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using SteadyClock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::uint64_t kKeys = 50'000;
constexpr std::uint64_t kNumbers = 1'000'000;

/// Gives change after change of one source, in the text of the flat body.
class ChangeStream {
 public:
  ChangeStream() : slots_(bench::append_change(text_, bench::Form::kFlat, "CRM")), version_(bench::first_version()) {}

  void advance() { bench::renew_change(text_, slots_, {random_() % kKeys, ++version_, random_() % kNumbers}); }
  [[nodiscard]] std::string_view body() const { return text_; }
  [[nodiscard]] std::string_view external_id() const { return body().substr(slots_.key - 5, 11); }
  [[nodiscard]] std::uint64_t version() const { return version_; }

 private:
  std::string text_;
  bench::ChangeSlots slots_;
  std::uint64_t version_;
  std::mt19937_64 random_{42};
};

void run_transaction(bench::FloorStore& store, ChangeStream& changes, int count) {
  store.begin();
  for (int i = 0; i < count; ++i) {
    changes.advance();
    const auto at_ms = static_cast<std::int64_t>(changes.version() / 1000);
    store.add_journal(std::to_string(changes.version()), changes.external_id(), changes.body(), at_ms);
    const auto stored = store.read_canonical(changes.external_id());
    const std::int64_t version = stored ? stored->version + 1 : 1;
    store.upsert_canonical(changes.external_id(), version, changes.body(), at_ms);
    store.add_outbound(changes.external_id(), version, changes.body());
  }
  store.commit();
}

nlohmann::json measure(const std::filesystem::path& file, bench::Pragmas pragmas, int per_transaction, double seconds) {
  bench::FloorStore store(file, pragmas);
  ChangeStream changes;
  bench::Latencies latencies;
  const auto warm = SteadyClock::now() + Seconds(seconds / 5);
  while (SteadyClock::now() < warm) run_transaction(store, changes, per_transaction);

  const auto start = SteadyClock::now();
  auto now = start;
  while (now - start < Seconds(seconds)) {
    run_transaction(store, changes, per_transaction);
    const auto before = std::exchange(now, SteadyClock::now());
    latencies.add(now - before);
  }
  const auto transactions = static_cast<double>(latencies.count());
  return {{"floor", "sqlite"},
          {"pragmas", pragmas == bench::Pragmas::kTuned ? "tuned" : "plain"},
          {"changes_per_transaction", per_transaction},
          {"changes_per_s", transactions * per_transaction / Seconds(now - start).count()},
          {"p50_ms", latencies.percentile_ms(0.5)},
          {"p99_ms", latencies.percentile_ms(0.99)}};
}

}  // namespace

int main(int argc, char** argv) {
  std::filesystem::path folder;
  std::vector<int> sizes{1, 10, 100, 1000};
  double seconds = 3;
  bool tuned = false;
  CLI::App app("The hand-written loop on the raw SQLite C API that the hub is measured against");
  app.add_option("--dir", folder, "Folder for the database file, on the disk that is to be measured")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--per-transaction", sizes, "Changes per transaction, one run each")->check(CLI::PositiveNumber);
  app.add_option("--seconds", seconds, "Length of a run, after a warm-up of a fifth of it")->check(CLI::PositiveNumber);
  app.add_flag("--tuned", tuned, "A larger page cache, rarer checkpoints and mmap, as the bare hub has them");
  CLI11_PARSE(app, argc, argv);
  try {
    const auto file = folder / "floor.db";
    for (const int size : sizes)
      std::cout << measure(file, tuned ? bench::Pragmas::kTuned : bench::Pragmas::kPlain, size, seconds) << std::endl;
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "floor_sqlite: %s\n", error.what());
    return 1;
  }
}
