#include "hub/base/clock.hpp"
#include "hub/base/log.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/encoding.hpp"
#include "hub/store/erasure.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/erased.hpp"
#include "hub/sync/payload.hpp"
#include "hub/sync/transaction.hpp"

namespace hub::sync {

namespace {

constexpr int kLetters = 500;  // read at once

std::string without_values(const std::string& decision) {
  if (decision.empty()) return decision;
  auto fields = store::decode_decision(decision);
  for (model::FieldDecision& field : fields) field.loser = {};
  return store::encode_decision(fields);
}

}  // namespace

Result Transaction::erase(const model::RecordKey& key, const std::vector<store::JournalKey>& changes,
                          std::string_view reason, bool keep_at_sources) {
  State& gone = state(key);
  if (!gone.exists) return Refusal{404, "there is no record " + key.entity + " " + key.external_id, {}, {}, 0};
  if (gone.record.erased_at_ms != 0) return erased(gone.record);
  Answer answer;
  if (gone.record.merged_into.empty()) {  // an alias was deleted already, and a change of it would be its survivor's
    model::JsonWriter about;
    about.begin_object().member("erased", reason).member("keptAtSources", keep_at_sources).end_object();
    Result removed = edit(key, model::Op::kDelete, {}, about.take());
    if (std::holds_alternative<Refusal>(removed)) return removed;
    answer = std::get<Answer>(std::move(removed));
    if (answer.state != model::ChangeState::kApplied)
      return Refusal{409, "the record is held: release it before it is erased", {}, {}, 0};
  }
  gone.record.erased_at_ms = now_ms_;
  for (model::Cell& cell : gone.record.cells) cell.value = {};
  gone.written = true;
  for (model::Link& link : gone.links) {
    link.shadow.clear();
    link.deleted = link.deleted || keep_at_sources;
    link.updated_at_ms = now_ms_;
    gone.moved_links.insert(link.source);
  }
  if (keep_at_sources) {
    gone.changed = false;
    gone.spoke.clear();
  }
  store::flush_journal(session_);
  for (const store::JournalKey& at : changes) erase_change(at);
  if (const auto own = store::journal_key_of(answer.place)) {
    const auto row = store::load_journal(session_, *own);
    store::blank_change(session_, *own, row->body, without_values(row->decision));
  }
  erase_deliveries(key);
  store::remove_base(session_, key);
  any_erased_ = true;
  return answer;
}

void Transaction::erase_change(const store::JournalKey& at) {
  auto row = store::load_journal(session_, at);
  if (!row) return;
  if (row->state == model::ChangeState::kWaiting)
    for (const store::WaitingRow& parked : store::waiting_of(session_, row->key))
      if (parked.at == at) drop(parked);
  if (row->state == model::ChangeState::kDead && store::load_dead_letter(session_, at.source, store::to_string(at))) {
    store::remove_dead_letter(session_, at.source, store::to_string(at));
    counts_.add(at.source, store::kChangesDiscarded);
  }
  if (row->state == model::ChangeState::kConflict) {
    if (auto conflict = store::load_conflict(session_, at); conflict && conflict->state == "open")
      overtake(*conflict, "erase");
    store::blank_conflict(session_, at);
  }
  store::blank_change(session_, at, erased_body(row->body), without_values(row->decision));
}

void Transaction::erase_deliveries(const model::RecordKey& key) {
  for (store::OutboundRow& row : store::outbound_of(session_, key)) {
    // One that was tried keeps its id, by which its target may know it; what it carries from now on says nothing.
    Payload payload = decode_payload(row.payload);
    payload.fields.clear();
    if (!row.payload.empty()) row.payload = encode_payload(payload);
    row.last_error.clear();
    store::add_outbound_update(session_, row);
  }
  store::flush_outbound_updates(session_);
  store::blank_finished(session_, key);
  std::string source, id;
  for (std::size_t read = kLetters; read == kLetters;) {
    const auto letters = store::list_dead_letters(session_, {}, source, id, kLetters);
    read = letters.size();
    for (const store::DeadLetter& letter : letters) {
      source = letter.source;
      id = letter.id;
      if (letter.key != key || letter.kind != store::kDeadDelivery) continue;
      store::remove_dead_letter(session_, letter.source, letter.id);
      counts_.add(letter.source, store::kDeliveriesDead, -1);
      counts_.add(letter.source, store::kDeliveriesDiscarded);
    }
  }
}

Refusal Transaction::erased(const model::Record& record) {
  return {410,
          "the values of " + record.key.entity + " " + record.key.external_id + " were erased on " +
              base::format_time(record.erased_at_ms) + ", and none are taken again",
          {},
          {},
          0};
}

const model::Record* Transaction::erased_record(const model::Change& change) {
  if (!any_erased_) return nullptr;
  std::string id = change.key.external_id;
  if (id.empty()) id = linked(change.source, change.key.entity, change.native_id).value_or("");
  const model::Record* known = id.empty() ? nullptr : record({change.key.entity, id});
  return known == nullptr || known->erased_at_ms == 0 ? nullptr : known;
}

}  // namespace hub::sync
