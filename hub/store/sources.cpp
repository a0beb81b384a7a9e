#include "hub/store/sources.hpp"

namespace hub::store {

std::vector<std::pair<std::string, int>> load_priorities(Session& session) {
  std::vector<std::pair<std::string, int>> rows;
  session.each("load_priorities", {},
               [&](const Row& row) { rows.emplace_back(row.text(0), static_cast<int>(row.integer(1))); });
  return rows;
}

void seed_priority(Session& session, std::string_view source, int priority) {
  session.soon("seed_priority", {source, priority});
}

void put_priority(Session& session, std::string_view source, int priority) {
  session.soon("put_priority", {source, priority});
}

SourceState load_source_state(Session& session, std::string_view source) {
  SourceState state;
  session.each("load_source_state", {source}, [&](const Row& row) { state = {row.integer(0) != 0, row.text(1)}; });
  return state;
}

void put_paused(Session& session, std::string_view source, bool paused, std::string_view reason) {
  session.soon("put_paused", {source, paused, Param::or_null(reason)});
}

std::optional<DeleteApproval> load_delete_approval(Session& session, std::string_view source, std::int64_t now_ms) {
  std::optional<DeleteApproval> found;
  session.each("load_delete_approval", {source}, [&](const Row& row) {
    found = {row.integer(0), row.integer(1), row.integer(2)};
  });
  return found && found->remaining > 0 && now_ms < found->until_ms ? found : std::nullopt;
}

void put_delete_approval(Session& session, std::string_view source, const DeleteApproval& approval) {
  session.soon("put_delete_approval", {source, approval.max, approval.remaining, approval.until_ms});
}

std::string load_cursor(Session& session, std::string_view source, std::string_view entity) {
  std::string cursor;
  session.each("load_cursor", {source, entity}, [&](const Row& row) { cursor = row.text(0); });
  return cursor;
}

void put_cursor(Session& session, std::string_view source, std::string_view entity, std::string_view cursor,
                std::int64_t now_ms) {
  session.soon("put_cursor", {source, entity, cursor, now_ms});
}

void remove_cursors(Session& session, std::string_view source) { session.soon("remove_cursors", {source}); }

void Counts::add(std::string_view source, std::string_view name, std::int64_t by) {
  if (by == 0) return;
  const std::pair key(source, name);
  const auto it = sums_.find(key);
  if (it != sums_.end())
    it->second += by;
  else
    sums_.emplace(key, by);
}

void Counts::flush(Session& session) {
  for (const auto& [key, sum] : sums_)
    if (sum != 0) session.add("add_counter", {key.first, key.second, sum});
  session.flush("add_counter");
  sums_.clear();
}

std::vector<Counter> load_counters(Session& session) {
  std::vector<Counter> counters;
  session.each("load_counters", {}, [&](const Row& row) {
    counters.push_back({row.text(0), row.text(1), row.integer(2)});
  });
  return counters;
}

Present load_present(Session& session) {
  Present present;
  session.each("load_present", {}, [&](const Row& row) {
    present = {row.integer(0) != 0, row.integer(1) != 0, row.integer(2) != 0,
               row.integer(3) != 0, row.integer(4) != 0, row.integer(5) != 0};
  });
  return present;
}

std::int64_t load_counter(Session& session, std::string_view source, std::string_view name) {
  return session.integer("load_counter", {source, name});
}

}  // namespace hub::store
