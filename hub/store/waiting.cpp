#include "hub/store/waiting.hpp"

#include "hub/model/json.hpp"

namespace hub::store {

namespace {

constexpr std::string_view kDeletes = "@deletes";  // no entity can have that name

/// [["client", "CUST-001"]]
std::string encode_keys(const std::vector<model::RecordKey>& keys) {
  std::string out = "[";
  for (const model::RecordKey& key : keys) {
    out += out.size() > 1 ? ",[" : "[";
    model::append_json_string(out, key.entity);
    out += ',';
    model::append_json_string(out, key.external_id);
    out += ']';
  }
  return out += ']';
}

std::vector<model::RecordKey> decode_keys(std::string_view text) {
  std::vector<model::RecordKey> keys;
  const auto json = model::parse_json(text);
  if (json.ok())
    for (const model::Json& pair : json.value().items)
      if (pair.items.size() == 2) keys.push_back({pair.items[0].text, pair.items[1].text});
  if (keys.empty()) throw StoreError(StoreErrorKind::kOther, "store: a row of waiting_changes.missing is damaged");
  return keys;
}

WaitingRow waiting_row_of(const Row& row) {
  WaitingRow waiting;
  waiting.key = {row.text(0), row.text(1)};
  waiting.at = {row.text(2), row.integer(3)};
  waiting.missing = decode_keys(row.text(4));
  waiting.attempts = static_cast<int>(row.integer(7));
  waiting.due_at_ms = row.integer(8);
  waiting.parked_at_ms = row.integer(9);
  return waiting;
}

std::vector<WaitingRow> gather(Session& session, std::string_view name, Params params) {
  std::vector<WaitingRow> rows;
  session.each(name, params, [&](const Row& row) { rows.push_back(waiting_row_of(row)); });
  return rows;
}

DeadLetter letter_of(const Row& row) {
  return {row.text(0),         row.text(1), row.text(2), {row.text(3), row.text(4)},       row.integer(5),
          row.integer(6),      row.text(7), row.text(8), static_cast<int>(row.integer(9)), row.integer(10),
          row.integer(11) != 0};
}

std::vector<DeadLetter> gather_letters(Session& session, std::string_view name, Params params) {
  std::vector<DeadLetter> letters;
  session.each(name, params, [&](const Row& row) { letters.push_back(letter_of(row)); });
  return letters;
}

}  // namespace

model::RecordKey held_deletes(std::string_view source, std::string_view entity) {
  return {std::string(kDeletes), std::string(source) + ":" + std::string(entity)};
}

model::RecordKey unjudged_deletes(std::string_view source, std::string_view entity) {
  return {std::string(kDeletes), std::string(source) + ":" + std::string(entity) + ":unjudged"};
}

bool is_held(const WaitingRow& row) { return row.missing.front().entity == kDeletes; }

void park_change(Session& session, const WaitingRow& row) {
  session.soon("park_change", {row.key.entity, row.key.external_id, row.at.source, row.at.seq, encode_keys(row.missing),
                               row.missing.front().entity, row.missing.front().external_id, row.attempts, row.due_at_ms,
                               row.parked_at_ms, Param::or_null(row.native_id)});
}

model::RecordKey row_key(std::string_view source, std::string_view entity, std::string_view native_id) {
  return {std::string(entity), std::string("@").append(source).append(":").append(native_id)};
}

bool is_row(const model::RecordKey& key) { return key.external_id.starts_with('@'); }

model::RecordKey receipt_of(std::string_view delivery_id) { return {"@receipt", std::string(delivery_id)}; }

bool is_receipt(const model::RecordKey& key) { return key.entity == "@receipt"; }

bool waits_for_a_person(const model::RecordKey& missing) {
  return missing.entity.starts_with('@') && !is_receipt(missing);  // what begins with @ stands for no record
}

void name_parked(Session& session, const model::RecordKey& from, const model::RecordKey& to, std::int64_t now_ms) {
  session.soon("name_parked", {to.external_id, now_ms, from.entity, from.external_id});
}

void hurry_waiting(Session& session, const model::RecordKey& key, std::int64_t now_ms) {
  session.soon("hurry_waiting", {now_ms, key.entity, key.external_id});
}

std::optional<std::string> parked_as(Session& session, std::string_view source, std::string_view entity,
                                     std::string_view native_id) {
  std::optional<std::string> external_id;
  session.each("parked_as", {source, entity, native_id, row_key(source, entity, native_id).external_id},
               [&](const Row& row) { external_id = row.text(0); });
  return external_id;
}

void unpark_change(Session& session, const WaitingRow& row) {
  session.soon("unpark_change", {row.key.entity, row.key.external_id, row.at.source, row.at.seq});
}

void wait_for_another(Session& session, const model::RecordKey& from, const model::RecordKey& to) {
  session.soon("wait_for_another", {encode_keys({to}), to.entity, to.external_id, from.entity, from.external_id});
}

std::int64_t count_waiting(Session& session) { return session.integer("count_waiting"); }

std::int64_t count_waiting_for(Session& session, const model::RecordKey& key) {
  return session.integer("count_waiting_for", {key.entity, key.external_id});
}

std::vector<WaitingRow> waiting_of(Session& session, const model::RecordKey& key) {
  return gather(session, "waiting_of", {key.entity, key.external_id});
}

std::vector<WaitingRow> waiting_for(Session& session, const model::RecordKey& key, int limit) {
  return gather(session, "waiting_for", {key.entity, key.external_id, limit});
}

std::vector<WaitingRow> due_waiting(Session& session, std::int64_t now_ms, int limit) {
  return gather(session, "due_waiting", {now_ms, limit});
}

std::vector<WaitingRow> list_waiting(Session& session, const model::RecordKey& key, const JournalKey& at, int limit) {
  return gather(session, "list_waiting", {key.entity, key.external_id, at.source, at.seq, limit});
}

void put_dead_letter(Session& session, const DeadLetter& letter) {
  session.soon("put_dead_letter", {letter.source, letter.id, letter.kind, letter.key.entity, letter.key.external_id,
                                   letter.version, letter.row_version, letter.payload, letter.reason, letter.attempts,
                                   letter.dead_at_ms, letter.in_doubt ? 1 : 0});
}

void remove_dead_letter(Session& session, std::string_view source, std::string_view id) {
  session.soon("remove_dead_letter", {source, id});
}

std::optional<DeadLetter> load_dead_letter(Session& session, std::string_view source, std::string_view id) {
  auto letters = gather_letters(session, "load_dead_letter", {source, id});
  return letters.empty() ? std::nullopt : std::optional(std::move(letters.front()));
}

std::optional<DeadLetter> letter_in_doubt(Session& session, std::string_view target, const model::RecordKey& key) {
  auto letters = gather_letters(session, "letter_in_doubt", {target, key.entity, key.external_id});
  return letters.empty() ? std::nullopt : std::optional(std::move(letters.front()));
}

void end_doubt(Session& session, std::string_view target, const model::RecordKey& key) {
  session.soon("end_doubt", {target, key.entity, key.external_id});
}

std::int64_t count_dead_letters(Session& session) { return session.integer("count_dead_letters"); }

std::vector<DeadLetter> list_dead_letters(Session& session, std::string_view only_source, std::string_view source,
                                          std::string_view id, int limit) {
  return gather_letters(session, "list_dead_letters", {only_source, source, id, limit});
}

}  // namespace hub::store
