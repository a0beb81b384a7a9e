#include "hub/sync/pruner.hpp"

#include "hub/model/json_writer.hpp"
#include "hub/store/conflicts.hpp"
#include "hub/store/records.hpp"
#include "hub/store/sources.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/cursor.hpp"
#include "hub/sync/past.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace hub::sync {

namespace {

constexpr auto kChangeIds = std::chrono::hours{24 * 14};  // how long a source may repeat an idempotency key
constexpr int kPageRows = 2000;                           // of a table that a step looks at
constexpr std::size_t kRows = 300;                        // of the journal that one transaction removes, about
constexpr auto kBudget = std::chrono::milliseconds{50};   // of reading, before a step carries out what it has found

/// Where the past of a record is cut: nothing of it is kept but these changes.
struct Cut {
  std::set<std::string> behind;
  std::set<std::string> kept;
};

std::string source_after(store::Session& session, std::string_view source) {
  for (const store::Counter& counter : store::load_counters(session))
    if (counter.name == store::kJournalRows && counter.source > source) return counter.source;
  return {};
}

bool is_open(store::Session& session, const store::JournalRow& row) {
  if (row.state != model::ChangeState::kConflict) return false;
  const auto conflict = store::load_conflict(session, row.at);
  return conflict && conflict->state == "open";
}

}  // namespace

struct Pruner::Plan {
  std::vector<store::OldChange> changes;
  std::vector<model::Record> bases;
  std::int64_t next_seq = 0;  // where the next step begins; 0: at another source
};

store::OldChanges Pruner::old(store::Session& session) const {
  const config::Retention& keep = hub_.config.hub.retention;
  const std::int64_t now = hub_.clock.now_ms();
  const config::Millis guard = std::max<config::Millis>(keep.undo, kChangeIds);
  store::OldChanges old;
  if (keep.journal.count() > 0) old.before_ms = now - std::max(keep.journal, guard).count();
  old.guard_ms = now - guard.count();
  if (keep.journal_rows > 0)
    for (const store::Counter& counter : store::load_counters(session))
      if (counter.name == store::kJournalRows) old.most_seqs[counter.source] = counter.value - keep.journal_rows;
  return old;
}

Pruner::Plan Pruner::plan(store::Session& session, const std::string& source, std::int64_t seq, bool dry_run) const {
  Plan plan;
  plan.next_seq = store::journal_page_end(session, source, seq, kPageRows);
  if (plan.next_seq == 0) return plan;
  const auto started = hub_.clock.monotonic();
  const store::OldChanges limits = old(session);
  std::map<model::RecordKey, Cut> cuts;

  /// Says where the record's past is to be cut. True when that is less than could be: one step removes only so much.
  const auto cut_past = [&](const model::RecordKey& key, Cut& cut) {
    const auto record = store::load_record(session, key);
    if (!record) return false;
    const Timeline timeline(session, *record);
    const auto& steps = timeline.steps();
    std::size_t behind = 0;
    while (behind + 1 < steps.size() && limits.holds(steps[behind].row.at, steps[behind].row.settled_at_ms) &&
           !is_open(session, steps[behind].row))
      ++behind;
    if (!timeline.exact() && record->erased_at_ms == 0) behind = 0;
    const bool too_many = !dry_run && behind > kRows;
    if (too_many) behind = kRows;
    for (std::size_t i = 0; i < steps.size(); ++i)
      (i < behind ? cut.behind : cut.kept).insert(store::to_string(steps[i].row.at));
    if (behind == 0 || dry_run) return false;
    for (std::size_t i = 0; i < behind; ++i)
      plan.changes.push_back(
          {steps[i].row.at, key, std::string(model::to_string(steps[i].row.state)), true, steps[i].row.run});
    if (record->erased_at_ms == 0) plan.bases.push_back(timeline.after(behind));
    return too_many;
  };

  bool first = true;
  for (store::OldChange& change : store::old_changes(session, limits, source, seq, plan.next_seq)) {
    if (!first && (plan.changes.size() >= kRows || hub_.clock.monotonic() - started > kBudget)) {
      plan.next_seq = change.at.seq - 1;
      return plan;
    }
    first = false;
    const std::int64_t at = change.at.seq;
    bool again = false;
    bool goes = true;
    if (change.chained) {
      const auto [it, is_new] = cuts.try_emplace(change.key);
      if (is_new) again = cut_past(change.key, it->second);
      const std::string place = store::to_string(change.at);
      goes = !it->second.kept.contains(place) && (dry_run || !it->second.behind.contains(place));
    }
    if (goes && !again) plan.changes.push_back(std::move(change));
    if (again) {
      plan.next_seq = at - 1;
      return plan;
    }
  }
  return plan;
}

std::int64_t Pruner::carry_out(store::Session& session, const Plan& plan) const {
  store::Counts counts;
  std::map<std::string, std::int64_t> last;
  std::int64_t removed = 0;
  for (const store::OldChange& change : plan.changes) {
    if (!store::purge_change(session, change)) continue;
    ++removed;
    counts.add(change.at.source, std::string(store::kPurged) + change.state);
    std::int64_t& highest = last[change.at.source];
    highest = std::max(highest, change.at.seq);
  }
  for (const auto& [source, seq] : last) {
    const std::int64_t before = store::load_counter(session, source, store::kLastPurged);
    counts.add(source, store::kLastPurged, std::max<std::int64_t>(0, seq - before));
  }
  for (const model::Record& base : plan.bases) {
    const auto record = store::load_record(session, base.key);
    if (record && record->erased_at_ms == 0) store::put_base(session, base);  // it may have been erased meanwhile
  }
  counts.flush(session);
  return removed;
}

Pruned Pruner::prune_journal(const std::string& source, std::int64_t seq, bool dry_run) {
  Pruned pruned;
  const config::Retention& keep = hub_.config.hub.retention;
  if (keep.journal.count() == 0 && keep.journal_rows == 0) {
    pruned.next = make_cursor({"deliveries", "", "", "", ""});
    return pruned;
  }
  std::string next_source = source;
  const Plan found = hub_.store.read([&](store::Session& session) {
    Plan planned = plan(session, source, seq, dry_run);
    if (planned.next_seq == 0) next_source = source_after(session, source);
    return planned;
  });
  if (dry_run)
    pruned.changes = static_cast<std::int64_t>(found.changes.size());
  else if (!found.changes.empty())
    pruned.changes = hub_.store.write([&](store::Session& session) { return carry_out(session, found); });
  pruned.next = next_source.empty() ? make_cursor({"deliveries", "", "", "", ""})
                                    : make_cursor({"journal", next_source, std::to_string(found.next_seq)});
  return pruned;
}

Pruned Pruner::prune_deliveries(const store::FinishedKey& after, bool dry_run) {
  Pruned pruned;
  const config::Millis keep = hub_.config.hub.retention.deliveries;
  const std::int64_t before = hub_.clock.now_ms() - keep.count();
  std::map<std::string, std::int64_t> counted;
  const auto last = hub_.store.read([&](store::Session& session) {
    auto end = keep.count() == 0 ? std::nullopt : store::finished_page_end(session, after, kPageRows);
    if (end) counted = store::count_old_finished(session, after, *end, before);
    return end;
  });
  if (!last) return pruned;
  if (!dry_run && !counted.empty())
    hub_.store.write([&](store::Session& session) {
      store::Counts counts;
      counted = store::count_old_finished(session, after, *last, before);
      for (const auto& [target, deliveries] : counted) counts.add(target, store::kDeliveriesPurged, deliveries);
      store::purge_finished(session, after, *last, before);
      counts.flush(session);
    });
  for (const auto& [target, deliveries] : counted) pruned.deliveries += deliveries;
  pruned.next = make_cursor({"deliveries", last->key.entity, last->key.external_id, last->target, last->delivery_id});
  return pruned;
}

std::optional<Pruned> Pruner::step(std::string_view cursor, bool dry_run) {
  if (cursor.empty()) return prune_journal({}, 0, dry_run);
  if (const auto at = open_cursor(cursor, 3); at && (*at)[0] == "journal")
    return prune_journal((*at)[1], std::strtoll((*at)[2].c_str(), nullptr, 10), dry_run);
  if (const auto at = open_cursor(cursor, 5); at && (*at)[0] == "deliveries")
    return prune_deliveries({{(*at)[1], (*at)[2]}, (*at)[3], (*at)[4]}, dry_run);
  return std::nullopt;
}

Outcome prune(Pruner& pruner, std::string_view body) {
  auto object = read_object(body, {"dryRun", "cursor"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const auto& json = std::get<model::Json>(object);
  const model::Json* flag = json.find("dryRun");
  if (flag != nullptr && flag->kind != model::Json::Kind::kBoolean)
    return refused(400, "the body has errors", "/dryRun", "must be true or false");
  const auto pruned = pruner.step(text_of(json, "cursor"), flag != nullptr && flag->text == "true");
  if (!pruned) return bad_cursor();
  model::JsonWriter answer;
  answer.begin_object().member("changes", pruned->changes).member("deliveries", pruned->deliveries);
  return View{200, answer.member_or_null("next", pruned->next).end_object().take(), {}, 0};
}

}  // namespace hub::sync
