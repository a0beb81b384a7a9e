#include "plugins/localdb/postgresql/connection.hpp"

#include "plugins/localdb/postgresql/values.hpp"
#include "plugins/localdb/statements.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

namespace localdb::postgresql {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kCancelPoll{50};
constexpr milliseconds kSchemaPoll{1'000};
constexpr milliseconds kFirstPoll{1};
constexpr milliseconds kLastPoll{20};

const std::string& sql(std::string_view name) { return localdb::sql("postgresql", name); }

std::string trimmed(std::string text) {
  for (char& c : text)
    if (c == '\n') c = ' ';
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

/// libpq gives no code for a login that failed: its words must do. They are English before anybody could choose.
Fault fault_of_login(const std::string& message) {
  const auto says = [&](std::string_view words) { return message.find(words) != std::string::npos; };
  for (const std::string_view words : {"password authentication failed", "no password supplied",
                                       "authentication failed", "no pg_hba.conf entry", "is not permitted to log in"})
    if (says(words)) return Fault::kLogin;
  if (says("role \"") && says("does not exist")) return Fault::kLogin;
  for (const std::string_view words :
       {"does not exist", "invalid URI", "invalid connection option", "invalid sslmode", "server does not support SSL",
        "certificate verify failed", "root certificate file", "does not match host name",
        "permission denied for database", "invalid URI query parameter", "invalid port number",
        "extra key/value separator", "invalid integer value"})
    if (says(words)) return Fault::kMisconfigured;
  return Fault::kUnavailable;
}

Fault fault_of(const PGresult* result) {
  const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string_view state = field == nullptr ? std::string_view{} : field;
  if (state == "23503" || state == "23001") return Fault::kReferred;
  if (state == "42501") return Fault::kMisconfigured;
  if (state == "57014") return Fault::kCancelled;
  for (const std::string_view row : {"22", "23", "44", "P0", "42", "0A", "21", "54", "09", "27", "38", "39"})
    if (state.starts_with(row)) return Fault::kRow;
  return Fault::kUnavailable;
}

[[noreturn]] void fail(const PGresult* result, PGconn* connection) {
  if (result == nullptr) throw SqlError(Fault::kUnavailable, trimmed(PQerrorMessage(connection)));
  const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const char* detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
  const Fault fault = fault_of(result);
  std::string message = trimmed(text == nullptr ? PQresultErrorMessage(result) : text);
  // The detail of a refused row holds its values, which are nobody's business in a log; that of others says what to do.
  if (detail != nullptr && fault != Fault::kRow && fault != Fault::kReferred) message += " (" + trimmed(detail) + ")";
  if (fault == Fault::kMisconfigured) message += "; let the database's owner grant the plugin's user what it needs";
  throw SqlError(fault, message);
}

/// A statement with its parameters as text.
class Query final : public Statement::Work {
 public:
  Query(Connection& connection, std::string text) : connection_(connection), text_(std::move(text)) {}

  void bind(int index, const Value& value) override {
    const auto place = static_cast<std::size_t>(index);
    if (parameters_.size() < place) parameters_.resize(place);
    parameters_[place - 1] = parameter(value);
  }

  bool step() override {
    if (!result_) execute();
    return ++row_ < PQntuples(result_.get());
  }

  [[nodiscard]] Value value(int index) const override {
    if (PQgetisnull(result_.get(), row_, index) != 0) return Null{};
    const std::string_view text(PQgetvalue(result_.get(), row_, index),
                                static_cast<std::size_t>(PQgetlength(result_.get(), row_, index)));
    return held_value(PQftype(result_.get(), index), PQfmod(result_.get(), index), text);
  }

 private:
  void execute() {
    std::vector<const char*> values;
    for (const auto& text : parameters_) values.push_back(text ? text->c_str() : nullptr);
    if (PQsendQueryParams(connection_.get(), text_.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                          nullptr, nullptr, 0) == 0)
      fail(nullptr, connection_.get());
    result_ = connection_.answer();
  }

  Connection& connection_;
  const std::string text_;
  std::vector<std::optional<std::string>> parameters_;
  Connection::Result result_;
  int row_ = -1;
};

}  // namespace

void Connection::Clear::operator()(PGresult* result) const { PQclear(result); }
void Connection::Close::operator()(PGconn* connection) const { PQfinish(connection); }

Connection::Connection(const Address& address, milliseconds lock_timeout, milliseconds budget) {
  // Literals of time zone and format, so that a value has one text whoever set up the server. A plan is made for each
  // run: a plan that was made while a table was small reads the whole of it when it has grown.
  const std::string options =
      "-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=iso_8601 -c extra_float_digits=1 "
      "-c plan_cache_mode=force_custom_plan -c jit=off -c client_min_messages=warning "
      "-c synchronous_commit=on -c lock_timeout=" +
      std::to_string(lock_timeout.count());
  const std::string timeout = std::to_string(std::clamp<std::int64_t>(budget.count() / 2'000, 2, 10));
  std::vector<const char*> names{"dbname",          "client_encoding", "fallback_application_name", "options",
                                 "connect_timeout", "keepalives_idle", "tcp_user_timeout"};
  std::vector<const char*> values{address.url.c_str(), "UTF8", "syncline", options.c_str(),
                                  timeout.c_str(),     "10",   "15000"};
  if (!address.password.empty()) {
    names.push_back("password");
    values.push_back(address.password.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  deadline_ = Clock::now() + budget;
  connection_.reset(PQconnectdbParams(names.data(), values.data(), 1));
  if (!connection_) throw SqlError(Fault::kUnavailable, "out of memory");
  if (PQstatus(get()) != CONNECTION_OK) {
    const std::string message = trimmed(PQerrorMessage(get()));
    throw SqlError(fault_of_login(message), message);
  }
  PQsetnonblocking(get(), 0);
  PQsetNoticeProcessor(
      get(), [](void*, const char*) {}, nullptr);
  if (PQserverVersion(get()) < 140000)
    throw SqlError(Fault::kMisconfigured, "the server is older than PostgreSQL 14; update it");
}

Connection::~Connection() = default;

Statement Connection::prepare(const std::string& text) { return Statement(std::make_unique<Query>(*this, text)); }

void Connection::run(const std::string& text) {
  if (PQsendQuery(get(), text.c_str()) == 0) fail(nullptr, get());
  static_cast<void>(answer());
}

bool Connection::in_transaction() const {
  const auto status = PQtransactionStatus(get());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

void Connection::begin_call(milliseconds, milliseconds budget, std::function<bool()> cancelled) {
  deadline_ = Clock::now() + budget;
  cancelled_ = std::move(cancelled);
}

bool Connection::usable() { return PQstatus(get()) == CONNECTION_OK && PQtransactionStatus(get()) == PQTRANS_IDLE; }

std::string Connection::schema_version() {
  if (Clock::now() - schema_asked_ < kSchemaPoll) return schema_version_;
  Statement row = prepare(sql("schema_version"));
  schema_version_ = row.step() ? row.text(0) : std::string{};
  schema_asked_ = Clock::now();
  return schema_version_;
}

bool Connection::wait_for_input(Clock::time_point until) const {
  const auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
  pollfd socket{PQsocket(get()), POLLIN, 0};
  return ::poll(&socket, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, kCancelPoll.count()))) > 0;
}

Connection::Result Connection::answer() {
  Result last;
  bool told = false;
  for (;;) {
    while (PQisBusy(get()) != 0) {
      if (!told && ((cancelled_ && cancelled_()) || Clock::now() > deadline_)) {
        told = true;
        cancel();
      } else if (Clock::now() > deadline_ + std::chrono::seconds{5}) {
        connection_.reset(PQconnectStart(""));  // it does not even answer that: never use it again
        throw SqlError(Fault::kUnavailable, "the server does not answer");
      }
      if (wait_for_input(Clock::now() + kCancelPoll) && PQconsumeInput(get()) == 0) fail(nullptr, get());
    }
    Result next(PQgetResult(get()));
    if (!next) break;
    if (!last || PQresultStatus(last.get()) != PGRES_FATAL_ERROR) last = std::move(next);
  }
  if (!last || PQresultStatus(last.get()) == PGRES_FATAL_ERROR) fail(last.get(), get());
  return last;
}

void Connection::cancel() {
  std::array<char, 256> why{};
  const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> handle(PQgetCancel(get()), &PQfreeCancel);
  if (handle) PQcancel(handle.get(), why.data(), static_cast<int>(why.size()));
}

void Connection::wait(Clock::time_point deadline, const std::function<bool()>& pending) {
  if (!listening_) run(sql("listen"));
  listening_ = true;
  for (auto pause = kFirstPoll; !pending() && Clock::now() < deadline; pause = std::min(pause * 2, kLastPoll)) {
    Statement lock = prepare(sql("begin_idle"));
    if (lock.step() && lock.integer(0) != 0) {
      sleep(deadline, pending);
      prepare(sql("end_idle")).run();
      return;
    }
    // A transaction that has written holds it: what it wrote can be there any moment.
    std::this_thread::sleep_for(pause);
  }
}

void Connection::sleep(Clock::time_point until, const std::function<bool()>& pending) {
  using Notification = std::unique_ptr<PGnotify, decltype(&PQfreemem)>;
  while (Notification(PQnotifies(get()), &PQfreemem)) {
  }
  // What was committed before the lock was ours has notified nobody.
  if (pending()) return;
  while (Clock::now() < until && !(cancelled_ && cancelled_())) {
    if (wait_for_input(until) && PQconsumeInput(get()) == 0) fail(nullptr, get());
    if (Notification(PQnotifies(get()), &PQfreemem)) return;
  }
}

}  // namespace localdb::postgresql
