#pragma once

#include "hub/plugin/source_client.hpp"
#include "tests/sim/surroundings.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace tests::sim {

/// A value in a row, and when it was written.
struct RowValue {
  hub::model::Value value;
  std::int64_t seq = 0;
};

/// One life of a row, by the source's own names. A deleted one stays, so that pulls can tell of it.
struct Row {
  std::string native_id;
  std::map<std::string, RowValue> values;
  std::int64_t seq = 0;     // of the last write that pulls tell of
  std::int64_t untold = 0;  // of the first write that no pull has been confirmed to have told
  std::int64_t revision = 1;
  bool deleted = false;
  bool by_hub = false;  // the last write was the hub's
  std::int64_t changed_at_ms = 0;
};

/// A row as an object: what was written from `seq` on, and always `key`.
[[nodiscard]] std::string body_of(const Row& row, std::int64_t seq = 0, const std::string& key = {});

/// A source with a plugin: tables in memory whose rows people edit, and the plugin's answers, with all that may go
/// wrong on the way. Pulls tell a row as it is now, oldest write first; the cursor is the last write told.
class Source final : public hub::plugin::SourceClient {
 public:
  Source(const Surroundings& around, const hub::config::Config& config, const hub::config::SourceConfig& mapped,
         const Manners& manners);

  // The hub's side.
  [[nodiscard]] hub::plugin::Capabilities capabilities() const override;
  [[nodiscard]] hub::plugin::Status check(std::chrono::milliseconds budget, std::string& why) override;
  [[nodiscard]] hub::plugin::PullPage pull(const hub::plugin::PullRequest& request,
                                           const hub::plugin::Cancelled& cancelled) override;
  [[nodiscard]] std::vector<hub::plugin::PushResult> push(const std::vector<hub::plugin::PushItem>& items,
                                                          std::chrono::milliseconds budget,
                                                          const hub::plugin::Cancelled& cancelled) override;
  [[nodiscard]] hub::plugin::Origin origin(const std::string& remote, const hub::plugin::PulledChange& change,
                                           const hub::plugin::LastReceipt& last) const override;

  // The people's side.
  /// One thing that a person does here.
  void edit();
  /// Deletes about half of the rows.
  void purge();
  /// Nobody can reach it for `ms`.
  void go_down(int ms);
  void come_back() { down_until_ms_ = 0; }
  /// People mend what the hub could not read.
  void mend();

  /// The rows of an entity that are there.
  [[nodiscard]] std::vector<const Row*> rows(const std::string& entity) const;
  /// Whether a row that had this id was deleted.
  [[nodiscard]] bool has_lost_row(const std::string& entity, const std::string& native_id) const;

 private:
  struct Table {
    const hub::config::EntityMapping* mapping = nullptr;
    const hub::model::EntitySchema* schema = nullptr;
    std::deque<Row> rows;         // a row stays where it is
    std::int64_t confirmed = -1;  // the furthest cursor that the hub has come back with
  };

  Table& table(const std::string& remote);
  Row* find(Table& table, const std::string& native_id);
  Row* find_by_key(Table& table, const std::string& key);
  Row& insert(Table& table);
  void write(Row& row, const std::string& name, const hub::model::Value& value);
  void touch(Table& table, Row& row, bool by_hub);
  void remove(Table& table, Row& row, bool by_hub);
  void edit_field(Table& table, Row& row, const hub::config::FieldMapping& field);
  hub::model::Value invented(Table& table, const hub::config::FieldMapping& field);
  [[nodiscard]] bool is_down() const;
  hub::plugin::PushResult push_one(const hub::plugin::PushItem& item);
  hub::plugin::PushResult write_item(const hub::plugin::PushItem& item);
  [[nodiscard]] bool is_stale(const hub::plugin::PushItem& item, const Row& row) const;
  [[nodiscard]] hub::plugin::PushResult stale(const Row& row) const;
  hub::plugin::PushResult done(const Row& row);
  void take_time(int rate);

  const Surroundings around_;
  const hub::config::Config& config_;
  const hub::config::SourceConfig& mapped_;
  const Manners& manners_;
  std::map<std::string, Table> tables_;                     // by remote name
  std::map<std::string, hub::plugin::PushResult> written_;  // by idempotency key
  std::int64_t last_seq_ = 0;
  std::int64_t last_id_ = 0;
  std::int64_t last_key_ = 0;
  std::int64_t down_until_ms_ = 0;
};

}  // namespace tests::sim
