#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace bench {

/// What an application does with its table of customers: id, full_name, email, version. Times are in seconds.
struct CustomerLoad {
  std::string table = "customers";
  bool update = false;  // of the rows that are there, from the first on; else new rows behind them
  int rows = 10'000;
  int per_transaction = 1;
  int writers = 1;
  bool listen = false;                         // see Application::listen
  std::chrono::duration<double> patience{60};  // single rows are written for half of it at most
};

struct CustomerFigures {
  int rows = 0;  // written
  double write_s = 0;
  double visible_s = 0;  // from the first write on; 0 when nobody was to look
  int visible = 0;       // rows, when patience ended
};

/// Writes at `a`; then waits until all is visible at `b`, unless that is empty.
CustomerFigures write_customers(const std::string& a, const std::string& b, const CustomerLoad& load);

struct Propagation {
  double p50_ms = 0, p99_ms = 0;  // from the commit at one side to the sight of it at the other
  int lost = 0;                   // not seen within 10 s
};

/// Edits single rows at `a`, `rate` a second, whatever becomes of them, and looks for each at `b`.
Propagation time_edits(const std::string& a, const std::string& b, int edits, double rate);

struct Convergence {
  double seconds = 0;  // from the last write until both sides were equal and stayed so
  int differing = 0;   // rows, when patience ended
  int from_a = 0;      // rows in which the word of `a` stands
};

/// Edits the same column of the same `rows` rows at both sides, each row at both at once.
Convergence contradict(const std::string& a, const std::string& b, int rows);

}  // namespace bench
