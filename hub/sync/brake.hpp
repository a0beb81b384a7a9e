#pragma once

#include "hub/sync/committer.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace hub::sync {

/// Whether a pull with these settings may not delete so many of the `linked` records.
[[nodiscard]] bool trips_brake(const config::PullSettings& pull, std::int64_t deletes, std::int64_t linked);

/// The brake on mass deletes of one source (SEMANTICS 3, docs/adr/0008-snapshots-and-approvals.md). Deletes that it
/// holds are parked until a person approves of them, or until their record comes back at the source. Any thread.
class Brake {
 public:
  Brake(const Surroundings& hub, const config::SourceConfig& source, Committer& committer)
      : hub_(hub), source_(source), committer_(committer) {}

  /// Whether a pull may not delete so many records of `entity`.
  [[nodiscard]] bool too_many(store::Session& session, const std::string& entity, std::int64_t deletes) const;
  /// A pull is at its end: releases the deletes that it has parked, or holds them, by how many they are.
  void judge(const std::string& entity);
  /// `count` deletes of `entity` are held from now on: says so, and releases what is approved already.
  void engage(const std::string& entity, std::int64_t count, const std::string& why);

  /// How many deletes wait for a person.
  [[nodiscard]] std::int64_t held(store::Session& session) const;
  /// Lets held deletes through, at most `max` of them (nothing: as many as are held), now and until `lasting` is over:
  /// what is held later passes as far as the rest of `max` goes. Takes the place of an earlier approval. Gives how
  /// many were released now.
  std::int64_t approve(std::optional<std::int64_t> max, std::chrono::milliseconds lasting);

 private:
  std::int64_t release_approved();
  std::int64_t release(const model::RecordKey& waited_for, bool on_approval);

  const Surroundings hub_;
  const config::SourceConfig& source_;
  Committer& committer_;
};

}  // namespace hub::sync
