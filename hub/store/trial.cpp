#include "hub/store/trial.hpp"

#include "hub/store/schema.hpp"
#include "hub/store/statements.hpp"
#include "hub/store/transfer.hpp"

#include <string>
#include <string_view>

namespace hub::store {

namespace {

/// The file as an SQLite URI that can only be read.
std::string uri_of(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    constexpr std::string_view kReserved = "%?#";
    static constexpr std::string_view kDigits = "0123456789abcdef";
    if (kReserved.find(c) == std::string_view::npos)
      uri += c;
    else
      (uri += '%') += {kDigits[static_cast<std::size_t>(c) / 16], kDigits[static_cast<std::size_t>(c) % 16]};
  }
  return uri + "?mode=ro";
}

}  // namespace

StoreOptions trial_in(const std::filesystem::path& file) { return {file, false, true}; }

void copy_for_trial(const Location& from, const std::filesystem::path& file, const base::Clock& clock) {
  Session origin(from, Session::Mode::kRead);
  origin.begin();
  require_latest_schema(origin, from);
  static_cast<void>(Store(trial_in(file), clock));
  Session session(file, Session::Mode::kScratch);
  constexpr std::string_view kCopy = "trial_copy_";
  if (from.dialect() == Dialect::kSqlite) {
    origin.rollback();
    session.run("trial_attach", {uri_of(from.file())});
    session.begin();
    for (const NamedStatement& statement : named_statements(Dialect::kSqlite))
      if (statement.name.starts_with(kCopy)) session.run(statement.name);
  } else {
    session.begin();
    for (const Table& table : tables(session))
      for (const NamedStatement& condition : named_statements(Dialect::kPostgresql))
        if (condition.name == std::string(kCopy) + table.name) copy_rows(origin, session, table, condition.sql);
  }
  session.commit();
}

}  // namespace hub::store
