#include "hub/sync/undo.hpp"

#include "hub/model/json_writer.hpp"
#include "hub/resolve/datetime.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/cursor.hpp"
#include "hub/sync/reversal.hpp"

#include <limits>
#include <set>

namespace hub::sync {

namespace {

using model::Json;
using model::JsonWriter;

constexpr int kJournalPage = 1'000;
constexpr std::size_t kRecordPage = 200;  // records in one transaction
constexpr int kMostShown = 1'000;

/// Which changes are to be taken back.
struct Selection {
  std::string source;
  std::int64_t seq = 0;       // a single change; 0: all of the source that …
  std::int64_t run = 0;       // … came in this run, if any, …
  std::int64_t since_ms = 0;  // … and not before this time

  [[nodiscard]] bool has(const store::JournalRow& row) const {
    if (row.at.source != source) return false;
    return seq != 0 ? row.at.seq == seq : (run == 0 || row.run == run) && row.received_at_ms >= since_ms;
  }
};

std::variant<Selection, Refusal> selection_of(store::Session& session, const Json& json) {
  const std::string change = text_of(json, "change");
  const std::string run = text_of(json, "run");
  const std::string since = text_of(json, "since");
  Selection selection{text_of(json, "source"), 0, 0, 0};
  if (!change.empty() + !run.empty() + !since.empty() != 1)
    return refused(400, "say what is to be undone: one of \"change\", \"run\" or \"since\"");
  if (!change.empty()) {
    const auto at = store::journal_key_of(change);
    auto row = at ? store::load_journal(session, *at) : std::nullopt;
    if (!row && !selection.source.empty()) row = store::find_journal(session, selection.source, change);
    if (!row)
      return refused(404, "there is no change " + change + "; give its source too where the id is the source's own");
    return Selection{row->at.source, row->at.seq, 0, 0};
  }
  if (selection.source.empty()) return refused(400, "the body has errors", "/source", "is required with run and since");
  if (!run.empty()) {
    const auto number = number_of(run);
    if (!number)
      return refused(400, "the body has errors", "/run", "must be the id of a run, as the list of runs has it");
    selection.run = *number;
    return selection;
  }
  const auto time = resolve::epoch_ms_of(since);
  if (!time) return refused(400, "the body has errors", "/since", "must be a time such as 2026-01-31T09:30:00Z");
  selection.since_ms = std::max<std::int64_t>(*time, 1);
  return selection;
}

/// The records that the selected changes wrote to.
std::set<model::RecordKey> records_of(store::Session& session, const Selection& selection) {
  std::set<model::RecordKey> keys;
  const auto add = [&](const store::JournalRow& row) {
    if (selection.has(row) && row.state == model::ChangeState::kApplied) keys.insert(row.key);
  };
  if (selection.seq != 0) {
    if (const auto row = store::load_journal(session, {selection.source, selection.seq})) add(*row);
    return keys;
  }
  for (std::int64_t last = 0, more = 1; more != 0; last = more)
    more = store::visit_journal(session, selection.source, last, selection.since_ms, selection.run, kJournalPage, add);
  return keys;
}

/// What an undo does or would do, as JSON text.
class Report {
 public:
  explicit Report(int limit) : limit_(limit) { items_.begin_array(); }

  void add(const model::Record& record, const Reversal& reversal, const Result* result) {
    kept_ += static_cast<int>(reversal.kept.size());
    if (reversal.empty()) {
      ++unchanged_;
    } else {
      ++(reversal.removes ? deleted_ : record.deleted ? revived_ : restored_);
      fields_ += static_cast<int>(reversal.fields.size());
    }
    if (shown_++ < limit_) write(record, reversal, result);
  }

  std::string take(bool applied) && {
    JsonWriter json;
    json.begin_object().member("applied", applied).member("records", shown_).member("restored", restored_);
    json.member("deleted", deleted_).member("revived", revived_).member("unchanged", unchanged_);
    json.member("fields", fields_).member("keptFields", kept_);
    return json.key("items").raw(items_.end_array().take()).end_object().take();
  }

 private:
  void write(const model::Record& record, const Reversal& reversal, const Result* result) {
    items_.begin_object().member("entity", record.key.entity).member("externalId", record.key.external_id);
    items_.member("action", reversal.empty()   ? "none"
                            : reversal.removes ? "delete"
                            : record.deleted   ? "revive"
                                               : "restore");
    items_.key("fields").begin_object();
    for (const model::FieldValue& field : reversal.fields) {
      const model::Cell* now = record.find(field.name);
      items_.key(field.name).begin_object().key("from").value(now == nullptr ? model::Value{} : now->value);
      items_.key("to").value(field.value).end_object();
    }
    items_.end_object().key("kept").begin_array();
    for (const Reversal::Kept& kept : reversal.kept)
      items_.begin_object()
          .member("field", kept.field)
          .member("source", kept.source)
          .member("changeId", kept.change_id)
          .end_object();
    items_.end_array();
    if (!reversal.reaches_back) items_.member("complete", false);
    if (result != nullptr) {
      if (const auto* answer = std::get_if<Answer>(result))
        items_.member("state", model::to_string(answer->state)).member("version", answer->version);
      else
        items_.member("error", std::get<Refusal>(*result).detail);
    }
    items_.end_object();
  }

  const int limit_;
  JsonWriter items_;
  int shown_ = 0;
  int restored_ = 0;
  int deleted_ = 0;
  int revived_ = 0;
  int unchanged_ = 0;
  int fields_ = 0;
  int kept_ = 0;
};

std::string about(const Selection& selection) {
  JsonWriter json;
  json.begin_object().key("undoes").begin_object().member("source", selection.source);
  if (selection.seq != 0) json.member("change", store::to_string({selection.source, selection.seq}));
  if (selection.run != 0) json.member("run", selection.run);
  if (selection.since_ms != 0) json.time("since", selection.since_ms);
  return json.end_object().end_object().take();
}

void take_back(Transaction& transaction, const Selection& selection, const model::RecordKey& key, Report& report) {
  const model::Record record = *transaction.record(key);
  const auto has = [&](const store::JournalRow& row) { return selection.has(row); };
  const Reversal reversal = reversal_of(transaction.session(), record, has);
  if (reversal.empty()) return report.add(record, reversal, nullptr);
  const model::Op op = reversal.removes ? model::Op::kDelete : model::Op::kUpsert;
  const Result result = transaction.edit(key, op, reversal.fields, about(selection));
  report.add(record, reversal, &result);
}

}  // namespace

Outcome undo(const Surroundings& hub, Committer& committer, std::string_view body) {
  auto object = read_object(body, {"change", "run", "source", "since", "apply", "limit"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const Json& json = std::get<Json>(object);
  const Json* apply = json.find("apply");
  const bool applied = apply != nullptr && apply->text == "true";
  const Json* given = json.find("limit");
  const auto limit = given == nullptr ? std::optional<std::int64_t>(100) : number_of(given->text);
  if (!limit || *limit > kMostShown)
    return refused(400, "the body has errors", "/limit", "must be 1 to " + std::to_string(kMostShown));
  Report report(static_cast<int>(*limit));
  std::optional<Refusal> refusal;
  std::set<model::RecordKey> keys;
  Selection selection;
  hub.store.read([&](store::Session& session) {
    auto selected = selection_of(session, json);
    if (auto* wrong = std::get_if<Refusal>(&selected)) return void(refusal = std::move(*wrong));
    selection = std::get<Selection>(std::move(selected));
    keys = records_of(session, selection);
    if (applied) return;
    for (const model::RecordKey& key : keys) {
      const model::Record record = *store::load_record(session, key);
      const auto has = [&](const store::JournalRow& row) { return selection.has(row); };
      report.add(record, reversal_of(session, record, has), nullptr);
    }
  });
  if (refusal) return std::move(*refusal);
  for (auto next = keys.begin(); applied && next != keys.end();)
    committer.run([&](Transaction& transaction) {
      for (std::size_t n = 0; n < kRecordPage && next != keys.end(); ++n)
        take_back(transaction, selection, *next++, report);
      return true;
    });
  return View{200, std::move(report).take(applied), {}, 0};
}

Outcome view_runs(store::Session& session, std::string_view source, const Page& page) {
  const auto after = open_cursor(page.cursor, 1);
  if (!after) return bad_cursor();
  const std::int64_t before = number_of((*after)[0]).value_or(std::numeric_limits<std::int64_t>::max());
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  PageEnd end(page.limit);
  for (const store::Run& run : store::list_runs(session, source, before, page.limit + 1)) {
    if (!end.take({std::to_string(run.id)})) break;
    json.begin_object().member("id", std::to_string(run.id)).member("source", run.source).member("kind", run.kind);
    json.time("startedAt", run.started_at_ms).member("changes", run.changes).end_object();
  }
  return View{200, json.end_array().member_or_null("next", end.next()).end_object().take(), {}, 0};
}

}  // namespace hub::sync
