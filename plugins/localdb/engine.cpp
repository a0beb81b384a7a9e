#include "plugins/localdb/engine.hpp"

#include "plugins/localdb/mariadb/engine.hpp"
#include "plugins/localdb/postgresql/engine.hpp"
#include "plugins/localdb/sqlite/engine.hpp"

#include <syncline/source.hpp>

namespace localdb {

namespace {

syncline::Status status_of(Fault fault) {
  switch (fault) {
    case Fault::kLogin: return syncline::kUnauthenticated;
    case Fault::kMisconfigured: return syncline::kMisconfigured;
    case Fault::kCancelled: return syncline::kCancelled;
    default: return syncline::kRetry;
  }
}

}  // namespace

syncline::Error Engine::error_of(const SqlError& error) const {
  return {status_of(error.fault()), error.fault() == Fault::kCancelled ? "cancelled" : where() + ": " + error.what()};
}

std::unique_ptr<Engine> make_engine(const Settings& settings) {
  switch (settings.address.kind) {
    case Address::Kind::kPostgresql: return std::make_unique<postgresql::Engine>(settings);
    case Address::Kind::kMariadb: return std::make_unique<mariadb::Engine>(settings);
    default: return std::make_unique<sqlite::Engine>(settings);
  }
}

}  // namespace localdb
