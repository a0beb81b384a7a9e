#include "hub/model/json.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/cursor.hpp"
#include "hub/sync/doubt.hpp"
#include "hub/sync/payload.hpp"
#include "hub/sync/review.hpp"
#include "hub/sync/views.hpp"

namespace hub::sync {

namespace {

constexpr int kReplayPage = 500;

}  // namespace

Result Review::replay_one(Transaction& transaction, const store::DeadLetter& letter,
                          const std::optional<model::Fields>& mended) {
  if (letter.kind == store::kDeadChange) return transaction.revive(letter, mended);
  if (mended) return refused(400, "a dead delivery carries the record's state: edit the record instead");
  store::Session& session = transaction.session();
  const model::Record* record = transaction.record(letter.key);
  const bool moved_on = record == nullptr || record->row_version != letter.row_version;
  const bool under_way = store::load_outbound(session, letter.key, letter.source).has_value();
  store::add_outbound(session, letter.key, letter.source, record == nullptr ? 0 : record->row_version,
                      transaction.now_ms());
  store::flush_outbound(session);
  transaction.wake_target(letter.source);
  Answer answer;
  answer.key = letter.key;
  answer.place = answer.change_id = letter.id;
  const config::SourceConfig* target = hub_.config.source(letter.source);
  if (letter.in_doubt && moved_on && record != nullptr && target != nullptr && asks_first(*target, *record)) {
    transaction.counts().add(letter.source,
                             store::kDeliveriesCreated);  // it is sent when this is claimed, and then this
    return answer;
  }
  const auto link = store::load_link(session, letter.key, letter.source);
  const bool same_row = decode_payload(letter.payload).native_id == (link && !link->deleted ? link->native_id : "");
  if (!under_way && same_row && !moved_on) {
    // The record and its row are still what they were then: the target may know this delivery by its id.
    auto row = *store::load_outbound(session, letter.key, letter.source);
    resume(row, letter);
    store::add_outbound_update(session, row);
    store::flush_outbound_updates(session);
  }
  store::remove_dead_letter(session, letter.source, letter.id);
  transaction.counts().add(letter.source, store::kDeliveriesDead, -1);
  return answer;
}

Outcome Review::replay(std::string_view id, std::string_view body) {
  auto object = read_object(body, {"fields"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const model::Json* fields = std::get<model::Json>(object).find("fields");
  bool is_change = false;
  const Result result = committer_.run([&](Transaction& transaction) -> Result {
    const auto letter = store::load_dead_letter(transaction.session(), source_of_letter(id), id);
    if (!letter) return not_found("dead letter " + std::string(id));
    is_change = letter->kind == store::kDeadChange;
    std::optional<model::Fields> mended;
    if (fields != nullptr) {
      auto read = Intake(hub_.config).read_fields(*hub_.config.entity(letter->key.entity), *fields, "/fields");
      if (auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
      mended = std::get<model::Fields>(std::move(read));
    }
    return replay_one(transaction, *letter, mended);
  });
  if (is_change || std::holds_alternative<Refusal>(result)) return outcome_of(result);
  return View{
      202, model::JsonWriter().begin_object().member("id", id).member("state", "queued").end_object().take(), {}, 0};
}

Outcome Review::replay_all(std::string_view body) {
  auto object = read_object(body, {"source", "entity", "kind"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const std::string source = text_of(std::get<model::Json>(object), "source");
  const std::string entity = text_of(std::get<model::Json>(object), "entity");
  const std::string kind = text_of(std::get<model::Json>(object), "kind");
  int replayed = 0;
  int refused_again = 0;
  std::string after_source, after_id;
  for (bool more = true; more;) {
    more = committer_.run([&](Transaction& transaction) {
      const auto letters = store::list_dead_letters(transaction.session(), source, after_source, after_id, kReplayPage);
      for (const store::DeadLetter& letter : letters) {
        after_source = letter.source;
        after_id = letter.id;
        if ((!entity.empty() && letter.key.entity != entity) || (!kind.empty() && letter.kind != kind)) continue;
        const Result result = replay_one(transaction, letter, {});
        ++(std::holds_alternative<Answer>(result) ? replayed : refused_again);
      }
      return letters.size() == kReplayPage;
    });
  }
  return View{202,
              model::JsonWriter()
                  .begin_object()
                  .member("replayed", replayed)
                  .member("refused", refused_again)
                  .end_object()
                  .take(),
              {},
              0};
}

Outcome Review::discard(std::string_view id) {
  return hub_.store.write([&](store::Session& session) -> Outcome {
    const auto letter = store::load_dead_letter(session, source_of_letter(id), id);
    if (!letter) return not_found("dead letter " + std::string(id));
    store::remove_dead_letter(session, letter->source, letter->id);
    store::Counts counts;
    if (letter->kind == store::kDeadDelivery) {
      counts.add(letter->source, store::kDeliveriesDead, -1);
      counts.add(letter->source, store::kDeliveriesDiscarded);
    } else {
      counts.add(letter->source, store::kChangesDiscarded);
    }
    counts.flush(session);
    return View{200,
                model::JsonWriter().begin_object().member("id", id).member("state", "discarded").end_object().take(),
                {},
                0};
  });
}

}  // namespace hub::sync
