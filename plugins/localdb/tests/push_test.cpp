#include "plugins/localdb/tests/client_database.hpp"

#include <sys/resource.h>

#include <csignal>

namespace localdb::tests {
namespace {

using Texts = std::vector<std::string>;

class Push : public ClientDatabase {
 protected:
  /// Every row of the table, one a line.
  std::string rows() { return application.run("SELECT id, number, name, email FROM client ORDER BY id;"); }
  std::string mark() { return application.run("SELECT count(*) FROM syncline_inbound_mark;"); }
};

TEST_F(Push, WritesWithoutBeingCaptured) {
  const Pushed inserted = push({SYNCLINE_UPSERT, "", "", R"({"number":"C-1","name":"Ada"})", "k1"});
  EXPECT_EQ(inserted.status, SYNCLINE_OK) << inserted.message;
  EXPECT_EQ(inserted.key, "1");
  EXPECT_EQ(inserted.body, R"({"email":null,"name":"Ada","number":"C-1"})");
  const Pushed updated = push({SYNCLINE_UPSERT, "1", inserted.version, R"({"name":"Ada L."})", "k2"});
  EXPECT_EQ(updated.body, R"({"name":"Ada L."})");
  EXPECT_NE(updated.version, inserted.version);
  EXPECT_EQ(rows(), "1|C-1|Ada L.|");
  EXPECT_EQ(push({SYNCLINE_DELETE, "1", updated.version, "{}", "k3"}).status, SYNCLINE_OK);
  EXPECT_EQ(rows(), "");
  EXPECT_EQ(pull(), Texts{});
  EXPECT_EQ(mark(), "0");
}

TEST_F(Push, FindsTheRowByTheKeyOfTheMapping) {
  application.run("INSERT INTO client(id, number, name) VALUES(7, 'C-7', 'old');");
  const Pushed pushed = push({SYNCLINE_UPSERT, "", "", R"({"number":"C-7","name":"new"})", "k"});
  EXPECT_EQ(pushed.key, "7");
  EXPECT_EQ(rows(), "7|C-7|new|");
}

TEST_F(Push, AnEditThatIsNotPulledYetStaysToBePulled) {
  application.run("INSERT INTO client(id, number, name, email) VALUES(1, 'C-1', 'old', 'old@x');");
  pull();
  application.run("UPDATE client SET email = 'edited@x';");
  const Pushed pushed = push({SYNCLINE_UPSERT, "1", "", R"({"name":"ours"})", "k"});
  EXPECT_EQ(pushed.body, R"({"name":"ours"})") << "the receipt says nothing of a column that the hub did not write";
  EXPECT_EQ(pull(),
            (Texts{R"(upsert 1 {"email":"edited@x","number":"C-1"})", R"(upsert 1 {"name":"ours","number":"C-1"})"}))
      << "what the hub wrote comes once more behind the older state, so that the hub ends with it";
  pull();
  EXPECT_EQ(push({SYNCLINE_UPSERT, "1", "", R"({"name":"again"})", "k2"}).status, SYNCLINE_OK);
  EXPECT_EQ(pull(), Texts{}) << "nothing was on its way";
}

TEST_F(Push, ANewRowWithTheKeyOfADeletedOneOutlivesTheDelete) {
  application.run("INSERT INTO client(id, name) VALUES(1, 'old');");
  pull();
  application.run("DELETE FROM client;");
  EXPECT_EQ(push({SYNCLINE_UPSERT, "", "", R"({"name":"new"})", "k"}).key, "1") << "SQLite gives the key again";
  pull();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_TRUE(changes[0].deleted);
  EXPECT_EQ(changes[1].text(), R"(upsert 1 {"email":null,"name":"new","number":null})");
}

TEST_F(Push, ADeleteOutlivesAnEditThatIsNotPulledYet) {
  application.run("INSERT INTO client(id, number) VALUES(1, 'C-1');");
  pull();
  application.run("UPDATE client SET name = 'edited';");
  EXPECT_EQ(push({SYNCLINE_DELETE, "1", "", "{}", "k"}).status, SYNCLINE_OK);
  pull();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_TRUE(changes[1].deleted);
}

TEST_F(Push, ReportsWhatTheRowReallyHolds) {
  application.run(
      "CREATE TABLE product(id INTEGER PRIMARY KEY, name TEXT DEFAULT 'none', price NUMERIC, slug TEXT, "
      "gross AS (price * 2), total INTEGER);"
      "CREATE TRIGGER slug AFTER UPDATE OF name ON product BEGIN UPDATE product SET slug = lower(new.name) WHERE id = "
      "new.id; END;"
      "CREATE TRIGGER trim AFTER INSERT ON product BEGIN UPDATE product SET name = trim(name) WHERE id = new.id; END;");
  Host products(settings_of(application, R"("product": {"fields": ["gross", "name", "price", "slug", "total"]})"));
  set_up(products);
  const std::string at = settle(products, "product");
  const auto send = [&](const Item& item) { return products.push("product", {item}).at(0); };
  const Pushed inserted = send({SYNCLINE_UPSERT, "", "", R"({"name":" Tea ","price":"12.50"})", "k1"});
  EXPECT_EQ(inserted.body, R"({"gross":25,"name":"Tea","price":12.5,"slug":"tea","total":null})") << inserted.message;
  const Pushed renamed = send({SYNCLINE_UPSERT, "1", inserted.version, R"({"name":"COFFEE","total":true})", "k2"});
  EXPECT_EQ(renamed.body, R"({"name":"COFFEE","slug":"coffee","total":1})") << "with what a trigger made of it";
  EXPECT_EQ(products.pull("product", at).texts(), Texts{}) << "all of it was told in the receipt";
  EXPECT_EQ(send({SYNCLINE_UPSERT, "1", renamed.version, R"({"price":1})", "k3"}).status, SYNCLINE_OK);

  const std::pair<const char*, const char*> refused[] = {
      {R"({"gross":1})", "column 'gross' is computed"},
      {R"({"nam":"x"})", "column 'nam' is not mapped; did you mean 'name'?"},
      {R"({"total":12345678901234567890})", "column 'total' cannot hold an integer beyond 64 bits"},
      {R"({"price":1e999})", "no valid JSON"},
      {R"({"name":["x"]})", "array or object"},
      {R"({"name":)", "no valid JSON"},
  };
  for (const auto& [body, words] : refused) {
    const Pushed result = send({SYNCLINE_UPSERT, "1", "", body, std::string("k") + body});
    EXPECT_EQ(result.status, SYNCLINE_REJECTED) << body;
    EXPECT_NE(result.message.find(words), std::string::npos) << body << ": " << result.message;
  }
}

TEST_F(Push, KeepsLongNumbersInTextColumns) {
  EXPECT_EQ(
      push({SYNCLINE_UPSERT, "", "", R"({"number":12345678901234567890,"name":0.1234567890123456789})", "k"}).body,
      R"({"email":null,"name":"0.1234567890123456789","number":"12345678901234567890"})");
}

TEST_F(Push, ABadRowIsRefusedAlone) {
  application.run(
      "CREATE TABLE strict_client(id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, name TEXT CHECK (name <> "
      "'bad'), "
      "parent INTEGER REFERENCES strict_client, late INTEGER REFERENCES strict_client DEFERRABLE INITIALLY DEFERRED);"
      "CREATE TRIGGER abort BEFORE INSERT ON strict_client WHEN new.name = 'abort' BEGIN SELECT RAISE(ABORT, 'not that "
      "one'); END;"
      "CREATE TRIGGER gone BEFORE INSERT ON strict_client WHEN new.name = 'rollback' BEGIN SELECT RAISE(ROLLBACK, 'all "
      "away'); END;"
      "CREATE TRIGGER dropped BEFORE INSERT ON strict_client WHEN new.name = 'ignore' BEGIN SELECT RAISE(IGNORE); END;"
      "INSERT INTO strict_client(id, number) VALUES(1, 'taken');");
  Host strict(settings_of(application, R"("strict_client": {"fields": ["id", "late", "name", "number", "parent"]})"));
  set_up(strict);
  const std::string at = settle(strict, "strict_client");
  const std::pair<const char*, const char*> bad[] = {
      {R"({"number":"taken"})", "UNIQUE constraint failed: strict_client.number"},
      {R"({"name":"x"})", "NOT NULL constraint failed: strict_client.number"},
      {R"({"number":"n","name":"bad"})", "CHECK constraint failed"},
      {R"({"number":"n","parent":99})", "table 'strict_client': FOREIGN KEY constraint failed"},
      {R"({"number":"n","late":99})", "FOREIGN KEY constraint failed"},
      {R"({"number":"n","id":"abc"})", "datatype mismatch"},
      {R"({"number":"n","name":"abort"})", "table 'strict_client': not that one"},
      {R"({"number":"n","name":"rollback"})", "table 'strict_client': all away"},
      {R"({"number":"n","name":"ignore"})", "dropped the new row"},
      {"{}", "names no column"},
  };
  int round = 0;
  for (const auto& [body, words] : bad) {
    const std::string r = std::to_string(++round);
    const auto results =
        strict.push("strict_client", {{SYNCLINE_UPSERT, "", "", R"({"number":"a)" + r + "\"}", "a" + r},
                                      {SYNCLINE_UPSERT, "", "", body, "b" + r},
                                      {SYNCLINE_UPSERT, "", "", R"({"number":"c)" + r + "\"}", "c" + r}});
    EXPECT_EQ(results[0].status, SYNCLINE_OK) << body << results[0].message;
    EXPECT_EQ(results[1].status, SYNCLINE_REJECTED) << body;
    EXPECT_NE(results[1].message.find(words), std::string::npos) << body << ": " << results[1].message;
    EXPECT_EQ(results[2].status, SYNCLINE_OK) << body << results[2].message;
    EXPECT_EQ(application.run("SELECT count(*) FROM strict_client;"), std::to_string(1 + 2 * round)) << body;
  }
  EXPECT_EQ(strict.pull("strict_client", at).texts(), Texts{});
  EXPECT_EQ(mark(), "0");
}

TEST_F(Push, ARowThatOthersReferToIsDeletedLater) {
  application.run(
      "CREATE TABLE note(id INTEGER PRIMARY KEY, client_id INTEGER REFERENCES client, text TEXT);"
      "INSERT INTO client(id, number) VALUES(1, 'C-1'); INSERT INTO note VALUES(1, 1, 't');");
  Host both(settings_of(application, std::string(kClientMapping) + R"(, "note": {"fields": ["client_id", "text"]})"));
  set_up(both);
  const auto refused = both.push("client", {{SYNCLINE_DELETE, "1", "", "{}", "d"}});
  EXPECT_EQ(refused[0].status, SYNCLINE_RETRY) << refused[0].message;
  application.run("DELETE FROM note;");
  EXPECT_EQ(both.push("client", {{SYNCLINE_DELETE, "1", "", "{}", "d"}})[0].status, SYNCLINE_OK);
}

TEST_F(Push, CapturesWhatItsWriteCausesInOtherRows) {
  application.run(
      "CREATE TABLE note(id INTEGER PRIMARY KEY, client_id INTEGER REFERENCES client ON DELETE CASCADE, text TEXT);"
      "CREATE TRIGGER count_notes AFTER INSERT ON note BEGIN UPDATE client SET name = 'has notes' WHERE id = "
      "new.client_id; END;"
      "INSERT INTO client(id, number, name) VALUES(1, 'C-1', 'a'), (2, 'C-2', 'b'); INSERT INTO note VALUES(1, 1, "
      "'t');");
  Host both(settings_of(application, std::string(kClientMapping) + R"(, "note": {"fields": ["client_id", "text"]})"));
  set_up(both);
  cursor = settle(both, "client");
  const std::string notes = settle(both, "note");
  EXPECT_EQ(both.push("note", {{SYNCLINE_UPSERT, "", "", R"({"client_id":2,"text":"x"})", "k1"}}).at(0).status,
            SYNCLINE_OK);
  EXPECT_EQ(both.push("client", {{SYNCLINE_DELETE, "1", "", "{}", "k2"}}).at(0).status, SYNCLINE_OK);
  EXPECT_EQ(both.pull("client", cursor).texts(), (Texts{R"(upsert 2 {"name":"has notes","number":"C-2"})"}));
  EXPECT_EQ(both.pull("note", notes).texts(), (Texts{R"(delete 1 {"client_id":1,"text":"t"})"}))
      << "the hub does not know that its delete took the note with it";
}

TEST_F(Push, ARepeatGivesTheFirstResult) {
  const Item item{SYNCLINE_UPSERT, "", "", R"({"name":"no number"})", "k1"};
  const Pushed first = push(item);
  application.run("UPDATE client SET name = 'edited', email = 'e@x';");
  const Pushed again = push(item);
  EXPECT_EQ(again.status, SYNCLINE_OK);
  EXPECT_EQ(again.key, first.key);
  EXPECT_EQ(again.version, first.version) << "and not that of the edit, which the hub has yet to pull";
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(rows(), "1||edited|e@x");

  const Item update{SYNCLINE_UPSERT, "1", host.pull("client", "", 1, true).changes.at(0).version, R"({"name":"ours"})",
                    "k2"};
  EXPECT_EQ(push(update).status, SYNCLINE_OK);
  EXPECT_EQ(push(update).status, SYNCLINE_OK) << "its own first write does not make a repeat stale";

  const Item remove{SYNCLINE_DELETE, "1", "", "{}", "k3"};
  EXPECT_EQ(push(remove).status, SYNCLINE_OK);
  application.run("INSERT INTO client(id, name) VALUES(1, 'another one');");
  EXPECT_EQ(push(remove).status, SYNCLINE_OK);
  EXPECT_EQ(rows(), "1||another one|");
}

TEST(PushMemory, IsBounded) {
  const Application application(kClientSchema);
  Host host(settings_of(application, kClientMapping, R"(, "remember_pushes": 3)"));
  set_up(host);
  for (int i = 0; i < 10; ++i)
    (void)host.push("client", {{SYNCLINE_UPSERT, "", "", R"({"name":"n"})", "k" + std::to_string(i)}});
  EXPECT_EQ(application.run("SELECT group_concat(idempotency_key) FROM syncline_pushed;"), "k7,k8,k9");
}

TEST_F(Push, NeverWritesOverWhatTheHubHasNotSeen) {
  application.run("INSERT INTO client(id, number, name) VALUES(1, 'C-1', 'a'), (2, 'C-2', 'b');");
  pull();
  const std::string known = changes.at(0).version;
  application.run("UPDATE client SET email = 'new@x' WHERE id = 1;");
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

TEST_F(Push, AnswersForRowsThatAreNotThere) {
  EXPECT_EQ(push({SYNCLINE_UPSERT, "99", "", R"({"name":"x"})", "k1"}).status, SYNCLINE_NOT_FOUND);
  EXPECT_EQ(push({SYNCLINE_DELETE, "99", "", "{}", "k2"}).status, SYNCLINE_OK);
  EXPECT_EQ(push({SYNCLINE_DELETE, "", "", R"({"number":"C-9"})", "k3"}).status, SYNCLINE_OK);
  application.run(
      "CREATE TABLE twice(id INTEGER PRIMARY KEY, number TEXT, name TEXT); INSERT INTO twice VALUES(1, 'x', ''), (2, "
      "'x', '');");
  Host twice(settings_of(application, R"("twice": {"key": "number", "fields": ["name"]})"));
  set_up(twice);
  const Pushed result = twice.push("twice", {{SYNCLINE_UPSERT, "", "", R"({"number":"x","name":"y"})", "k"}}).at(0);
  EXPECT_EQ(result.status, SYNCLINE_REJECTED);
  EXPECT_NE(result.message.find("more than one row"), std::string::npos) << result.message;
}

TEST(PushOfKeys, LeavesThePrimaryKeyAlone) {
  const Application application("CREATE TABLE page(slug TEXT PRIMARY KEY, text TEXT);");
  Host host(settings_of(application, R"("page": {"key": "slug", "fields": ["text"]})"));
  set_up(host);
  const auto send = [&](const Item& item) { return host.push("page", {item}).at(0); };
  EXPECT_EQ(send({SYNCLINE_UPSERT, "", "", R"({"slug":"a","text":"1"})", "k1"}).key, "a");
  EXPECT_EQ(send({SYNCLINE_UPSERT, "a", "", R"({"slug":"a","text":"2"})", "k2"}).status, SYNCLINE_OK);
  EXPECT_EQ(send({SYNCLINE_UPSERT, "a", "", R"({"slug":"b","text":"3"})", "k3"}).status, SYNCLINE_REJECTED);
  const Pushed keyless = send({SYNCLINE_UPSERT, "", "", R"({"text":"4"})", "k4"});
  EXPECT_EQ(keyless.status, SYNCLINE_REJECTED);
  EXPECT_NE(keyless.message.find("primary key 'slug'"), std::string::npos) << keyless.message;
  EXPECT_EQ(application.run("SELECT * FROM page;"), "a|2");
}

TEST(PushToAFile, ThatCannotBeWrittenIsTriedAgain) {
  const Application application(kClientSchema);
  Host host(settings_of(application, kClientMapping, R"(, "busy_timeout_ms": 1)"));
  set_up(host);
  const std::vector<Item> items = {{SYNCLINE_UPSERT, "", "", R"({"name":"x"})", "k"}};
  Outcome outcome;
  {
    // A second source is the one that holds the lock: it pushes while it asks whether to go on.
    Host other(settings_of(application));
    other.cancelled = [&] {
      (void)host.push("client", items, &outcome);
      return true;
    };
    (void)other.push("client", {{SYNCLINE_UPSERT, "", "", R"({"name":"y"})", "j"}});
  }
  EXPECT_EQ(outcome.status, SYNCLINE_RETRY);
  EXPECT_NE(outcome.message.find("another program holds the lock"), std::string::npos) << outcome.message;
  EXPECT_EQ(host.push("client", items).at(0).status, SYNCLINE_OK) << "and then it goes on";
  EXPECT_EQ(application.run("SELECT name FROM client;"), "x") << "a push that was cancelled wrote nothing";
}

TEST(PushToAFile, SaysWhenTheDiskIsFull) {
  const Application application(kClientSchema);
  Host host(settings_of(application));
  set_up(host);
  const std::vector<Item> items = {{SYNCLINE_UPSERT, "", "", R"({"name":")" + std::string(200'000, 'x') + "\"}", "k"}};
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{100'000, before.rlim_max};
  std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  Outcome outcome;
  (void)host.push("client", items, &outcome);
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(outcome.status, SYNCLINE_RETRY) << outcome.message;
  EXPECT_NE(outcome.message.find("disk"), std::string::npos) << outcome.message;
  EXPECT_EQ(host.push("client", items).at(0).status, SYNCLINE_OK) << "it recovers by itself";
}

}  // namespace
}  // namespace localdb::tests
