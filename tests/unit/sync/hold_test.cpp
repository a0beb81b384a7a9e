#include "hub/sync/curation.hpp"
#include "hub/sync/views.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using nlohmann::json;

class Holding : public testing::Test {
 protected:
  Holding() {
    post("CRM", 1, {{"fullName", "Ann"}, {"email", "a@x.org"}});
    hub.drain();
  }
  json post(const std::string& source, int version, json fields) {
    json body{{"source", source}, {"entity", "client"}, {"externalId", "C"}, {"fields", std::move(fields)}};
    if (version > 0) body["version"] = version;
    return hub.post(body);
  }
  json hold(const json& body) {
    return hub.json_of(hub::sync::hold_record(hub.committer, hub.config, {"client", "C"}, body.dump()));
  }
  json release(const std::string& field = {}) {
    return hub.json_of(hub::sync::release_record(hub.committer, {"client", "C"}, field));
  }
  json fields() { return hub.record("client", "C")["fields"]; }

  Pipeline hub;
};

TEST_F(Holding, WhatArrivesWaitsAndIsDecidedOnRelease) {
  ASSERT_EQ(hold({{"reason", "being checked"}})["http"], 200);
  EXPECT_EQ(post("ERP", 2, {{"fullName", "Bob"}})["state"], "waiting");
  EXPECT_EQ(post("Portal", 3, {{"email", "p@x.org"}})["state"], "waiting");
  EXPECT_EQ(fields(), json({{"fullName", "Ann"}, {"email", "a@x.org"}}));
  EXPECT_EQ(hub.record("client", "C")["holds"][0]["reason"], "being checked");
  EXPECT_EQ(release()["http"], 200);
  EXPECT_EQ(fields(), json({{"fullName", "Bob"}, {"email", "p@x.org"}}));
  EXPECT_EQ(release()["http"], 404);
}

TEST_F(Holding, NothingIsDelivered) {
  post("ERP", 2, {{"fullName", "Bob"}});
  hold(json::object());
  EXPECT_TRUE(hub.claim("CRM").empty());
  EXPECT_EQ(hub.record("client", "C")["pending"][0]["state"], "on hold");
  hub.woken.clear();
  release();
  EXPECT_TRUE(hub.woken.contains("CRM")) << "what is in its queue can go now";
  EXPECT_EQ(hub.claim("CRM").size(), 1U);
}

TEST_F(Holding, AFieldIsHeldAgainstOtherValuesOnly) {
  EXPECT_EQ(hold({{"field", "nonsense"}})["http"], 400);
  ASSERT_EQ(hold({{"field", "email"}})["http"], 200);
  EXPECT_EQ(post("ERP", 2, {{"fullName", "Bob"}, {"email", "a@x.org"}})["state"], "applied");
  EXPECT_EQ(post("Portal", 3, {{"email", "p@x.org"}})["state"], "waiting");
  EXPECT_EQ(post("Portal", 4, {{"phone", "1"}})["state"], "waiting") << "changes of one source keep their order";
  EXPECT_EQ(hub.claim("CRM").size(), 1U) << "the rest of the record is synchronised";
  EXPECT_EQ(release()["http"], 404) << "the record itself is not held";
  EXPECT_EQ(release("email")["http"], 200);
  EXPECT_EQ(fields(), json({{"fullName", "Bob"}, {"email", "p@x.org"}, {"phone", "1"}}));
}

TEST_F(Holding, AChangeWithoutVersionIsWeighedAsOfWhenItCame) {
  hold(json::object());
  ASSERT_EQ(post("Portal", 0, {{"email", "p@x.org"}})["state"], "waiting");
  const auto etag = hub.record("client", "C")["etag"].get<std::string>();
  hub.json_of(hub.review.edit({"client", "C"}, etag, R"({"email": "steward@x.org"})"));
  EXPECT_EQ(fields()["email"], "steward@x.org") << "a hold is against sources, not against people";
  release();
  EXPECT_EQ(fields()["email"], "steward@x.org") << "the Portal had not seen it, and ranks below";
}

TEST_F(Holding, EndsByItself) {
  EXPECT_EQ(hold({{"for", "soon"}})["http"], 400);
  ASSERT_EQ(hold({{"for", "2h"}})["http"], 200);
  const auto ended = [&] {
    return hub.store.read([&](hub::store::Session& s) { return hub::store::ended_holds(s, hub.clock.now_ms(), 10); });
  };
  EXPECT_TRUE(ended().empty());
  hub.clock.advance(std::chrono::hours(2));
  ASSERT_EQ(ended().size(), 1U);
  EXPECT_EQ(ended()[0].key.external_id, "C");
}

TEST_F(Holding, TwoHoldsAreTwo) {
  hold(json::object());
  hold({{"field", "email"}});
  post("ERP", 2, {{"email", "e@x.org"}});
  release();
  EXPECT_EQ(fields()["email"], "a@x.org") << "the field is still on hold";
  const json waiting = hub.json_of(hub.store.read([](hub::store::Session& session) {
    return hub::sync::view_waiting(session, {"", 10});
  }));
  ASSERT_EQ(waiting["items"].size(), 1U);
  EXPECT_EQ(waiting["items"][0]["onHold"], true);
  release("email");
  EXPECT_EQ(fields()["email"], "e@x.org");
}

}  // namespace
}  // namespace tests
