#include "plugins/localdb/tests/server_database.hpp"

#include <regex>
#include <thread>

namespace localdb::tests {
namespace {

class ServerSetup : public ::testing::TestWithParam<Server> {
 protected:
  [[nodiscard]] bool postgresql() const { return GetParam() == Server::kPostgresql; }
  /// Runs what was printed, as a person would.
  void run_script(const std::string& script) const {
    if (postgresql()) {
      ::tests::support::psql(application.url(), script);
    } else {
      ::tests::support::mariadb(application.url(), script);
    }
  }
  [[nodiscard]] std::string objects() const {
    return application.rows(postgresql()
                                ? "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('syncline')"
                                : "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() "
                                  "AND table_name LIKE 'syncline%'");
  }
  ServerApplication application{GetParam(), server_schema(GetParam())};
};
LOCALDB_ON_EVERY_SERVER(ServerSetup);

TEST_P(ServerSetup, PrintsAPlanThatCanBeRun) {
  Host host(server_settings(application));
  std::string plan;
  EXPECT_EQ(host.set_up(false, plan).status, SYNCLINE_OK);
  EXPECT_NE(plan.find("syncline_insert_client"), std::string::npos) << plan;
  EXPECT_EQ(objects(), "0");
  run_script(plan);
  std::string rest;
  EXPECT_EQ(host.set_up(false, rest).status, SYNCLINE_OK);
  EXPECT_EQ(rest, "");
  EXPECT_EQ(host.check().status, SYNCLINE_OK);
}

TEST_P(ServerSetup, AppliesOnce) {
  Host host(server_settings(application));
  std::string plan;
  host.set_up(false, plan);
  EXPECT_EQ(install(host), plan) << "what is run is what was printed";
  EXPECT_EQ(install(host), "");
}

TEST_P(ServerSetup, IsAskedForByName) {
  Host host(server_settings(application));
  const auto results = host.push("client", {{SYNCLINE_UPSERT, "", "", R"({"name":"A"})", "k"}});
  const Page page = host.pull("client");
  for (const Outcome& outcome :
       {host.check(), Outcome{page.status, page.message}, Outcome{results[0].status, results[0].message}}) {
    EXPECT_EQ(outcome.status, SYNCLINE_MISCONFIGURED);
    EXPECT_NE(outcome.message.find("run `syncline plugin setup LocalDB`"), std::string::npos) << outcome.message;
  }
  EXPECT_EQ(objects(), "0");
  Host willing(server_settings(application, kServerMapping, R"(, "wait_ms": 0, "setup": "auto")"));
  EXPECT_EQ(willing.pull("client").status, SYNCLINE_OK);
  EXPECT_NE(objects(), "0");
}

TEST_P(ServerSetup, NamesWhatDoesNotFit) {
  application.run(postgresql()
                      ? "CREATE TABLE pair(a int, b int, c text, PRIMARY KEY(a, b)); CREATE TABLE bare(c text);"
                        "CREATE TABLE bytes(id int PRIMARY KEY, c bytea); CREATE VIEW seen AS SELECT * FROM client;"
                        "CREATE TABLE parts(id int PRIMARY KEY) PARTITION BY RANGE (id);"
                        "CREATE TABLE spans(id int4range PRIMARY KEY)"
                      : "CREATE TABLE pair(a INT, b INT, c TEXT, PRIMARY KEY(a, b)); CREATE TABLE bare(c TEXT);"
                        "CREATE TABLE bytes(id INT PRIMARY KEY, c BLOB); CREATE VIEW seen AS SELECT * FROM client;"
                        "CREATE TABLE parts(id INT PRIMARY KEY) ENGINE = MyISAM;"
                        "CREATE TABLE spans(id DATE PRIMARY KEY)");
  struct Case {
    const char* mapping;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {R"("clients": {"fields": ["name"]})", {"no table 'clients'", "did you mean 'client'"}},
      {R"("client": {"key": "emial", "fields": ["nam"]})",
       {"no column 'nam'", "did you mean 'name'", "no column 'emial'", "did you mean 'email'"}},
      {R"("pair": {"fields": ["c"]})", {"a primary key of several columns"}},
      {R"("bare": {"fields": ["c"]})", {"no primary key"}},
      {R"("bytes": {"fields": ["c"]})", {"column 'c'", "blob"}},
      {R"("seen": {"fields": ["id"]})", {"'seen' is a view"}},
      {R"("parts": {"fields": ["id"]})", {postgresql() ? "partitioned table" : "MyISAM"}},
      {R"("spans": {"fields": ["id"]})", {"primary key 'id'", "a whole number, a text or a UUID"}},
  };
  for (const Case& c : cases) {
    Host host(server_settings(application, c.mapping));
    std::string text;
    for (const Outcome& outcome : {host.check(), host.set_up(true, text)}) {
      EXPECT_EQ(outcome.status, SYNCLINE_MISCONFIGURED) << c.mapping;
      for (const std::string& word : c.words)
        EXPECT_NE(outcome.message.find(word), std::string::npos) << "'" << word << "' is not in: " << outcome.message;
    }
  }
  EXPECT_EQ(objects(), "0");
}

TEST_P(ServerSetup, SaysWhyItCannotConnect) {
  const std::string url = application.url();
  const auto with = [&](const std::string& pattern, const std::string& replacement) {
    return std::regex_replace(url, std::regex(pattern), replacement);
  };
  struct Case {
    std::string url;
    syncline_status status;
    const char* words;
  };
  const Case cases[] = {
      {with("secret", "wrong"), SYNCLINE_UNAUTHENTICATED, ""},
      {with("//syncline", "//nobody"), SYNCLINE_UNAUTHENTICATED, ""},
      {with("/[^/]*$", "/nowhere"), SYNCLINE_MISCONFIGURED, "nowhere"},
      {with(":[0-9]+/", ":1/"), SYNCLINE_RETRY, "127.0.0.1"},
      {url + "?sslmode=require", SYNCLINE_MISCONFIGURED, "SSL"},
      {url + "?sslmode=sometimes", SYNCLINE_MISCONFIGURED, "sslmode"},
      {url + "?strange=1", SYNCLINE_MISCONFIGURED, "strange"},
  };
  for (const Case& c : cases) {
    Host host(R"({"url": ")" + c.url + R"(", "$mapping": {)" + kServerMapping + "}}");
    const Outcome outcome = host.check();
    EXPECT_EQ(outcome.status, c.status) << c.url << ": " << outcome.message;
    EXPECT_NE(outcome.message.find(c.words), std::string::npos) << c.url << ": " << outcome.message;
    EXPECT_EQ(outcome.message.find("secret"), std::string::npos) << outcome.message;
    EXPECT_EQ(outcome.message.find("wrong@"), std::string::npos) << outcome.message;
  }
}

TEST_P(ServerSetup, SaysWhichRightsAreMissing) {
  const std::string role = "poor_" + std::to_string(getpid());
  application.run(postgresql()
                      ? "CREATE ROLE " + role + " LOGIN PASSWORD 'poor'; GRANT SELECT ON client TO " + role
                      : "CREATE USER " + role + "@'127.0.0.1' IDENTIFIED BY 'poor'; GRANT SELECT ON client TO " + role +
                            "@'127.0.0.1'");
  const std::string url = std::regex_replace(application.url(), std::regex("//syncline:secret"), "//" + role);
  Host host(R"({"url": ")" + url + R"(", "password": "poor", "$mapping": {)" + kServerMapping + "}}");
  std::string text;
  const Outcome outcome = host.set_up(true, text);
  EXPECT_EQ(outcome.status, SYNCLINE_MISCONFIGURED) << outcome.message;
  EXPECT_NE(outcome.message.find("grant"), std::string::npos) << outcome.message;
  EXPECT_EQ(outcome.message.find("poor@"), std::string::npos) << outcome.message;
  application.run(postgresql() ? "DROP OWNED BY " + role + "; DROP ROLE " + role
                               : "DROP USER " + role + "@'127.0.0.1'");
}

TEST_P(ServerSetup, FollowsTheMapping) {
  application.run(
      "CREATE TABLE orders(id INT PRIMARY KEY, total DECIMAL(10, 2));"
      "INSERT INTO client VALUES(1, 'C-1', 'A', 'a@x', 'p')");
  std::string cursor;
  {
    Host host(server_settings(application, std::string(kServerMapping) + R"(, "orders": {"fields": ["total"]})"));
    install(host);
    cursor = read_all(host, "client");
  }
  Host host(server_settings(application, R"("client": {"key": "number", "fields": ["name", "private"]})"));
  EXPECT_EQ(host.check().status, SYNCLINE_MISCONFIGURED) << "column private is not captured yet";
  const std::string text = install(host);
  EXPECT_NE(text.find("syncline_outbox_orders"), std::string::npos) << text;
  EXPECT_EQ(application.rows(postgresql() ? "SELECT count(*) FROM pg_proc WHERE proname LIKE 'syncline%orders'"
                                          : "SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_name LIKE "
                                            "'syncline%orders'"),
            "0");
  const Page page = host.pull("client", cursor);
  EXPECT_EQ(page.texts(), (std::vector<std::string>{R"(upsert 1 {"name":"A","number":"C-1","private":"p"})"}))
      << "every row, because the hub never saw the new column";
  application.run("UPDATE client SET private = 'q', email = 'not mapped any more'");
  EXPECT_EQ(host.pull("client", page.cursor).texts(),
            (std::vector<std::string>{R"(upsert 1 {"number":"C-1","private":"q"})"}));
}

TEST_P(ServerSetup, NoticesATriggerThatIsGone) {
  Host host(server_settings(application));
  install(host);
  const std::string cursor = read_all(host, "client");
  application.run(postgresql() ? "ALTER TABLE client DISABLE TRIGGER USER" : "DROP TRIGGER syncline_update_client");
  std::this_thread::sleep_for(std::chrono::milliseconds{1'100});  // it looks once a second
  EXPECT_EQ(host.pull("client", cursor).status, SYNCLINE_MISCONFIGURED);
  application.run("INSERT INTO client(id, number) VALUES(1, 'unseen')");
  install(host);
  const Page page = host.pull("client", cursor);
  EXPECT_FALSE(page.changes.empty());
  ASSERT_FALSE(host.log.empty());
  EXPECT_NE(host.log.back().find("the whole table is read again"), std::string::npos);
}

}  // namespace
}  // namespace localdb::tests
