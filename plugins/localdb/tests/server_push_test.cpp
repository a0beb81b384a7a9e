#include "plugins/localdb/tests/server_database.hpp"

namespace localdb::tests {
namespace {

using Texts = std::vector<std::string>;

class ServerPush : public ServerDatabase {};
LOCALDB_ON_EVERY_SERVER(ServerPush);

TEST_P(ServerPush, WritesWithoutBeingCaptured) {
  const Pushed inserted = push({SYNCLINE_UPSERT, "", "", R"({"number":"C-1","name":"Ada"})", "k1"});
  EXPECT_EQ(inserted.status, SYNCLINE_OK) << inserted.message;
  EXPECT_EQ(inserted.key, "1");
  EXPECT_EQ(inserted.body, R"({"email":null,"name":"Ada","number":"C-1"})");
  const Pushed updated = push({SYNCLINE_UPSERT, "1", inserted.version, R"({"name":"Ada L."})", "k2"});
  EXPECT_EQ(updated.body, R"({"name":"Ada L."})") << updated.message;
  EXPECT_NE(updated.version, inserted.version);
  EXPECT_EQ(rows(), "1|C-1|Ada L.|");
  EXPECT_EQ(pull(), Texts{});
  EXPECT_EQ(host.pull("client", "", 1, true).changes.at(0).version, updated.version) << "a push and a pull agree";
  EXPECT_EQ(push({SYNCLINE_DELETE, "1", updated.version, "{}", "k3"}).status, SYNCLINE_OK);
  EXPECT_EQ(rows(), "");
}

TEST_P(ServerPush, WritesABatchInSets) {
  application.run("INSERT INTO client(id, number, name) VALUES(1, 'a', 'old'), (2, 'b', 'old'), (3, 'c', 'old')");
  cursor = read_all(host, "client");
  const auto results = host.push("client", {{SYNCLINE_UPSERT, "1", "", R"({"name":"new"})", "k1"},
                                            {SYNCLINE_UPSERT, "2", "", R"({"number":"b","email":"e"})", "k2"},
                                            {SYNCLINE_DELETE, "3", "", "{}", "k3"},
                                            {SYNCLINE_UPSERT, "", "", R"({"number":"d"})", "k4"},
                                            {SYNCLINE_UPSERT, "", "", R"({"number":"e"})", "k5"},
                                            {SYNCLINE_UPSERT, "99", "", R"({"name":"n"})", "k6"},
                                            {SYNCLINE_UPSERT, "no number", "", R"({"name":"n"})", "k7"},
                                            {SYNCLINE_DELETE, "98", "", "{}", "k8"},
                                            {SYNCLINE_UPSERT, "2", "00", R"({"name":"n"})", "k9"}});
  const syncline_status expected[] = {SYNCLINE_OK,        SYNCLINE_OK,        SYNCLINE_OK, SYNCLINE_OK,   SYNCLINE_OK,
                                      SYNCLINE_NOT_FOUND, SYNCLINE_NOT_FOUND, SYNCLINE_OK, SYNCLINE_STALE};
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].status, expected[i]) << i << results[i].message;
    EXPECT_EQ(results[i].reports, 1) << i;
  }
  EXPECT_EQ(results[1].key, "2");
  EXPECT_EQ(application.rows("SELECT number, name, email FROM client ORDER BY number", 3), "a|new|\nb|old|e\nd||\ne||");
  EXPECT_EQ(application.rows("SELECT number FROM client WHERE id = " + results[4].key), "e");
}

TEST_P(ServerPush, ARepeatGivesTheFirstResult) {
  const Item item{SYNCLINE_UPSERT, "", "", R"({"name":"no number"})", "k1"};
  const Pushed first = push(item);
  application.run("UPDATE client SET name = 'edited', email = 'e@x'");
  const Pushed again = push(item);
  EXPECT_EQ(again.status, SYNCLINE_OK);
  EXPECT_EQ(again.key, first.key);
  EXPECT_EQ(again.version, first.version) << "and not that of the edit, which the hub has yet to pull";
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(rows(), "1||edited|e@x");
  const Item remove{SYNCLINE_DELETE, "1", "", "{}", "k3"};
  EXPECT_EQ(push(remove).status, SYNCLINE_OK);
  application.run("INSERT INTO client(id, name) VALUES(1, 'another one')");
  EXPECT_EQ(push(remove).status, SYNCLINE_OK);
  EXPECT_EQ(rows(), "1||another one|");
}

TEST_P(ServerPush, NeverWritesOverWhatTheHubHasNotSeen) {
  application.run("INSERT INTO client(id, number, name) VALUES(1, 'C-1', 'a'), (2, 'C-2', 'b')");
  pull();
  const std::string known = changes.at(0).version;
  application.run("UPDATE client SET email = 'new@x' WHERE id = 1");
  for (const syncline_op op : {SYNCLINE_UPSERT, SYNCLINE_DELETE}) {
    const Pushed stale = push({op, "1", known, R"({"name":"ours"})", "k" + std::to_string(op)});
    EXPECT_EQ(stale.status, SYNCLINE_STALE);
    EXPECT_EQ(stale.body, R"({"email":"new@x","name":"a","number":"C-1"})");
  }
  pull();
  EXPECT_EQ(changes.back().text(), R"(upsert 1 {"email":"new@x","name":"a","number":"C-1"})")
      << "the row comes as it is, whatever the hub missed";
  EXPECT_EQ(push({SYNCLINE_UPSERT, "1", changes.back().version, R"({"name":"ours"})", "k9"}).status, SYNCLINE_OK);
  EXPECT_EQ(rows(), "1|C-1|ours|new@x\n2|C-2|b|");
}

TEST_P(ServerPush, AnEditThatIsNotPulledYetStaysToBePulled) {
  application.run("INSERT INTO client(id, number, name, email) VALUES(1, 'C-1', 'old', 'old@x')");
  pull();
  pull();  // confirms
  application.run("UPDATE client SET email = 'edited@x'");
  EXPECT_EQ(push({SYNCLINE_UPSERT, "1", "", R"({"name":"ours"})", "k"}).body, R"({"name":"ours"})");
  EXPECT_EQ(pull(), (Texts{R"(upsert 1 {"email":"edited@x","name":"ours","number":"C-1"})"}));
  pull();
  EXPECT_EQ(push({SYNCLINE_UPSERT, "1", "", R"({"name":"again"})", "k2"}).status, SYNCLINE_OK);
  EXPECT_EQ(pull(), Texts{}) << "nothing was on its way";
}

TEST_P(ServerPush, WaitsForARowThatTheHubHasNotHeardOf) {
  application.run("INSERT INTO client(id, number, name) VALUES(1, 'C-1', 'theirs')");
  const Item item{SYNCLINE_UPSERT, "", "", R"({"number":"C-1","name":"ours"})", "k"};
  EXPECT_EQ(push(item).status, SYNCLINE_STALE)
      << "both made the same record at once: the hub decides, not who comes last";
  EXPECT_EQ(rows(), "1|C-1|theirs|");
  EXPECT_EQ(pull(), (Texts{R"(upsert 1 {"email":null,"name":"theirs","number":"C-1"})"}));
  pull();  // confirms
  EXPECT_EQ(push(item).status, SYNCLINE_STALE) << "the hub may have begun this before it heard of the row";
  EXPECT_EQ(push(item).key, "1") << "it has not: it knows the row and does not link it";
  EXPECT_EQ(rows(), "1|C-1|ours|");
}

TEST_P(ServerPush, ABadRowIsRefusedAlone) {
  application.run(
      postgresql() ? "CREATE TABLE strict_client(id serial PRIMARY KEY, number varchar(5) NOT NULL UNIQUE, "
                     "name text CHECK (name <> 'bad'), age int, parent int REFERENCES strict_client, "
                     "late int REFERENCES strict_client DEFERRABLE INITIALLY DEFERRED)"
                   : "CREATE TABLE strict_client(id INT AUTO_INCREMENT PRIMARY KEY, number VARCHAR(5) NOT NULL UNIQUE, "
                     "name VARCHAR(90) CHECK (name <> 'bad'), age INT, parent INT, late INT, "
                     "FOREIGN KEY (parent) REFERENCES strict_client(id), FOREIGN KEY (late) REFERENCES "
                     "strict_client(id))");
  application.run("INSERT INTO strict_client(number) VALUES('taken')");
  Host strict(
      server_settings(application, R"("strict_client": {"fields": ["age", "late", "name", "number", "parent"]})"));
  install(strict);
  const std::string at = read_all(strict, "strict_client");
  const char* bad[] = {
      R"({"number":"taken"})",
      R"({"name":"x"})",
      R"({"number":"n","name":"bad"})",
      R"({"number":"n","parent":99})",
      R"({"number":"n","late":99})",
      R"({"number":"n","age":"abc"})",
      R"({"number":"n","age":99999999999})",
      R"({"number":"too long"})",
      "{}",
      R"({"nam":"x"})",
  };
  int round = 0;
  for (const char* body : bad) {
    const std::string r = std::to_string(++round);
    Outcome outcome;
    const auto results = strict.push("strict_client",
                                     {{SYNCLINE_UPSERT, "", "", R"({"number":"a)" + r + "\"}", "a" + r},
                                      {SYNCLINE_UPSERT, "", "", body, "b" + r},
                                      {SYNCLINE_UPSERT, "", "", R"({"number":"c)" + r + "\"}", "c" + r}},
                                     &outcome);
    EXPECT_EQ(outcome.status, SYNCLINE_OK) << outcome.message;
    EXPECT_EQ(results[0].status, SYNCLINE_OK) << body << results[0].message;
    EXPECT_EQ(results[1].status, SYNCLINE_REJECTED) << body << results[1].message;
    EXPECT_NE(results[1].message.find("table 'strict_client'"), std::string::npos) << results[1].message;
    EXPECT_EQ(results[2].status, SYNCLINE_OK) << body << results[2].message;
    EXPECT_EQ(application.rows("SELECT COUNT(*) FROM strict_client"), std::to_string(1 + 2 * round)) << body;
  }
  EXPECT_EQ(strict.pull("strict_client", at).texts(), Texts{});
}

TEST_P(ServerPush, ARowThatOthersReferToIsDeletedLater) {
  application.run(
      "CREATE TABLE note(id INT PRIMARY KEY, client_id BIGINT, FOREIGN KEY (client_id) REFERENCES client(id));"
      "INSERT INTO client(id, number) VALUES(1, 'C-1'); INSERT INTO note VALUES(1, 1)");
  const Pushed refused = push({SYNCLINE_DELETE, "1", "", "{}", "d"});
  EXPECT_EQ(refused.status, SYNCLINE_RETRY) << refused.message;
  application.run("DELETE FROM note");
  EXPECT_EQ(push({SYNCLINE_DELETE, "1", "", "{}", "d"}).status, SYNCLINE_OK);
}

TEST_P(ServerPush, ReportsWhatTheRowReallyHolds) {
  if (postgresql()) {
    application.run(
        "CREATE TABLE product(id serial PRIMARY KEY, name text DEFAULT 'none', price numeric(10, 2), slug text, "
        "gross numeric GENERATED ALWAYS AS (price * 2) STORED, active boolean, made timestamptz, doc jsonb)");
    application.run_one(
        "CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name = trim(NEW.name); "
        "NEW.slug = lower(NEW.name); RETURN NEW; END $$");
    application.run("CREATE TRIGGER tidy BEFORE INSERT OR UPDATE ON product FOR EACH ROW EXECUTE FUNCTION tidy()");
  } else {
    application.run(
        "CREATE TABLE product(id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(90) DEFAULT 'none', price "
        "DECIMAL(10, 2), slug VARCHAR(90), gross DECIMAL(11, 2) AS (price * 2) STORED, active BOOLEAN, "
        "made DATETIME(3), doc JSON)");
    application.run_one(
        "CREATE TRIGGER tidy BEFORE INSERT ON product FOR EACH ROW SET NEW.name = trim(NEW.name), "
        "NEW.slug = lower(NEW.name)");
    application.run_one(
        "CREATE TRIGGER tidy2 BEFORE UPDATE ON product FOR EACH ROW SET NEW.name = trim(NEW.name), "
        "NEW.slug = lower(NEW.name)");
  }
  Host products(server_settings(
      application, R"("product": {"fields": ["active", "doc", "gross", "made", "name", "price", "slug"]})"));
  install(products);
  const std::string at = read_all(products, "product");
  const auto send = [&](const Item& item) { return products.push("product", {item}).at(0); };
  const Pushed inserted = send(
      {SYNCLINE_UPSERT, "", "",
       R"({"name":" Tea ","price":"12.505","active":true,"made":"2026-01-31T09:30:00.5Z","doc":"{\"a\": 1}"})", "k1"});
  EXPECT_EQ(inserted.body, std::string(R"({"active":)") + (postgresql() ? "true" : "1") +
                               R"(,"doc":"{\"a\": 1}","gross":")" + (postgresql() ? "25.02" : "25.02") +
                               R"(","made":"2026-01-31T09:30:00.5Z","name":"Tea","price":"12.51","slug":"tea"})")
      << inserted.message;
  const Pushed renamed = send({SYNCLINE_UPSERT, "1", inserted.version, R"({"name":"COFFEE"})", "k2"});
  EXPECT_EQ(renamed.body, R"({"name":"COFFEE","slug":"coffee"})") << "with what a trigger made of it";
  const Pushed cleared =
      send({SYNCLINE_UPSERT, "1", renamed.version, R"({"price":null,"made":null,"doc":null})", "k3"});
  EXPECT_EQ(cleared.body, R"({"doc":null,"gross":null,"made":null,"price":null})") << cleared.message;
  EXPECT_EQ(products.pull("product", at).texts(), Texts{}) << "all of it was told in the receipt";
  const Pushed refused = send({SYNCLINE_UPSERT, "1", "", R"({"gross":1})", "k4"});
  EXPECT_EQ(refused.status, SYNCLINE_REJECTED);
  EXPECT_NE(refused.message.find("column 'gross' is computed"), std::string::npos) << refused.message;
}

TEST_P(ServerPush, WorksForTextKeys) {
  application.run(postgresql() ? "CREATE TABLE page(slug text PRIMARY KEY, body text)"
                               : "CREATE TABLE page(slug VARCHAR(90) CHARACTER SET latin1 PRIMARY KEY, body TEXT)");
  Host pages(server_settings(application, R"("page": {"key": "slug", "fields": ["body"]})"));
  install(pages);
  const auto send = [&](const Item& item) { return pages.push("page", {item}).at(0); };
  EXPECT_EQ(send({SYNCLINE_UPSERT, "", "", R"({"slug":"a/é","body":"1"})", "k1"}).key, "a/é");
  EXPECT_EQ(send({SYNCLINE_UPSERT, "a/é", "", R"({"slug":"a/é","body":"2"})", "k2"}).status, SYNCLINE_OK);
  EXPECT_EQ(send({SYNCLINE_UPSERT, "a/é", "", R"({"slug":"b","body":"3"})", "k3"}).status, SYNCLINE_REJECTED);
  application.run("INSERT INTO page VALUES('b', 'x'), ('c', 'y')");
  Page page = pages.pull("page", "", 2);
  std::size_t seen = page.changes.size();
  for (int i = 0; i < 4; ++i, seen += page.changes.size()) page = pages.pull("page", page.cursor, 2);
  EXPECT_GE(seen, 3U) << "keyset paging by text";
  EXPECT_EQ(application.rows("SELECT body FROM page ORDER BY body", 1), "2\nx\ny");
}

TEST_P(ServerPush, IsTriedAgainWhenALockIsHeld) {
  application.run("INSERT INTO client(id, number) VALUES(1, 'C-1')");
  Host hasty(server_settings(application, kServerMapping, R"(, "wait_ms": 0, "busy_timeout_ms": 1000)"));
  const auto other = application.connect();
  other->run("BEGIN");
  other->run("UPDATE client SET name = 'theirs' WHERE id = 1");
  Outcome outcome;
  (void)hasty.push("client", {{SYNCLINE_UPSERT, "1", "", R"({"name":"ours"})", "k"}}, &outcome);
  EXPECT_EQ(outcome.status, SYNCLINE_RETRY) << outcome.message;
  other->run("COMMIT");
  EXPECT_EQ(hasty.push("client", {{SYNCLINE_UPSERT, "1", "", R"({"name":"ours"})", "k"}}).at(0).status, SYNCLINE_OK);
}

}  // namespace
}  // namespace localdb::tests
