#include "hub/sync/transaction.hpp"

#include "hub/base/failpoint.hpp"
#include "hub/base/log.hpp"
#include "hub/model/json.hpp"
#include "hub/resolve/computed.hpp"
#include "hub/store/encoding.hpp"
#include "hub/store/erasure.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/dispute.hpp"
#include "hub/sync/erased.hpp"
#include "hub/sync/mapping.hpp"

#include <algorithm>
#include <limits>

namespace hub::sync {

namespace {

std::vector<std::string> changed_fields(const std::vector<model::FieldDecision>& decision) {
  std::vector<std::string> names;
  for (const model::FieldDecision& field : decision)
    if (field.taken && field.differs) names.push_back(field.field);
  return names;
}

/// What a delete that is not taken would have cleared.
std::vector<std::string> lost_fields(const model::Decision& decision) {
  std::vector<std::string> names;
  for (const model::FieldDecision& field : decision.fields)
    if (!field.taken && field.differs) names.push_back(field.field);
  return names;
}

bool same_body(std::string_view a, std::string_view b) {
  const auto left = model::parse_json(a);
  const auto right = model::parse_json(b);
  return left.ok() && right.ok() && model::same_json(left.value(), right.value());
}

/// Whether the change belongs to the record's past: it did something to the record, or would have.
bool is_past(const model::Decision& decision) {
  return decision.state != model::ChangeState::kNoChange || decision.writes;
}

/// The first required field that a new record would lack, null when there is none.
const model::FieldSchema* lacking(const model::EntitySchema& schema, const model::Fields& fields) {
  const auto it = std::find_if(schema.fields.begin(), schema.fields.end(), [&](const model::FieldSchema& field) {
    const model::Value* value = model::find_field(fields, field.name);
    return field.required && (value == nullptr || value->is_null());
  });
  return it == schema.fields.end() ? nullptr : &*it;
}

}  // namespace

Transaction::Transaction(const config::Config& config, store::Session& session, const base::Clock& clock,
                         base::Rng& rng)
    : config_(config),
      session_(session),
      rng_(rng),
      intake_(config),
      now_ms_(clock.now_ms()),
      priorities_(store::load_priorities(session)) {
  const store::Present present = store::load_present(session);
  any_waiting_ = present.waiting;
  any_conflict_ = present.conflicts;
  any_blocked_ = present.blocked;
  any_doubt_ = present.doubts;
  any_hold_ = present.holds;
  any_erased_ = present.erased;
  HUB_FAILPOINT("commit.begin");
}

Transaction::State& Transaction::state(const model::RecordKey& key) {
  const auto [it, is_new] = states_.try_emplace(key);
  State& state = it->second;
  if (!is_new) return state;
  if (auto record = store::load_record(session_, key)) {
    state.record = std::move(*record);
    state.exists = true;
    state.stored_row_version = state.record.row_version;
    state.links = store::load_links(session_, key);
    state.keys = state.stored_keys = match_keys(steps(key.entity), state.record);
  } else {
    state.record.key = key;  // and nobody has a link to a record that there is not
  }
  return state;
}

const model::Record* Transaction::record(const model::RecordKey& key) {
  const State& found = state(key);
  return found.exists ? &found.record : nullptr;
}

std::int64_t Transaction::next_seq(const std::string& source) {
  auto it = last_seqs_.find(source);
  if (it == last_seqs_.end())
    it = last_seqs_.emplace(source, store::load_counter(session_, source, store::kJournalRows)).first;
  return ++it->second;
}

Result Transaction::apply(const Submission& submission) {
  const model::Change& change = submission.change;
  if (!change.change_id.empty())
    if (auto known = answer_again(submission)) return std::move(*known);

  store::JournalRow row;
  row.at = {change.source, next_seq(change.source)};
  row.native_id = change.native_id;
  row.op = change.op;
  row.change_id = change.change_id;
  row.body = submission.body;
  row.received_at_ms = now_ms_;
  row.run = submission.run;
  Answer answer;
  answer.place = store::to_string(row.at);
  answer.change_id = change.change_id.empty() ? answer.place : change.change_id;
  if (auto refusal = decide(submission, row, answer, nullptr)) {
    --last_seqs_[change.source];
    return std::move(*refusal);
  }
  if (trial_ == nullptr || row.state == model::ChangeState::kWaiting) store::add_journal(session_, row);
  if (row.run != 0) {
    const char* kind = submission.native_references ? "pull" : "batch";
    ++runs_.try_emplace({change.source, row.run}, store::Run{change.source, row.run, kind, now_ms_, 0})
          .first->second.changes;
  }
  counts_.add(change.source, store::kJournalRows);
  counts_.add(change.source, store::kAcknowledged);
  counts_.add(change.source, model::to_string(row.state));
  if (!change.change_id.empty()) seen_[{change.source, change.change_id}] = {answer, submission.body};
  if (trial_ != nullptr) trial_->decided(std::move(row));
  return answer;
}

std::optional<Result> Transaction::answer_again(const Submission& submission) {
  const model::Change& change = submission.change;
  std::string body;
  Answer answer;
  if (const auto it = seen_.find({change.source, change.change_id}); it != seen_.end()) {
    answer = it->second.answer;
    body = it->second.body;
  } else if (auto row = store::find_journal(session_, change.source, change.change_id)) {
    answer.key = row->key;
    answer.resolution = row->resolution;
    answer.state = row->state;
    answer.version = row->version;
    answer.row_version = row->row_version;
    if (!row->decision.empty()) answer.changed_fields = changed_fields(store::decode_decision(row->decision));
    answer.change_id = row->change_id;
    answer.place = store::to_string(row->at);
    if (row->state == model::ChangeState::kWaiting)
      for (const store::WaitingRow& parked : store::waiting_of(session_, row->key))
        if (parked.at == row->at) answer.missing = parked.missing;
    body = std::move(row->body);
  } else {
    return std::nullopt;
  }
  if (!is_erased_body(body) && !same_body(body, submission.body))
    return Refusal{422,
                   "changeId \"" + change.change_id + "\" was used by " + change.source + " for another change",
                   {{"/changeId", "is the id of another change: give every change its own"}},
                   {},
                   0};
  answer.duplicate = true;
  counts_.add(change.source, store::kAcknowledged);
  counts_.add(change.source, model::to_string(model::ChangeState::kNoChange));
  counts_.add(change.source, store::kDuplicates);
  return answer;
}

std::optional<Refusal> Transaction::decide(const Submission& submission, store::JournalRow& row, Answer& answer,
                                           const store::WaitingRow* parked) {
  model::Change change = submission.change;
  const auto finish_row = [&](model::ChangeState to, std::optional<model::Resolution> resolution) {
    row.key = answer.key = change.key;
    row.settled_at_ms = now_ms_;
    row.state = answer.state = to;
    row.resolution = answer.resolution = resolution;
  };
  const auto die = [&](const std::string& reason) {
    finish_row(model::ChangeState::kDead, std::nullopt);
    bury(row, reason, parked == nullptr ? 0 : parked->attempts);
  };

  if (const model::Record* gone = erased_record(change)) {
    if (change.op == model::Op::kUpsert && !submission.native_references) return erased(*gone);
    row.body = erased_body(row.body);
    if (change.op == model::Op::kUpsert) {
      base::log(base::LogLevel::kWarning, "source " + change.source,
                "still has " + gone->key.entity + " " + gone->key.external_id + ", whose values were erased");
      change.key = gone->key;
      finish_row(model::ChangeState::kSuperseded, model::Resolution::kStaleSkip);
      return std::nullopt;
    }
  }
  if (!submission.dead_reason.empty()) {
    die(submission.dead_reason);
    return std::nullopt;
  }
  const auto linked_to = linked(change.source, change.key.entity, change.native_id);
  if (auto receipts = row_in_doubt(change, linked_to, parked); !receipts.empty()) {
    answer.missing = receipts;
    finish_row(model::ChangeState::kWaiting, std::nullopt);
    park(row, std::move(receipts), parked);
    return std::nullopt;
  }
  if (auto candidates = identify(change, linked_to); !candidates.empty()) {
    finish_row(model::ChangeState::kConflict, model::Resolution::kManual);
    log_conflict(state(change.key), change, {}, row, store::kIdentityConflict, {}, std::move(candidates));
    return std::nullopt;
  }
  if (change.key.external_id.empty()) {  // a delete of what the hub never knew, or nothing that it may take
    finish_row(model::ChangeState::kNoChange, model::Resolution::kNoChange);
    return std::nullopt;
  }
  const bool of_its_row = follow_alias(change);
  std::vector<model::RecordKey> before;
  if (any_waiting_ && parked == nullptr) before = missing_before(change);
  auto absent = missing(change, submission.native_references);
  if (submission.hold != DeleteHold::kNone && exists(change.key)) {
    absent = {submission.hold == DeleteHold::kHeld ? store::held_deletes(change.source, change.key.entity)
                                                   : store::unjudged_deletes(change.source, change.key.entity)};
  }
  if (absent.empty()) absent = std::move(before);
  if (absent.empty() && any_hold_ && on_hold(change)) absent = {store::release_of(change.key)};
  if (!absent.empty()) {
    if (in_cycle(change.key, absent)) {
      finish_row(model::ChangeState::kConflict, model::Resolution::kManual);
      log_conflict(state(change.key), change, {}, row, store::kReferenceCycle, references_to(change, absent));
      return std::nullopt;
    }
    // Where it waits for a person, it was said of the state that its source knew then, whatever happens to the record.
    if (store::waits_for_a_person(absent.front()) && parked == nullptr)
      if (const model::Link* known = link(state(change.key), change.source)) row.version = known->base_version;
    answer.missing = absent;
    finish_row(model::ChangeState::kWaiting, std::nullopt);
    park(row, std::move(absent), parked);
    return std::nullopt;
  }

  State& target = state(change.key);
  if (!target.exists && change.op == model::Op::kUpsert && change.fields.empty()) {  // only of what is never taken
    finish_row(model::ChangeState::kNoChange, model::Resolution::kNoChange);
    return std::nullopt;
  }
  if (!change.version && target.record.version == std::numeric_limits<std::int64_t>::max()) {
    const std::string reason = "the record's version is at its end: there is no next one";
    if (!submission.native_references) return Refusal{409, reason, {}, {}, 0};
    die(reason);
    return std::nullopt;
  }
  model::Decision decision;
  const bool known_echo = submission.echo && is_echo(link(target, change.source), submission, change);
  if (known_echo) {
    decision.resolution = model::Resolution::kEcho;
    decision.state = model::ChangeState::kNoChange;
    decision.version = target.record.version;
  } else {
    decision = resolve(target, change, submission);
  }
  if (decision.resolution == model::Resolution::kNewRecord && change.op == model::Op::kUpsert) {
    if (const auto* field = lacking(*config_.entity(change.key.entity), change.fields)) {
      const std::string reason = "a new " + change.key.entity + " needs the field " + field->name;
      if (!submission.native_references)
        return Refusal{400, reason, {{"/fields/" + field->name, "is required for a new record"}}, {}, 0};
      die(reason);
      return std::nullopt;
    }
  }

  finish_row(decision.state, decision.resolution);
  if (decision.resolution == model::Resolution::kEcho)
    counts_.add(change.source, known_echo ? store::kEchoPlugin : store::kEchoHub);
  if (is_past(decision)) {
    row.previous = {target.record.head_source, target.record.head_seq};
    if (trial_ == nullptr || trial_->asks()) row.decision = store::encode_decision(decision.fields);
  }
  if (decision.state == model::ChangeState::kConflict && change.op == model::Op::kDelete)
    log_conflict(target, change, decision, row, store::kDeleteVsEdit, lost_fields(decision));
  else if (decision.state == model::ChangeState::kConflict)
    log_conflict(target, change, decision, row, store::kFieldConflict, tied_fields(decision));
  write_record(target, change, decision, row);
  if (any_conflict_ && decision.state != model::ChangeState::kConflict)
    revise_conflicts(target, change, decision, row.at);
  if (of_its_row) answer.linked = move_link(target, change, decision, row);
  answer.version = row.version = target.record.version;
  answer.row_version = row.row_version = target.record.row_version;
  answer.changed_fields = changed_fields(decision.fields);
  return std::nullopt;
}

model::Decision Transaction::resolve(State& target, const model::Change& change, const Submission& submission) {
  const model::EntitySchema& schema = *config_.entity(change.key.entity);
  const model::Record* canonical = target.exists ? &target.record : nullptr;
  const model::DeleteMode deletes = change.op == model::Op::kDelete ? delete_mode(change, schema) : schema.deletes;
  if (deletes == schema.deletes && submission.settles.empty())
    return resolve::resolve(canonical, change, submission.again ? nullptr : link(target, change.source),
                            {schema, priorities_});
  model::EntitySchema decided = schema;
  decided.deletes = deletes;
  for (model::FieldSchema& field : decided.fields)
    if (field.policy == model::FieldPolicy{model::PolicyKind::kOwner, {submission.settles}}) field.policy = {};
  return resolve::resolve(canonical, change, link(target, change.source), {decided, priorities_});
}

bool Transaction::would_apply(const Submission& submission) {
  const model::Decision decision = resolve(state(submission.change.key), submission.change, submission);
  return decision.state == model::ChangeState::kApplied;
}

model::DeleteMode Transaction::delete_mode(const model::Change& change, const model::EntitySchema& schema) const {
  // What `deletes` leaves to a person is what this person decides.
  if (change.source == kSteward) return model::DeleteMode::kPropagate;
  const config::SourceConfig* source = config_.source(change.source);
  const config::EntityMapping* mapping = source == nullptr ? nullptr : source->find(schema.name);
  return mapping == nullptr ? schema.deletes : mapping->deletes.value_or(schema.deletes);
}

void Transaction::write_record(State& state, const model::Change& change, const model::Decision& decision,
                               const store::JournalRow& row) {
  const bool was_there = state.exists && !state.record.deleted;
  if (decision.writes) {
    if (was_there && change.op == model::Op::kDelete) keep_apart(state);
    resolve::apply(state.record, change, decision, {0, change.source, row.at.seq, now_ms_, change.observed_at_ms},
                   *config_.entity(state.record.key.entity));
    if (!state.exists) state.record.created_at_ms = now_ms_;
    state.exists = true;
    touch(state);
  }
  if (state.exists && is_past(decision)) {
    state.record.head_source = row.at.source;
    state.record.head_seq = row.at.seq;
    state.written = true;
  }
  if (!was_there && state.exists && !state.record.deleted) arrived_.push_back(state.record.key);
}

void Transaction::touch(State& state) {
  ++state.record.row_version;
  state.record.updated_at_ms = now_ms_;
  state.written = state.changed = true;
  const std::string& entity = state.record.key.entity;
  auto keys = match_keys(steps(entity), state.record);
  for (const store::MatchKey& key : keys)
    if (std::find(state.keys.begin(), state.keys.end(), key) == state.keys.end())
      new_matches_.emplace(hash_of(entity, key), &state);
  state.keys = std::move(keys);
}

void Transaction::keep_apart(State& state) {
  state.apart.clear();
  for (const config::SourceConfig& source : config_.sources)
    if (const config::EntityMapping* mapping = source.find(state.record.key.entity))
      if (!passes(*mapping, state.record)) state.apart.insert(source.name);
}

void Transaction::recompute(const model::RecordKey& key) {
  State& state = this->state(key);
  model::Record record = state.record;
  resolve::compute(record, *config_.entity(key.entity));
  if (record == state.record) return;
  state.record = std::move(record);
  touch(state);
}

void Transaction::move_cursor(std::string_view source, std::string_view entity, std::string_view cursor) {
  store::put_cursor(session_, source, entity, cursor, now_ms_);
}

void Transaction::finish() {
  wake();
  HUB_FAILPOINT("commit.resolved");
  store::flush_journal(session_);
  HUB_FAILPOINT("commit.journal");
  std::vector<State*> in_key_order;
  for (auto& [key, state] : states_) in_key_order.push_back(&state);
  std::sort(in_key_order.begin(), in_key_order.end(),
            [](const State* a, const State* b) { return a->record.key < b->record.key; });
  // Links without a native id go first: they may have had the one that another record's row has now.
  for (const bool named : {false, true})
    for (State* state : in_key_order)
      for (const model::Link& link : state->links)
        if (state->moved_links.contains(link.source) && link.native_id.empty() != named)
          store::add_link(session_, link);
  for (const State* state : in_key_order) {
    if (!state->written) continue;
    store::add_record(session_, state->record, state->stored_row_version);
    store::add_match_keys(session_, state->record.key, state->stored_keys, state->keys);
  }
  store::flush_records(session_);
  store::flush_match_keys(session_);
  HUB_FAILPOINT("commit.canonical");
  store::flush_links(session_);
  HUB_FAILPOINT("commit.links");
  for (const config::SourceConfig& target : config_.sources) queue_deliveries(target, in_key_order);
  store::flush_outbound(session_);
  HUB_FAILPOINT("commit.outbound");
  for (const auto& [id, run] : runs_) store::count_run(session_, run);
  counts_.flush(session_);
  HUB_FAILPOINT("commit.counters");
}

}  // namespace hub::sync
