#include "plugins/localdb/tests/client_database.hpp"

namespace localdb::tests {
namespace {

std::string objects(const Application& application) {
  return application.run(
      "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema "
      "WHERE name LIKE 'syncline%' AND type <> 'index' ORDER BY name);");
}

TEST(Setup, PrintsThePlanAndChangesNothing) {
  const Application application(kClientSchema);
  Host host(settings_of(application));
  std::string plan;
  EXPECT_EQ(host.set_up(false, plan).status, SYNCLINE_OK);
  EXPECT_NE(plan.find("CREATE TRIGGER \"syncline_insert_client\" AFTER INSERT ON \"client\""), std::string::npos)
      << plan;
  EXPECT_EQ(objects(application), "");

  application.run(plan);  // what was printed can be run as it is
  std::string rest;
  EXPECT_EQ(host.set_up(false, rest).status, SYNCLINE_OK);
  EXPECT_EQ(rest, "");
  EXPECT_EQ(host.check().status, SYNCLINE_OK);
}

TEST(Setup, AppliesOnce) {
  const Application application(kClientSchema);
  Host host(settings_of(application));
  std::string plan;
  host.set_up(false, plan);
  EXPECT_EQ(set_up(host), plan) << "what is run is what was printed";
  EXPECT_EQ(objects(application),
            "syncline_delete_client syncline_inbound_mark syncline_insert_client syncline_move_client "
            "syncline_outbox_client syncline_pushed syncline_update_client");
  EXPECT_EQ(set_up(host), "");
}

TEST(Setup, IsAskedForByName) {
  const Application application(kClientSchema);
  Host host(settings_of(application));
  Outcome push;
  const auto results = host.push("client", {{SYNCLINE_UPSERT, "", "", R"({"name":"A"})", "k"}}, &push);
  const Outcome check = host.check();
  const Page page = host.pull("client");
  for (const Outcome& outcome :
       {check, Outcome{page.status, page.message}, Outcome{results[0].status, results[0].message}}) {
    EXPECT_EQ(outcome.status, SYNCLINE_MISCONFIGURED);
    EXPECT_NE(outcome.message.find("run `syncline plugin setup LocalDB`"), std::string::npos) << outcome.message;
  }
  EXPECT_EQ(objects(application), "");
}

TEST(Setup, IsDoneByTheFirstPullOrPushInAutoMode) {
  for (const bool by_push : {false, true}) {
    const Application application(kClientSchema);
    Host host(settings_of(application, kClientMapping, R"(, "setup": "auto")"));
    EXPECT_EQ(host.check().status, SYNCLINE_OK);
    EXPECT_EQ(objects(application), "") << "a check changes nothing";
    if (by_push) {
      EXPECT_EQ(host.push("client", {{SYNCLINE_UPSERT, "", "", R"({"name":"A"})", "k"}}).at(0).status, SYNCLINE_OK);
    } else {
      EXPECT_EQ(host.pull("client").status, SYNCLINE_OK);
    }
    EXPECT_NE(objects(application), "");
  }
}

TEST(Setup, NamesWhatDoesNotFit) {
  struct Case {
    const char* schema;
    const char* table;
    const char* mapping;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"CREATE TABLE client(id INTEGER PRIMARY KEY, name TEXT);",
       "clients",
       R"({"fields": ["name"]})",
       {"no table 'clients'", "did you mean 'client'"}},
      {"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, email TEXT);",
       "t",
       R"({"key": "emial", "fields": ["nam"]})",
       {"no column 'nam'", "did you mean 'name'", "no column 'emial'", "did you mean 'email'"}},
      {"CREATE TABLE t(a INTEGER, b INTEGER, c TEXT, PRIMARY KEY(a, b));",
       "t",
       R"({"fields": ["c"]})",
       {"a primary key of several columns"}},
      {"CREATE TABLE t(c TEXT);", "t", R"({"fields": ["c"]})", {"no primary key"}},
      {"CREATE TABLE t(id PRIMARY KEY, c TEXT);", "t", R"({"fields": ["c"]})", {"primary key 'id'", "INTEGER or TEXT"}},
      {"CREATE TABLE t(id REAL PRIMARY KEY, c TEXT);",
       "t",
       R"({"fields": ["c"]})",
       {"primary key 'id'", "INTEGER or TEXT"}},
      {"CREATE TABLE t(id INTEGER PRIMARY KEY, c BLOB);", "t", R"({"fields": ["c"]})", {"column 'c'", "blob"}},
      {"CREATE TABLE u(id INTEGER PRIMARY KEY); CREATE VIEW t AS SELECT * FROM u;",
       "t",
       R"({"fields": ["id"]})",
       {"'t' is a view"}},
      {"CREATE VIRTUAL TABLE t USING fts5(c);", "t", R"({"fields": ["c"]})", {"'t' is a virtual table"}},
  };
  for (const Case& c : cases) {
    const Application application(c.schema);
    Host host(settings_of(application, "\"" + std::string(c.table) + "\": " + c.mapping));
    std::string text;
    for (const Outcome& outcome : {host.check(), host.set_up(false, text), host.set_up(true, text)}) {
      EXPECT_EQ(outcome.status, SYNCLINE_MISCONFIGURED) << c.schema;
      for (const std::string& word : c.words)
        EXPECT_NE(outcome.message.find(word), std::string::npos) << "'" << word << "' is not in: " << outcome.message;
    }
    EXPECT_EQ(objects(application), "");
  }
}

TEST(Setup, ReportsAFileThatIsNoDatabase) {
  const TempDir folder;
  const std::string file = (folder.path() / "app.db").string();
  Host host(R"({"path": ")" + file + R"(", "$mapping": {"t": {"fields": ["c"]}}})");
  EXPECT_EQ(host.check().status, SYNCLINE_RETRY) << "it may come";
  EXPECT_NE(host.check().message.find("no such file"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(file)) << "a file is never made";
  std::ofstream(file) << std::string(4096, 'x');
  EXPECT_EQ(host.check().status, SYNCLINE_MISCONFIGURED);
}

TEST(Setup, FollowsTheMapping) {
  const Application application(std::string(kClientSchema) +
                                "CREATE TABLE orders(id INTEGER PRIMARY KEY, total NUMERIC);"
                                "INSERT INTO client VALUES(1, 'C-1', 'A', 'a@x', 'p');");
  std::string cursor;
  {
    Host host(settings_of(application, std::string(kClientMapping) + R"(, "orders": {"fields": ["total"]})"));
    set_up(host);
    cursor = host.pull("client").cursor;
    application.run("UPDATE client SET name = 'B'; DELETE FROM client WHERE id = 2;");
  }
  Host host(settings_of(application, R"("client": {"key": "number", "fields": ["name", "private"]})"));
  EXPECT_EQ(host.check().status, SYNCLINE_MISCONFIGURED) << "column private is not captured yet";
  const std::string text = set_up(host);
  EXPECT_NE(text.find("ADD COLUMN \"c_private\""), std::string::npos) << text;
  EXPECT_NE(text.find("DROP TABLE \"syncline_outbox_orders\""), std::string::npos) << text;
  EXPECT_EQ(objects(application).find("orders"), std::string::npos);

  // What was captured before comes, and then every row, because the hub never saw the new column.
  const Page page = host.pull("client", cursor);
  EXPECT_EQ(page.texts(), (std::vector<std::string>{R"(upsert 1 {"name":"B","number":"C-1"})",
                                                    R"(upsert 1 {"name":"B","number":"C-1","private":"p"})"}));
  application.run("UPDATE client SET private = 'q', email = 'not mapped any more';");
  EXPECT_EQ(host.pull("client", page.cursor).texts(),
            (std::vector<std::string>{R"(upsert 1 {"number":"C-1","private":"q"})"}));
}

TEST(Setup, ReadsTheTableAgainWhenTriggersWereAway) {
  const Application application(kClientSchema);
  Host host(settings_of(application));
  set_up(host);
  const std::string cursor = host.pull("client").cursor;
  // How people alter a table in SQLite: the triggers go with the old table.
  application.run(
      "CREATE TABLE new_client(id INTEGER PRIMARY KEY, number TEXT, name TEXT, email TEXT, extra TEXT);"
      "DROP TABLE client; ALTER TABLE new_client RENAME TO client;"
      "INSERT INTO client(id, number, name) VALUES(1, 'C-1', 'unseen');");
  const Page refused = host.pull("client", cursor);
  EXPECT_EQ(refused.status, SYNCLINE_MISCONFIGURED) << "the hub must not believe that nothing changes";
  set_up(host);
  application.run("UPDATE client SET email = 'seen';");
  const Page page = host.pull("client", cursor);
  EXPECT_EQ(page.texts(), (std::vector<std::string>{R"(upsert 1 {"email":"seen","name":"unseen","number":"C-1"})"}));
  ASSERT_FALSE(host.log.empty());
  EXPECT_NE(host.log.back().find("the whole table is read again"), std::string::npos);
  EXPECT_TRUE(host.pull("client", page.cursor).changes.empty());
}

}  // namespace
}  // namespace localdb::tests
