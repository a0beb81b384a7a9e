#include "plugins/localdb/tests/client_database.hpp"

namespace localdb::tests {
namespace {

using Texts = std::vector<std::string>;

class Capture : public ClientDatabase {
 protected:
  Capture() {
    application.run("INSERT INTO client VALUES(1, 'C-1', 'Ada', 'ada@x', 'p'), (2, 'C-2', NULL, NULL, NULL);");
    pull();
  }
};

TEST_F(Capture, TellsWhatAnApplicationWrites) {
  struct Case {
    const char* sql;
    Texts expected;
  };
  const Case cases[] = {
      {"INSERT INTO client(number, name) VALUES('C-3', 'Bo');",
       {R"(upsert 3 {"email":null,"name":"Bo","number":"C-3"})"}},
      {"UPDATE client SET name = 'Ada L.' WHERE id = 1;", {R"(upsert 1 {"name":"Ada L.","number":"C-1"})"}},
      {"UPDATE client SET email = 'ADA@x' WHERE id = 1;", {R"(upsert 1 {"email":"ADA@x","number":"C-1"})"}},
      {"UPDATE client SET name = NULL, email = NULL WHERE id = 1;",
       {R"(upsert 1 {"email":null,"name":null,"number":"C-1"})"}},
      {"UPDATE client SET name = 'x' WHERE id = 2;", {R"(upsert 2 {"name":"x","number":"C-2"})"}},
      {"UPDATE client SET name = name, private = 'q';", {}},
      {"UPDATE client SET name = 'never' WHERE id = 99;", {}},
      {"BEGIN; UPDATE client SET name = 'undone'; ROLLBACK;", {}},
      {"UPDATE client SET number = 'C-9' WHERE id = 2;", {R"(upsert 2 {"number":"C-9"})"}},
      {"UPDATE client SET id = 7 WHERE id = 2;",
       {R"(delete 2 {"email":null,"name":"x","number":"C-9"})",
        R"(upsert 7 {"email":null,"name":"x","number":"C-9"})"}},
      {"INSERT OR REPLACE INTO client(id, number, name) VALUES(7, 'C-7', 'new');",
       {R"(upsert 7 {"email":null,"name":"new","number":"C-7"})"}},
      {"INSERT INTO client(id, number) VALUES(7, 'other') ON CONFLICT(id) DO UPDATE SET name = 'merged';",
       {R"(upsert 7 {"name":"merged","number":"C-7"})"}},
      {"INSERT OR IGNORE INTO client(id, name) VALUES(7, 'ignored');", {}},
      {"UPDATE client SET name = 'a' WHERE id = 7; UPDATE client SET name = 'b' WHERE id = 7;",
       {R"(upsert 7 {"name":"a","number":"C-7"})", R"(upsert 7 {"name":"b","number":"C-7"})"}},
      {"DELETE FROM client WHERE id = 7;", {R"(delete 7 {"email":null,"name":"b","number":"C-7"})"}},
      {"DELETE FROM client;",
       {R"(delete 1 {"email":null,"name":null,"number":"C-1"})",
        R"(delete 3 {"email":null,"name":"Bo","number":"C-3"})"}},
  };
  for (const Case& c : cases) {
    application.run(c.sql);
    EXPECT_EQ(pull(), c.expected) << c.sql;
  }
}

TEST_F(Capture, KnowsWhenItHappened) {
  const std::string now = application.run("UPDATE client SET name = 'x' WHERE id = 1; SELECT unixepoch() * 1000;");
  pull();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_NEAR(static_cast<double>(changes[0].changed_at_ms), std::stod(now), 5'000);
}

TEST_F(Capture, GivesTheVersionOfTheWholeRowAsItWasThen) {
  application.run(
      "UPDATE client SET name = 'a' WHERE id = 1; UPDATE client SET name = 'b' WHERE id = 1;"
      "UPDATE client SET name = 'a' WHERE id = 1;");
  pull();
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_NE(changes[0].version, changes[1].version);
  EXPECT_EQ(changes[0].version, changes[2].version);
  EXPECT_EQ(host.pull("client", "", 1, true).changes.at(0).version, changes[2].version) << "the row as it is now";
}

TEST_F(Capture, SeesCascadesAndTriggersOfTheApplication) {
  application.run(
      "CREATE TABLE note(id INTEGER PRIMARY KEY, client_id INTEGER REFERENCES client ON DELETE CASCADE, text TEXT);"
      "CREATE TRIGGER touch AFTER INSERT ON note BEGIN UPDATE client SET name = new.text WHERE id = new.client_id; "
      "END;");
  Host both(settings_of(application, std::string(kClientMapping) + R"(, "note": {"fields": ["client_id", "text"]})"));
  set_up(both);
  const std::string notes = both.pull("note").cursor;
  application.run("INSERT INTO note VALUES(1, 1, 'hello'); PRAGMA foreign_keys = ON; DELETE FROM client WHERE id = 1;");
  EXPECT_EQ(pull(), (Texts{R"(upsert 1 {"name":"hello","number":"C-1"})",
                           R"(delete 1 {"email":"ada@x","name":"hello","number":"C-1"})"}));
  EXPECT_EQ(both.pull("note", notes).texts(),
            (Texts{R"(upsert 1 {"client_id":1,"text":"hello"})", R"(delete 1 {"client_id":1,"text":"hello"})"}));
}

TEST(CaptureOfValues, IsExact) {
  const Application application("CREATE TABLE v(id INTEGER PRIMARY KEY, x, n NUMERIC, t TEXT);");
  Host host(settings_of(application, R"("v": {"fields": ["n", "t", "x"]})"));
  set_up(host);
  const std::string start = host.pull("v").cursor;
  const std::pair<const char*, const char*> cases[] = {
      {"9007199254740993", "9007199254740993"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"0.1", "0.1"},
      {"0.1 + 0.2", "0.30000000000000004"},
      {"1.7976931348623157e308", "1.7976931348623157e+308"},
      {"'it''s \"q\" \\'", R"("it's \"q\" \\")"},
      {"char(10, 1, 127)", "\"\\n\\u0001\x7f\""},
      {"'a' || char(0) || 'b'", R"("a\u0000b")"},
      {"'žluť 漢字 🎈'", "\"žluť 漢字 🎈\""},
      {"NULL", "null"},
      {"''", R"("")"},
  };
  std::string cursor = start;
  for (const auto& [sql, json] : cases) {
    application.run("DELETE FROM v; INSERT INTO v(id, x) VALUES(1, " + std::string(sql) + ");");
    const Page page = host.pull("v", cursor);
    cursor = page.cursor;
    EXPECT_EQ(page.texts().back(), R"(upsert 1 {"n":null,"t":null,"x":)" + std::string(json) + "}") << sql;
  }
  EXPECT_TRUE(host.log.empty());
}

TEST(CaptureOfValues, LeavesOutWhatJsonCannotSayAndTellsIt) {
  const Application application("CREATE TABLE v(id INTEGER PRIMARY KEY, x, t TEXT);");
  Host host(settings_of(application, R"("v": {"fields": ["t", "x"]})"));
  set_up(host);
  std::string cursor = host.pull("v").cursor;
  std::string version;
  for (const char* sql : {"x'00ff'", "9e999", "CAST(x'ff' AS TEXT)"}) {
    application.run("INSERT OR REPLACE INTO v VALUES(1, " + std::string(sql) + ", 'kept');");
    host.log.clear();
    const Page page = host.pull("v", cursor);
    cursor = page.cursor;
    EXPECT_EQ(page.texts(), (Texts{R"(upsert 1 {"t":"kept"})"})) << sql;
    ASSERT_EQ(host.log.size(), 1U) << sql;
    EXPECT_NE(host.log[0].find("table 'v', row 1: column 'x' is left out"), std::string::npos) << host.log[0];
    EXPECT_NE(page.changes[0].version, version) << "it is another state nevertheless";
    version = page.changes[0].version;
  }
}

TEST(CaptureOfNames, TakesAnyCharacters) {
  const Application application(
      R"(CREATE TABLE "odd "" ' [t] -- {{x}}"("key ""of"" it" INTEGER PRIMARY KEY, "a ' "" ,b" TEXT, "select" TEXT, "žluť" TEXT);)");
  const std::string table = "odd \" ' [t] -- {{x}}";
  Host host(settings_of(application, R"("odd \" ' [t] -- {{x}}": {"fields": ["a ' \" ,b", "select", "žluť"]})"));
  set_up(host);
  EXPECT_EQ(set_up(host), "") << "the installed triggers are known again";
  std::string cursor = host.pull(table).cursor;
  application.run(
      R"(INSERT INTO "odd "" ' [t] -- {{x}}" VALUES(1, 'a', 's', 'z'); UPDATE "odd "" ' [t] -- {{x}}" SET "a ' "" ,b" = 'b';)");
  const Page page = host.pull(table, cursor);
  EXPECT_EQ(page.texts(),
            (Texts{R"(upsert 1 {"a ' \" ,b":"a","select":"s","žluť":"z"})", R"(upsert 1 {"a ' \" ,b":"b"})"}));
  (void)host.pull(table, page.cursor);  // confirms
  const Pushed pushed =
      host.push(table, {{SYNCLINE_UPSERT, "1", page.changes.back().version, R"({"a ' \" ,b":"c"})", "k"}}).at(0);
  EXPECT_EQ(pushed.status, SYNCLINE_OK) << pushed.message;
  EXPECT_EQ(pushed.body, R"({"a ' \" ,b":"c"})");
  EXPECT_TRUE(host.pull(table, page.cursor).changes.empty());
}

TEST(CaptureOfKeys, WorksForEveryKindOfKey) {
  struct Case {
    const char* schema;
    const char* value;
    const char* key;
  };
  const Case cases[] = {
      {"CREATE TABLE t(k TEXT PRIMARY KEY, c TEXT) WITHOUT ROWID;", "'Ab c'", "Ab c"},
      {"CREATE TABLE t(k TEXT PRIMARY KEY COLLATE NOCASE, c TEXT);", "'Ab'", "Ab"},
      {"CREATE TABLE t(k VARCHAR(9) PRIMARY KEY, c TEXT) STRICT;", "'5'", "5"},
      {"CREATE TABLE t(k BIGINT PRIMARY KEY, c TEXT);", "5000000000", "5000000000"},
      {"CREATE TABLE t(k NUMERIC PRIMARY KEY, c TEXT);", "7", "7"},
      {"CREATE TABLE t(k INT PRIMARY KEY, c TEXT) WITHOUT ROWID;", "-3", "-3"},
  };
  for (const Case& c : cases) {
    std::string schema = c.schema;
    if (const auto strict = schema.find("VARCHAR(9)"); strict != std::string::npos) schema.replace(strict, 10, "TEXT");
    const Application application(schema);
    Host host(settings_of(application, R"("t": {"fields": ["c"]})"));
    set_up(host);
    application.run("INSERT INTO t VALUES(" + std::string(c.value) + ", 'before');");
    Page page = host.pull("t");
    EXPECT_EQ(page.texts(), (Texts{"upsert " + std::string(c.key) + R"( {"c":"before"})"})) << schema;
    page.cursor = settle(host, "t");
    const Pushed pushed =
        host.push("t", {{SYNCLINE_UPSERT, c.key, page.changes[0].version, R"({"c":"ours"})", "k"}}).at(0);
    EXPECT_EQ(pushed.status, SYNCLINE_OK) << schema << pushed.message;
    EXPECT_EQ(pushed.key, c.key) << schema;
    application.run("UPDATE t SET c = 'theirs'; DELETE FROM t;");
    page = host.pull("t", page.cursor);
    EXPECT_EQ(page.texts(), (Texts{"upsert " + std::string(c.key) + R"( {"c":"theirs"})",
                                   "delete " + std::string(c.key) + R"( {"c":"theirs"})"}))
        << schema;
  }
}

}  // namespace
}  // namespace localdb::tests
