// Loads the hub, or the bare hub, on this machine over HTTP and prints the figures as one line of JSON. It ends with 1
// when an answer was an error: figures of refusals mean nothing.

#include "tests/bench/load_run.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <map>
#include <string>

namespace {

nlohmann::json to_json(bench::LoadResult& result) {
  return {{"changes", result.changes},
          {"requests", result.requests},
          {"seconds", result.seconds},
          {"changes_per_s", static_cast<double>(result.changes) / result.seconds},
          {"p50_ms", result.latencies.percentile_ms(0.5)},
          {"p99_ms", result.latencies.percentile_ms(0.99)},
          {"max_ms", result.latencies.percentile_ms(1)},
          {"settled", result.tally.settled},
          {"errors", result.tally.errors},
          {"first_error", result.tally.first_error},
          {"resolutions", result.tally.resolutions}};
}

}  // namespace

int main(int argc, char** argv) {
  bench::LoadPlan plan;
  std::uint64_t changes = 0;
  double warm_up = plan.warm_up.count();
  double seconds = plan.duration.count();
  const std::map<std::string, bench::Target> targets{{"hub", bench::Target::kHub}, {"floor", bench::Target::kFloor}};
  CLI::App app("A closed loop of changes to a server on this machine");
  app.add_option("--target", plan.shape.target, "hub or floor")->transform(CLI::CheckedTransformer(targets));
  app.add_option("--port", plan.ports, "Port on 127.0.0.1; of several, four connections in turn go to each")
      ->required();
  app.add_option("--connections", plan.connections, "Kept-alive connections, one request at a time on each")
      ->check(CLI::Range(1, 1000));
  app.add_option("--batch", plan.shape.changes, "Changes per request, or per part of it")->check(CLI::PositiveNumber);
  app.add_option("--parts", plan.shape.parts, "Parts of a request's chunked body; 1 sends a Content-Length")
      ->check(CLI::PositiveNumber);
  app.add_option("--keys", plan.shape.keys, "Random record keys")->check(CLI::Range(1, 1'000'000));
  app.add_option("--conflicts", plan.shape.conflicts, "Percent of the changes that contradict the one before them")
      ->check(CLI::Range(0, 100));
  app.add_option("--warm-up", warm_up, "Seconds before measuring")->check(CLI::NonNegativeNumber);
  auto* const bounded = app.add_option("--seconds", seconds, "Seconds of measuring")->check(CLI::PositiveNumber);
  app.add_option("--changes", changes, "Send so many changes instead, without a warm-up")->excludes(bounded);
  CLI11_PARSE(app, argc, argv);
  plan.warm_up = std::chrono::duration<double>(changes > 0 ? 0 : warm_up);
  plan.duration = std::chrono::duration<double>(seconds);
  if (changes > 0) plan.changes = changes;
  try {
    bench::LoadResult result = bench::run_load(plan);
    std::cout << to_json(result) << std::endl;
    return result.tally.errors == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_load: %s\n", error.what());
    return 1;
  }
}
