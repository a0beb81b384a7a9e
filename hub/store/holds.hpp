#pragma once

#include "hub/store/session.hpp"
#include "hub/store/waiting.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// A record, or one field of it, that people keep from being synchronised (table holds): what its sources say of it
/// is parked, and of a whole record nothing is delivered (sql: due_outbound).
struct Hold {
  model::RecordKey key;
  std::string field;  // empty: the whole record
  std::optional<std::int64_t> until_ms;
  std::string reason;
  std::int64_t placed_at_ms = 0;
};
/// Places the hold, or gives it another end and reason.
void put_hold(Session& session, const Hold& hold);
/// False when there was none.
bool remove_hold(Session& session, const model::RecordKey& key, std::string_view field);
[[nodiscard]] std::vector<Hold> holds_of(Session& session, const model::RecordKey& key);
/// Up to `limit` holds whose time is over.
[[nodiscard]] std::vector<Hold> ended_holds(Session& session, std::int64_t now_ms, int limit);
/// Up to `limit` holds after `after`, by record and field.
[[nodiscard]] std::vector<Hold> list_holds(Session& session, const Hold& after, int limit);
/// What a change waits for that came while its record was on hold.
[[nodiscard]] model::RecordKey release_of(const model::RecordKey& key);
[[nodiscard]] bool is_on_hold(const WaitingRow& row);

}  // namespace hub::store
