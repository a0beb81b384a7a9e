#include "plugins/localdb/database.hpp"

#include <algorithm>
#include <charconv>
#include <thread>

namespace localdb {

namespace {

constexpr std::chrono::milliseconds kFirstPoll{1};
constexpr std::chrono::milliseconds kLastPoll{10};

}  // namespace

Statement& Statement::bind_value(int index, const Value& value) {
  work_->bind(index, value);
  return *this;
}

void Statement::run() {
  while (step()) {
  }
}

std::int64_t Statement::integer(int index) const {
  const Value held = value(index);
  if (const auto* number = std::get_if<std::int64_t>(&held)) return *number;
  const std::string digits = text(index);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string Statement::text(int index) const {
  const Value held = value(index);
  if (const auto* text = std::get_if<std::string>(&held)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&held)) return std::to_string(*number);
  const auto* digits = std::get_if<Digits>(&held);
  return digits == nullptr ? std::string{} : digits->text;
}

void Connection::wait(std::chrono::steady_clock::time_point deadline, const std::function<bool()>& pending) {
  for (auto pause = kFirstPoll; !pending() && std::chrono::steady_clock::now() + pause < deadline;
       pause = std::min(pause * 2, kLastPoll))
    std::this_thread::sleep_for(pause);
}

Transaction::Transaction(Connection& connection, const std::string& begin) : connection_(connection) {
  connection_.prepare(begin).run();
}

Transaction::~Transaction() {
  // A rollback fails only when the database has rolled back by itself, and then there is nothing left to undo.
  if (connection_.in_transaction()) try {
      connection_.prepare("ROLLBACK").run();
    } catch (const SqlError&) {
    }
}

void Transaction::commit() { connection_.prepare("COMMIT").run(); }

}  // namespace localdb
