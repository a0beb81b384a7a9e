#include "tests/bench/floor_server.hpp"

#include "tests/bench/floor_statements.hpp"

#include <libpq-fe.h>

#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string_view>

namespace bench {

namespace {

/// The text of a PostgreSQL array.
class Array {
 public:
  void add(std::string_view item) {
    text_ += text_.size() > 1 ? ",\"" : "\"";
    for (const char c : item) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  void add(std::int64_t item) { (text_ += text_.size() > 1 ? "," : "") += std::to_string(item); }
  const char* text() { return (text_ += '}').c_str(); }

 private:
  std::string text_ = "{";
};

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

}  // namespace

struct FloorServer::Impl {
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  explicit Impl(const std::string& url) : connection(PQconnectdb(url.c_str())) {
    const auto sql = floor_statements("floor_postgresql.sql");
    for (const char* name : {"setup", "schema"}) check(Answer(PQexec(connection.get(), sql.at(name).c_str())));
    for (const char* name : {"read", "write"})
      check(Answer(PQprepare(connection.get(), name, sql.at(name).c_str(), 0, nullptr)));
  }

  Answer check(Answer answer) const {
    const auto status = PQresultStatus(answer.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw std::runtime_error(std::string("PostgreSQL: ") + PQerrorMessage(connection.get()));
    return answer;
  }
  template <std::size_t N>
  [[nodiscard]] Answer run(const char* name, const char* const (&parameters)[N]) const {
    return check(Answer(PQexecPrepared(connection.get(), name, N, parameters, nullptr, nullptr, 0)));
  }

  std::unique_ptr<PGconn, Close> connection;
};

FloorServer::FloorServer(const std::string& url) : impl_(std::make_unique<Impl>(url)) {}

FloorServer::~FloorServer() = default;

void FloorServer::write(const std::vector<const FloorChange*>& changes) {
  struct Record {
    std::int64_t version = 0;
    std::string fields;
    std::int64_t at_ms = 0;
  };
  std::map<std::string_view, Record> records;
  for (const FloorChange* change : changes) records.try_emplace(change->external_id);
  Array keys;
  for (const auto& [key, record] : records) keys.add(key);
  const Answer found = impl_->run("read", {keys.text()});
  for (int row = 0; row < PQntuples(found.get()); ++row)
    records.at(PQgetvalue(found.get(), row, 0)) = {std::atoll(PQgetvalue(found.get(), row, 1)),
                                                   PQgetvalue(found.get(), row, 2), 0};
  Array change_ids, external_ids, bodies, times;
  for (const FloorChange* change : changes) {
    change_ids.add(change->change_id);
    external_ids.add(change->external_id);
    bodies.add(change->body);
    times.add(change->at_ms);
    Record& record = records.at(change->external_id);
    record = {record.version + 1, change->merge(record.fields), change->at_ms};
  }
  Array names, versions, fields, written;
  for (const auto& [key, record] : records) {
    names.add(key);
    versions.add(record.version);
    fields.add(record.fields);
    written.add(record.at_ms);
  }
  static_cast<void>(impl_->run("write", {change_ids.text(), external_ids.text(), bodies.text(), times.text(),
                                         names.text(), versions.text(), fields.text(), written.text()}));
}

}  // namespace bench
