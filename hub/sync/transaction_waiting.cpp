#include "hub/base/failpoint.hpp"
#include "hub/base/log.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/transaction.hpp"

#include <algorithm>
#include <set>

namespace hub::sync {

namespace {

constexpr int kWakePage = 1000;
constexpr std::size_t kCycleDepth = 64;

}  // namespace

bool Transaction::exists(const model::RecordKey& key) {
  if (const auto it = states_.find(key); it != states_.end()) return it->second.exists && !it->second.record.deleted;
  return store::record_exists(session_, key);
}

std::vector<model::RecordKey> Transaction::missing(model::Change& change, bool native_references) {
  std::vector<model::RecordKey> absent;
  const model::EntitySchema& schema = *config_.entity(change.key.entity);
  const config::SourceConfig* source = config_.source(change.source);
  for (model::FieldValue& field : change.fields) {
    const model::FieldSchema* definition = schema.find(field.name);
    if (definition->type != model::FieldType::kReference || field.value.is_null()) continue;
    model::RecordKey referenced{definition->references, field.value.text()};
    if (native_references && source->find(referenced.entity) != nullptr) {
      const auto external_id = linked(change.source, referenced.entity, referenced.external_id);
      if (!external_id) {
        absent.push_back(store::row_key(change.source, referenced.entity, referenced.external_id));
        continue;
      }
      referenced.external_id = *external_id;
      field.value = model::Value::string(*external_id);
    }
    if (!exists(referenced)) {
      referenced = survivor_of(std::move(referenced));
      field.value = model::Value::string(referenced.external_id);
    }
    if (referenced == change.key || !exists(referenced)) absent.push_back(std::move(referenced));
  }
  return absent;
}

bool Transaction::in_cycle(const model::RecordKey& start, const std::vector<model::RecordKey>& missing) {
  std::vector<model::RecordKey> open = missing;
  std::set<model::RecordKey> visited;
  while (!open.empty() && visited.size() < kCycleDepth) {
    const model::RecordKey key = std::move(open.back());
    open.pop_back();
    if (key == start) return true;
    if (!any_waiting_ || !visited.insert(key).second) continue;
    for (const store::WaitingRow& parked : store::waiting_of(session_, key))
      open.insert(open.end(), parked.missing.begin(), parked.missing.end());
  }
  return false;
}

std::vector<std::string> Transaction::references_to(const model::Change& change,
                                                    const std::vector<model::RecordKey>& absent) const {
  std::vector<std::string> names;
  const model::EntitySchema& schema = *config_.entity(change.key.entity);
  for (const model::FieldValue& field : change.fields) {
    const model::FieldSchema* definition = schema.find(field.name);
    if (definition->type != model::FieldType::kReference || field.value.is_null()) continue;
    const std::string& id = field.value.text();
    for (const model::RecordKey& key : absent)
      if (key.entity == definition->references &&
          (key.external_id == id || key == store::row_key(change.source, key.entity, id)))
        names.push_back(field.name);
  }
  return names;
}

void Transaction::park(const store::JournalRow& row, std::vector<model::RecordKey> missing,
                       const store::WaitingRow* parked) {
  const model::WaitingPolicy& policy = config_.entity(row.key.entity)->waiting;
  store::WaitingRow waiting;
  waiting.at = row.at;
  waiting.key = row.key;
  waiting.missing = std::move(missing);
  waiting.native_id = row.native_id;
  waiting.attempts = parked == nullptr ? 0 : parked->attempts;
  waiting.parked_at_ms = parked == nullptr ? now_ms_ : parked->parked_at_ms;
  waiting.due_at_ms =
      store::waits_for_a_person(waiting.missing.front()) ? store::kNever : now_ms_ + policy.retry_every.count();
  store::park_change(session_, waiting);
  any_waiting_ = true;
}

void Transaction::bury(store::JournalRow& row, std::string reason, int attempts) {
  base::log(base::LogLevel::kError, "source " + row.at.source,
            "change " + store::to_string(row.at) + " of " + row.key.entity + " " + row.key.external_id +
                " is a dead letter: " + reason);
  store::put_dead_letter(session_, {row.at.source, store::to_string(row.at), std::string(store::kDeadChange), row.key,
                                    0, 0, row.body, std::move(reason), attempts, now_ms_});
}

void Transaction::settle(const store::JournalRow& row, model::ChangeState from) {
  store::settle_journal(session_, row);
  counts_.add(row.at.source, model::to_string(from), -1);
  counts_.add(row.at.source, model::to_string(row.state));
}

std::vector<model::RecordKey> Transaction::missing_before(const model::Change& change) {
  std::vector<model::RecordKey> missing;
  for (const store::WaitingRow& parked : store::waiting_of(session_, change.key)) {
    if (parked.at.source != change.source) continue;
    if (store::is_held(parked))
      drop(parked);
    else if (missing.empty())
      missing = parked.missing;
  }
  return missing;
}

void Transaction::drop(const store::WaitingRow& held) {
  store::flush_journal(session_);  // it may have been parked in this very transaction
  auto row = store::load_journal(session_, held.at);
  store::unpark_change(session_, held);
  row->settled_at_ms = now_ms_;
  row->state = model::ChangeState::kSuperseded;
  row->resolution = model::Resolution::kStaleSkip;
  settle(*row, model::ChangeState::kWaiting);
}

void Transaction::release(const store::WaitingRow& parked, bool by_timer) {
  auto queue = store::waiting_of(session_, parked.key);
  std::erase_if(queue, [&](const store::WaitingRow& other) { return other.at.source != parked.at.source; });
  const auto own = std::find_if(queue.begin(), queue.end(),
                                [&](const store::WaitingRow& other) { return other.at.seq == parked.at.seq; });
  if (own == queue.end()) return;  // somebody has released it meanwhile
  // Parked changes of one record keep their order.
  if (own != queue.begin()) return by_timer ? put_off(*own) : void();
  for (const store::WaitingRow& next : queue) {
    const bool is_first = next.at.seq == parked.at.seq;
    if (!is_first && store::is_held(next)) return;
    if (!release_one(next, by_timer && is_first)) return;
  }
}

void Transaction::put_off(store::WaitingRow parked) {
  if (!store::is_row(parked.key)) ++parked.attempts;
  parked.due_at_ms = now_ms_ + config_.entity(parked.key.entity)->waiting.retry_every.count();
  store::park_change(session_, parked);
}

bool Transaction::release_one(const store::WaitingRow& parked, bool by_timer) {
  auto row = store::load_journal(session_, parked.at);
  if (!row) return false;
  store::WaitingRow again = parked;
  if (by_timer && !store::is_row(parked.key)) ++again.attempts;
  const model::WaitingPolicy& policy = config_.entity(parked.key.entity)->waiting;
  store::unpark_change(session_, again);
  const auto die = [&](const std::string& reason) {
    row->state = model::ChangeState::kDead;
    bury(*row, reason, again.attempts);
  };

  Answer answer;
  auto read = intake_.reread(row->body);
  if (auto* submission = std::get_if<Submission>(&read)) {
    // The id that a record without a key got when its change was parked, or by a receipt since, stays its id.
    if (submission->change.key.external_id.empty() && !store::is_row(parked.key))
      submission->change.key.external_id = parked.key.external_id;
    const bool said_then = store::waits_for_a_person(parked.missing.front()) && row->version > 0;
    if (said_then && !submission->change.version) submission->change.base_version = row->version;
    if (const auto refusal = decide(*submission, *row, answer, &again)) die(refusal->detail);
  } else {
    die("it does not fit the configuration any more: " + std::get<Refusal>(read).detail);
  }
  if (by_timer && row->state == model::ChangeState::kWaiting && !store::is_row(row->key) &&
      (again.attempts >= policy.max_attempts || now_ms_ - again.parked_at_ms >= policy.max_age.count())) {
    again.key = row->key;  // its row may have got a name meanwhile
    store::unpark_change(session_, again);
    die("what it references has not come: " + again.missing.front().entity + " " + again.missing.front().external_id);
  }
  settle(*row, model::ChangeState::kWaiting);
  if (store::is_held(parked) || store::is_receipt(parked.missing.front()))
    targets_.insert(parked.at.source);  // its own deliveries of the record had to wait
  return row->state != model::ChangeState::kWaiting;
}

bool Transaction::on_hold(const model::Change& change) {
  if (change.source == kSteward) return false;
  State& target = state(change.key);
  const auto holds = store::holds_of(session_, change.key);
  return std::any_of(holds.begin(), holds.end(), [&](const store::Hold& hold) {
    if (hold.field.empty() || change.op == model::Op::kDelete) return true;
    // What only repeats the value says nothing of the field.
    const model::Value* said = model::find_field(change.fields, hold.field);
    const model::Cell* cell = target.record.find(hold.field);
    const model::Link* known = link(target, change.source);
    const model::Value* shadow = known == nullptr ? nullptr : model::find_field(known->shadow, hold.field);
    return said != nullptr && (cell == nullptr || cell->value != *said) && (shadow == nullptr || *shadow != *said);
  });
}

bool Transaction::release_hold(const model::RecordKey& key, std::string_view field) {
  if (!store::remove_hold(session_, key, field)) return false;
  any_hold_ = store::load_present(session_).holds;
  const model::RecordKey released = store::release_of(key);
  for (const store::WaitingRow& parked : store::waiting_for(session_, released, kWakePage)) release(parked, false);
  for (const store::OutboundRow& row : store::outbound_of(session_, key)) targets_.insert(row.target);
  return true;
}

Result Transaction::revive(const store::DeadLetter& letter, const std::optional<model::Fields>& mended) {
  const auto at = store::journal_key_of(letter.id);
  auto row = at ? store::load_journal(session_, *at) : std::nullopt;
  if (!row || row->state != model::ChangeState::kDead)
    return Refusal{409, "the change of dead letter " + letter.id + " is not dead any more", {}, {}, 0};
  auto read = intake_.reread(row->body);
  if (auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
  auto& submission = std::get<Submission>(read);
  if (mended) {
    for (const model::FieldValue& field : *mended) model::set_field(submission.change.fields, field.name, field.value);
    submission.dead_reason.clear();
  }
  if (submission.change.key.external_id.empty()) submission.change.key.external_id = row->key.external_id;
  if (!submission.dead_reason.empty())
    return Refusal{409, "it would die again: " + submission.dead_reason + "; mend its fields or discard it", {}, {}, 0};
  store::remove_dead_letter(session_, letter.source, letter.id);
  Answer answer;
  answer.place = letter.id;
  answer.change_id = store::change_id_of(*row);
  if (auto refusal = decide(submission, *row, answer, nullptr)) {
    store::put_dead_letter(session_, letter);
    return std::move(*refusal);
  }
  settle(*row, model::ChangeState::kDead);
  return answer;
}

void Transaction::wake() {
  if (!any_waiting_) return;
  HUB_FAILPOINT("wake.before");
  store::flush_journal(session_);  // a change parked in this very transaction is released from its row
  for (std::size_t i = 0; i < arrived_.size(); ++i)  // a released change may bring what others wait for
    for (const store::WaitingRow& parked : store::waiting_for(session_, model::RecordKey(arrived_[i]), kWakePage))
      release(parked, false);
  HUB_FAILPOINT("wake.after");
}

}  // namespace hub::sync
