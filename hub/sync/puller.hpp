#pragma once

#include "hub/plugin/source_client.hpp"
#include "hub/store/snapshots.hpp"
#include "hub/sync/brake.hpp"
#include "hub/sync/committer.hpp"

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace hub::sync {

/// Pulls one plugin source, entity by entity, page by page; the cursor moves in the transaction of the page. Steps of
/// one puller run one after the other.
///
/// Where the plugin can give nothing else, or a person has asked for it, the pages are of a snapshot: every row as it
/// is. Rows that a complete snapshot does not show are deletes.
///
/// The brake on mass deletes: as long as a pull is not at its end, nobody knows how much it will delete, so its deletes
/// are parked until then. Of a snapshot that is known before the first delete.
class Puller {
 public:
  Puller(const Surroundings& hub, const config::SourceConfig& source, plugin::SourceClient& client,
         Committer& committer);

  /// Pulls each entity until it has no more; gives how long to wait for the next round. `epoch` is that of the source's
  /// lease (Leases): nothing is kept of what comes once another hub has it.
  [[nodiscard]] std::chrono::milliseconds step(const plugin::Cancelled& cancelled, std::int64_t epoch = 0);

  /// When a whole round last came to its end without an error, 0 for never. Any thread.
  [[nodiscard]] std::int64_t last_success_ms() const { return last_success_ms_; }
  /// How many rounds have come to their end without an error. Any thread.
  [[nodiscard]] std::int64_t rounds() const { return rounds_; }

 private:
  enum class Page : std::uint8_t { kMore, kEnd, kCancelled, kFailed };
  Page pull(const config::EntityMapping& mapping, const plugin::Capabilities& can, const plugin::Cancelled& cancelled);
  Page pull_page(const config::EntityMapping& mapping, const plugin::Cancelled& cancelled);
  Page pull_snapshot_page(const config::EntityMapping& mapping, const store::Snapshot& snapshot,
                          const plugin::Cancelled& cancelled);
  /// False when a person has asked for another one meanwhile, which takes the place of this one.
  [[nodiscard]] bool is_current(store::Session& session, const config::EntityMapping& mapping,
                                const store::Snapshot& snapshot) const;
  void delete_absent(const config::EntityMapping& mapping, const store::Snapshot& snapshot);
  Page end_of(const config::EntityMapping& mapping, const plugin::PullPage& page);
  std::vector<Submission> submissions_of(const config::EntityMapping& mapping, const plugin::PullPage& page);
  bool commit(std::vector<Submission> changes, Committer::Pulled page, const plugin::Cancelled& cancelled);
  void require_lease(store::Session& session) const;

  const Surroundings hub_;
  const config::SourceConfig& source_;
  plugin::SourceClient& client_;
  Committer& committer_;
  Brake brake_;
  std::int64_t epoch_ = 0;        // of this round
  int failures_ = 0;              // rounds in a row
  std::set<std::string> parked_;  // entities of which this round, or one that a stop has cut off, has parked deletes
  std::chrono::milliseconds retry_after_{0};
  std::atomic<std::int64_t> last_success_ms_{0};
  std::int64_t run_ = 0;  // this round, among the runs of its source
  std::atomic<std::int64_t> rounds_{0};
};

}  // namespace hub::sync
