#include "hub/store/snapshots.hpp"

namespace hub::store {

Snapshot load_snapshot(Session& session, std::string_view source, std::string_view entity) {
  Snapshot snapshot;
  session.each("load_snapshot", {source, entity}, [&](const Row& row) {
    snapshot = {row.integer(0), row.integer(1) != 0, row.text(2)};
  });
  return snapshot;
}

Snapshot begin_snapshot(Session& session, std::string_view source, std::string_view entity) {
  session.soon("unlink_rows_without_link", {source, entity});
  session.soon("expect_linked_rows", {source, entity});
  const Snapshot snapshot{load_snapshot(session, source, entity).run + 1, true, {}};
  move_snapshot(session, source, entity, snapshot);
  return snapshot;
}

void move_snapshot(Session& session, std::string_view source, std::string_view entity, const Snapshot& snapshot) {
  session.soon("put_snapshot", {source, entity, snapshot.run, snapshot.cursor});
}

void end_snapshot(Session& session, std::string_view source, std::string_view entity, const Snapshot& snapshot,
                  bool keep) {
  session.soon("remove_unseen_rows", {source, entity, keep ? snapshot.run : snapshot.run + 1});
  session.soon("put_snapshot", {source, entity, snapshot.run, std::nullopt});
}

void forget_snapshot_rows(Session& session, std::string_view source) { session.soon("forget_snapshot_rows", {source}); }

std::optional<KnownRow> load_snapshot_row(Session& session, std::string_view source, std::string_view entity,
                                          std::string_view native_id) {
  std::optional<KnownRow> found;
  session.each("load_snapshot_row", {source, entity, native_id}, [&](const Row& row) {
    found = {{row.integer(0), row.integer(1)}, row.integer(2)};
  });
  return found;
}

void put_snapshot_row(Session& session, std::string_view source, std::string_view entity, std::string_view native_id,
                      std::int64_t run, const SnapshotRow& row) {
  session.soon("put_snapshot_row", {source, entity, native_id, run, row.digest, row.pushed_at_ms});
}

bool snapshot_saw_any(Session& session, std::string_view source, std::string_view entity, std::int64_t run) {
  return session.integer("snapshot_saw_any", {source, entity, run}) != 0;
}

std::int64_t count_absent(Session& session, std::string_view source, std::string_view entity, std::int64_t run) {
  return session.integer("count_absent", {source, entity, run});
}

std::vector<std::string> list_absent(Session& session, std::string_view source, std::string_view entity,
                                     std::int64_t run, std::string_view after, int limit) {
  std::vector<std::string> native_ids;
  session.each("list_absent", {source, entity, run, after, limit},
               [&](const Row& row) { native_ids.push_back(row.text(0)); });
  return native_ids;
}

}  // namespace hub::store
