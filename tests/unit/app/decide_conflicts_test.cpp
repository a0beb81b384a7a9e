#include "hub/app/conflict_filter.hpp"
#include "tests/unit/app/fixture.hpp"

#include <gtest/gtest.h>

namespace {

using nlohmann::json;
using tests::app::Installation;

/// Clients C1 to C3 in dispute between the CRM and itself: an e-mail each, C3 a name as well.
class DecideConflicts : public testing::Test {
 protected:
  DecideConflicts() {
    for (const char* id : {"C1", "C2", "C3"}) {
      const std::string name = id == std::string("C3") ? R"(,"fullName":"Bea")" : "";
      const std::string head = R"({"source":"CRM","version":1,"externalId":")" + std::string(id);
      here.apply({head + R"(","fullName":"Ann","email":"old@x.org"})", head + R"(","email":"new@x.org")" + name + "}"});
    }
  }
  std::string out(std::vector<std::string> words, int code = 0) {
    const auto result = here.syncline(std::move(words));
    EXPECT_EQ(result.code, code) << result.out << result.err;
    return result.out;
  }
  std::string email(const std::string& id) {
    return json::parse(out({"records", "show", "client", id, "--json"}))["fields"]["email"];
  }
  static bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

  Installation here;
};

TEST_F(DecideConflicts, TheInboxIsGroupedAndFiltered) {
  const std::string groups = out({"conflicts", "list", "--by", "field"});
  EXPECT_EQ(groups.find("FIELD            OPEN  OLDEST (UTC)\nclient.email        3  "), 0U) << groups;
  EXPECT_TRUE(has(groups, "client.fullName     1  ")) << groups;
  EXPECT_TRUE(has(out({"conflicts", "list", "--field", "fullName"}), "CRM:6")) << "C3";
  EXPECT_FALSE(has(out({"conflicts", "list", "--field", "fullName"}), "CRM:4"));
  EXPECT_EQ(out({"conflicts", "list", "--source", "ERP"}), "no open conflicts\n");
  EXPECT_TRUE(has(out({"conflicts", "list", "--entity", "client", "--limit", "1"}),
                  "there are more: syncline conflicts list --state open --entity client --limit 1 --cursor "));
  EXPECT_EQ(here.syncline({"conflicts", "list", "--by", "field", "--state", "all"}).code, 2);
  EXPECT_EQ(here.syncline({"conflicts", "list", "--since", "noon"}).code, 2);
}

TEST_F(DecideConflicts, ManyAreShownFirstAndThenSettled) {
  const std::vector<std::string> decision{"conflicts", "resolve", "--all", "--kind", "field",         "--source",
                                          "CRM",       "--field", "email", "--take", "email=incoming"};
  const std::string shown = out(decision);
  EXPECT_TRUE(has(shown, "CRM:2  client C1  CRM   email  new@x.org  canonical old@x.org")) << shown;
  EXPECT_TRUE(has(shown, "3 conflicts matched: 2 would be settled, 1 cannot be settled so")) << shown;
  EXPECT_EQ(email("C1"), "old@x.org");
  const std::string does = "to do it: syncline ";
  std::istringstream command(shown.substr(shown.find(does) + does.size()));
  std::vector<std::string> words;
  for (std::string word; command >> word;) words.push_back(word);
  ASSERT_EQ(words[words.size() - 3], "--apply") << shown;
  const std::string done = out(words, 1);
  EXPECT_TRUE(has(done, "3 conflicts matched: 2 settled, 1 cannot be settled so, 0 moved on")) << done;
  EXPECT_EQ(email("C1"), "new@x.org");
  EXPECT_EQ(email("C2"), "new@x.org");
  EXPECT_EQ(email("C3"), "old@x.org");
  const std::string rest = out({"conflicts", "resolve", "--all", "--take", "canonical", "--apply"});
  EXPECT_TRUE(has(rest, "1 conflict matched: 1 would be settled")) << rest;
  EXPECT_TRUE(has(rest, "1 conflict matched: 1 settled")) << rest;
  EXPECT_EQ(out({"conflicts", "list"}), "no open conflicts\n");
  EXPECT_EQ(here.syncline({"audit"}).code, 0);
}

TEST_F(DecideConflicts, AnyNumberIsSettledAndProgressIsTold) {
  std::vector<std::string> bodies;
  for (const char* email : {"old@x.org", "new@x.org"})
    for (int i = 0; i < 4'000; ++i)
      bodies.push_back(
          json{{"source", "CRM"}, {"version", 1}, {"externalId", "M" + std::to_string(i)}, {"email", email}}.dump());
  here.apply(bodies);
  const auto done =
      here.syncline({"conflicts", "resolve", "--all", "--field", "email", "--take", "email=incoming", "--apply"});
  EXPECT_TRUE(has(done.out, "4003 conflicts matched: 4002 settled, 1 cannot be settled so, 0 moved on")) << done.out;
  EXPECT_EQ(done.err, "3999 settled so far\n");
  EXPECT_EQ(done.code, 1);
  EXPECT_EQ(email("M3999"), "new@x.org");
  EXPECT_EQ(here.syncline({"audit"}).code, 0);
}

TEST_F(DecideConflicts, OneIsSettledFieldByField) {
  EXPECT_TRUE(
      has(out({"conflicts", "show", "CRM:6"}), "--take email=incoming|canonical --take fullName=incoming|canonical"));
  EXPECT_EQ(here.syncline({"conflicts", "resolve", "CRM:6", "--take", "email=incoming"}).code, 2);
  EXPECT_EQ(here.syncline({"conflicts", "resolve", "CRM:6", "--take", "email=mine"}).code, 2);
  EXPECT_EQ(out({"conflicts", "resolve", "CRM:6", "--take", "email=incoming", "--field", "fullName=Cleo"}),
            "conflict CRM:6 is settled: client C3 is at version 2\n");
  EXPECT_EQ(email("C3"), "new@x.org");
  EXPECT_TRUE(has(out({"conflicts", "show", "CRM:6"}), "mixed (email=incoming, fullName=value)"));
}

TEST_F(DecideConflicts, ARuleIsSuggestedOrThereIsNone) {
  const auto none = here.syncline({"conflicts", "rule", "CRM:2", "--take", "incoming"});
  EXPECT_EQ(none.code, 1);
  EXPECT_TRUE(has(none.err, "come from the same one")) << none.err;
  EXPECT_EQ(here.syncline({"priority", "set", "ERP", "1"}).code, 0);
  here.apply({R"({"source":"ERP","version":1,"externalId":"C1","email":"erp@x.org"})"});
  const std::string rule = out({"conflicts", "rule", "ERP:1", "--take", "incoming"});
  EXPECT_EQ(rule.find("tried on 4 past conflicts of client since "), 0U) << rule;
  EXPECT_TRUE(has(rule,
                  "# would have settled 1: 0 as a person did, 0 otherwise, 1 that nobody has decided\n"
                  "entities:\n  client:\n    fields:\n      email:\n        policy: {prefer: [ERP, CRM]}\n"))
      << rule;
}

TEST(ShellWord, IsQuotedWhereAShellWouldSplitIt) {
  EXPECT_EQ(hub::app::shell_word("email=ann@x.org"), "email=ann@x.org");
  EXPECT_EQ(hub::app::shell_word("a b"), "'a b'");
  EXPECT_EQ(hub::app::shell_word("O'Hara"), "'O'\\''Hara'");
  EXPECT_EQ(hub::app::shell_word(""), "''");
}

}  // namespace
