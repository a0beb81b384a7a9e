#include "hub/app/api_client.hpp"

#include "hub/http/routes.hpp"
#include "hub/http/server.hpp"
#include "hub/store/lock.hpp"
#include "tests/unit/app/fixture.hpp"

#include <gtest/gtest.h>

namespace {

using nlohmann::json;
using tests::app::Installation;

/// A hub on an installation's store that serves the API, as `syncline run` does.
class RunningHub {
 public:
  explicit RunningHub(const Installation& here)
      : config_(here.config()),
        lock_(here.data()),
        store_({here.data() / "hub.db", true}, clock_),
        hub_(config_, store_, {}, clock_, rng_),
        server_(router_, {}, clock_, rng_) {
    hub::http::add_routes(router_, hub_);
    server_.start();
    hub_.start();
    lock_.publish("http://127.0.0.1:" + std::to_string(server_.port()));
  }
  ~RunningHub() {
    server_.stop();
    hub_.stop();
  }

 private:
  hub::config::Config config_;
  hub::base::SystemClock clock_;
  hub::base::SeededRng rng_{2};
  hub::store::DataLock lock_;
  hub::store::Store store_;
  hub::sync::Hub hub_;
  hub::http::Router router_;
  hub::http::Server server_;
};

/// Every case runs twice: on the store itself, and over HTTP against a hub that runs.
class Commands : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    here_.apply(
        {R"({"externalId":"C1","source":"CRM","version":5,"fullName":"Ann","email":"ann@example.org"})",
         R"({"externalId":"C1","source":"CRM","version":5,"fullName":"Anna"})",
         R"({"externalId":"a/b c","source":"ERP","version":1,"fullName":"Slash"})",
         R"({"entity":"order","externalId":"O1","source":"CRM","version":1,"fields":{"clientId":"C9","total":"1.50"}})"});
    if (GetParam()) hub_.emplace(here_);
  }

  Installation::Said said(std::vector<std::string> words) { return here_.syncline(std::move(words)); }
  /// What the command prints; it must succeed.
  std::string out(std::vector<std::string> words) {
    const auto result = said(words);
    EXPECT_EQ(result.code, 0) << testing::PrintToString(words) << "\n" << result.err;
    return result.out;
  }
  json read(std::vector<std::string> words) {
    words.emplace_back("--json");
    return json::parse(out(words));
  }

  Installation here_;
  std::optional<RunningHub> hub_;
};

TEST_P(Commands, ListRecordsPageByPage) {
  const std::string first = out({"records", "list", "--entity", "client", "--limit", "1"});
  EXPECT_EQ(first.find("ENTITY  EXTERNAL ID  VERSION"), 0U) << first;
  EXPECT_NE(first.find("email=ann@example.org, fullName=Ann"), std::string::npos) << first;
  EXPECT_EQ(first.find("Slash"), std::string::npos) << first;
  const std::string next = "there are more: syncline records list --limit 1 --entity client --cursor ";
  ASSERT_NE(first.find(next), std::string::npos) << first;
  std::string cursor = first.substr(first.find(next) + next.size());
  cursor.pop_back();
  const std::string second = out({"records", "list", "--entity", "client", "--limit", "1", "--cursor", cursor});
  EXPECT_NE(second.find("Slash"), std::string::npos) << second;
  EXPECT_EQ(second.find("there are more"), std::string::npos) << second;
  EXPECT_EQ(out({"records", "list", "--entity", "order"}), "no records\n");
}

TEST_P(Commands, ShowARecordWhoseIdHoldsASlash) {
  const std::string text = out({"records", "show", "client", "a/b c"});
  EXPECT_NE(text.find("client a/b c: version 1"), std::string::npos) << text;
  EXPECT_NE(text.find("PENDING FOR"), std::string::npos) << text;
  EXPECT_EQ(read({"records", "show", "client", "a/b c"})["fields"]["fullName"], "Slash");
}

TEST_P(Commands, ShowAHistoryNewestFirst) {
  const json items = read({"records", "history", "client", "C1"})["items"];
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0]["state"], "conflict");
  EXPECT_EQ(items[1]["resolution"], "NEW_RECORD");
  const std::string shown = out({"history", "client", "C1"});
  EXPECT_NE(shown.find("NEW_RECORD"), std::string::npos) << shown;
  EXPECT_NE(shown.find("fullName  - -> Ann "), std::string::npos) << shown;
  EXPECT_NE(shown.find("fullName  Ann stays, Anna lost"), std::string::npos) << shown;
  EXPECT_EQ(out({"records", "history", "client", "C1"}), shown) << "by either name";
  EXPECT_EQ(read({"history", "client", "C1", "--at", "2020-01-01T00:00:00Z"})["items"].size(), 0U);
}

TEST_P(Commands, ShowARecordAsItWas) {
  const json now = read({"records", "show", "client", "C1", "--at", "2100-01-01T00:00:00Z"});
  EXPECT_EQ(now["fields"]["fullName"], "Ann");
  EXPECT_NE(out({"records", "show", "client", "C1", "--at", "2100-01-01T00:00:00Z"}).find("Ann"), std::string::npos);
  EXPECT_EQ(said({"records", "show", "client", "C1", "--at", "2020-01-01T00:00:00Z"}).code, 1);
  EXPECT_EQ(said({"records", "show", "client", "C1", "--at", "today"}).code, 2);
}

TEST_P(Commands, SettleAConflictWithGivenValues) {
  EXPECT_NE(out({"conflicts", "list"}).find("CRM:2  open"), std::string::npos);
  const std::string shown = out({"conflicts", "show", "CRM:2"});
  EXPECT_NE(shown.find("fullName *  Ann            Anna      CRM:2 version 5 at "), std::string::npos) << shown;
  const json conflict = read({"conflicts", "show", "CRM:2"});
  const std::string etag = conflict["etag"];
  EXPECT_NE(shown.find("syncline conflicts resolve CRM:2 --etag " + etag + " --take incoming"), std::string::npos)
      << shown;

  EXPECT_EQ(said({"conflicts", "resolve", "CRM:2", "--etag", "1.1", "--take", "incoming"}).code, 1);
  const std::string settled = out({"conflicts", "resolve", "CRM:2", "--etag", etag, "--field", "fullName=Anne",
                                   "--field", "active=true", "--clear", "email"});
  EXPECT_EQ(settled, "conflict CRM:2 is settled: client C1 is at version 6\n");
  const json fields = read({"records", "show", "client", "C1"})["fields"];
  EXPECT_EQ(fields["fullName"], "Anne");
  EXPECT_EQ(fields["active"], true);
  EXPECT_TRUE(fields["email"].is_null());
  EXPECT_EQ(out({"conflicts", "list"}), "no open conflicts\n");
  EXPECT_NE(out({"conflicts", "list", "--state", "all"}).find("CRM:2  resolved"), std::string::npos);
  EXPECT_NE(out({"conflicts", "show", "CRM:2"}).find("closed"), std::string::npos);
  const auto again = said({"conflicts", "resolve", "CRM:2", "--take", "incoming"});
  EXPECT_EQ(again.code, 1);
  EXPECT_NE(again.err.find("resolved already"), std::string::npos) << again.err;
}

TEST_P(Commands, RefuseADecisionThatSaysNothingOrTwoThings) {
  EXPECT_EQ(said({"conflicts", "resolve", "CRM:2"}).code, 2);
  EXPECT_EQ(said({"conflicts", "resolve", "CRM:2", "--take", "incoming", "--take", "fullName=canonical"}).code, 2);
  EXPECT_EQ(said({"conflicts", "resolve", "CRM:2", "--take", "incoming", "--link", "C1"}).code, 2);
  EXPECT_EQ(said({"conflicts", "resolve", "CRM:2", "--all", "--take", "incoming"}).code, 2);
  EXPECT_EQ(said({"conflicts", "resolve", "--all"}).code, 2);
  EXPECT_EQ(said({"conflicts", "resolve", "--all", "--take", "incoming", "--etag", "5.1-CRM:2"}).code, 2);
  EXPECT_EQ(said({"conflicts", "resolve", "--all", "--take", "incoming", "--preview", "x"}).code, 2);
  EXPECT_EQ(said({"conflicts", "resolve", "CRM:2", "--kind", "field", "--take", "incoming"}).code, 2);
  const auto wrong = said({"conflicts", "resolve", "CRM:2", "--field", "fulName=x"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_NE(wrong.err.find("/fields/fulName: is no field of client"), std::string::npos) << wrong.err;
}

TEST_P(Commands, ShowWhatWaits) {
  const std::string text = out({"waiting"});
  EXPECT_NE(text.find("client C9"), std::string::npos) << text;
  EXPECT_EQ(out({"waiting", "list"}), text);
  EXPECT_EQ(read({"waiting"})["items"][0]["missing"][0]["externalId"], "C9");
}

TEST_P(Commands, ShowTheStatus) {
  const std::string text = out({"status"});
  EXPECT_NE(text.find(GetParam() ? "test, running" : "test, not running"), std::string::npos) << text;
  EXPECT_NE(text.find("acknowledged 4, applied 2"), std::string::npos) << text;
  EXPECT_NE(text.find("1 open conflict, 0 dead letters"), std::string::npos) << text;
  EXPECT_NE(text.find("SOURCE  PLUGIN  PRIORITY"), std::string::npos) << text;
}

TEST_P(Commands, PauseAndResumeASource) {
  EXPECT_NE(out({"sources", "pause", "ERP", "--reason", "night"}).find("ERP is paused"), std::string::npos);
  EXPECT_NE(out({"sources", "list"}).find("paused: night"), std::string::npos);
  EXPECT_EQ(out({"sources", "resume", "ERP"}), "ERP goes on\n");
  EXPECT_EQ(read({"sources", "list"})["items"][1]["paused"], false);
}

TEST_P(Commands, SetAPriority) {
  EXPECT_NE(out({"priority", "set", "ERP", "7"}).find("ERP has priority 7"), std::string::npos);
  EXPECT_EQ(read({"sources", "list"})["items"][1]["priority"], 7);
}

TEST_P(Commands, EndWithOneForWhatIsNotThere) {
  const std::vector<std::string> cases[] = {{"records", "show", "client", "C7"},
                                            {"records", "history", "client", "C7"},
                                            {"conflicts", "show", "CRM:77"},
                                            {"conflicts", "resolve", "CRM:77", "--take", "incoming"},
                                            {"dead-letters", "show", "CRM:77"},
                                            {"dead-letters", "replay", "CRM:77"},
                                            {"dead-letters", "replay", "CRM:77", "--field", "fullName=x"},
                                            {"dead-letters", "discard", "CRM:77"},
                                            {"sources", "pause", "SAP"},
                                            {"priority", "set", "SAP", "1"}};
  for (const auto& words : cases) {
    const auto result = said(words);
    EXPECT_EQ(result.code, 1) << testing::PrintToString(words) << result.err;
    EXPECT_NE(result.err.find("there is no "), std::string::npos) << result.err;
    EXPECT_EQ(result.out, "");
  }
}

TEST_P(Commands, KnowWhenNothingIsDead) {
  EXPECT_EQ(out({"dead-letters", "list"}), "no dead letters\n");
  EXPECT_EQ(out({"dead-letters", "replay", "--all"}), "0 dead letters replayed, 0 refused again\n");
  EXPECT_EQ(said({"dead-letters", "replay"}).code, 2);
  EXPECT_EQ(said({"dead-letters", "replay", "CRM:1", "--all"}).code, 2);
}

TEST_P(Commands, ReplayAndDiscardDeadLetters) {
  hub_.reset();
  here_.reject("ERP");
  here_.reject("CRM");
  if (GetParam()) hub_.emplace(here_);
  const json letters = read({"dead-letters", "list"})["items"];
  ASSERT_EQ(letters.size(), 2U) << letters.dump();  // C1 for ERP, a/b c for CRM
  const std::string of_crm = letters[0]["id"];
  const std::string of_erp = letters[1]["id"];
  const std::string listed = out({"dead-letters", "list", "--source", "CRM"});
  EXPECT_NE(listed.find(of_crm), std::string::npos) << listed;
  EXPECT_NE(listed.find("it has no such customer"), std::string::npos) << listed;
  EXPECT_EQ(listed.find(of_erp), std::string::npos) << listed;
  const std::string shown = out({"dead-letters", "show", of_crm});
  EXPECT_NE(shown.find("record    client a/b c"), std::string::npos) << shown;
  EXPECT_NE(shown.find("\"fullName\":\"Slash\""), std::string::npos) << shown;
  EXPECT_EQ(said({"dead-letters", "replay", of_crm, "--field", "fullName=x"}).code, 2);
  EXPECT_EQ(out({"dead-letters", "replay", of_crm}), of_crm + " is queued again\n");
  EXPECT_EQ(said({"dead-letters", "replay", of_crm}).code, 1);
  EXPECT_EQ(out({"dead-letters", "replay", "--all", "--source", "CRM"}), "0 dead letters replayed, 0 refused again\n");
  EXPECT_EQ(out({"dead-letters", "discard", of_erp}), of_erp + " is discarded\n");
  EXPECT_EQ(out({"dead-letters", "list"}), "no dead letters\n");
  EXPECT_EQ(said({"audit"}).code, 0);
}

TEST_P(Commands, PullOnlyThroughARunningHub) {
  const auto result = said({"sources", "pull", "ERP"});
  EXPECT_EQ(result.code, GetParam() ? 1 : 3) << result.err;
  EXPECT_NE(result.err.find(GetParam() ? "has no plugin" : "no hub runs"), std::string::npos) << result.err;
}

INSTANTIATE_TEST_SUITE_P(OnTheStore, Commands, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(OverHttp, Commands, testing::Values(true));

TEST(ApiClient, MapsStatusesToExitCodes) {
  using hub::app::ExitCode;
  const std::pair<int, ExitCode> cases[] = {{400, ExitCode::kUsage}, {404, ExitCode::kNo},   {409, ExitCode::kNo},
                                            {412, ExitCode::kNo},    {429, ExitCode::kAway}, {500, ExitCode::kAway},
                                            {503, ExitCode::kAway},  {507, ExitCode::kAway}};
  for (const auto& [status, code] : cases) {
    const hub::app::ApiClient client(
        [status = status](const hub::app::ApiCall&) {
          return hub::app::ApiAnswer{status, R"({"detail":"no","errors":[{"pointer":"/a","detail":"bad\u001b[2J"}]})"};
        },
        true);
    try {
      static_cast<void>(client.get("/x"));
      FAIL() << status;
    } catch (const hub::app::CommandError& error) {
      EXPECT_EQ(error.code(), code) << status;
      EXPECT_STREQ(error.what(), "no\n  /a: bad\\x1b[2J");
    }
  }
}

TEST(ApiClient, SaysWhereNobodyAnswers) {
  const Installation here;
  here.apply({});
  hub::store::DataLock lock(here.data());
  lock.publish("http://127.0.0.1:1");
  const auto said = here.syncline({"status"});
  EXPECT_EQ(said.code, 3);
  EXPECT_NE(said.err.find("the hub at http://127.0.0.1:1 does not answer"), std::string::npos) << said.err;
}

TEST(ApiClient, SaysWhoHoldsTheStoreWithoutListening) {
  const Installation here;
  here.apply({});
  const hub::store::DataLock lock(here.data());
  const auto said = here.syncline({"status"});
  EXPECT_EQ(said.code, 3);
  EXPECT_NE(said.err.find("process " + std::to_string(::getpid()) + " holds"), std::string::npos) << said.err;
}

TEST(Query, LeavesOutWhatIsEmptyAndEscapesTheRest) {
  EXPECT_EQ(hub::app::Query().text(), "");
  EXPECT_EQ(hub::app::Query().add("a", "").add("b", "x y&z").add("c", "1").text(), "?b=x%20y%26z&c=1");
  EXPECT_EQ(hub::app::path({"api", "records", "a/b", "ü"}), "/api/records/a%2Fb/%C3%BC");
}

}  // namespace
