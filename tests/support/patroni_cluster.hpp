#pragma once

#include "tests/support/temp_dir.hpp"

#include <string>

namespace tests::support {

/// Three real PostgreSQL servers under Patroni and etcd on loopback, of which one leads and one stands by synchronously
/// (tests/systems/patroni). Each call throws std::runtime_error with what went wrong. Not thread-safe.
class PatroniCluster {
 public:
  PatroniCluster();
  ~PatroniCluster();
  PatroniCluster(const PatroniCluster&) = delete;
  PatroniCluster& operator=(const PatroniCluster&) = delete;

  /// The URL of a database, for an owner who may do everything: all servers, and that one is wanted that can be
  /// written.
  [[nodiscard]] const std::string& url() const { return url_; }

  /// Brings back what was killed, and returns when all are in their places.
  void start();
  /// Lets another server lead, in good order; returns when it does.
  void switch_over();
  /// kill -9 of the server that leads, and of what watches it; does not wait for another one to lead.
  void kill_leader();

 private:
  std::string command(const std::string& verb);
  void remove() noexcept;

  TempDir folder_;
  std::string url_;
};

}  // namespace tests::support
