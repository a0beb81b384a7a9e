#pragma once

#include "hub/model/value.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::model {

/// The identity of a canonical record (SEMANTICS 1).
struct RecordKey {
  std::string entity;
  std::string external_id;

  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
  friend bool operator==(const RecordKey&, const RecordKey&) = default;
};

/// Hashes a RecordKey for unordered containers.
struct RecordKeyHash {
  std::size_t operator()(const RecordKey& key) const {
    return std::hash<std::string>{}(key.external_id) * 31 + std::hash<std::string>{}(key.entity);
  }
};

/// One named field and a value for it. An absent field is not in the list; null clears.
struct FieldValue {
  std::string name;
  Value value;

  friend bool operator==(const FieldValue&, const FieldValue&) = default;
};

/// Field values sorted by name, names unique.
using Fields = std::vector<FieldValue>;

/// The value of field `name`, or null when the list does not say anything of it.
[[nodiscard]] const Value* find_field(const Fields& fields, std::string_view name);
/// Sets field `name`, keeping the order.
void set_field(Fields& fields, std::string_view name, Value value);

enum class Op : std::uint8_t { kUpsert, kDelete };

/// One observed write at a source (SEMANTICS 2), validated and normalised, field names as the hub's entity has them.
struct Change {
  std::string source;
  RecordKey key;          // external_id empty: to be found by native_id
  std::string native_id;  // the source's own id, empty when it gave none
  Op op = Op::kUpsert;
  std::optional<std::int64_t> version;       // the shared version that the source claims; absent: three-way merge
  std::optional<std::int64_t> base_version;  // what the source last saw, for a change without version
  Fields fields;
  std::string change_id;  // idempotency key, empty when the source gave none
  std::optional<std::int64_t> observed_at_ms;
  std::string source_etag;  // the source's own version of the record after this write, if known
};

/// How a change was settled (SEMANTICS 3 to 6).
enum class Resolution : std::uint8_t {
  kNewRecord,
  kVersionWin,
  kStaleSkip,
  kFieldMerge,
  kPriorityWin,
  kManual,
  kNoChange,
  kEcho,
  kDuplicate
};

/// The states in which an acknowledged change ends (SEMANTICS 2).
enum class ChangeState : std::uint8_t { kApplied, kSuperseded, kNoChange, kConflict, kWaiting, kDead };

/// "NEW_RECORD", "VERSION_WIN", …: the words of SEMANTICS 3.
[[nodiscard]] std::string_view to_string(Resolution resolution);
/// "applied", "superseded", "no_change", "conflict", "waiting", "dead".
[[nodiscard]] std::string_view to_string(ChangeState state);
/// "upsert" or "delete".
[[nodiscard]] std::string_view to_string(Op op);
[[nodiscard]] std::optional<Resolution> resolution_of(std::string_view text);
[[nodiscard]] std::optional<ChangeState> change_state_of(std::string_view text);
[[nodiscard]] std::optional<Op> op_of(std::string_view text);

}  // namespace hub::model
