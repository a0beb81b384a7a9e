// What holds for every history, not only for the tabled ones.
#include "tests/unit/resolve/builders.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

namespace hub::resolve::testing {

/// One change of a generated history, with what the hub is made to know of it at its source.
struct Sent {
  model::Change change;
  std::optional<model::Link> known;
};

std::ostream& operator<<(std::ostream& out, const Sent& sent) {
  const auto list = [&](const model::Fields& values) {
    for (const auto& [name, value] : values) out << " " << name << "=" << (value.is_null() ? "null" : value.text());
  };
  const model::Change& change = sent.change;
  out << change.source << (change.op == model::Op::kDelete ? " delete" : " upsert");
  if (change.version) out << " v" << *change.version;
  if (change.base_version) out << " b" << *change.base_version;
  if (change.observed_at_ms) out << " at " << *change.observed_at_ms;
  list(change.fields);
  if (!sent.known) return out;
  out << " [link b" << sent.known->base_version << (sent.known->from_delivery ? " delivered" : "")
      << (sent.known->deleted ? " deleted" : "");
  list(sent.known->shadow);
  return out << "]";
}

namespace {

using model::ChangeState;
using model::Op;
using model::Resolution;

constexpr const char* kSources[] = {"CRM", "ERP", "Portal", "LocalDB", "Shop"};
constexpr const char* kFields[] = {"name", "email", "credit", "status", "note", "tax"};
constexpr const char* kValues[] = {nullptr, "x", "y", "z"};

/// A number in [low, high), evenly distributed from the first case on: RapidCheck would begin with a part of the range.
template <class Number>
Number between(Number low, Number high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<Number>(low, high));
}

template <class Item, std::size_t N>
Item one_of(const Item (&items)[N]) {
  return items[between<std::size_t>(0, N)];
}

bool chance(int percent) { return between(0, 100) < percent; }

std::vector<Sent> some(const rc::Gen<Sent>& change, std::size_t at_most) {
  return *rc::gen::container<std::vector<Sent>>(between<std::size_t>(0, at_most + 1), change);
}

/// Some of the first `count` names in kFields.
model::Fields some_fields(std::size_t count) {
  model::Fields values;
  for (std::size_t i = 0; i < count; ++i) {
    if (!chance(45)) continue;
    const char* value = one_of(kValues);
    model::set_field(values, kFields[i], value == nullptr ? model::Value{} : model::Value::string(value));
  }
  return values;
}

/// A change with version, to fields without the policies that look at more than the source.
rc::Gen<Sent> versioned_change() {
  return rc::gen::exec([] {
    Sent sent{upsert(one_of(kSources), between<std::int64_t>(1, 4), {}), {}};
    if (chance(35))
      sent.change.op = Op::kDelete;
    else
      sent.change.fields = some_fields(4);
    return sent;
  });
}

/// Any change that the hub may meet.
rc::Gen<Sent> any_change() {
  return rc::gen::exec([] {
    Sent sent{upsert(one_of(kSources), {}, {}), {}};
    model::Change& change = sent.change;
    if (chance(60)) change.version = between<std::int64_t>(1, 8);
    if (!change.version && chance(50)) change.base_version = between<std::int64_t>(0, 8);
    if (chance(50)) change.observed_at_ms = between(0, 5) * 1500;
    if (chance(20))
      change.op = Op::kDelete;
    else
      change.fields = some_fields(6);
    if (chance(30)) {
      sent.known = link(change.source, between<std::int64_t>(0, 8), {}, chance(50));
      sent.known->shadow = some_fields(6);
      sent.known->deleted = chance(20);
    }
    return sent;
  });
}

/// Lower is better; the same place is a tie. The policies of client() by heart, so that the ladder does not judge
/// itself.
std::pair<int, int> place(const std::string& field, const std::string& source) {
  static const std::map<std::string, int> by_name{{"CRM", 1}, {"ERP", 2}, {"Portal", 3}, {"LocalDB", 4}, {"Shop", 4}};
  int policy = 0;
  if (field == "credit") policy = source == "ERP" ? 0 : 1;
  if (field == "status") policy = source == "ERP" ? 0 : source == "Portal" ? 1 : 2;
  return {policy, by_name.at(source)};
}

/// What a change says of a field: a value, null when it clears or deletes it, nothing when it may not speak.
const model::Value* says(const model::Change& change, const std::string& field) {
  static const model::Value cleared;
  if (change.op == Op::kDelete) return &cleared;
  if (field == "credit" && change.source != "ERP") return nullptr;
  return model::find_field(change.fields, field);
}

bool ties(const model::Change& a, const model::Change& b) {
  return a.version == b.version && std::any_of(std::begin(kFields), std::end(kFields), [&](const char* field) {
           const model::Value* mine = says(a, field);
           const model::Value* theirs = says(b, field);
           return mine != nullptr && theirs != nullptr && *mine != *theirs &&
                  place(field, a.source) == place(field, b.source);
         });
}

std::vector<model::Change> without_ties(const std::vector<Sent>& sent, std::size_t at_most) {
  std::vector<model::Change> kept;
  for (const Sent& next : sent) {
    const bool tied = std::any_of(kept.begin(), kept.end(), [&](const auto& old) { return ties(old, next.change); });
    if (!tied && kept.size() < at_most) kept.push_back(next.change);
  }
  return kept;
}

/// The state that a set of changes without ties means, worked out from the set alone.
std::pair<model::Fields, bool> meaning(const std::vector<model::Change>& changes) {
  std::int64_t tombstone = 0;
  for (const auto& change : changes)
    if (change.op == Op::kDelete) tombstone = std::max(tombstone, *change.version);
  model::Fields values;
  bool lives = tombstone == 0;
  for (const char* field : kFields) {
    const model::Change* best = nullptr;
    for (const auto& change : changes) {
      if (says(change, field) == nullptr) continue;
      if (best == nullptr || *change.version > *best->version ||
          (*change.version == *best->version && place(field, change.source) < place(field, best->source)))
        best = &change;
    }
    if (best == nullptr) continue;
    const model::Value& value = *says(*best, field);
    if (!value.is_null()) model::set_field(values, field, value);
    lives = lives || !value.is_null() || (best->op == Op::kUpsert && *best->version > tombstone);
  }
  return {values, !lives};
}

model::Fields without_nulls(model::Fields values) {
  std::erase_if(values, [](const auto& field) { return field.value.is_null(); });
  return values;
}

/// What must not depend on the order: the fields with their writers, and whether the record lives.
std::string state(const Desk& desk) {
  model::Record record = desk.record.value_or(model::Record{});
  record.version = 0;
  record.last_source.clear();
  const std::string grave =
      record.tombstone ? std::to_string(record.tombstone->version) + record.tombstone->source : "";
  return grave + " " + describe(record);
}

RC_GTEST_PROP(LadderProperty, FieldModeGivesTheSameRecordInEveryOrder, ()) {
  const auto sent = some(versioned_change(), 10);
  const auto changes = without_ties(sent, 6);
  std::vector<std::size_t> order(changes.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto [values, deleted] = meaning(changes);
  std::optional<std::string> first;
  do {
    Desk desk(client(model::MergeMode::kField));
    for (const std::size_t i : order) RC_ASSERT(desk.send(changes[i]).resolution != Resolution::kManual);
    if (!first) first = state(desk);
    RC_ASSERT(state(desk) == *first);
    if (!desk.record) continue;
    RC_ASSERT(without_nulls(desk.record->fields()) == values);
    RC_ASSERT(desk.record->deleted == deleted);
  } while (std::next_permutation(order.begin(), order.end()));
}

RC_GTEST_PROP(LadderProperty, FieldModeDoesNotMindRepeats, ()) {
  const auto changes = without_ties(some(versioned_change(), 40), 20);
  Desk once(client(model::MergeMode::kField));
  once.play(changes);
  Desk often(client(model::MergeMode::kField));
  for (std::size_t i = 0; i < 2 * changes.size(); ++i) often.send(changes[between<std::size_t>(0, changes.size())]);
  often.play(changes);
  RC_ASSERT(state(often) == state(once));
}

model::EntitySchema any_schema() {
  constexpr model::MergeMode kModes[] = {model::MergeMode::kRecord, model::MergeMode::kField};
  constexpr model::DeleteMode kDeletes[] = {model::DeleteMode::kPropagate, model::DeleteMode::kPropagate,
                                            model::DeleteMode::kIgnore, model::DeleteMode::kManual};
  const model::MergeMode mode = one_of(kModes);
  return client(mode, one_of(kDeletes));
}

std::vector<Sent> history() { return some(any_change(), 40); }

model::Decision deliver(Desk& desk, const Sent& sent) {
  return desk.send(sent.change, sent.known ? &*sent.known : nullptr);
}

RC_GTEST_PROP(LadderProperty, ATakenChangeAgainChangesNoValue, ()) {
  Desk desk(any_schema());
  for (const Sent& sent : history()) {
    if (deliver(desk, sent).state != ChangeState::kApplied) continue;
    const std::optional<model::Record> before = desk.record;
    const model::Decision again = deliver(desk, sent);
    RC_ASSERT(again.state != ChangeState::kConflict);
    RC_ASSERT(desk.record->fields() == before->fields());
    RC_ASSERT(desk.record->version == before->version);
    RC_ASSERT(desk.record->deleted == before->deleted);
  }
}

RC_GTEST_PROP(LadderProperty, EveryValueIsOneThatItsSourceSent, ()) {
  Desk desk(any_schema());
  std::set<std::string> said;
  for (const Sent& sent : history()) {
    for (const auto& [name, value] : sent.change.fields) said.insert(sent.change.source + name + value.text());
    deliver(desk, sent);
    if (!desk.record) continue;
    for (const model::Cell& cell : desk.record->cells)
      if (!cell.value.is_null()) RC_ASSERT(said.contains(cell.stamp.source + cell.name + cell.value.text()));
  }
}

RC_GTEST_PROP(LadderProperty, NoValueIsDroppedUnrecorded, ()) {
  Desk desk(any_schema());
  const auto value_in = [](const std::optional<model::Record>& record, const std::string& name) {
    const model::Cell* cell = record ? record->find(name) : nullptr;
    return cell == nullptr ? model::Value{} : cell->value;
  };
  for (const Sent& sent : history()) {
    const std::optional<model::Record> before = desk.record;
    const model::Decision decision = deliver(desk, sent);
    std::map<std::string, model::FieldDecision> decided;
    for (const auto& field : decision.fields) RC_ASSERT(decided.emplace(field.field, field).second);
    RC_ASSERT(std::is_sorted(decision.fields.begin(), decision.fields.end(),
                             [](const auto& a, const auto& b) { return a.field < b.field; }));
    for (const char* name : kFields) {
      const model::Value old = value_in(before, name);
      const model::Value now = value_in(desk.record, name);
      const auto found = decided.find(name);
      if (old != now) {
        RC_ASSERT(found != decided.end());
        RC_ASSERT(found->second.taken && found->second.differs);
        RC_ASSERT(found->second.loser == old);
      } else if (found != decided.end()) {
        RC_ASSERT(!(found->second.taken && found->second.differs));
      }
      const model::Value* said = model::find_field(sent.change.fields, name);
      const bool repeated = decision.resolution == Resolution::kEcho || decision.resolution == Resolution::kNoChange;
      if (said == nullptr || *said == now || repeated || (sent.known && !sent.change.version)) continue;
      RC_ASSERT(found != decided.end());
      RC_ASSERT(!found->second.taken && found->second.differs && found->second.loser == *said);
    }
  }
}

RC_GTEST_PROP(LadderProperty, VersionsNeverGoBackAndStatesFitResolutions, ()) {
  static const std::set<std::pair<Resolution, ChangeState>> known_pairs{
      {Resolution::kNewRecord, ChangeState::kApplied},      {Resolution::kVersionWin, ChangeState::kApplied},
      {Resolution::kFieldMerge, ChangeState::kApplied},     {Resolution::kPriorityWin, ChangeState::kApplied},
      {Resolution::kPriorityWin, ChangeState::kSuperseded}, {Resolution::kStaleSkip, ChangeState::kSuperseded},
      {Resolution::kNoChange, ChangeState::kNoChange},      {Resolution::kEcho, ChangeState::kNoChange},
      {Resolution::kManual, ChangeState::kConflict}};
  Desk desk(any_schema());
  for (const Sent& sent : history()) {
    const std::int64_t before = desk.record ? desk.record->version : 0;
    const model::Decision decision = deliver(desk, sent);
    const std::int64_t after = desk.record ? desk.record->version : 0;
    RC_ASSERT(known_pairs.contains({decision.resolution, decision.state}));
    RC_ASSERT(decision.version == after);
    RC_ASSERT(after >= before);
    RC_ASSERT(decision.writes || after == before);
    RC_ASSERT(decision.state != ChangeState::kApplied || decision.writes);
    RC_ASSERT(decision.state != ChangeState::kConflict || !decision.writes);
    if (desk.record)
      for (const model::Cell& cell : desk.record->cells) RC_ASSERT(cell.stamp.version <= after);
  }
}

}  // namespace

}  // namespace hub::resolve::testing
