#pragma once

#include "hub/model/change.hpp"
#include "hub/model/decision.hpp"
#include "hub/sync/refusal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hub::sync {

/// The id of a run of a source (a round of pulling, a streamed batch) that began at `started_at_ms`; `salt` tells those
/// of one millisecond apart.
[[nodiscard]] constexpr std::int64_t run_id(std::int64_t started_at_ms, std::size_t salt = 0) {
  return started_at_ms * 1000 + static_cast<std::int64_t>(salt % 1000);
}

/// Whether the brake on mass deletes lets a delete through (SEMANTICS 3).
enum class DeleteHold : std::uint8_t {
  kNone,
  kUnjudged,  // parked until its pull is at its end
  kHeld,      // parked until a person approves
};

/// A checked change on its way into the journal.
struct Submission {
  model::Change change;
  std::string body;                // the journal keeps it as it came
  bool native_references = false;  // reference fields hold the source's own ids (a plugin's do)
  bool echo = false;               // the plugin's hook knows it for the hub's own write (SEMANTICS 6, net 2)
  bool guarded = false;            // the source refuses to be written over unseen: what has the write's etag is no edit
  DeleteHold hold = DeleteHold::kNone;
  bool again = false;       // the source's last words once more: what it is known to hold counts as said
  std::string settles;      // a person's decision about what this source said: where it is the owner, it has spoken
  std::int64_t run = 0;     // the pull or batch that brings it, 0 for none
  std::string dead_reason;  // not empty: nobody can apply it; it goes to the dead letters at once
};

/// What became of a submission: committed when the caller gets it.
struct Answer {
  model::RecordKey key;
  std::optional<model::Resolution> resolution;  // none: it waits, or it is dead
  model::ChangeState state = model::ChangeState::kApplied;
  std::int64_t version = 0;
  std::int64_t row_version = 0;
  std::vector<std::string> changed_fields;
  std::string change_id;                  // the source's, or "<source>:<seq>"
  std::string place;                      // "<source>:<seq>": names its conflict or its parking place
  std::vector<model::RecordKey> missing;  // what it waits for
  bool linked = false;                    // it is the first that the hub heard of the record from this source
  bool duplicate = false;                 // the idempotency key was known: this is what became of the first
};

/// The answer, or why nothing was stored.
using Result = std::variant<Answer, Refusal>;

/// What `POST /api/sync` says of a result (SEMANTICS 9): 200, 409 with `conflictId` or `waitingId`, or the refusal.
[[nodiscard]] Outcome outcome_of(const Result& result);

}  // namespace hub::sync
