#pragma once

#include "hub/plugin/source_client.hpp"
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
/// The brake on mass deletes (SEMANTICS 3): as long as a pull is not at its end, nobody knows how much it will delete,
/// so its deletes are held. At its end they are released, or held until a person approves of them.
class Puller {
 public:
  Puller(const Surroundings& hub, const config::SourceConfig& source, plugin::SourceClient& client,
         Committer& committer);

  /// Pulls each entity until it has no more; gives how long to wait for the next round.
  [[nodiscard]] std::chrono::milliseconds step(const plugin::Cancelled& cancelled);

  /// When a whole round last came to its end without an error, 0 for never. Any thread.
  [[nodiscard]] std::int64_t last_success_ms() const { return last_success_ms_; }

 private:
  enum class Page : std::uint8_t { kMore, kEnd, kFailed };
  Page pull_page(const config::EntityMapping& mapping, const plugin::Cancelled& cancelled);
  std::vector<Submission> submissions_of(const config::EntityMapping& mapping, const plugin::PullPage& page, bool last);
  [[nodiscard]] bool too_many(store::Session& session, const std::string& entity, std::int64_t deletes) const;
  void brake(const std::string& entity);
  bool commit(std::vector<Submission> changes, std::optional<Committer::CursorMove> cursor,
              const plugin::Cancelled& cancelled);

  const Surroundings hub_;
  const config::SourceConfig& source_;
  plugin::SourceClient& client_;
  Committer& committer_;
  int failures_ = 0;                   // rounds in a row
  std::set<std::string> holds_;        // entities of which this round holds deletes …
  std::set<std::string> held_before_;  // … or one may that a stop has cut off: looked at once
  std::chrono::milliseconds retry_after_{0};
  std::atomic<std::int64_t> last_success_ms_{0};
  std::int64_t run_ = 0;  // this round, among the runs of its source
};

/// Applies every delete of the source's records of `entity` that the brake holds; gives how many there were.
std::int64_t release_deletes(Committer& committer, const std::string& source, const std::string& entity);

}  // namespace hub::sync
