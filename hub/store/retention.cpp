#include "hub/store/retention.hpp"

#include <tuple>

namespace hub::store {

namespace {

std::optional<FinishedKey> key_from(Session& session, std::string_view name, Params params) {
  std::optional<FinishedKey> found;
  session.each(name, params, [&](const Row& row) {
    found = FinishedKey{{row.text(0), row.text(1)}, row.text(2), row.text(3)};
  });
  return found;
}

}  // namespace

bool OldChanges::holds(const JournalKey& at, std::int64_t settled_at_ms) const {
  if (settled_at_ms < before_ms) return true;
  const auto most = most_seqs.find(at.source);
  return settled_at_ms < guard_ms && most != most_seqs.end() && at.seq <= most->second;
}

std::int64_t journal_page_end(Session& session, std::string_view source, std::int64_t seq, int rows) {
  return session.integer("journal_page_end", {source, seq, rows});
}

std::vector<OldChange> old_changes(Session& session, const OldChanges& old, std::string_view source, std::int64_t seq,
                                   std::int64_t last_seq) {
  std::vector<OldChange> changes;
  const auto most = old.most_seqs.find(source);
  session.each("old_changes",
               {source, seq, last_seq, old.before_ms, most == old.most_seqs.end() ? 0 : most->second, old.guard_ms},
               [&](const Row& row) {
                 changes.push_back({{row.text(0), row.integer(1)},
                                    {row.text(2), row.text(3)},
                                    row.text(4),
                                    row.integer(5) != 0,
                                    row.integer(6)});
               });
  return changes;
}

bool purge_change(Session& session, const OldChange& change) {
  if (session.run("purge_change", {change.at.source, change.at.seq, change.state}) == 0) return false;
  session.soon("purge_conflict", {change.at.source, change.at.seq});
  if (change.run != 0) {
    session.soon("count_off_run", {change.at.source, change.run});
    session.soon("purge_run", {change.at.source, change.run});
  }
  return true;
}

std::optional<FinishedKey> finished_page_end(Session& session, const FinishedKey& after, int rows) {
  const auto& [key, target, id] = after;
  if (auto end = key_from(session, "finished_page_end", {key.entity, key.external_id, target, id, rows - 1}))
    return end;
  auto last = key_from(session, "last_finished", {});
  const auto order = [](const FinishedKey& k) { return std::tie(k.key, k.target, k.delivery_id); };
  return last && order(after) < order(*last) ? last : std::nullopt;
}

std::map<std::string, std::int64_t> count_old_finished(Session& session, const FinishedKey& after,
                                                       const FinishedKey& last, std::int64_t before_ms) {
  std::map<std::string, std::int64_t> counts;
  session.each("count_old_finished",
               {after.key.entity, after.key.external_id, after.target, after.delivery_id, last.key.entity,
                last.key.external_id, last.target, last.delivery_id, before_ms},
               [&](const Row& row) { counts[row.text(0)] = row.integer(1); });
  return counts;
}

void purge_finished(Session& session, const FinishedKey& after, const FinishedKey& last, std::int64_t before_ms) {
  session.soon("purge_finished", {after.key.entity, after.key.external_id, after.target, after.delivery_id,
                                  last.key.entity, last.key.external_id, last.target, last.delivery_id, before_ms});
}

}  // namespace hub::store
