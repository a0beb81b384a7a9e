#pragma once

#include "plugins/localdb/tests/application.hpp"
#include "plugins/localdb/tests/host.hpp"

#include <gtest/gtest.h>

#include <string>

namespace localdb::tests {

inline constexpr const char* kClientSchema =
    "CREATE TABLE client(id INTEGER PRIMARY KEY, number TEXT UNIQUE, name TEXT, email TEXT COLLATE NOCASE, private "
    "TEXT);";

inline constexpr const char* kClientMapping =
    R"("client": {"entity": "client", "key": "number", "fields": ["name", "email"], "references": {}})";

/// The settings of a source on `application`; `more` are further members, each with a comma before it.
inline std::string settings_of(const Application& application, const std::string& mapping = kClientMapping,
                               const std::string& more = {}) {
  return R"({"path": ")" + application.file() + "\"" + more + R"(, "$mapping": {)" + mapping + "}}";
}

/// Installs what the source needs; gives the text that the plugin printed.
inline std::string set_up(Host& host) {
  std::string text;
  const Outcome outcome = host.set_up(true, text);
  EXPECT_EQ(outcome.status, SYNCLINE_OK) << outcome.message;
  return text;
}

/// Pulls all there is of a table and lets the hub confirm it; gives the cursor to go on from.
inline std::string settle(Host& host, const std::string& table) {
  std::string cursor = "none";
  for (std::string next; next != cursor; next = host.pull(table, cursor).cursor) cursor = next;
  return cursor;
}

/// A database with table client, and a hub connected to it that has read it.
class ClientDatabase : public ::testing::Test {
 protected:
  ClientDatabase() {
    set_up(host);
    cursor = settle(host, "client");
  }

  /// What was written since the last call.
  std::vector<std::string> pull() {
    const Page page = host.pull("client", cursor);
    EXPECT_EQ(page.status, SYNCLINE_OK) << page.message;
    cursor = page.cursor;
    changes = page.changes;
    return page.texts();
  }

  Pushed push(const Item& item) { return host.push("client", {item}).at(0); }

  Application application{kClientSchema};
  Host host{settings_of(application)};
  std::string cursor;
  std::vector<Change> changes;  // of the last pull
};

}  // namespace localdb::tests
