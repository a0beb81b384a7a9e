#include "plugins/localdb/tests/server_database.hpp"

namespace localdb::tests {
namespace {

using Texts = std::vector<std::string>;

class ServerCapture : public ServerDatabase {
 protected:
  ServerCapture() {
    application.run("INSERT INTO client VALUES(1, 'C-1', 'Ada', 'ada@x', 'p'), (2, 'C-2', NULL, NULL, NULL)");
    pull();
    pull();  // confirms
  }
};
LOCALDB_ON_EVERY_SERVER(ServerCapture);

TEST_P(ServerCapture, TellsWhatAnApplicationWrites) {
  struct Case {
    const char* sql;
    Texts expected;
  };
  const Case cases[] = {
      {"INSERT INTO client(id, number, name) VALUES(3, 'C-3', 'Bo')",
       {R"(upsert 3 {"email":null,"name":"Bo","number":"C-3"})"}},
      {"UPDATE client SET name = 'Ada L.' WHERE id = 1", {R"(upsert 1 {"name":"Ada L.","number":"C-1"})"}},
      {"UPDATE client SET email = 'ADA@x' WHERE id = 1", {R"(upsert 1 {"email":"ADA@x","number":"C-1"})"}},
      {"UPDATE client SET name = NULL, email = NULL WHERE id = 1",
       {R"(upsert 1 {"email":null,"name":null,"number":"C-1"})"}},
      {"UPDATE client SET name = '' WHERE id = 1", {R"(upsert 1 {"name":"","number":"C-1"})"}},
      {"UPDATE client SET name = 'x' WHERE id = 2", {R"(upsert 2 {"name":"x","number":"C-2"})"}},
      {"UPDATE client SET name = name, private = 'q'", {}},
      {"UPDATE client SET name = 'never' WHERE id = 99", {}},
      {"BEGIN; UPDATE client SET name = 'undone'; ROLLBACK", {}},
      {"UPDATE client SET number = 'C-9' WHERE id = 2", {R"(upsert 2 {"number":"C-9"})"}},
      {"UPDATE client SET id = 7 WHERE id = 2",
       {R"(delete 2 {"number":"C-9"})", R"(upsert 7 {"email":null,"name":"x","number":"C-9"})"}},
      {"UPDATE client SET name = 'a' WHERE id = 7; UPDATE client SET email = 'b' WHERE id = 7",
       {R"(upsert 7 {"email":"b","name":"a","number":"C-9"})"}},
      {"INSERT INTO client(id, name) VALUES(8, 'gone'); DELETE FROM client WHERE id = 8",
       {R"(delete 8 {"number":null})"}},
      {"DELETE FROM client WHERE id = 7; INSERT INTO client(id, number) VALUES(7, 'again')",
       {R"(delete 7 {"number":"C-9"})", R"(upsert 7 {"email":null,"name":null,"number":"again"})"}},
      {"BEGIN; INSERT INTO client(id, number) VALUES(20, 'n'); UPDATE client SET name = 'kept' WHERE id = 20; COMMIT",
       {R"(upsert 20 {"email":null,"name":"kept","number":"n"})"}},
      {"DELETE FROM client WHERE id IN (7, 20)", {R"(delete 7 {"number":"again"})", R"(delete 20 {"number":"n"})"}},
  };
  for (const Case& c : cases) {
    application.run(c.sql);
    EXPECT_EQ(pull(), c.expected) << c.sql;
  }
}

TEST_P(ServerCapture, GivesTheVersionOfTheRowAsItIs) {
  application.run("UPDATE client SET name = 'a' WHERE id = 1");
  pull();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(host.pull("client", "", 1, true).changes.at(0).version, changes[0].version);
  EXPECT_NEAR(static_cast<double>(changes[0].changed_at_ms), static_cast<double>(std::time(nullptr)) * 1000, 10'000);
}

/// Two sessions write; the one that drew the lower number commits last.
TEST_P(ServerCapture, NeverSkipsALateCommit) {
  const auto early = application.connect();
  const auto late = application.connect();
  late->run("BEGIN");
  late->run("INSERT INTO client(id, number) VALUES(100, 'late')");
  late->run("UPDATE client SET name = 'late' WHERE id = 1");
  early->run("INSERT INTO client(id, number) VALUES(101, 'early')");
  EXPECT_EQ(pull(), (Texts{R"(upsert 101 {"email":null,"name":null,"number":"early"})"}))
      << "what is committed does not wait for what is not";
  EXPECT_EQ(pull(), Texts{});
  late->run("UPDATE client SET email = 'late' WHERE id = 2");
  early->run("UPDATE client SET name = 'later' WHERE id = 101");
  late->run("COMMIT");
  EXPECT_EQ(pull().size(), 4U) << "nothing of the late one was skipped";
  EXPECT_EQ(pull(), Texts{});
}

TEST_P(ServerCapture, TellsARowInTheOrderInWhichItWasWritten) {
  // The one that began first deletes last: by the number of the transaction the delete would come first.
  const auto first = application.connect();
  const auto second = application.connect();
  first->run("BEGIN");
  first->run("INSERT INTO client(id, number) VALUES(100, 'n')");
  second->run("INSERT INTO client(id, number) VALUES(101, 'm')");
  second->run("DELETE FROM client WHERE id = 2");
  first->run("INSERT INTO client(id, number) VALUES(2, 'C-2')");
  first->run("COMMIT");
  pull();
  Texts of_row_2;
  for (const Change& change : changes)
    if (change.key == "2") of_row_2.push_back(change.text());
  EXPECT_EQ(of_row_2, (Texts{R"(delete 2 {"number":"C-2"})", R"(upsert 2 {"email":null,"name":null,"number":"C-2"})"}));
}

TEST_P(ServerCapture, RemembersNothingOfTheMarkInTheNextTransaction) {
  EXPECT_EQ(push({SYNCLINE_UPSERT, "1", "", R"({"name":"ours"})", "k1"}).status, SYNCLINE_OK);
  EXPECT_EQ(
      push({SYNCLINE_UPSERT, "1", "", R"({"email":"too long for a column of forty characters, it is"})", "k2"}).status,
      SYNCLINE_REJECTED);
  EXPECT_EQ(pull(), Texts{});
  application.run("UPDATE client SET name = 'theirs' WHERE id = 1");
  EXPECT_EQ(pull(), (Texts{R"(upsert 1 {"name":"theirs","number":"C-1"})"}));
}

TEST_P(ServerCapture, SeesWhatTheApplicationsTriggersWrite) {
  if (postgresql()) {
    application.run(
        "CREATE TABLE note(id int PRIMARY KEY, client_id bigint REFERENCES client ON DELETE CASCADE, body text)");
    application.run_one(
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE client SET name = NEW.body "
        "WHERE id = NEW.client_id; RETURN NULL; END $$");
    application.run("CREATE TRIGGER touch AFTER INSERT ON note FOR EACH ROW EXECUTE FUNCTION touch()");
  } else {
    application.run("CREATE TABLE note(id INT PRIMARY KEY, client_id BIGINT, body TEXT)");
    application.run_one(
        "CREATE TRIGGER touch AFTER INSERT ON note FOR EACH ROW UPDATE client SET name = NEW.body WHERE id = "
        "NEW.client_id");
  }
  Host both(
      server_settings(application, std::string(kServerMapping) + R"(, "note": {"fields": ["client_id", "body"]})"));
  install(both);
  cursor = read_all(both, "client");
  const std::string notes = read_all(both, "note");
  EXPECT_EQ(
      both.push("note", {{SYNCLINE_UPSERT, "", "", R"({"id":1,"client_id":1,"body":"hello"})", "k"}}).at(0).status,
      SYNCLINE_REJECTED)
      << "id is not mapped";
  application.run("INSERT INTO note VALUES(1, 1, 'hello')");
  EXPECT_EQ(pull(), (Texts{R"(upsert 1 {"name":"hello","number":"C-1"})"}));
  pull();                     // confirms
  if (!postgresql()) return;  // MariaDB runs no triggers for cascades
  EXPECT_EQ(push({SYNCLINE_DELETE, "1", "", "{}", "k2"}).status, SYNCLINE_OK);
  EXPECT_EQ(pull(), Texts{});
  EXPECT_EQ(both.pull("note", notes).texts(), (Texts{"delete 1 {}"})) << "the hub knows nothing of the cascade";
}

TEST_P(ServerCapture, TakesAnyCharacters) {
  const std::string text = "it's \"q\" \\ žluť 漢字 🎈 \n\t {{x}} $1 ?";
  const Pushed pushed =
      push({SYNCLINE_UPSERT, "1", "", R"({"name":"it's \"q\" \\ žluť 漢字 🎈 \n\t {{x}} $1 ?"})", "k"});
  EXPECT_EQ(pushed.status, SYNCLINE_OK) << pushed.message;
  EXPECT_EQ(application.rows("SELECT name FROM client WHERE id = 1"), text);
  const Page page = host.pull("client", "", 1, true);
  EXPECT_NE(page.texts().at(0).find(R"(it's \"q\" \\ žluť 漢字 🎈 \n\t {{x}} $1 ?)"), std::string::npos)
      << page.texts()[0];
}

class CaptureOnPostgresql : public ServerCapture {};
INSTANTIATE_TEST_SUITE_P(On, CaptureOnPostgresql, ::testing::Values(Server::kPostgresql));

TEST_P(CaptureOnPostgresql, ATruncateIsADeleteOfEachRow) {
  application.run("TRUNCATE client");
  EXPECT_EQ(pull(), (Texts{R"(delete 1 {"number":"C-1"})", R"(delete 2 {"number":"C-2"})"}));
}

TEST_P(CaptureOnPostgresql, ACopyIsCaptured) {
  application.run("CREATE TABLE other AS SELECT 50 + i AS id, 'n' || i AS number FROM generate_series(1, 3) i");
  application.run("INSERT INTO client(id, number) SELECT id, number FROM other");
  EXPECT_EQ(pull().size(), 3U);
  application.run(
      "INSERT INTO client(id, number) VALUES(51, 'x') ON CONFLICT (id) DO UPDATE SET number = excluded.number");
  EXPECT_EQ(pull(), (Texts{R"(upsert 51 {"number":"x"})"}));
}

}  // namespace
}  // namespace localdb::tests
