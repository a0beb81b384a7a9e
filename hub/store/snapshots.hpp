#pragma once

#include "hub/store/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// How far the hub has got with snapshots of a source's rows of one entity.
struct Snapshot {
  std::int64_t run = 0;  // its number; the number of the last one when none is under way
  bool under_way = false;
  std::string cursor;  // where its last page ended, empty: from the start
};
[[nodiscard]] Snapshot load_snapshot(Session& session, std::string_view source, std::string_view entity);
/// Begins a snapshot, in place of one that is under way: from here on every row that has a link is looked for.
Snapshot begin_snapshot(Session& session, std::string_view source, std::string_view entity);
void move_snapshot(Session& session, std::string_view source, std::string_view entity, const Snapshot& snapshot);
/// Ends the snapshot and forgets the rows that it did not show; all of them unless `keep` (there will be a next one).
void end_snapshot(Session& session, std::string_view source, std::string_view entity, const Snapshot& snapshot,
                  bool keep);
/// Forgets what the snapshots of the source have shown, so that the next one tells all of it anew. One that is under
/// way must begin again.
void forget_snapshot_rows(Session& session, std::string_view source);

/// SnapshotRow::pushed_at_ms of a row without a link.
inline constexpr std::int64_t kNoLink = -1;
/// What a row said when a snapshot last showed it, and when the hub had written to it then: see table snapshot_rows.
struct SnapshotRow {
  std::int64_t digest = 0;
  std::int64_t pushed_at_ms = kNoLink;
};
struct KnownRow {
  SnapshotRow seen;
  std::int64_t link_pushed_at_ms = kNoLink;  // as it is now
};
[[nodiscard]] std::optional<KnownRow> load_snapshot_row(Session& session, std::string_view source,
                                                        std::string_view entity, std::string_view native_id);
/// The snapshot `run` has shown the row.
void put_snapshot_row(Session& session, std::string_view source, std::string_view entity, std::string_view native_id,
                      std::int64_t run, const SnapshotRow& row);

/// Whether the snapshot has shown any row yet.
[[nodiscard]] bool snapshot_saw_any(Session& session, std::string_view source, std::string_view entity,
                                    std::int64_t run);
/// How many rows that the hub knows the snapshot has not shown. They are gone when it is complete. Those to which the
/// hub has written since it began do not count: nobody can tell.
[[nodiscard]] std::int64_t count_absent(Session& session, std::string_view source, std::string_view entity,
                                        std::int64_t run);
/// Up to `limit` native ids of such rows after `after`, in order; not those whose delete is held already.
[[nodiscard]] std::vector<std::string> list_absent(Session& session, std::string_view source, std::string_view entity,
                                                   std::int64_t run, std::string_view after, int limit);

}  // namespace hub::store
