#include "hub/store/outbound.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/dispute.hpp"
#include "hub/sync/review.hpp"
#include "hub/sync/views.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

using store::ConflictRow;

/// The 409 for a decision on something else than there is now, which it shows.
Refusal moved_on(store::Session& session, std::string_view id, std::string detail) {
  Refusal refusal = refused(409, std::move(detail));
  const Outcome shown = view_conflict(session, id);
  if (const auto* view = std::get_if<View>(&shown))
    refusal.members = {{"etag", "\"" + view->etag + "\""}, {"conflict", view->body}};
  return refusal;
}

/// The change of a conflict as its source sent it, to be decided anew.
std::variant<Submission, Refusal> read_again(Transaction& transaction, const config::Config& config,
                                             const ConflictRow& conflict) {
  const auto row = store::load_journal(transaction.session(), conflict.at);
  if (!row) return refused(409, "the change of the conflict is not in the journal any more");
  auto read = Intake(config).reread(row->body);
  if (auto* submission = std::get_if<Submission>(&read)) {
    submission->change.change_id.clear();  // it comes a second time
    if (submission->change.key.external_id.empty()) submission->change.key.external_id = row->key.external_id;
  }
  return read;
}

}  // namespace

Result Review::settle_identity(Transaction& transaction, const ConflictRow& conflict, const Ruling& ruling) {
  const model::RecordKey chosen{conflict.key.entity, ruling.external_id};
  if (ruling.take != "create") {
    const model::Record* record = transaction.record(chosen);
    if (record == nullptr || record->deleted) return not_found("record " + chosen.entity + " " + chosen.external_id);
    const auto link = store::load_link(transaction.session(), chosen, conflict.at.source);
    if (link && !link->deleted && !link->native_id.empty())
      return refused(
          409, chosen.external_id + " has the row " + link->native_id + " in " + conflict.at.source +
                   " already, and can have only one there: remove one of the two at the source, or take \"create\"");
    const auto sent = store::load_outbound(transaction.session(), chosen, conflict.at.source);
    if (sent && !sent->delivery_id.empty()) {
      Refusal busy = refused(409, "a delivery of " + chosen.external_id + " to " + conflict.at.source +
                                      " is under way and may make its row there: try again when it ended");
      busy.retry_after_s = 1;
      return busy;
    }
  }
  if (ruling.take == "merge")
    for (const std::string& candidate : conflict.candidates) {
      if (candidate == chosen.external_id) continue;
      auto merged = transaction.merge(chosen, {chosen.entity, candidate}, {});
      if (auto* refusal = std::get_if<Refusal>(&merged)) throw Undone{std::move(*refusal)};
    }
  auto read = read_again(transaction, hub_.config, conflict);
  if (auto* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  auto& submission = std::get<Submission>(read);
  submission.change.key.external_id =
      ruling.take == "create" ? base::make_ulid(transaction.now_ms(), hub_.rng) : chosen.external_id;
  Result result = transaction.apply(submission);
  if (auto* refusal = std::get_if<Refusal>(&result)) throw Undone{std::move(*refusal)};
  return result;
}

Result Review::settle_cycle(Transaction& transaction, const ConflictRow& conflict, const Ruling& ruling) {
  if (ruling.take == "canonical") {
    std::vector<std::string> names;
    for (const model::Cell& cell : conflict.incoming.cells) names.push_back(cell.name);
    transaction.forget(conflict.key, conflict.at.source, names);
    Answer answer;
    answer.key = conflict.key;
    answer.state = model::ChangeState::kNoChange;
    answer.change_id = answer.place = store::to_string(conflict.at);
    if (const model::Record* record = transaction.record(conflict.key)) {
      answer.version = record->version;
      answer.row_version = record->row_version;
    }
    return answer;
  }
  auto read = read_again(transaction, hub_.config, conflict);
  if (auto* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  auto& whole = std::get<Submission>(read);
  // What a later change of the source has settled meanwhile is not said again; a record never waits for itself.
  std::erase_if(whole.change.fields, [&](const model::FieldValue& field) {
    const bool closes = std::find(conflict.fields.begin(), conflict.fields.end(), field.name) != conflict.fields.end();
    const std::string& id = field.value.text();
    return conflict.incoming.find(field.name) == nullptr ||
           (closes && (id == conflict.key.external_id || (whole.native_references && id == whole.change.native_id)));
  });
  Submission opened = whole;
  std::erase_if(opened.change.fields, [&](const model::FieldValue& field) {
    return std::find(conflict.fields.begin(), conflict.fields.end(), field.name) != conflict.fields.end();
  });
  Result result = transaction.apply(opened);
  if (std::holds_alternative<Refusal>(result) || opened.change.fields.size() == whole.change.fields.size())
    return result;
  transaction.wake();
  Result completed = transaction.apply(whole);
  return std::holds_alternative<Answer>(completed) ? std::move(completed) : std::move(result);
}

Result Review::settle(Transaction& transaction, ConflictRow& conflict, const Ruling& ruling,
                      const resolve::Priorities& priorities) {
  auto found = settlement_of(ruling, conflict, transaction.record(conflict.key), hub_.config, priorities);
  if (auto* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
  auto& settlement = std::get<Settlement>(found);
  Result result = conflict.kind == store::kIdentityConflict ? settle_identity(transaction, conflict, ruling)
                  : conflict.kind == store::kReferenceCycle
                      ? settle_cycle(transaction, conflict, ruling)
                      : transaction.edit(conflict.key, settlement.op, settlement.fields, {}, conflict.at.source);
  if (std::holds_alternative<Refusal>(result)) return result;
  conflict.state = store::kResolved;
  conflict.outcome = std::move(settlement.outcome);
  conflict.decided = std::move(settlement.decided);
  conflict.closed_by = kSteward;
  conflict.closed_at_ms = transaction.now_ms();
  store::close_conflict(transaction.session(), conflict);
  return result;
}

Outcome Review::resolve_conflict(std::string_view id, std::string_view if_match, std::string_view body) {
  if (if_match.empty()) return refused(428, "a decision needs If-Match with the etag of the conflict as it was shown");
  auto object = read_object(body, Ruling::kMembers);
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const auto ruling = read_ruling(std::get<model::Json>(object));
  if (const auto* refusal = std::get_if<Refusal>(&ruling)) return *refusal;
  const auto at = store::journal_key_of(id);
  const auto decide = [&](Transaction& transaction) -> Result {
    store::Session& session = transaction.session();
    auto conflict = at ? store::load_conflict(session, *at) : std::nullopt;
    if (!conflict) return not_found("conflict " + std::string(id));
    if (conflict->state != store::kOpen)
      return moved_on(session, id, "the conflict is " + conflict->state + " already, by " + conflict->closed_by);
    if (if_match != "*" && if_match != etag_of(*conflict, transaction.record(conflict->key)))
      return moved_on(session, id, "the record or the conflict moved on since it was shown: look at it again");
    return settle(transaction, *conflict, std::get<Ruling>(ruling),
                  resolve::Priorities(store::load_priorities(session)));
  };
  try {
    return outcome_of(committer_.run(decide));
  } catch (const Undone& undone) {
    return undone.refusal;
  }
}

}  // namespace hub::sync
