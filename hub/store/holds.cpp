#include "hub/store/holds.hpp"

namespace hub::store {

namespace {

std::vector<Hold> gather(Session& session, std::string_view name, Params params) {
  std::vector<Hold> holds;
  session.each(name, params, [&](const Row& row) {
    Hold& hold = holds.emplace_back();
    hold.key = {row.text(0), row.text(1)};
    hold.field = row.text(2);
    if (!row.is_null(3)) hold.until_ms = row.integer(3);
    hold.reason = row.text(4);
    hold.placed_at_ms = row.integer(5);
  });
  return holds;
}

}  // namespace

void put_hold(Session& session, const Hold& hold) {
  session.soon("put_hold", {hold.key.entity, hold.key.external_id, hold.field, hold.until_ms,
                            Param::or_null(hold.reason), hold.placed_at_ms});
}

bool remove_hold(Session& session, const model::RecordKey& key, std::string_view field) {
  return session.run("remove_hold", {key.entity, key.external_id, field}) == 1;
}

std::vector<Hold> holds_of(Session& session, const model::RecordKey& key) {
  return gather(session, "holds_of", {key.entity, key.external_id});
}

std::vector<Hold> ended_holds(Session& session, std::int64_t now_ms, int limit) {
  return gather(session, "ended_holds", {now_ms, limit});
}

std::vector<Hold> list_holds(Session& session, const Hold& after, int limit) {
  return gather(session, "list_holds", {after.key.entity, after.key.external_id, after.field, limit});
}

model::RecordKey release_of(const model::RecordKey& key) { return {"@hold", key.entity + ":" + key.external_id}; }

bool is_on_hold(const WaitingRow& row) { return row.missing.front() == release_of(row.key); }

}  // namespace hub::store
