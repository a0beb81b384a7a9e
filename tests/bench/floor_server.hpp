#pragma once

#include "tests/bench/floor_committer.hpp"

#include <memory>
#include <string>
#include <vector>

namespace bench {

/// The least that a durable hub must write, on libpq: the tables of FloorStore, read and written in sets, one statement
/// each way for a transaction. Several changes of one record in a transaction become one write of it. One connection,
/// one thread. Every error of the server throws std::runtime_error.
class FloorServer {
 public:
  /// Makes the tables anew in the first schema of the search path.
  explicit FloorServer(const std::string& url);
  ~FloorServer();
  FloorServer(const FloorServer&) = delete;
  FloorServer& operator=(const FloorServer&) = delete;

  void write(const std::vector<const FloorChange*>& changes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bench
