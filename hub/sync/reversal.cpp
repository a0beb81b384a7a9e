#include "hub/sync/reversal.hpp"

#include "hub/sync/past.hpp"

#include <map>
#include <optional>

namespace hub::sync {

namespace {

constexpr int kRowsRead = 10'000;

/// What the rows read so far, newest first, say of one field.
struct Trail {
  std::optional<model::Value> before;  // its value before the oldest of the chosen rows that nobody has written over
  bool ended = false;                  // another row wrote it: what is older counts no more
  Reversal::Kept writer;               // the newest other row
};

/// Gathers what a record's rows say until it is known what was before the chosen ones.
class Reading {
 public:
  void add(const Step& step, bool chosen) {
    const store::JournalRow& row = step.row;
    if (row.state != model::ChangeState::kApplied) return;
    leads_ = leads_.value_or(chosen);
    if (!chosen && !before_) before_ = row.op;
    for (const FieldStep& field : step.fields)
      if (field.taken && field.differs()) add(row, field, chosen);
  }

  /// `complete`: the rows read are all that there are.
  Reversal result(const model::Record& record, bool complete) && {
    reversal_.reaches_back = complete;
    const bool was_there = before_ ? *before_ == model::Op::kUpsert : !complete;
    reversal_.removes = leads_.value_or(false) && !was_there && !record.deleted;
    if (reversal_.removes) return std::move(reversal_);
    for (auto& [name, trail] : trails_) {
      const model::Cell* now = record.find(name);
      if (trail.before && *trail.before != (now == nullptr ? model::Value{} : now->value))
        reversal_.fields.push_back({name, std::move(*trail.before)});
    }
    return std::move(reversal_);
  }

 private:
  void add(const store::JournalRow& row, const FieldStep& field, bool chosen) {
    Trail& trail = trails_[field.field];
    if (!chosen) {
      if (!trail.ended) trail.writer = {field.field, row.at.source, store::change_id_of(row)};
      trail.ended = true;
    } else if (!trail.ended) {
      trail.before = field.before;
    } else if (!trail.before && !trail.writer.field.empty()) {
      reversal_.kept.push_back(std::move(trail.writer));
      trail.writer = {};
    }
  }

  std::map<std::string, Trail> trails_;
  std::optional<bool> leads_;        // the newest row is a chosen one
  std::optional<model::Op> before_;  // of the newest row that is not
  Reversal reversal_;
};

}  // namespace

Reversal reversal_of(store::Session& session, const model::Record& record,
                     const std::function<bool(const store::JournalRow&)>& chosen) {
  Reading reading;
  Past past(session, record);
  std::optional<Step> step;
  for (int rows = 0; rows < kRowsRead && (step = past.next()); ++rows) reading.add(*step, chosen(step->row));
  return std::move(reading).result(record, past.place().seq == 0);
}

}  // namespace hub::sync
