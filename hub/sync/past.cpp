#include "hub/sync/past.hpp"

#include "hub/model/json.hpp"
#include "hub/resolve/datetime.hpp"
#include "hub/resolve/ladder.hpp"
#include "hub/store/encoding.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/body.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

std::optional<std::int64_t> number_in(const model::Json& body, std::string_view name) {
  const model::Json* member = body.find(name);
  return member == nullptr || member->kind != model::Json::Kind::kNumber ? std::nullopt : number_of(member->text);
}

/// What the change of a step gave its record, as apply() wants it.
model::Change change_of(const Step& step) {
  model::Change change;
  change.source = step.row.at.source;
  change.key = step.row.key;
  change.op = step.row.op;
  if (change.op == model::Op::kUpsert)
    for (const FieldStep& field : step.fields) change.fields.push_back({field.field, field.incoming});
  return change;
}

model::Decision decision_of(const Step& step) {
  model::Decision decision;
  decision.state = step.row.state;
  decision.version = step.row.version;
  decision.writes = true;
  for (const FieldStep& field : step.fields)
    decision.fields.push_back({field.field, field.taken, field.differs(), field.rule, {}});
  return decision;
}

}  // namespace

Past::Past(store::Session& session, const model::Record& record)
    : session_(session),
      key_(record.key),
      base_(store::load_base(session, record.key)),
      at_{record.head_source, record.head_seq} {
  for (const model::Cell& cell : record.cells) values_[cell.name] = cell.value;
}

std::optional<Step> Past::next() {
  if (at_.seq == 0 || (base_ && at_ == store::JournalKey{base_->head_source, base_->head_seq})) return std::nullopt;
  auto row = store::load_journal(session_, at_);
  if (!row || row->key != key_) return std::nullopt;
  Step step;
  if (!row->decision.empty())
    for (model::FieldDecision& decided : store::decode_decision(row->decision)) {
      model::Value& value = values_[decided.field];
      FieldStep& field = step.fields.emplace_back();
      field.taken = decided.taken;
      field.rule = decided.rule;
      field.before = field.incoming = value;
      if (decided.differs) (decided.taken ? field.before : field.incoming) = std::move(decided.loser);
      value = field.before;
      field.field = std::move(decided.field);
    }
  at_ = row->previous;
  step.row = std::move(*row);
  return step;
}

Timeline::Timeline(store::Session& session, const model::Record& record) {
  Past past(session, record);
  while (auto step = past.next()) {
    claims_.push_back(claim_of(step->row.body));
    step->row.body.clear();
    step->row.decision.clear();
    steps_.push_back(std::move(*step));
    if (steps_.size() == kMostSteps) break;
  }
  std::reverse(steps_.begin(), steps_.end());
  std::reverse(claims_.begin(), claims_.end());
  complete_ = past.place().seq == 0;
  exact_ = complete_ || (past.base() && steps_.size() < kMostSteps);
  if (past.base()) start_ = *past.base();
  start_.key = record.key;
  start_.created_at_ms = record.created_at_ms;
}

Timeline::Claim Timeline::claim_of(const std::string& body) {
  auto json = model::parse_json(body);
  if (!json.ok()) return {};
  if (json->find("raw") != nullptr) return {{}, number_in(*json, "changedAt")};  // a plugin's
  Claim claim{number_in(*json, "version"), {}};
  if (const model::Json* at = json->find("observedAt"); at != nullptr && at->kind == model::Json::Kind::kString)
    claim.observed_at_ms = resolve::epoch_ms_of(at->text);
  return claim;
}

void Timeline::apply(std::size_t i, model::Record& record) const {
  const store::JournalRow& row = steps_[i].row;
  record.head_source = row.at.source;
  record.head_seq = row.at.seq;
  if (row.row_version == record.row_version) return;  // it lost, or is in conflict: nothing was written
  model::Change change = change_of(steps_[i]);
  change.version = claims_[i].version;
  resolve::apply(record, change, decision_of(steps_[i]),
                 {0, row.at.source, row.at.seq, row.settled_at_ms, claims_[i].observed_at_ms});
  record.row_version = row.row_version;
  record.updated_at_ms = row.settled_at_ms;
}

model::Record Timeline::after(std::size_t count) const {
  model::Record record = start_;
  for (std::size_t i = 0; i < count; ++i) apply(i, record);
  return record;
}

void Timeline::replay(const std::function<void(const Step&, const model::Record&)>& visit) const {
  model::Record record = start_;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    apply(i, record);
    visit(steps_[i], record);
  }
}

std::size_t Timeline::count_at(std::int64_t at_ms) const {
  const auto newest =
      std::find_if(steps_.rbegin(), steps_.rend(), [&](const Step& step) { return step.row.settled_at_ms <= at_ms; });
  return static_cast<std::size_t>(steps_.rend() - newest);
}

}  // namespace hub::sync
