#include "plugins/localdb/tests/application.hpp"

#include <syncline/testing/conformance.hpp>

namespace {

/// A table with an integer key, edited by the sqlite3 shell.
class LocalDbTest : public syncline::testing::SourceFixture {
 public:
  std::string settings() override { return R"({"path": ")" + application_.file() + "\"}"; }
  std::string entity() override { return "note"; }
  std::string text_field() override { return "text"; }
  std::string key_field() override { return "number"; }

  std::string add(const std::string& id, const std::string& text) override {
    return application_.run("INSERT INTO note(number, text) VALUES('" + id + "', '" + text + "') RETURNING id;");
  }
  void edit(const std::string& native_id, const std::string& text) override {
    application_.run("UPDATE note SET text = '" + text + "' WHERE id = " + native_id + ";");
  }
  void remove(const std::string& native_id) override {
    application_.run("DELETE FROM note WHERE id = " + native_id + ";");
  }
  std::optional<std::string> read(const std::string& native_id) override {
    const std::string row = application_.run("SELECT 'row ' || text FROM note WHERE id = " + native_id + ";");
    if (row.empty()) return std::nullopt;
    return row.substr(4);
  }
  std::vector<std::pair<std::string, std::string>> bad_settings() override {
    return {{"{}", "/path"},
            {R"({"path": 5})", "/path"},
            {R"({"path": "x", "setup": "never"})", "/setup"},
            {R"({"path": "x", "busy_timeout_ms": -1})", "/busy_timeout_ms"},
            {R"({"path": "x", "remember_pushes": 0})", "/remember_pushes"},
            {R"({"path": "x", "$mapping": {"note": {"fields": []}}})", "/$mapping/note/fields"}};
  }

 private:
  localdb::tests::Application application_{"CREATE TABLE note(id INTEGER PRIMARY KEY, number TEXT, text TEXT);"};
};

/// The same with a text key that is also the external id.
class LocalDbTextKeyTest : public LocalDbTest {
 public:
  std::string entity() override { return "page"; }
  std::string key_field() override { return "slug"; }

  std::string settings() override { return R"({"path": ")" + pages_.file() + "\"}"; }
  std::string add(const std::string& id, const std::string& text) override {
    pages_.run("INSERT INTO page VALUES('" + id + "', '" + text + "');");
    return id;
  }
  void edit(const std::string& native_id, const std::string& text) override {
    pages_.run("UPDATE page SET text = '" + text + "' WHERE slug = '" + native_id + "';");
  }
  void remove(const std::string& native_id) override {
    pages_.run("DELETE FROM page WHERE slug = '" + native_id + "';");
  }
  std::optional<std::string> read(const std::string& native_id) override {
    const std::string row = pages_.run("SELECT 'row ' || text FROM page WHERE slug = '" + native_id + "';");
    if (row.empty()) return std::nullopt;
    return row.substr(4);
  }

 private:
  localdb::tests::Application pages_{"CREATE TABLE page(slug TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID;"};
};

SYNCLINE_CONFORMANCE(LocalDbTest);
SYNCLINE_CONFORMANCE(LocalDbTextKeyTest);

}  // namespace
