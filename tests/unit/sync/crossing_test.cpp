// What a source tells and what the hub writes to it, crossing each other.
#include "hub/store/records.hpp"
#include "hub/sync/mapping.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using hub::model::Value;
using hub::plugin::Status;
using nlohmann::json;

/// LocalDB has a plugin and gives its rows etags.
class Crossing : public testing::Test {
 protected:
  Crossing() : hub(mapped()) {
    hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 1}, {"fullName", "N"}, {"email", "n@x.org"}});
  }

  static hub::config::Config mapped() {
    auto config = Pipeline::reference_config();
    config.sources[3].plugin = "any";
    return config;
  }
  hub::sync::Receipt receipt(const hub::sync::Delivery& delivery, Status status, const std::string& etag = {}) {
    hub::sync::Receipt made;
    made.delivery_id = delivery.id;
    made.status = status;
    if (status == Status::kOk) made.native_id = "1";
    made.source_etag = etag;
    return made;
  }
  hub::sync::Submission told(const json& row, const std::string& etag) {
    hub::plugin::PulledChange pulled;
    pulled.native_id = "1";
    pulled.etag = etag;
    pulled.body = row.dump();
    const auto& source = hub.config.sources[3];
    auto submission = hub::sync::submission_of(source, source.entities[0], hub.config.entities[0], pulled);
    submission.change.key.external_id = "C";
    return submission;
  }
  std::string resolution(const hub::sync::Submission& change) {
    return std::string(hub::model::to_string(*std::get<hub::sync::Answer>(hub.pulled({change}).at(0)).resolution));
  }
  hub::model::Link link() {
    return *hub.store.read([](hub::store::Session& session) {
      return hub::store::load_link(session, {"client", "C"}, "LocalDB");
    });
  }

  Pipeline hub;
};

TEST_F(Crossing, TheEtagOfAnEditThatFollowedTheWriteIsKept) {
  const auto write = hub.claim("LocalDB").at(0);
  // The write made the row, then somebody edited it, and the pull was quicker than the receipt.
  static_cast<void>(hub.pulled({told({{"fullName", "Edited"}, {"email", "n@x.org"}}, "e2")}));
  hub.settle("LocalDB", receipt(write, Status::kOk, "e1"));
  EXPECT_EQ(link().source_etag, "e2") << "a write that expects e1 would be stale for ever: the source has told all";
}

TEST_F(Crossing, TheEtagOfTheReceiptIsTakenWhenThePullTellsOfTheTimeBefore) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk, "e1"));
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 2}, {"fullName", "M"}});
  const auto write = hub.claim("LocalDB").at(0);
  static_cast<void>(hub.pulled({told({{"fullName", "N"}, {"email", "other@x.org"}}, "e1")}));
  hub.settle("LocalDB", receipt(write, Status::kOk, "e2"));
  EXPECT_EQ(link().source_etag, "e2");
}

TEST_F(Crossing, AnEditUnderTheHubsWriteIsNoEchoThoughTheEtagIsThatOfTheWrite) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk, "e1"));
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 2}, {"fullName", "M"}});
  // Somebody edits the e-mail, then the hub writes the name, and only then comes the pull.
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk, "e3"));
  auto row = told({{"fullName", "M"}, {"email", "edited@x.org"}}, "e3");
  row.echo = true;
  EXPECT_EQ(resolution(row), "VERSION_WIN");
  EXPECT_EQ(hub.record("client", "C")["fields"]["email"], "edited@x.org");
}

TEST_F(Crossing, WhereASourceRefusesToBeOverwrittenItsEtagProvesAnEcho) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk, "e1"));
  auto row = told({{"fullName", "what it makes of N"}}, "e1");
  row.echo = row.guarded = true;
  EXPECT_EQ(resolution(row), "ECHO");
}

TEST_F(Crossing, AReceiptSpeaksOfTheFieldsThatWereSent) {
  hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), Status::kOk));
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 2}, {"fullName", "A long name"}});
  const auto write = hub.claim("LocalDB").at(0);
  EXPECT_EQ(write.changed.size(), 1U);
  auto done = receipt(write, Status::kOk);
  done.fields = hub::model::Fields{{"email", Value::string("edited@x.org")}, {"fullName", Value::string("A long")}};
  hub.settle("LocalDB", done);
  EXPECT_EQ(*hub::model::find_field(link().shadow, "fullName"), Value::string("A long"));
  EXPECT_EQ(resolution(told({{"fullName", "A long"}, {"email", "edited@x.org"}}, "e2")), "VERSION_WIN")
      << "nobody has heard of the edit yet";
  EXPECT_EQ(hub.record("client", "C")["fields"]["fullName"], "A long name");
}

TEST_F(Crossing, WhatMayHaveBeenWrittenIsRepeatedUnderTheSameId) {
  for (const Status nothing_written : {Status::kThrottled, Status::kUnauthenticated, Status::kCancelled}) {
    const auto lost = hub.claim("LocalDB").at(0);
    hub.settle("LocalDB", receipt(lost, Status::kRetry));
    hub.clock.advance(std::chrono::minutes(5));
    hub.settle("LocalDB", receipt(hub.claim("LocalDB").at(0), nothing_written));
    hub.clock.advance(std::chrono::minutes(5));
    const auto again = hub.claim("LocalDB").at(0);
    EXPECT_EQ(again.id, lost.id) << "the first attempt may have made the row";
    hub.settle("LocalDB", receipt(again, Status::kStale));
    hub.clock.advance(std::chrono::minutes(5));
  }
}

}  // namespace
}  // namespace tests
