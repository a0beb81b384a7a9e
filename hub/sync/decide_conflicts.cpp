#include "hub/model/json_writer.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/cursor.hpp"
#include "hub/sync/dispute.hpp"
#include "hub/sync/foreseen.hpp"
#include "hub/sync/review.hpp"
#include "hub/sync/views.hpp"

#include <algorithm>
#include <set>

namespace hub::sync {

namespace {

using model::Json;
using model::JsonWriter;
using store::ConflictRow;

constexpr int kPage = 200;  // conflicts in a transaction
constexpr int kPages = 20;  // transactions in a request: it is to be answered in seconds
constexpr int kShown = 100;

std::string digest(const Json& body) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char* name : {"filter", "take", "fields"}) {
    std::string text;
    if (const Json* member = body.find(name)) model::append_json(text, *member);
    for (const char c : text + "\n") hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  return std::to_string(hash);
}

/// What is told of a decision on many conflicts: counts of all, and the first of them one by one.
class Report {
 public:
  void settled(const ConflictRow& conflict, const Settlement& settlement, const model::Record* record) {
    if (++settled_ > kShown) return;
    begin(items_, conflict);
    items_.member("op", model::to_string(settlement.op)).key("fields").begin_object();
    std::set<std::string> names(conflict.fields.begin(), conflict.fields.end());
    for (const model::FieldValue& field : settlement.fields) names.insert(field.name);
    for (const std::string& name : names) {
      const model::Value* becomes = model::find_field(settlement.fields, name);
      items_.key(name).begin_object().key("incoming").value(value_in(&conflict.incoming, name));
      items_.key("canonical").value(value_in(record, name)).key("becomes");
      items_.value(becomes != nullptr                    ? *becomes
                   : settlement.op == model::Op::kDelete ? model::Value()
                                                         : value_in(record, name));
      items_.end_object();
    }
    items_.end_object().end_object();
  }
  void settled() { ++settled_; }
  void refused(const ConflictRow& conflict, const Refusal& refusal) {
    std::string why = refusal.errors.empty() ? refusal.detail : std::string();
    for (const Refusal::Place& place : refusal.errors) why += (why.empty() ? "" : "; ") + place.detail;
    ++refused_;
    leave_out(conflict, "refused", why);
  }
  void moved_on(const ConflictRow& conflict, std::string_view why) {
    ++moved_on_;
    leave_out(conflict, "moved on", why);
  }
  void gone(std::int64_t count) { moved_on_ += count; }
  [[nodiscard]] std::int64_t matched() const { return settled_ + refused_ + moved_on_; }

  /// `token`: of a preview. `next`: where a decision goes on that is not carried out yet.
  [[nodiscard]] View finish(bool applied, const std::string& token, const std::string& next) {
    JsonWriter json;
    json.begin_object().member("applied", applied).member("matched", matched()).member("settled", settled_);
    json.member("refused", refused_).member("movedOn", moved_on_);
    if (!applied) json.key("items").raw(items_.end_array().take());
    json.key("leftOut").raw(left_out_.end_array().take());
    if (applied)
      json.member_or_null("next", next);
    else
      json.member("preview", token);
    return View{200, json.end_object().take(), {}, 0};
  }

 private:
  static void begin(JsonWriter& json, const ConflictRow& conflict) {
    json.begin_object().member("id", store::to_string(conflict.at)).member("kind", conflict.kind);
    json.member("entity", conflict.key.entity).member("externalId", conflict.key.external_id);
    json.member("source", conflict.at.source);
  }
  void leave_out(const ConflictRow& conflict, std::string_view outcome, std::string_view why) {
    if (refused_ + moved_on_ > kShown) return;
    begin(left_out_, conflict);
    left_out_.member("outcome", outcome).member("why", why).end_object();
  }

  JsonWriter items_ = std::move(JsonWriter().begin_array());
  JsonWriter left_out_ = std::move(JsonWriter().begin_array());
  std::int64_t settled_ = 0;
  std::int64_t refused_ = 0;
  std::int64_t moved_on_ = 0;
};

/// Why the conflict is not what the preview showed; empty when it is.
std::string_view moved(const ConflictRow& conflict, const model::Record* record, const Preview& preview,
                       const Progress& progress) {
  if (!preview.knows(conflict.at)) return "it was opened since the preview";
  const auto revised = store::journal_key_of(conflict.revised_by);
  if (revised && !preview.knows(*revised)) return "another change altered what is in dispute since the preview";
  if (record == nullptr || record->head_seq == 0) return {};
  const store::JournalKey head{record->head_source, record->head_seq};
  if (preview.knows(head)) return {};
  if (!progress.has_made(head)) return "the record moved on since the preview";
  // Another conflict of the record was settled by this very decision: this one still asks what it asked, unless that
  // was about the same fields, or about the whole record.
  const auto untouched = [&](const std::string& name) {
    const model::Cell* cell = record->find(name);
    return cell == nullptr || preview.knows({cell->stamp.source, cell->stamp.seq});
  };
  const bool same = conflict.kind == store::kFieldConflict && !record->deleted &&
                    std::all_of(conflict.fields.begin(), conflict.fields.end(), untouched);
  return same ? std::string_view() : "what was settled of the record before changes what it asks";
}

View foresee(store::Session& session, const config::Config& config, const Json& body, const Ruling& ruling,
             const store::ConflictFilter& filter) {
  Report report;
  const resolve::Priorities priorities(store::load_priorities(session));
  store::ConflictCursor after;
  for (bool more = true; more;) {
    const auto page = store::list_open_conflicts(session, filter, after, kPage);
    for (const ConflictRow& conflict : page) {
      const auto record = store::load_record(session, conflict.key);
      const model::Record* now = record ? &*record : nullptr;
      const auto found = settlement_of(ruling, conflict, now, config, priorities);
      if (const auto* refusal = std::get_if<Refusal>(&found))
        report.refused(conflict, *refusal);
      else
        report.settled(conflict, std::get<Settlement>(found), now);
      after = {conflict.opened_at_ms, conflict.at};
    }
    more = page.size() == kPage;
  }
  Preview preview{digest(body), report.matched(), {}};
  for (const store::Counter& counter : store::load_counters(session))
    if (counter.name == store::kJournalRows) preview.journal[counter.source] = counter.value;
  return report.finish(false, token_of(preview), {});
}

}  // namespace

Outcome Review::resolve_conflicts(std::string_view body) {
  auto object = read_object(body, {"filter", "take", "fields", "apply", "preview", "cursor"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const Json& json = std::get<Json>(object);
  const auto read = read_ruling(json);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
  const Ruling& ruling = std::get<Ruling>(read);
  const auto filtered = read_conflict_filter(json.find("filter"));
  if (const auto* refusal = std::get_if<Refusal>(&filtered)) return *refusal;
  const auto& filter = std::get<store::ConflictFilter>(filtered);
  const Json* apply = json.find("apply");
  if (apply != nullptr && apply->kind != Json::Kind::kBoolean)
    return refused(400, "the body has errors", "/apply", "must be true or false");
  if (apply == nullptr || apply->text == "false")
    return hub_.store.read(
        [&](store::Session& session) -> Outcome { return foresee(session, hub_.config, json, ruling, filter); });

  const std::string token = text_of(json, "preview");
  if (token.empty())
    return refused(428, "a decision on many conflicts needs the `preview` that it was shown, or \"*\"");
  const auto preview = token == "*" ? std::nullopt : preview_of(token);
  if (token != "*" && (!preview || preview->decision != digest(json)))
    return refused(400, "the preview was of another decision", "/preview", "is not that of this filter and decision");
  auto progress = progress_of(text_of(json, "cursor"));
  if (!progress) return refused(400, "the body has errors", "/cursor", "is none that this decision gave");
  Report report;
  bool more = true;
  for (int pages = 0; more && pages < kPages; ++pages)
    more = committer_.run([&](Transaction& transaction) {
      store::Session& session = transaction.session();
      const resolve::Priorities priorities(store::load_priorities(session));
      const auto page = store::list_open_conflicts(session, filter, progress->after, kPage);
      for (const ConflictRow& listed : page) {
        progress->after = {listed.opened_at_ms, listed.at};
        // What was decided just now may have settled it, or left less of it.
        auto conflict = store::load_conflict(session, listed.at);
        if (preview && preview->knows(conflict->at)) ++progress->met;
        const auto why = conflict->state != store::kOpen ? "it was settled together with another one"
                         : preview ? moved(*conflict, transaction.record(conflict->key), *preview, *progress)
                                   : std::string_view();
        if (!why.empty()) {
          report.moved_on(*conflict, why);
          continue;
        }
        const Result result = settle(transaction, *conflict, ruling, priorities);
        if (const auto* refusal = std::get_if<Refusal>(&result)) {
          report.refused(*conflict, *refusal);
          continue;
        }
        report.settled();
        if (const auto made = store::journal_key_of(std::get<Answer>(result).place)) progress->add(*made);
      }
      return page.size() == kPage;
    });
  if (preview && !more) report.gone(std::max<std::int64_t>(0, preview->matched - progress->met));
  return report.finish(true, {}, more ? cursor_of(*progress) : std::string());
}

}  // namespace hub::sync
