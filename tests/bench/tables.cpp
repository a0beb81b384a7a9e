// Writes an application's table of customers and times when it is visible in another database. Prints the figures as
// one line of JSON.

#include "tests/bench/customers.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  std::string a, b;
  bench::CustomerLoad load;
  double patience = load.patience.count();
  int edits = 100;
  double rate = 10;
  int rows = 200;
  nlohmann::json figures;

  CLI::App app("An application's writes at one database, and what becomes of them at another");
  app.require_subcommand(1);
  const auto add = [&](const char* name, const char* text, bool needs_b) {
    auto* command = app.add_subcommand(name, text);
    command->add_option("--a", a, "URL of the database to write")->required();
    command->add_option("--b", b, "URL of the other one")->required(needs_b);
    return command;
  };
  auto* write = add("write", "Writes rows, and waits until the other database has them", false);
  write->add_option("--table", load.table, "Which table");
  write->add_flag("--update", load.update, "Edits the rows that are there instead of adding some");
  write->add_option("--rows", load.rows, "How many")->check(CLI::PositiveNumber);
  write->add_option("--per-transaction", load.per_transaction, "Rows a transaction")->check(CLI::PositiveNumber);
  write->add_option("--writers", load.writers, "Connections")->check(CLI::Range(1, 64));
  write->add_flag("--listen", load.listen, "Let somebody wait who LocalDB's triggers notify");
  write->add_option("--patience", patience, "Seconds from the first write on")->check(CLI::PositiveNumber);
  write->final_callback([&] {
    load.patience = std::chrono::duration<double>(patience);
    const auto result = bench::write_customers(a, b, load);
    figures = {{"rows", result.rows},
               {"write_s", result.write_s},
               {"visible_s", result.visible_s},
               {"visible", result.visible}};
  });
  auto* edit = add("edit", "Edits one row after the other, and times each", true);
  edit->add_option("--edits", edits, "How many")->check(CLI::PositiveNumber);
  edit->add_option("--rate", rate, "Edits a second")->check(CLI::PositiveNumber);
  edit->final_callback([&] {
    const auto result = bench::time_edits(a, b, edits, rate);
    figures = {{"p50_ms", result.p50_ms}, {"p99_ms", result.p99_ms}, {"lost", result.lost}};
  });
  auto* contradict = add("contradict", "Edits the same rows at both sides at once", true);
  contradict->add_option("--rows", rows, "How many")->check(CLI::PositiveNumber);
  contradict->final_callback([&] {
    const auto result = bench::contradict(a, b, rows);
    figures = {{"seconds", result.seconds}, {"differing", result.differing}, {"from_a", result.from_a}};
  });
  try {
    app.parse(argc, argv);
    std::cout << figures << std::endl;
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_tables: %s\n", error.what());
    return 1;
  }
}
