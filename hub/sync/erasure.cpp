#include "hub/sync/erasure.hpp"

#include "hub/base/log.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/erasure.hpp"
#include "hub/store/records.hpp"
#include "hub/store/retention.hpp"
#include "hub/store/sources.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/views.hpp"

#include <map>

namespace hub::sync {

namespace {

constexpr int kPageRows = 20'000;

/// The changes that a record's values are in, looked for source by source.
class Search {
 public:
  Search(store::Session& session, model::RecordKey key) : key_(std::move(key)) {
    for (const model::Link& link : store::load_links(session, key_)) native_ids_[link.source] = link.native_id;
  }

  /// Looks at the next page. False: there is none, for now.
  bool step(store::Session& session) {
    for (const store::Counter& counter : store::load_counters(session)) {
      if (counter.name != store::kJournalRows || read_[counter.source] >= counter.value) continue;
      std::int64_t& read = read_[counter.source];
      const std::int64_t last = store::journal_page_end(session, counter.source, read, kPageRows);
      for (store::JournalKey& at :
           store::changes_about(session, counter.source, read, last, key_, native_ids_[counter.source]))
        changes_.push_back(std::move(at));
      read = last == 0 ? counter.value : last;
      return true;
    }
    return false;
  }

  [[nodiscard]] const model::RecordKey& key() const { return key_; }
  [[nodiscard]] const std::vector<store::JournalKey>& changes() const { return changes_; }

 private:
  model::RecordKey key_;
  std::map<std::string, std::string> native_ids_;  // by source
  std::map<std::string, std::int64_t> read_;       // by source, the seq up to which was read
  std::vector<store::JournalKey> changes_;
};

bool flag(const model::Json& object, std::string_view name) {
  const model::Json* member = object.find(name);
  return member != nullptr && member->text == "true";
}

}  // namespace

Outcome erase_record(const Surroundings& hub, Committer& committer, const model::RecordKey& key,
                     std::string_view if_match, std::string_view body) {
  if (if_match.empty()) return refused(428, "erasing needs If-Match with the etag of the record as it was shown");
  auto object = read_object(body, {"reason", "keepAtSources", "dryRun"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const auto& json = std::get<model::Json>(object);
  const std::string reason = text_of(json, "reason").substr(0, 1000);
  if (reason.empty()) return refused(400, "the body has errors", "/reason", "is required; it stays in the journal");

  std::vector<Search> searches;  // the record last
  const auto found = hub.store.read([&](store::Session& session) {
    const auto record = store::load_record(session, key);
    if (!record) return std::optional(not_found("record " + key.entity + " " + key.external_id));
    if (!record->merged_into.empty())
      return std::optional(refused(409, key.external_id + " is an alias of " + record->merged_into + ": erase that"));
    for (std::string& alias : store::aliases_of(session, key))
      searches.emplace_back(session, model::RecordKey{key.entity, std::move(alias)});
    searches.emplace_back(session, key);
    return std::optional<Refusal>();
  });
  if (found) return *found;
  for (Search& search : searches)
    while (hub.store.read([&](store::Session& session) { return search.step(session); })) {
    }

  std::size_t changes = 0;
  Answer answer;
  const bool dry_run = flag(json, "dryRun");
  if (!dry_run) {
    const auto erase = [&](Transaction& transaction) {
      if (auto refusal = check_match(transaction.record(key), if_match)) throw Undone{std::move(*refusal)};
      for (Search& search : searches) {
        while (search.step(transaction.session())) {  // what has come since
        }
        Result result = transaction.erase(search.key(), search.changes(), reason, flag(json, "keepAtSources"));
        if (auto* refusal = std::get_if<Refusal>(&result)) throw Undone{std::move(*refusal)};
        answer = std::get<Answer>(std::move(result));
      }
      return true;
    };
    try {
      committer.run(erase);
    } catch (const Undone& undone) {
      return undone.refusal;
    }
    base::log(base::LogLevel::kWarning, "hub", "the values of " + key.entity + " " + key.external_id + " were erased");
  }
  for (const Search& search : searches) changes += search.changes().size();
  model::JsonWriter view;
  view.begin_object().member("entity", key.entity).member("externalId", key.external_id);
  view.member("dryRun", dry_run).member("changes", static_cast<std::int64_t>(changes));
  view.member_or_null("changeId", answer.change_id).member("logCleared", !dry_run && hub.store.clear_log());
  return View{200, view.end_object().take(), {}, 0};
}

}  // namespace hub::sync
