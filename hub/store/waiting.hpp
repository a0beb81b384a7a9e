#pragma once

#include "hub/store/journal.hpp"
#include "hub/store/session.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// A change parked until records that it references exist (table waiting_changes, SEMANTICS 7).
struct WaitingRow {
  JournalKey at;
  model::RecordKey key;
  std::vector<model::RecordKey>
      missing;  // never empty; external_id is the source's native id where that is all it gave
  int attempts = 0;
  std::int64_t due_at_ms = 0;  // when the timer tries it again
  std::int64_t parked_at_ms = 0;
  std::string native_id;  // of the row at the source; written, not read back
};

/// What a delete waits for that the brake on mass deletes holds (SEMANTICS 3): not a record, but a person's word.
/// Until then its source gets no delivery of the record (sql: due_outbound).
[[nodiscard]] model::RecordKey held_deletes(std::string_view source, std::string_view entity);
/// The same, as long as their pull is not at its end: then all of them are released, or held.
[[nodiscard]] model::RecordKey unjudged_deletes(std::string_view source, std::string_view entity);
/// Whether a delete waits for either.
[[nodiscard]] bool is_held(const WaitingRow& row);
/// A row of a source that is no record yet, or not known to be one: what refers to it waits for it.
[[nodiscard]] model::RecordKey row_key(std::string_view source, std::string_view entity, std::string_view native_id);
/// Whether `key` names such a row.
[[nodiscard]] bool is_row(const model::RecordKey& key);
/// What a row waits for that its source tells of while a write that may have made it has no receipt yet.
[[nodiscard]] model::RecordKey receipt_of(std::string_view delivery_id);
/// Whether `key` is such a one.
[[nodiscard]] bool is_receipt(const model::RecordKey& key);
/// Whether a change that waits for `missing` waits for a person: to approve of deletes, or to release a record.
[[nodiscard]] bool waits_for_a_person(const model::RecordKey& missing);
/// What is parked of the row `from` is parked of the record `to`, and due now.
void name_parked(Session& session, const model::RecordKey& from, const model::RecordKey& to, std::int64_t now_ms);
/// Makes what waits for `key` due now.
void hurry_waiting(Session& session, const model::RecordKey& key, std::int64_t now_ms);
/// The record as which changes of the source's row are parked.
[[nodiscard]] std::optional<std::string> parked_as(Session& session, std::string_view source, std::string_view entity,
                                                   std::string_view native_id);
/// A time that no timer reaches.
inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// Parks the change, or writes what has become of a parked one.
void park_change(Session& session, const WaitingRow& row);
void unpark_change(Session& session, const WaitingRow& row);
/// What waited for `from` alone waits for `to`.
void wait_for_another(Session& session, const model::RecordKey& from, const model::RecordKey& to);
[[nodiscard]] std::int64_t count_waiting(Session& session);
/// The parked changes of a record, by source and seq.
[[nodiscard]] std::vector<WaitingRow> waiting_of(Session& session, const model::RecordKey& key);
/// How many changes wait for `key`.
[[nodiscard]] std::int64_t count_waiting_for(Session& session, const model::RecordKey& key);
/// Up to `limit` changes that wait for `key`, in the order in which they were parked.
[[nodiscard]] std::vector<WaitingRow> waiting_for(Session& session, const model::RecordKey& key, int limit);
[[nodiscard]] std::vector<WaitingRow> due_waiting(Session& session, std::int64_t now_ms, int limit);
/// Up to `limit` parked changes after (`key`, `at`).
[[nodiscard]] std::vector<WaitingRow> list_waiting(Session& session, const model::RecordKey& key, const JournalKey& at,
                                                   int limit);

/// What will not be tried again without a person (table dead_letters).
struct DeadLetter {
  std::string source;
  std::string id;    // the delivery id, or the change's place in the journal
  std::string kind;  // "delivery" or "change"
  model::RecordKey key;
  std::int64_t version = 0;  // of a delivery's payload
  std::int64_t row_version = 0;
  std::string payload;  // a delivery's payload, or the change as the source sent it
  std::string reason;
  int attempts = 0;
  std::int64_t dead_at_ms = 0;
  bool in_doubt = false;  // a delivery that may have made a row at its target, of which nobody has told
};
inline constexpr std::string_view kDeadDelivery = "delivery";
inline constexpr std::string_view kDeadChange = "change";

void put_dead_letter(Session& session, const DeadLetter& letter);
void remove_dead_letter(Session& session, std::string_view source, std::string_view id);
[[nodiscard]] std::optional<DeadLetter> load_dead_letter(Session& session, std::string_view source,
                                                         std::string_view id);
/// The delivery of the record to `target` that died in doubt.
[[nodiscard]] std::optional<DeadLetter> letter_in_doubt(Session& session, std::string_view target,
                                                        const model::RecordKey& key);
/// It is known by now which row of `target` is the record.
void end_doubt(Session& session, std::string_view target, const model::RecordKey& key);
[[nodiscard]] std::int64_t count_dead_letters(Session& session);
/// Up to `limit` dead letters of `only_source` (empty: of all) after (`source`, `id`).
[[nodiscard]] std::vector<DeadLetter> list_dead_letters(Session& session, std::string_view only_source,
                                                        std::string_view source, std::string_view id, int limit);

}  // namespace hub::store
