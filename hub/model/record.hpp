#pragma once

#include "hub/model/change.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::model {

/// Which change of which source wrote a field, at which version: a field's provenance.
struct Stamp {
  std::int64_t version = 0;
  std::string source;
  std::int64_t seq = 0;                        // the change's place in the journal of its source
  std::int64_t at_ms = 0;                      // when the hub accepted it
  std::optional<std::int64_t> observed_at_ms;  // when the source says that it happened

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

/// One field of a canonical record.
struct Cell {
  std::string name;
  Value value;
  Stamp stamp;

  friend bool operator==(const Cell&, const Cell&) = default;
};

/// A canonical record. A field that nobody wrote has no cell; a cleared one has a cell with null.
struct Record {
  RecordKey key;
  std::int64_t version = 0;
  std::int64_t row_version = 0;  // moves with every write of the row: the compare-and-set and the etag
  bool deleted = false;
  std::optional<Stamp> tombstone;  // the newest delete: stands for every field that has no cell
  std::string last_source;         // who the last taken change came from
  std::string head_source;         // with head_seq: the newest journal row of this record, empty when none
  std::int64_t head_seq = 0;
  std::int64_t created_at_ms = 0;
  std::int64_t updated_at_ms = 0;
  std::string merged_into;        // the external id of the record that it is an alias of, empty for a record of its own
  std::int64_t erased_at_ms = 0;  // when a person had all its values erased, 0 for never; it is deleted then
  std::vector<Cell> cells;        // sorted by name, names unique

  [[nodiscard]] const Cell* find(std::string_view name) const;
  /// The cell called `name`, made if there is none, keeping the order.
  [[nodiscard]] Cell& cell(std::string_view name);
  /// The values alone.
  [[nodiscard]] Fields fields() const;

  friend bool operator==(const Record&, const Record&) = default;
};

/// The entity tag of a record's state, without quotes: "<version>.<row_version>".
[[nodiscard]] std::string etag(const Record& record);

/// What the hub knows of one record at one source (SEMANTICS 1 and 4).
struct Link {
  std::string source;
  RecordKey key;
  std::string native_id;          // empty when the source has none of its own
  std::string source_etag;        // the source's own version of the record, empty when it has none
  std::int64_t base_version = 0;  // the canonical version last agreed with the source
  Fields shadow;                  // the values that the source is known to hold, hub field names
  bool from_delivery = false;     // the shadow was last moved by a receipt: an equal change is an echo of the hub
  bool deleted = false;           // the source holds no such record any more
  std::int64_t pushed_at_ms = 0;  // when the last receipt `applied` came, 0 for never
  std::int64_t updated_at_ms = 0;
  std::int64_t heard_seq = 0;  // the journal seq of the last change that the source sent of the record

  friend bool operator==(const Link&, const Link&) = default;
};

}  // namespace hub::model
