#include "hub/store/trial.hpp"

#include "hub/store/statements.hpp"
#include "hub/store/store.hpp"

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

void copy_for_trial(const Location& from, const std::filesystem::path& file, const base::Clock& clock) {
  {
    Session session(from, Session::Mode::kRead);
    if (const int version = schema_version(session); version != latest_schema_version())
      throw StoreError(StoreErrorKind::kUnavailable, "store: " + from.shown() + " is at schema version " +
                                                         std::to_string(version) + ", and this binary is of version " +
                                                         std::to_string(latest_schema_version()) +
                                                         ": run `syncline migrate` first");
  }
  static_cast<void>(Store({file, false}, clock));
  Session session(file, Session::Mode::kWrite);
  session.run("trial_attach", {uri_of(from.file())});
  session.begin();
  for (const NamedStatement& statement : named_statements(Dialect::kSqlite))
    if (statement.name.starts_with("trial_copy_")) session.run(statement.name);
  session.commit();
}

}  // namespace hub::store
