#include "hub/store/listener.hpp"

#include "hub/store/connection.hpp"
#include "hub/store/postgresql_errors.hpp"

#include <libpq-fe.h>
#include <poll.h>

namespace hub::store {

namespace {

struct Close {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PGnotify* notice) const { PQfreemem(notice); }
  void operator()(char* text) const { PQfreemem(text); }
};
template <class T>
using Owned = std::unique_ptr<T, Close>;

}  // namespace

struct Listener::Impl {
  Owned<PGconn> connection;

  [[noreturn]] void fail() const {
    throw StoreError(StoreErrorKind::kUnavailable, std::string("store: listen: ") + PQerrorMessage(connection.get()));
  }
  [[nodiscard]] Owned<PGresult> execute(const std::string& sql) const {
    Owned<PGresult> result(PQexec(connection.get(), sql.c_str()));
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail();
    return result;
  }
};

Listener::Listener(const Location& location) : impl_(std::make_unique<Impl>()) {
  impl_->connection.reset(PQconnectdb(complete_url(location.url()).c_str()));
  if (PQstatus(impl_->connection.get()) != CONNECTION_OK)
    throw refused_connection(location, PQerrorMessage(impl_->connection.get()));
  const auto channel = impl_->execute(named_statement(Dialect::kPostgresql, "channel").sql);
  const std::string name = PQgetvalue(channel.get(), 0, 0);
  const Owned<char> quoted(PQescapeIdentifier(impl_->connection.get(), name.data(), name.size()));
  static_cast<void>(impl_->execute(std::string("listen ") + quoted.get()));
}

Listener::~Listener() = default;

std::vector<std::string> Listener::wait(std::chrono::milliseconds patience) {
  PGconn* const connection = impl_->connection.get();
  std::vector<std::string> said;
  const auto take = [&] {
    if (PQconsumeInput(connection) == 0) impl_->fail();
    while (const Owned<PGnotify> notice{PQnotifies(connection)}) said.emplace_back(notice->extra);
  };
  take();
  if (!said.empty()) return said;
  pollfd ready{PQsocket(connection), POLLIN, 0};
  if (::poll(&ready, 1, static_cast<int>(patience.count())) > 0) take();
  return said;
}

}  // namespace hub::store
