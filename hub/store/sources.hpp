#pragma once

#include "hub/store/session.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hub::store {

/// Every row of source_priority.
[[nodiscard]] std::vector<std::pair<std::string, int>> load_priorities(Session& session);
/// Adds a priority where the source has none yet (YAML only seeds).
void seed_priority(Session& session, std::string_view source, int priority);
void put_priority(Session& session, std::string_view source, int priority);

/// Whether a source is paused, and why.
struct SourceState {
  bool paused = false;
  std::string pause_reason;
};
[[nodiscard]] SourceState load_source_state(Session& session, std::string_view source);
void put_paused(Session& session, std::string_view source, bool paused, std::string_view reason);

/// How many of a source's deletes a person lets through the brake.
struct DeleteApproval {
  std::int64_t max = 0;
  std::int64_t remaining = 0;  // of `max`
  std::int64_t until_ms = 0;
};
/// The approval that stands at `now_ms`: nothing when it is over or used up.
[[nodiscard]] std::optional<DeleteApproval> load_delete_approval(Session& session, std::string_view source,
                                                                 std::int64_t now_ms);
void put_delete_approval(Session& session, std::string_view source, const DeleteApproval& approval);

/// Where the last page of a pull ended; empty: from the start.
[[nodiscard]] std::string load_cursor(Session& session, std::string_view source, std::string_view entity);
void put_cursor(Session& session, std::string_view source, std::string_view entity, std::string_view cursor,
                std::int64_t now_ms);
void remove_cursors(Session& session, std::string_view source);

/// Counts to add to table counters in the transaction of the rows that they count.
class Counts {
 public:
  void add(std::string_view source, std::string_view name, std::int64_t by = 1);
  /// Writes the sums and forgets them.
  void flush(Session& session);

 private:
  /// Finds a name without making a string of it: this runs several times for every change.
  struct Less {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      using Views = std::pair<std::string_view, std::string_view>;
      return Views(a.first, a.second) < Views(b.first, b.second);
    }
  };
  std::map<std::pair<std::string, std::string>, std::int64_t, Less> sums_;
};

struct Counter {
  std::string source;
  std::string name;
  std::int64_t value = 0;
};
/// Every counter, by source and name.
[[nodiscard]] std::vector<Counter> load_counters(Session& session);

/// One counter, 0 where there is none yet.
/// What of the rare things the store has at all: of what it has none, nobody has to look for one.
struct Present {
  bool waiting = false;
  bool conflicts = false;
  bool blocked = false;
  bool holds = false;
  bool erased = false;
  bool doubts = false;  // dead letters of inserts that may have made their row
};
[[nodiscard]] Present load_present(Session& session);

[[nodiscard]] std::int64_t load_counter(Session& session, std::string_view source, std::string_view name);

/// Names of counters beside the change states of SEMANTICS 2 (model::to_string(ChangeState)).
inline constexpr std::string_view kAcknowledged = "acknowledged";
inline constexpr std::string_view kJournalRows = "journal_rows";            // and the last seq
inline constexpr std::string_view kPurged = "purged_";                      // + state: rows that were purged
inline constexpr std::string_view kLastPurged = "last_purged";              // the highest seq among them
inline constexpr std::string_view kDuplicates = "duplicates";               // part of no_change that has no journal row
inline constexpr std::string_view kChangesDiscarded = "changes_discarded";  // dead changes without a letter any more
inline constexpr std::string_view kEchoPlugin = "echo_plugin";
inline constexpr std::string_view kEchoHub = "echo_hub";
inline constexpr std::string_view kDeliveriesCreated = "deliveries_created";
inline constexpr std::string_view kDeliveriesApplied = "deliveries_applied";
inline constexpr std::string_view kDeliveriesMerged = "deliveries_merged";      // a newer state took its place
inline constexpr std::string_view kDeliveriesUnneeded = "deliveries_unneeded";  // the target held the state already
inline constexpr std::string_view kDeliveriesDead = "deliveries_dead";
inline constexpr std::string_view kDeliveriesDiscarded = "deliveries_discarded";
inline constexpr std::string_view kDeliveriesPurged = "deliveries_purged";  // finished ones that the log holds no more

}  // namespace hub::store
