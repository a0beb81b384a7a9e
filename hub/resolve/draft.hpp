#pragma once

#include "hub/model/decision.hpp"
#include "hub/model/record.hpp"
#include "hub/resolve/contest.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hub::resolve {

/// What stands in a field that nobody wrote, and who wrote it.
inline const model::Value kNothing;
inline const model::Stamp kNobody;

/// Where a change stands towards what wrote a field.
enum class Standing : std::uint8_t {
  kFree,   // nothing speaks against the change's value
  kStale,  // the field was written at a higher version
  kHeld,   // written at the same version, or by another source after the change's base: another value overlaps
};

/// What a change claims to know of the record that it wrote to: the one thing in which the merge modes and the
/// three-way merge differ.
struct Claim {
  enum class Kind : std::uint8_t { kRecord, kField, kThreeWay };

  Kind kind = Kind::kRecord;
  std::int64_t known = 0;      // the change's version, or the base of a three-way merge
  std::int64_t canonical = 0;  // V: the record's version
  std::int64_t next = 0;       // the record's version when the change is taken
  std::string_view source;     // the change's

  /// True when the change is ahead of the whole record.
  [[nodiscard]] bool newer() const { return kind == Kind::kThreeWay ? known >= canonical : known > canonical; }
  /// `holder` is what wrote the field (or the tombstone that stands for it), kNobody when nothing did.
  [[nodiscard]] Standing standing(const model::Stamp& holder) const;
  /// Why a free field is free.
  [[nodiscard]] model::Rule free_rule(const model::Stamp& holder) const;
};

/// Collects what becomes of each field, and counts it, until a step of the ladder is told by the counts.
class Draft {
 public:
  explicit Draft(std::size_t fields) { fields_.reserve(fields); }

  /// The change's value is taken; `dropped` is the canonical one.
  void take(const std::string& field, const model::Value& dropped, bool differs, model::Rule rule);
  /// The canonical value stays; `dropped` is the change's.
  void keep(const std::string& field, const model::Value& dropped, bool differs, model::Rule rule);
  /// Settles a field on which two values overlap.
  void contest(const std::string& field, const model::Value& canonical, const model::Value& incoming, Verdict verdict);
  /// Puts the fields into the order of their names, when they were not added in it.
  void sort();

  /// The finished decision. When it does not write, no field counts as taken and each loser is the change's value.
  [[nodiscard]] model::Decision settle(const model::Change& change, model::Resolution resolution,
                                       model::ChangeState state, std::int64_t version, bool writes) &&;

  [[nodiscard]] std::size_t size() const { return fields_.size(); }

  int changed = 0;    // taken, another value
  int stamped = 0;    // taken, the same value: only the stamp moves
  int lost = 0;       // another value, dropped by policy or priority
  int outdated = 0;   // another value, dropped for its lower version
  int stale = 0;      // all fields with a lower version
  int ties = 0;       // another value, and nobody but a person can decide
  int contested = 0;  // another value, decided by policy or priority, or tied

 private:
  std::vector<model::FieldDecision> fields_;
};

/// True when a cell outlives a delete at `version`: it was written later, or at that version and won. A null at the
/// delete's own version says no more than the delete does.
[[nodiscard]] inline bool outlives(const model::Cell& cell, std::int64_t version) {
  return cell.stamp.version > version || (cell.stamp.version == version && !cell.value.is_null());
}

/// The steps for an upsert and for a delete of an existing record. `shadow`: fields that equal it are no part of the
/// change (null: all are).
[[nodiscard]] model::Decision resolve_upsert(const model::Record& record, const model::Change& change,
                                             const Claim& claim, const Contest& contest, const model::Fields* shadow);
[[nodiscard]] model::Decision resolve_delete(const model::Record& record, const model::Change& change,
                                             const Claim& claim, const Contest& contest, const Context& context);

}  // namespace hub::resolve
