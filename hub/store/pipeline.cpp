#include "hub/store/pipeline.hpp"

#include "hub/store/json_rows.hpp"
#include "hub/store/set_form.hpp"

#include <soci/postgresql/soci-postgresql.h>

#include <charconv>
#include <cstdlib>
#include <utility>

namespace hub::store {

namespace {

/// One row of a result that is here as a whole.
class ResultRow final : public Row {
 public:
  explicit ResultRow(const PGresult* result)
      : result_(result), texts_(static_cast<std::size_t>(PQnfields(result))), row_(0) {}

  void at(int row) { row_ = row; }
  [[nodiscard]] bool is_null(std::size_t column) const override {
    return PQgetisnull(result_, row_, static_cast<int>(column)) != 0;
  }
  [[nodiscard]] std::int64_t integer(std::size_t column) const override {
    std::int64_t number = 0;
    const char* text = PQgetvalue(result_, row_, static_cast<int>(column));
    std::from_chars(text, text + PQgetlength(result_, row_, static_cast<int>(column)), number);
    return number;
  }
  [[nodiscard]] const std::string& text(std::size_t column) const override {
    const auto size = static_cast<std::size_t>(PQgetlength(result_, row_, static_cast<int>(column)));
    return texts_[column].assign(PQgetvalue(result_, row_, static_cast<int>(column)), size);
  }

 private:
  const PGresult* result_;
  mutable std::vector<std::string> texts_;
  int row_;
};

bool is_good(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

void Pipeline::add(const NamedStatement& statement, Arguments arguments, OnRow row, OnChanged changed) {
  check_count(statement, arguments);
  Asked& asked = asked_.emplace_back(Asked{&statement, {}, std::move(row), std::move(changed)});
  asked.arguments.reserve(arguments.size());
  for (const Param& param : arguments) {
    if (param.is_null())
      asked.arguments.emplace_back();
    else if (param.is_integer())
      asked.arguments.emplace_back(std::to_string(param.number()));
    else
      asked.arguments.emplace_back(without_nul(param.text()));
  }
}

void Pipeline::run() {
  if (asked_.empty()) return;
  const std::deque<Asked> asked = std::exchange(asked_, {});
  if (PQenterPipelineMode(connection_) == 0) fail("the connection", nullptr);
  preparing_.clear();
  for (const Asked& one : asked) send(one);
  PQpipelineSync(connection_);
  const auto results = receive(asked);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const PGresult* result = results[i].get();
    if (asked[i].row) {
      ResultRow row(result);
      for (int place = 0; place < PQntuples(result); ++place) {
        row.at(place);
        asked[i].row(row);
      }
    }
    if (asked[i].changed) asked[i].changed(std::strtoll(PQcmdTuples(const_cast<PGresult*>(result)), nullptr, 10));
  }
}

void Pipeline::send(const Asked& asked) {
  std::string& name = names_[asked.statement->sql];
  if (name.empty()) {
    name = "syncline_" + std::to_string(++prepared_);
    preparing_.push_back(asked.statement);
    PQsendPrepare(connection_, name.c_str(), positional(*asked.statement).c_str(), 0, nullptr);
  }
  std::vector<const char*> values;
  values.reserve(asked.arguments.size());
  for (const auto& argument : asked.arguments) values.push_back(argument ? argument->c_str() : nullptr);
  PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0);
}

std::vector<Pipeline::Result> Pipeline::receive(const std::deque<Asked>& asked) {
  std::vector<Result> results;
  Result failed(nullptr, &PQclear);
  std::string what;
  auto preparing = preparing_.begin();
  const auto take = [&](const NamedStatement& statement) {
    Result result = next();
    const bool good = is_good(result.get());
    if (!good && what.empty()) {
      what = statement.name;
      failed = std::move(result);
    }
    return std::pair(good, std::move(result));
  };
  for (const Asked& one : asked) {
    if (preparing != preparing_.end() && *preparing == one.statement) {
      ++preparing;
      if (!take(*one.statement).first) names_.erase(one.statement->sql);
    }
    results.push_back(take(*one.statement).second);
  }
  while (PQstatus(connection_) == CONNECTION_OK) {  // the end of the pipeline
    const Result result(PQgetResult(connection_), &PQclear);
    if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) break;
  }
  PQexitPipelineMode(connection_);
  if (!what.empty()) fail(what, failed.get());
  return results;
}

Pipeline::Result Pipeline::next() {
  Result first(PQgetResult(connection_), &PQclear);
  while (first) {
    const Result more(PQgetResult(connection_), &PQclear);
    if (!more || PQstatus(connection_) != CONNECTION_OK) break;
  }
  return first;
}

void Pipeline::fail(const std::string& what, const PGresult* result) const {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  std::string message = result == nullptr ? "" : PQresultErrorMessage(result);
  if (message.empty()) message = PQerrorMessage(connection_);
  throw soci::postgresql_soci_error(what + ": " + message, state == nullptr ? "     " : state);
}

}  // namespace hub::store
