#pragma once

#include "hub/model/decision.hpp"
#include "hub/model/record.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/session.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hub::sync {

/// What one change made of one field of its record.
struct FieldStep {
  std::string field;
  bool taken = false;  // the record has the change's value since
  model::Rule rule = model::Rule::kEqual;
  model::Value before;    // the record's value until then, null also where it had none
  model::Value incoming;  // what the change said; of a delete null

  [[nodiscard]] const model::Value& after() const { return taken ? incoming : before; }
  /// Whether one of the two values was dropped: `before` when taken, else `incoming`.
  [[nodiscard]] bool differs() const { return before != incoming; }
};

/// One change in the past of a record.
struct Step {
  store::JournalRow row;
  std::vector<FieldStep> fields;  // those of the change that took part in its decision, by name
};

/// Walks back through the changes of a record, newest first, along its chain in the journal: those that wrote to it,
/// that lost against it and that are in conflict with it, in the order in which they were decided. A journal row keeps
/// only the value that was dropped; the one that stayed is known from the rows after it. Lives within one snapshot.
class Past {
 public:
  Past(store::Session& session, const model::Record& record);

  /// The next older change; nothing when there is none, or none is kept.
  [[nodiscard]] std::optional<Step> next();
  /// The place of the change that next() would give; seq 0: there is none.
  [[nodiscard]] const store::JournalKey& place() const { return at_; }
  /// The record as it was before the oldest change that is kept; nullopt: no older one was purged.
  [[nodiscard]] const std::optional<model::Record>& base() const { return base_; }

 private:
  store::Session& session_;
  const model::RecordKey key_;
  const std::optional<model::Record> base_;
  store::JournalKey at_;
  std::map<std::string, model::Value> values_;  // the record's after the change that comes next
};

/// All that is kept of a record's past, and every state that it had.
class Timeline {
 public:
  /// Reads the whole chain, or its newest `kMostSteps`. Lives within one snapshot.
  Timeline(store::Session& session, const model::Record& record);

  /// Oldest first; the bodies of the rows are left out.
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  /// The record as it was after the first `count` of the steps, exactly: values and provenance, versions, tombstone,
  /// times. `count` 0: as it was before them, where that is kept.
  [[nodiscard]] model::Record after(std::size_t count) const;
  /// Calls `visit` for each step, oldest first, with the record as it was after it.
  void replay(const std::function<void(const Step&, const model::Record&)>& visit) const;
  /// How many of the steps had been decided at `at_ms`: all up to the newest that was. The order of the chain counts,
  /// so that a clock that jumped hides no change before one that is shown.
  [[nodiscard]] std::size_t count_at(std::int64_t at_ms) const;
  /// Whether the steps reach back to the record's first change.
  [[nodiscard]] bool complete() const { return complete_; }
  /// Whether after() can tell: the steps reach back to the first change, or to where purging has cut the past.
  [[nodiscard]] bool exact() const { return exact_; }

  static constexpr std::size_t kMostSteps = 100'000;

 private:
  /// What a change claimed of itself, which its stamps repeat.
  struct Claim {
    std::optional<std::int64_t> version;
    std::optional<std::int64_t> observed_at_ms;
  };
  static Claim claim_of(const std::string& body);
  void apply(std::size_t i, model::Record& record) const;

  model::Record start_;  // before the first step
  std::vector<Step> steps_;
  std::vector<Claim> claims_;  // of each step
  bool complete_ = true;
  bool exact_ = true;
};

}  // namespace hub::sync
