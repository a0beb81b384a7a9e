#pragma once

#include "tests/sim/hub_process.hpp"
#include "tests/sim/surroundings.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>

namespace tests::sim {

/// A source without a plugin: it keeps its records under the hub's ids, posts what its people do, and fetches and
/// acknowledges its deliveries. What it has not got an answer to it sends again.
class Connector {
 public:
  Connector(const Surroundings& around, const hub::config::Config& config, const hub::config::SourceConfig& mapped,
            const Manners& manners);

  /// One thing that a person does here.
  void edit();
  void purge();
  /// Posts the oldest change that waits for it.
  void post(HubProcess& hub);
  /// Fetches what is there for it, applies and acknowledges it.
  void fetch(HubProcess& hub);

  struct Held {
    hub::model::Fields fields;
    std::int64_t version = 0;  // the canonical one that it last heard of
  };
  [[nodiscard]] const std::map<hub::model::RecordKey, Held>& records() const { return records_; }
  /// The records of which the hub refused a change at the door.
  [[nodiscard]] const std::set<hub::model::RecordKey>& refused() const { return refused_; }
  [[nodiscard]] bool idle() const { return outbox_.empty(); }

 private:
  struct Pending {
    hub::model::RecordKey key;
    std::string body;
    hub::model::Op op = hub::model::Op::kUpsert;
  };

  void queue(const hub::model::RecordKey& key, hub::model::Op op, const hub::model::Fields& fields);
  std::string receipt_for(const hub::model::Json& delivery);
  hub::model::Fields invented(const hub::config::EntityMapping& mapping, bool is_new);

  const Surroundings around_;
  const hub::config::Config& config_;
  const hub::config::SourceConfig& mapped_;
  const Manners& manners_;
  std::map<hub::model::RecordKey, Held> records_;
  std::deque<Pending> outbox_;
  std::set<hub::model::RecordKey> refused_;
  int last_id_ = 0;
  int last_change_ = 0;
};

}  // namespace tests::sim
