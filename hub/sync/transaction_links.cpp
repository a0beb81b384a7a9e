#include "hub/base/log.hpp"
#include "hub/resolve/computed.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/doubt.hpp"
#include "hub/sync/mapping.hpp"
#include "hub/sync/payload.hpp"
#include "hub/sync/transaction.hpp"

#include <algorithm>

namespace hub::sync {

model::Link* Transaction::link(State& state, std::string_view source) {
  const auto it = std::find_if(state.links.begin(), state.links.end(),
                               [&](const model::Link& link) { return link.source == source; });
  return it == state.links.end() ? nullptr : &*it;
}

model::Link& Transaction::make_link(State& state, std::string_view source) {
  if (model::Link* known = link(state, source)) return *known;
  model::Link& made = state.links.emplace_back();
  made.source = source;
  made.key = state.record.key;
  return made;
}

std::optional<std::string> Transaction::linked(std::string_view source, std::string_view entity,
                                               std::string_view native_id) {
  if (native_id.empty()) return std::nullopt;
  if (const auto it = native_ids_.find(std::tuple(source, entity, native_id)); it != native_ids_.end())
    return it->second.empty() ? std::nullopt : std::optional(it->second);
  const auto found = store::find_link(session_, source, entity, native_id);
  return found ? std::optional(found->key.external_id) : std::nullopt;
}

std::vector<model::RecordKey> Transaction::row_in_doubt(model::Change& change, const std::optional<std::string>& known,
                                                        const store::WaitingRow* parked) {
  if (change.native_id.empty() || !change.key.external_id.empty()) return {};
  const config::SourceConfig* source = config_.source(change.source);
  if (!source->find(change.key.entity)->key.empty()) return {};  // what the hub makes there has a key
  const model::RecordKey row = store::row_key(change.source, change.key.entity, change.native_id);
  std::vector<model::RecordKey> receipts;
  if (parked == nullptr && any_waiting_)
    for (const store::WaitingRow& before : store::waiting_of(session_, row))
      if (receipts.empty()) receipts = before.missing;
  const bool asks = receipts.empty() && !known;
  if (asks && trial_ == nullptr)  // a trial delivers nothing
    for (const std::string& id : store::unsettled_inserts(session_, change.source, change.key.entity)) {
      // What was sent later cannot have made a row that was there when the change was parked, but the row may be that
      // record: then it has two rows there, and a person is to say so.
      const model::RecordKey receipt = store::receipt_of(id);
      const auto waits = [&] {
        return std::find(parked->missing.begin(), parked->missing.end(), receipt) != parked->missing.end();
      };
      const auto matches = [&] {
        const auto found = match(change, *source->find(change.key.entity)).records;
        return std::find(found.begin(), found.end(), store::delivery_name_of(id)->key.external_id) != found.end();
      };
      if (parked == nullptr || waits() || matches()) receipts.push_back(receipt);
    }
  if (!receipts.empty()) change.key = row;
  return receipts;
}

std::vector<std::string> Transaction::identify(model::Change& change, const std::optional<std::string>& known) {
  if (change.native_id.empty()) return {};
  std::string& external_id = change.key.external_id;
  if (external_id.empty() && !known && any_waiting_)  // earlier changes of the row may be parked: the record is theirs
    external_id = store::parked_as(session_, change.source, change.key.entity, change.native_id).value_or("");
  if (external_id.empty()) {
    if (known) {
      external_id = *known;
    } else if (change.op == model::Op::kUpsert && !change.fields.empty()) {
      const config::SourceConfig* source = config_.source(change.source);
      Match found = match(change, *source->find(change.key.entity));
      if (!found.told) {
        change.key = store::row_key(change.source, change.key.entity, change.native_id);
        return std::move(found.records);
      }
      if (found.records.empty()) {
        external_id = base::make_ulid(now_ms_, rng_);
        states_[change.key].record.key = change.key;  // nobody has heard of it: the store need not be asked
      } else {
        external_id = found.records.front();
      }
    }
  } else if (change.op == model::Op::kDelete) {
    const model::Link* held = link(state(change.key), change.source);
    if (held != nullptr && !held->deleted && !held->native_id.empty() && held->native_id != change.native_id) {
      external_id.clear();  // of a row that the record had before: it has another one now
      return {};
    }
    if (known && *known != external_id) {  // the row is gone, and another record's row has its id by now
      change.native_id.clear();
      return {};
    }
  } else if (known && *known != external_id) {
    // The row's key was edited at the source: it now stands for another record, and the former one has no row there.
    base::log(base::LogLevel::kWarning, "source " + change.source,
              change.key.entity + " " + *known + " lost its row there: the row's key is now " + external_id);
    State& former = state({change.key.entity, *known});
    std::erase_if(former.links, [&](const model::Link& link) { return link.source == change.source; });
    former.moved_links.erase(change.source);
    store::remove_link(session_, former.record.key, change.source);
  }
  if (external_id.empty()) {  // the row is gone before anybody could say which record it is
    answer_identity(change);
    return {};
  }
  native_ids_.insert_or_assign({change.source, change.key.entity, change.native_id}, external_id);
  if (!known) answer_identity(change);
  return {};
}

void Transaction::answer_identity(const model::Change& change) {
  if (!any_conflict_) return;
  const model::RecordKey row = store::row_key(change.source, change.key.entity, change.native_id);
  if (auto open = store::open_conflict_of(session_, row, change.source)) overtake(*open, change.source);
}

Transaction::Match Transaction::match(const model::Change& change, const config::EntityMapping& mapping) {
  model::Fields values = change.fields;
  resolve::add_computed(values, *config_.entity(change.key.entity));
  for (const MatchFields& fields : mapping.match_on) {
    const auto key = match_key(fields, values);
    Match found;
    if (key) found.records = find_matches(change.key.entity, *key);
    if (found.records.empty()) continue;
    // An only hit that has a row at this source already: the two rows may be one client, or two.
    const model::Link* held = link(state({change.key.entity, found.records.front()}), change.source);
    found.told = found.records.size() == 1 && (held == nullptr || held->deleted);
    return found;
  }
  return {};
}

std::vector<std::string> Transaction::find_matches(std::string_view entity, const store::MatchKey& key) {
  std::set<std::string> ids;
  for (std::string& id : store::find_matches(session_, entity, key)) ids.insert(std::move(id));
  // What this transaction has written to a record counts, not what the store says of it.
  const auto has_key = [&](const State& state) {
    return std::find(state.keys.begin(), state.keys.end(), key) != state.keys.end();
  };
  std::erase_if(ids, [&](const std::string& id) {
    const auto it = states_.find({std::string(entity), id});
    return it != states_.end() && !has_key(it->second);
  });
  const auto [first, last] = new_matches_.equal_range(hash_of(entity, key));
  for (auto it = first; it != last; ++it)
    if (it->second->record.key.entity == entity && has_key(*it->second)) ids.insert(it->second->record.key.external_id);
  return {ids.begin(), ids.end()};
}

const std::vector<MatchFields>& Transaction::steps(const std::string& entity) {
  const auto it = steps_.find(entity);
  return it != steps_.end() ? it->second : steps_.emplace(entity, match_steps(config_, entity)).first->second;
}

bool Transaction::move_link(State& state, const model::Change& change, const model::Decision& decision,
                            const store::JournalRow& row) {
  const config::SourceConfig* source = config_.source(change.source);
  const config::EntityMapping* mapping = source == nullptr ? nullptr : source->find(change.key.entity);
  if (mapping == nullptr || !state.exists) return false;  // a person's edit, or a delete of what the hub never knew
  const bool is_new = link(state, change.source) == nullptr;
  model::Link& moved = make_link(state, change.source);
  const model::Link before = moved;
  if (!change.native_id.empty()) moved.native_id = change.native_id;
  if (!change.source_etag.empty()) moved.source_etag = change.source_etag;
  // The shadow is what the source holds, also where its value lost: else the next look at it would take the loser for
  // a new edit, and nobody would know that it needs repair.
  moved.deleted = change.op == model::Op::kDelete;
  if (moved.deleted) {
    // Another row may get the id of this one.
    native_ids_.insert_or_assign({change.source, change.key.entity, moved.native_id}, std::string());
    moved.native_id.clear();
    moved.source_etag.clear();
    moved.shadow.clear();
  }
  // What was parked may have been written over there by a delivery since.
  const bool pushed_since = before.pushed_at_ms > row.received_at_ms;
  for (const model::FieldValue& field : change.fields) {
    const model::Value* held = model::find_field(before.shadow, field.name);
    const bool doubted = pushed_since && held != nullptr && *held != field.value;
    model::set_field(moved.shadow, field.name, doubted ? unknown() : field.value);
  }
  if (decision.resolution != model::Resolution::kEcho) moved.heard_seq = row.at.seq;
  if (decision.resolution != model::Resolution::kEcho &&
      (moved.shadow != before.shadow || moved.deleted != before.deleted))
    moved.from_delivery = false;
  if (change.base_version) moved.base_version = std::max(moved.base_version, *change.base_version);

  if (decision.state != model::ChangeState::kConflict && holds(*mapping, state.record, &moved))
    moved.base_version = std::max(moved.base_version, state.record.version);
  if (moved == before) return is_new;
  moved.updated_at_ms = now_ms_;
  state.moved_links.insert(change.source);
  const bool has_what_is_gone = decision.resolution == model::Resolution::kNoChange && state.record.deleted &&
                                !moved.deleted && (is_new || before.deleted);
  if (decision.state == model::ChangeState::kApplied || decision.state == model::ChangeState::kSuperseded ||
      has_what_is_gone)
    state.spoke.insert(change.source);
  if (!is_new || moved.deleted) return is_new;
  if (any_doubt_ && !asks_first(*source, state.record)) store::end_doubt(session_, change.source, change.key);
  // The source has the record now: so may what refers to it there, in both directions.
  if (!change.native_id.empty()) arrived_.push_back(store::row_key(change.source, change.key.entity, change.native_id));
  if (any_blocked_ && store::unblock_outbound(session_, change.source, change.key, now_ms_) > 0)
    targets_.insert(change.source);
  return true;
}

bool Transaction::is_echo(const model::Link* link, const Submission& submission, const model::Change& change) {
  if (link == nullptr || !link->from_delivery || link->deleted != (change.op == model::Op::kDelete)) return false;
  if (submission.guarded && !change.source_etag.empty() && change.source_etag == link->source_etag) return true;
  return std::all_of(change.fields.begin(), change.fields.end(), [&](const model::FieldValue& field) {
    const model::Value* held = model::find_field(link->shadow, field.name);
    return held != nullptr && *held == field.value;
  });
}

void Transaction::queue_deliveries(const config::SourceConfig& target, const std::vector<State*>& states) {
  for (State* state : states) {
    const model::RecordKey& key = state->record.key;
    const config::EntityMapping* mapping = target.find(key.entity);
    const bool spoke = state->spoke.contains(target.name);
    if (mapping == nullptr || !state->exists || (!state->changed && !spoke)) continue;
    const model::Link* held = link(*state, target.name);
    // There is nothing but its own lost value to bring back.
    if (spoke && !target.repair && state->spoke.size() == 1 && !lacks_any(*mapping, state->record, held)) continue;
    if (state->record.deleted ? state->apart.contains(target.name) : !passes(*mapping, state->record)) continue;
    if (held == nullptr && !state->record.deleted && !sends_any(*mapping, state->record)) continue;
    // A row may be there that no receipt has told of.
    const bool doubted = any_doubt_ && state->record.deleted && store::letter_in_doubt(session_, target.name, key);
    const bool held_there = holds(*mapping, state->record, held) && !doubted;
    if (trial_ != nullptr) {
      if (!held_there) trial_->queued(target, *mapping, state->record, held);
      continue;
    }
    if (!held_there)
      store::add_outbound(session_, key, target.name, state->record.row_version, now_ms_);
    else if (spoke || !store::follow_outbound(session_, key, target.name, state->record.row_version))
      continue;  // it holds the state, and no delivery is under way that would write an older one over it
    counts_.add(target.name, store::kDeliveriesCreated);
    targets_.insert(target.name);
  }
}

}  // namespace hub::sync
