#pragma once

#include "hub/base/clock.hpp"
#include "hub/base/rng.hpp"
#include "hub/config/config.hpp"
#include "hub/plugin/source_client.hpp"
#include "hub/store/store.hpp"
#include "hub/sync/submission.hpp"
#include "hub/sync/views.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hub::sync {

/// Connected plugin sources by name.
using Clients = std::map<std::string, std::unique_ptr<plugin::SourceClient>>;

/// The whole pipeline over one store: intake, committer, dispatchers, pullers, timers, and what people see and do.
/// Any thread. start() and stop() are symmetric; stop() is idempotent and waits for all its own work.
/// Without start() the hub works all the same for submit_and_wait(), views and decisions (the command line does so).
class Hub {
 public:
  Hub(const config::Config& config, store::Store& store, Clients clients, const base::Clock& clock, base::Rng& rng);
  ~Hub();

  void start();
  void stop();
  /// Where this hub is reached, for people who look at another one on the same store. Before start().
  void set_url(const std::string& url);

  // --- Changes ---------------------------------------------------------------------------------------------------
  /// Checks one body (a whole request or a line of a batch). Pure and quick: fit for an io thread.
  [[nodiscard]] std::variant<Submission, Refusal> read_change(std::string_view body) const;
  /// Hands changes to the group commit; `done` gets one result for each, in order, after their commit, on the
  /// committer's thread (keep it short). False, and `done` is never called, when the queue is full: answer
  /// overloaded() then. They share one transaction.
  [[nodiscard]] bool submit(std::vector<Submission> changes, std::function<void(std::vector<Result>&&)> done);
  /// The 429 for a full queue.
  [[nodiscard]] static Refusal overloaded();

  // --- What there is (each on a snapshot, blocking). Lists are {"items": […], "next": cursor or null} ---------------
  // The functions of hub/sync/views.hpp and hub/sync/review.hpp say what each does.
  [[nodiscard]] Outcome records(std::string_view entity, bool deleted, const Page& page);
  /// 404; 410 for a deleted one. `at`: as it was then; empty: as it is.
  [[nodiscard]] Outcome record(const model::RecordKey& key, std::string_view at = {});
  /// `field`: only this one; empty: all.
  [[nodiscard]] Outcome explain(const model::RecordKey& key, std::string_view field);
  [[nodiscard]] Outcome history(const model::RecordKey& key, std::string_view at, const Page& page);
  [[nodiscard]] Outcome conflicts(const ConflictQuery& query, const Page& page);
  [[nodiscard]] Outcome conflict(std::string_view id);
  [[nodiscard]] Outcome waiting(const Page& page);
  [[nodiscard]] Outcome holds(const Page& page);
  [[nodiscard]] Outcome runs(std::string_view source, const Page& page);
  [[nodiscard]] Outcome dead_letters(std::string_view source, const Page& page);
  [[nodiscard]] Outcome dead_letter(std::string_view id);
  [[nodiscard]] Outcome sources();
  [[nodiscard]] Outcome source(std::string_view name);
  [[nodiscard]] Outcome status();
  [[nodiscard]] Outcome ready();  // 200 or 503: what readyz says

  // --- What people and connectors do (blocking; `body` is the request's JSON text, may be empty) --------------------
  /// PATCH of a record: {"fields": {…}} or a bare object of fields (merge patch: null clears). `if_match` is the etag
  /// without quotes, "*" for any; empty: 428.
  [[nodiscard]] Outcome edit(const model::RecordKey& key, std::string_view if_match, std::string_view body);
  /// What hub/sync/curation.hpp and hub/sync/undo.hpp say.
  [[nodiscard]] Outcome merge(const model::RecordKey& key, std::string_view if_match, std::string_view body);
  [[nodiscard]] Outcome unmerge(const model::RecordKey& key);
  [[nodiscard]] Outcome hold(const model::RecordKey& key, std::string_view body);
  [[nodiscard]] Outcome release(const model::RecordKey& key, std::string_view field);
  [[nodiscard]] Outcome undo(std::string_view body);
  [[nodiscard]] Outcome reevaluate(std::string_view body);  // one page, as hub/sync/reevaluation.hpp says
  /// What a person decides about conflicts: one, many, and what a rule would have done. hub/sync/review.hpp says more.
  [[nodiscard]] Outcome resolve_conflict(std::string_view id, std::string_view if_match, std::string_view body);
  [[nodiscard]] Outcome resolve_conflicts(std::string_view body);
  [[nodiscard]] Outcome conflict_rule(std::string_view id, std::string_view body);
  /// Deliveries of a source under a lease; `lease_s` 1 to 3,600.
  [[nodiscard]] Outcome lease_outbound(std::string_view source, int limit, int lease_s);
  [[nodiscard]] Outcome acknowledge(std::string_view body);
  /// `body`: empty, or {"fields": {…}} to mend a dead change before it is tried again.
  [[nodiscard]] Outcome replay(std::string_view id, std::string_view body);
  /// {"source"?, "entity"?, "kind"?}: replays all that match; {} means all.
  [[nodiscard]] Outcome replay_all(std::string_view body);
  [[nodiscard]] Outcome discard(std::string_view id);
  [[nodiscard]] Outcome set_priority(std::string_view source, std::string_view body);  // {"priority": 2}
  [[nodiscard]] Outcome pause(std::string_view source, std::string_view body);         // {"reason"?}
  [[nodiscard]] Outcome resume(std::string_view source);
  [[nodiscard]] Outcome pull(std::string_view source);  // 202: pulls now; 409 for a source without plugin
  /// 202: pulls from the start. {"snapshot"?}: true compares all rows with what is known, so that those that are gone
  /// are deletes; 409 when the plugin gives no snapshots.
  [[nodiscard]] Outcome resync(std::string_view source, std::string_view body);
  /// {"max"?, "for"?}: lets through what the brake holds, at most `max` deletes (absent: as many as are held), and
  /// within `for` ("1h") what it would hold later, up to the rest of `max`. 409 when there is nothing to approve of.
  [[nodiscard]] Outcome approve_deletes(std::string_view source, std::string_view body);
  [[nodiscard]] Outcome erase(const model::RecordKey& key, std::string_view if_match, std::string_view body);
  [[nodiscard]] Outcome prune(std::string_view body);  // {"dryRun"?, "cursor"?}: a step of pruning

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hub::sync
