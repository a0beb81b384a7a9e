#include "hub/base/clock.hpp"
#include "hub/store/schema.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/store.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/sqlite.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <regex>

namespace hub::store {

namespace {

using tests::support::PostgresDatabase;
using tests::support::PostgresRole;
using tests::support::PostgresSchema;
using tests::support::psql;

const base::SystemClock kClock;

/// What `body` is refused with; empty: it is not.
std::string refusal_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const StoreError& error) {
    EXPECT_EQ(error.kind(), StoreErrorKind::kUnavailable) << error.what();
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << "the password is shown";
    return error.what();
  }
  return {};
}

std::string opening(const Location& location) {
  return refusal_of([&] { Store(StoreOptions{location, true}, kClock); });
}
std::string opening(const std::string& url) { return opening(Location::postgresql(url)); }
std::string reading(const std::string& url) {
  return refusal_of([&] {
    const auto location = Location::postgresql(url);
    Session session(location, Session::Mode::kRead);
    session.begin();
    require_latest_schema(session, location);
  });
}

void expect_words(const std::string& text, std::initializer_list<std::string> words) {
  for (const std::string& word : words)
    EXPECT_NE(text.find(word), std::string::npos) << "'" << word << "' is not in: " << text;
}

/// The statement that a refusal advises to run.
std::string advised(const std::string& refusal) {
  static const std::regex statement(R"(: ((grant|create|alter) [^;]*;))");
  std::smatch found;
  EXPECT_TRUE(std::regex_search(refusal, found, statement)) << refusal;
  return found[1];
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

TEST(Url, IsJudgedBeforeAnybodyIsAsked) {
  struct Case {
    std::string url;
    std::string problem;  // empty: none
  };
  const Case cases[] = {
      {"postgresql://app:secret@db1,db2/syncline?sslmode=verify-full&target_session_attrs=read-write", ""},
      {"postgresql://app:se%40cret@[::1]:5433,db2:5432/syncline", ""},
      {"postgres://db/syncline?application_name=a@b", ""},
      {"postgresql://db:5432?options=-csearch_path%3Dhub", ""},
      {"postgresql://db:99999/syncline", "port 99999 is none"},
      {"postgresql://db:abc/syncline", "port abc is none"},
      {"postgresql://app@db:5432,db2:0/syncline", "port is none"},
      {"postgresql://db/syncline?sslmod=require", "no parameter sslmod; did you mean sslmode?"},
      {"postgresql://app:secret%zz@db/syncline", "%25"},
      {"postgresql://app:sec@ret@db/syncline", "%40"},
      {"postgresql://app:sec/ret@db/syncline", "%2F"},
      {"postgresql://app:sec?ret@db/syncline", "%3F"},
      {"postgresql://app:s@cret/secret@db/syncline", "%2F"},
      {"postgresql://[::1/syncline", "no URL"},
  };
  for (const Case& one : cases) {
    const std::string problem = url_problem(one.url);
    EXPECT_EQ(problem.empty(), one.problem.empty()) << one.url << ": " << problem;
    EXPECT_NE(problem.find(one.problem), std::string::npos) << one.url << ": " << problem;
    const std::string shown = Location::postgresql(one.url).shown();
    for (const char* secret : {"sec", "cret"})
      EXPECT_EQ((problem + shown).find(secret), std::string::npos) << one.url << ": " << problem << shown;
    if (!problem.empty()) expect_words(opening(one.url), {problem});
  }
}

TEST(Connecting, ToNobodyNamesWhatToCheck) {
  expect_words(opening("postgresql://app:secret@127.0.0.1:1/syncline"),
               {"postgresql://app@127.0.0.1:1/syncline", "Connection refused", "listen_addresses"});
  expect_words(opening("postgresql://app:secret@nowhere.invalid/syncline"), {"nowhere.invalid", "check the host"});
}

TEST(Connecting, WithWhatTheServerDoesNotTakeSaysWhatWouldHelp) {
  const PostgresSchema schema;
  const PostgresRole role;
  const std::string url = role.in(schema.url());
  const std::string quoted = '"' + role.name() + '"';
  expect_words(opening(replaced(url, ":secret", ":secret2")),
               {"postgresql://" + role.name() + "@127.0.0.1", "password authentication failed",
                "alter role " + quoted + " password"});
  expect_words(opening(replaced(url, ":secret", "")), {"no password", "alter role " + quoted + " password"});
  expect_words(opening(replaced(url, "/postgres?", "/nowhere?")),
               {"\"nowhere\" does not exist", "create database \"nowhere\" owner " + quoted + ";"});

  psql(schema.url(), "alter role " + role.name() + " nologin");
  psql(schema.url(), advised(opening(url)));
  expect_words(opening(url), {"grant usage on schema"});  // it is let in, so the next thing is found

  const PostgresDatabase closed;
  psql(closed.url(),
       "do $$ begin execute 'revoke connect on database ' || current_database() || ' from public'; end $$");
  psql(closed.url(), advised(opening(role.in(closed.url()))));
  expect_words(opening(role.in(closed.url())), {"grant create on schema \"public\" to " + quoted + ";"});
}

/// A schema of one role, and another role that is to use it: what is advised is run, and helps.
class Rights : public testing::Test {
 protected:
  void let(const std::string& refusal) { psql(schema_.url(), advised(refusal)); }

  PostgresSchema schema_;
  PostgresRole role_;
  std::string url_ = role_.in(schema_.url());
};

TEST_F(Rights, ToMakeAStore) {
  const std::string no_usage = opening(url_);
  expect_words(no_usage, {"may use no schema of its search path (" + schema_.name() + ")"});
  psql(schema_.url(), replaced(advised(no_usage), "NAME", schema_.name()));
  const std::string no_create = opening(url_);
  expect_words(no_create, {"may not create tables in schema \"" + schema_.name() + '"'});
  let(no_create);
  EXPECT_EQ(opening(url_), "");
  EXPECT_EQ(reading(url_), "");
}

TEST_F(Rights, ToAStoreThatAnotherRoleHasMade) {
  ASSERT_EQ(opening(schema_.url()), "");
  psql(schema_.url(), "grant usage on schema " + schema_.name() + " to " + role_.name());
  const std::string no_select = reading(url_);
  expect_words(no_select, {"may not read table canonical_records and ", " more, which role \"syncline\" owns"});
  let(no_select);
  EXPECT_EQ(reading(url_), "");

  const std::string no_write = opening(url_);
  expect_words(no_write, {"may not write to table canonical_records"});
  let(no_write);
  ASSERT_EQ(opening(url_), "") << "a role need not make tables where they are made";
  Store store({Location::postgresql(url_), true}, kClock);
  const auto write = [&] { store.write([](Session& session) { put_priority(session, "S", 1); }); };
  write();

  psql(schema_.url(), "revoke insert on source_priority from " + role_.name());
  try {
    write();
    ADD_FAILURE() << "it may not";
  } catch (const StoreError& error) {  // it may come back: nothing ends for that
    EXPECT_EQ(error.kind(), StoreErrorKind::kReadOnly);
    expect_words(error.what(), {"put_priority", "source_priority", "lacks a right", "syncline run"});
  }
}

TEST_F(Rights, ToBringAStoreUpToDateAreItsOwners) {
  ASSERT_EQ(opening(schema_.url()), "");
  psql(schema_.url(), "update schema_version set version = 0; grant usage, create on schema " + schema_.name() +
                          " to " + role_.name() + "; grant select on all tables in schema " + schema_.name() + " to " +
                          role_.name());
  expect_words(opening(url_),
               {"at schema version 0", "only role \"syncline\"", "run `syncline migrate` with that role"});
}

TEST(Schema, ThatIsOlderOrNewerSaysWhatToRun) {
  const PostgresSchema schema;
  ASSERT_EQ(opening(schema.url()), "");
  const std::string latest = std::to_string(latest_schema_version());
  psql(schema.url(), "update schema_version set version = version - 1");
  expect_words(reading(schema.url()), {"this binary needs " + latest + ": run `syncline migrate` first"});
  psql(schema.url(), "update schema_version set version = version + 2");
  for (const std::string& refusal : {reading(schema.url()), opening(schema.url())})
    expect_words(refusal, {"this binary knows only " + latest + ": run the newer binary that made it"});
}

TEST(Schema, ThatIsAnotherProgramsIsLeftAlone) {
  for (const char* table : {"create table counters (id integer)", "create table schema_version (installed integer)",
                            "create table schema_version (installed integer); create table counters (id integer)"}) {
    const PostgresSchema schema;
    const auto tables = [&] {
      return psql(schema.url(), "select count(*) from pg_class where relnamespace = current_schema()::regnamespace");
    };
    psql(schema.url(), table);
    const std::string before = tables();
    for (const std::string& refusal : {opening(schema.url()), reading(schema.url())})
      expect_words(refusal, {"in schema \"" + schema.name() + "\" is none of Syncline's",
                             "create schema syncline authorization \"syncline\";", "options=-csearch_path%3Dsyncline"});
    EXPECT_EQ(tables(), before);

    const tests::support::TempDir folder;
    tests::support::sqlite(folder / "hub.db", table);
    expect_words(opening(Location(folder / "hub.db")), {"hub.db", "is none of Syncline's", "name a hub.data"});
  }
}

}  // namespace

}  // namespace hub::store
