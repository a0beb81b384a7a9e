#pragma once

#include "hub/store/records.hpp"
#include "hub/sync/mapping.hpp"
#include "hub/sync/timer.hpp"
#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tests {

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
  hub::sync::Receipt receipt(const hub::sync::Delivery& delivery, hub::plugin::Status status,
                             const std::string& etag = {}) {
    hub::sync::Receipt made;
    made.delivery_id = delivery.id;
    made.status = status;
    if (status == hub::plugin::Status::kOk) made.native_id = "1";
    made.source_etag = etag;
    return made;
  }
  hub::sync::Submission told(const nlohmann::json& row, const std::string& etag) {
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

}  // namespace tests
