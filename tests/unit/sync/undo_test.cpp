#include "hub/sync/undo.hpp"

#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

namespace tests {
namespace {

using nlohmann::json;

json undo(Pipeline& hub, json request, bool apply = true) {
  request["apply"] = apply;
  return hub.json_of(hub::sync::undo(hub.around, hub.committer, request.dump()));
}

json post(Pipeline& hub, const std::string& source, const std::string& id, json fields) {
  return hub.post({{"source", source}, {"entity", "client"}, {"externalId", id}, {"fields", std::move(fields)}});
}

TEST(Undo, TakesOneChangeBackEverywhere) {
  Pipeline hub;
  post(hub, "CRM", "C", {{"fullName", "Ann"}, {"email", "a@x.org"}});
  hub.drain();
  const std::string wrong = post(hub, "ERP", "C", {{"fullName", "Bob"}, {"phone", "1"}})["changeId"];
  hub.drain();
  const json plan = undo(hub, {{"change", wrong}}, false);
  EXPECT_EQ(plan["applied"], false);
  EXPECT_EQ(plan["restored"], 1);
  EXPECT_EQ(plan["items"][0]["fields"]["fullName"], json({{"from", "Bob"}, {"to", "Ann"}}));
  EXPECT_EQ(hub.record("client", "C")["fields"]["fullName"], "Bob") << "a plan changes nothing";

  const json done = undo(hub, {{"change", wrong}});
  EXPECT_EQ(done["items"][0]["fields"], plan["items"][0]["fields"]);
  const json record = hub.record("client", "C");
  EXPECT_EQ(record["fields"], json({{"fullName", "Ann"}, {"email", "a@x.org"}, {"phone", nullptr}}));
  EXPECT_EQ(record["lastSource"], "steward");
  EXPECT_EQ(hub.claim("ERP").size(), 1U) << "its own source is brought along";
  EXPECT_EQ(hub.claim("CRM").size(), 1U);
}

TEST(Undo, LeavesWhatOthersHaveWrittenSince) {
  Pipeline hub;
  post(hub, "CRM", "C", {{"fullName", "Ann"}, {"email", "a@x.org"}});
  hub.drain();
  const std::string wrong = post(hub, "ERP", "C", {{"fullName", "Bob"}, {"email", "b@x.org"}})["changeId"];
  hub.drain();
  post(hub, "CRM", "C", {{"email", "c@x.org"}});
  const json done = undo(hub, {{"change", wrong}});
  EXPECT_EQ(done["keptFields"], 1);
  EXPECT_EQ(done["items"][0]["kept"][0]["field"], "email");
  EXPECT_EQ(done["items"][0]["kept"][0]["source"], "CRM");
  EXPECT_EQ(hub.record("client", "C")["fields"], json({{"fullName", "Ann"}, {"email", "c@x.org"}}));
  EXPECT_EQ(undo(hub, {{"change", wrong}})["unchanged"], 1) << "there is nothing left to take back";
}

TEST(Undo, OfACreationDeletesAndOfADeletionRevives) {
  Pipeline hub;
  const std::string made = post(hub, "CRM", "C", {{"fullName", "Ann"}, {"email", "a@x.org"}})["changeId"];
  hub.drain();
  const std::string gone =
      hub.post({{"source", "ERP"}, {"entity", "client"}, {"externalId", "C"}, {"op", "delete"}})["changeId"];
  hub.drain();
  ASSERT_EQ(hub.record("client", "C")["http"], 410);
  EXPECT_EQ(undo(hub, {{"change", gone}})["revived"], 1);
  EXPECT_EQ(hub.record("client", "C")["fields"], json({{"fullName", "Ann"}, {"email", "a@x.org"}}));
  EXPECT_EQ(hub.drain(), 4) << "every source has it again";
  EXPECT_EQ(undo(hub, {{"change", made}})["unchanged"], 1) << "the steward has written all of it since";

  const std::string other = post(hub, "CRM", "D", {{"fullName", "Dee"}})["changeId"];
  EXPECT_EQ(undo(hub, {{"change", other}})["deleted"], 1);
  EXPECT_EQ(hub.record("client", "D")["http"], 410);
}

TEST(Undo, SinceATimeTakesAllOfASourceBack) {
  Pipeline hub;
  post(hub, "ERP", "A", {{"fullName", "Ann"}});
  post(hub, "CRM", "B", {{"fullName", "Bea"}});
  hub.drain();
  hub.clock.advance(std::chrono::hours(1));
  const std::string since = hub::base::format_time(hub.clock.now_ms());
  post(hub, "ERP", "A", {{"fullName", "X"}});
  post(hub, "ERP", "A", {{"fullName", "Y"}});
  post(hub, "ERP", "B", {{"fullName", "Z"}});
  post(hub, "ERP", "C", {{"fullName", "New"}});
  const json done = undo(hub, {{"source", "ERP"}, {"since", since}});
  EXPECT_EQ(done["restored"], 2) << done;
  EXPECT_EQ(done["deleted"], 1);
  EXPECT_EQ(hub.record("client", "A")["fields"]["fullName"], "Ann");
  EXPECT_EQ(hub.record("client", "B")["fields"]["fullName"], "Bea");
  EXPECT_EQ(hub.record("client", "C")["http"], 410);
}

TEST(Undo, RefusesWhatItCannotFind) {
  Pipeline hub;
  EXPECT_EQ(undo(hub, json::object())["http"], 400);
  EXPECT_EQ(undo(hub, {{"change", "CRM:1"}})["http"], 404);
  EXPECT_EQ(undo(hub, {{"run", "7"}})["http"], 400) << "of which source?";
  EXPECT_EQ(undo(hub, {{"source", "ERP"}, {"run", "x"}})["http"], 400);
  EXPECT_EQ(undo(hub, {{"source", "ERP"}, {"since", "yesterday"}})["http"], 400);
  EXPECT_EQ(undo(hub, {{"change", "a"}, {"run", "1"}})["http"], 400);
}

/// Undoing a run gives each field that nobody else has written since the value that it had before the run, and leaves
/// every other field.
RC_GTEST_PROP(UndoProperty, OfARunRestoresEveryUntouchedField, ()) {
  Pipeline hub(Pipeline::reference_config(), false);
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  static const char* const kFields[] = {"fullName", "email", "phone"};
  static const char* const kIds[] = {"A", "B", "C", "D"};
  const auto value = [&](const std::string& id, const char* field) {
    const json record = hub.record("client", id);
    return record["http"] == 200 ? record["fields"].value(field, json()) : json("deleted");
  };
  const auto edit = [&](const std::string& source, std::int64_t run) {
    json body{{"source", source}, {"entity", "client"}, {"externalId", kIds[pick(4)]}};
    if (pick(8) == 0) {
      body["op"] = "delete";
    } else {
      for (const char* field : kFields)
        if (pick(2) == 0) body["fields"][field] = std::string(1, static_cast<char>('a' + pick(5)));
      if (!body.contains("fields")) return;
    }
    auto read = hub::sync::Intake(hub.config).read(body.dump(), hub.clock.now_ms());
    auto& submission = std::get<hub::sync::Submission>(read);
    submission.run = run;
    hub.pulled({submission});
    if (pick(3) == 0) hub.drain();
  };
  for (int i = pick(12); i > 0; --i) edit(pick(2) == 0 ? "CRM" : "ERP", 0);
  std::map<std::string, json> before, after_run;
  const auto all = [&](std::map<std::string, json>& into) {
    for (const char* id : kIds)
      for (const char* field : kFields) into[std::string(id) + "." + field] = value(id, field);
  };
  all(before);
  for (int i = 1 + pick(10); i > 0; --i) edit("Portal", 77);
  all(after_run);
  const json done = undo(hub, {{"source", "Portal"}, {"run", "77"}});
  RC_ASSERT(done["http"] == 200);
  for (const auto& [place, was] : before) {
    const json now = value(place.substr(0, 1), place.substr(2).c_str());
    RC_ASSERT(now == was || (now == "deleted" && was.is_null()) || (now.is_null() && was == "deleted"));
  }
}

}  // namespace
}  // namespace tests
