#include "tests/bench/application.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace bench {

namespace {

constexpr std::chrono::milliseconds kPullEvery{10};             // the shortest that there is
constexpr std::string_view kWaitsLock = "6005917629024915013";  // what LocalDB's triggers try
constexpr std::string_view kRead =
    "with taken as (delete from syncline.syncline_captured_customers returning 1) select 1 from taken limit 1";

class Postgres final : public Application {
 public:
  explicit Postgres(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) fail();
  }
  ~Postgres() override { stop_listening(); }

  std::vector<std::string> run(const std::string& sql) override {
    const Result result = checked(PQexec(connection_.get(), sql.c_str()));
    std::vector<std::string> rows;
    for (int i = 0; i < PQntuples(result.get()); ++i) rows.emplace_back(PQgetvalue(result.get(), i, 0));
    return rows;
  }

  void prepare(const std::string& sql) override {
    std::string numbered;
    int number = 0;
    for (const char c : sql) numbered += c == '?' ? "$" + std::to_string(++number) : std::string(1, c);
    static_cast<void>(checked(PQprepare(connection_.get(), "write", numbered.c_str(), 0, nullptr)));
  }

  void write(const std::vector<std::string>& values) override {
    std::vector<const char*> texts;
    for (const std::string& value : values) texts.push_back(value.c_str());
    static_cast<void>(checked(
        PQexecPrepared(connection_.get(), "write", static_cast<int>(texts.size()), texts.data(), nullptr, nullptr, 0)));
  }

  void listen() override {
    run("listen syncline");
    run("select pg_advisory_lock(" + std::string(kWaitsLock) + ")");
    reader_ = std::thread([this] {
      while (!stopped_) {
        pollfd readable{PQsocket(connection_.get()), POLLIN, 0};
        if (::poll(&readable, 1, 50) <= 0) continue;
        PQconsumeInput(connection_.get());
        if (!was_notified()) continue;
        run("select pg_advisory_unlock(" + std::string(kWaitsLock) + ")");
        do std::this_thread::sleep_for(kPullEvery);
        while (!stopped_ && !run(std::string(kRead)).empty());
        run("select pg_advisory_lock(" + std::string(kWaitsLock) + ")");
        was_notified();
      }
    });
  }

  void stop_listening() override {
    stopped_ = true;
    if (reader_.joinable()) reader_.join();
  }

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, Clear>;

  bool was_notified() {
    bool any = false;
    while (PGnotify* notification = PQnotifies(connection_.get())) {
      PQfreemem(notification);
      any = true;
    }
    return any;
  }

  Result checked(PGresult* answered) {
    Result result(answered);
    const auto status = PQresultStatus(answered);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail();
    return result;
  }
  [[noreturn]] void fail() const { throw std::runtime_error(PQerrorMessage(connection_.get())); }

  std::unique_ptr<PGconn, Finish> connection_;
  std::atomic<bool> stopped_{false};
  std::thread reader_;
};

}  // namespace

std::unique_ptr<Application> connect_postgres(const std::string& url) { return std::make_unique<Postgres>(url); }

}  // namespace bench
