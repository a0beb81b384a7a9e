#include "hub/store/connection.hpp"
#include "hub/store/json_rows.hpp"
#include "hub/store/pipeline.hpp"
#include "hub/store/postgresql_errors.hpp"
#include "hub/store/set_form.hpp"

#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>

#include <array>
#include <string_view>

namespace hub::store {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kDefaults{{
    {"connect_timeout", "5"},
    {"application_name", "syncline"},
    {"keepalives_idle", "5"},
    {"keepalives_interval", "2"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "10000"},
}};

/// PostgreSQL is given many rows as one JSON text.
class JsonBatch final : public Batch {
 public:
  JsonBatch(Pipeline& pipeline, const NamedStatement& one) : pipeline_(pipeline), one_(one), many_(writing_many(one)) {}

  void add(Arguments arguments) override {
    check_count(one_, arguments);
    rows_.add(arguments);
  }
  [[nodiscard]] std::int64_t size() const override { return rows_.size(); }
  void flush(OnChanged changed) override {
    if (rows_.size() == 0) return;
    const std::string text = rows_.take();
    const Param rows(text);
    pipeline_.add(many_, {&rows, 1}, {}, std::move(changed));
  }
  void clear() noexcept override { rows_.clear(); }

 private:
  Pipeline& pipeline_;
  const NamedStatement& one_;
  const NamedStatement many_;
  JsonRows rows_;
};

std::string state_of(const soci::soci_error& error) {
  const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&error);
  return postgresql == nullptr ? std::string() : postgresql->sqlstate();
}

class PostgresqlConnection final : public Connection {
 public:
  explicit PostgresqlConnection(const std::string& url) {
    try {
      session.open(soci::postgresql, complete_url(url));
    } catch (const soci::soci_error& refused) {
      const std::string_view text(refused.what());  // a line of SOCI's, then libpq's
      throw refused_connection(Location::postgresql(url), text.substr(text.find('\n') + 1));
    }
    handle_ = static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
    PQsetNoticeProcessor(
        handle_, [](void*, const char*) {}, nullptr);
    pipeline_.emplace(handle_);
  }

  [[nodiscard]] Dialect dialect() const override { return Dialect::kPostgresql; }

  [[nodiscard]] StoreErrorKind kind_of(const soci::soci_error& error) const override {
    return usable() ? store::kind_of(state_of(error)) : StoreErrorKind::kUnavailable;
  }
  [[nodiscard]] std::string advice_on(const soci::soci_error& error) const override {
    return store::advice_on(state_of(error));
  }

  [[nodiscard]] bool in_transaction() const override { return PQtransactionStatus(handle_) != PQTRANS_IDLE; }
  [[nodiscard]] bool usable() const override { return handle_ != nullptr && PQstatus(handle_) == CONNECTION_OK; }

  void ask(const NamedStatement& statement, Arguments arguments, OnRow row, OnChanged changed) override {
    pipeline_->add(statement, arguments, std::move(row), std::move(changed));
  }
  void settle() override { pipeline_->run(); }
  void drop_asked() noexcept override { pipeline_->clear(); }
  [[nodiscard]] bool asks_together() const override { return true; }
  [[nodiscard]] std::unique_ptr<Batch> batch(const NamedStatement& statement) override {
    return std::make_unique<JsonBatch>(*pipeline_, statement);
  }
  // A result comes whole unless a cursor parts it.
  void scan(const NamedStatement& query, const std::function<void(const Row&)>& row) override {
    session << "declare scanned no scroll cursor for " + query.sql;
    const NamedStatement page{query.name, "fetch 2000 from scanned", {}, query.out};
    Prepared prepared(session, page);
    for (bool more = true; more;) {
      more = false;
      prepared.each({}, [&](const Row& found) { (more = true, row(found)); });
    }
    session << "close scanned";
  }

 private:
  PGconn* handle_ = nullptr;
  std::optional<Pipeline> pipeline_;
};

}  // namespace

std::string complete_url(const std::string& url) {
  if (const std::string problem = url_problem(url); !problem.empty())
    throw StoreError(StoreErrorKind::kUnavailable, "store: " + Location::postgresql(url).shown() + ": " + problem);
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(url.c_str(), nullptr),
                                                                             PQconninfoFree);
  std::string out = url;
  for (const auto& [name, value] : kDefaults) {
    const PQconninfoOption* option = options.get();
    while (option->keyword != nullptr && option->keyword != name) ++option;
    if (option->keyword == nullptr || option->val != nullptr) continue;
    out += out.find('?') == std::string::npos ? '?' : '&';
    out.append(name).append("=").append(value);
  }
  return out;
}

std::unique_ptr<Connection> connect_postgresql(const std::string& url) {
  return std::make_unique<PostgresqlConnection>(url);
}

}  // namespace hub::store
