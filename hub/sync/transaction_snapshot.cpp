#include "hub/base/hash.hpp"
#include "hub/resolve/echo.hpp"
#include "hub/store/snapshots.hpp"
#include "hub/sync/transaction.hpp"

namespace hub::sync {

namespace {

/// FNV-1a of 64 bits: the same on every machine and in every version, for it is stored. Never 0.
std::int64_t digest_of(std::string_view text) {
  const std::uint64_t hash = base::fnv1a(text);
  return hash == 0 ? 1 : static_cast<std::int64_t>(hash);
}

}  // namespace

void Transaction::observe(const Submission& row, std::int64_t run) {
  const model::Change& seen = row.change;
  const auto known = store::load_snapshot_row(session_, seen.source, seen.key.entity, seen.native_id);
  const auto linked_to = [&] { return linked(seen.source, seen.key.entity, seen.native_id); };
  store::SnapshotRow now{digest_of(row.body), known ? known->link_pushed_at_ms : store::kNoLink};
  // Where the hub has written to the row since the snapshot began, nobody can tell whether it was read before or after
  // that. The next snapshot will show.
  const bool crossed = known ? known->seen.pushed_at_ms != now.pushed_at_ms : linked_to().has_value();
  const bool is_news = !crossed && !(known && known->seen.digest == now.digest);
  const bool repeats = (is_news || any_waiting_) && says_nothing(row);
  if (is_news && !repeats) static_cast<void>(apply(row));
  if (crossed) now.digest = 0;
  if (const auto id = now.pushed_at_ms == store::kNoLink ? linked_to() : std::nullopt)
    now.pushed_at_ms = link(state({seen.key.entity, *id}), seen.source)->pushed_at_ms;  // it has a link by now
  store::put_snapshot_row(session_, seen.source, seen.key.entity, seen.native_id, run, now);
}

bool Transaction::says_nothing(const Submission& row) {
  if (!row.dead_reason.empty()) return false;
  model::Change change = row.change;
  const auto id = linked(change.source, change.key.entity, change.native_id);
  if (!id || (!change.key.external_id.empty() && change.key.external_id != *id)) return false;
  change.key.external_id = *id;
  // The row is there: a delete of it that the brake holds is dropped. A change that waits is another than this one.
  if (any_waiting_ && !missing_before(change).empty()) return false;
  if (!missing(change, row.native_references).empty()) return false;
  const State& target = state(change.key);
  const model::Link* held = link(state(change.key), change.source);
  return held != nullptr && (change.source_etag.empty() || change.source_etag == held->source_etag) &&
         resolve::listen(target.exists ? &target.record : nullptr, change, held) != resolve::Heard::kNews;
}

}  // namespace hub::sync
