#pragma once

#include "hub/model/change.hpp"
#include "hub/model/json.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hub::plugin {

/// How a call to a source, or one item of it, ended (SEMANTICS 8). The values are those of the C ABI.
enum class Status : std::int32_t {
  kOk = 0,
  kRetry = 1,            // unknown or passing: the same item may be tried again
  kThrottled = 2,        // not done, try after retry_after; no attempt is burnt
  kRejected = 3,         // this item will never be taken
  kStale = 4,            // the record changed at the source meanwhile; nothing was written
  kNotFound = 5,         // the source has no such record
  kUnauthenticated = 6,  // credentials are refused: the source is paused
  kMisconfigured = 7,    // the settings cannot work: the source is paused
  kCancelled = 8,
  kUnsupported = 9,
  kInternal = 10,  // a bug in the plugin; handled as kRetry
};

/// What a source can do: the bits of the C ABI.
struct Capabilities {
  bool pull_delta = false;
  bool pull_snapshot = false;
  bool push = false;
  bool erase = false;             // pushes deletes
  bool idempotent_push = false;   // honours the idempotency key
  bool conditional_push = false;  // honours expected_etag
  bool tag_origin = false;        // marks the hub's writes, so that a pull can tell them
};

/// One change as the source tells it, in the source's own words (remote entity and field names).
struct PulledChange {
  model::Op op = model::Op::kUpsert;
  std::string native_id;
  std::string etag;  // the source's version of the record, empty when it has none
  std::string body;  // a JSON object of the source's fields; for a delete what is known of the old record, or "{}"
  std::optional<std::int64_t> changed_at_ms;
  std::string origin_tag;
};

struct PullRequest {
  std::string remote;     // the source's name of the entity
  std::string cursor;     // where the last page ended; empty: from the start
  bool snapshot = false;  // every record as it is, not what changed; only with Capabilities::pull_snapshot
  int limit = 500;        // at most so many changes
  std::chrono::milliseconds budget{30'000};
};

/// One page. Changes up to the last checkpoint are covered by `cursor`; what follows may come again.
struct PullPage {
  Status status = Status::kOk;
  std::string message;  // why status is not kOk
  std::optional<std::chrono::milliseconds> retry_after;
  std::vector<PulledChange> changes;  // also when the status is not kOk: what came before
  std::optional<std::string> cursor;  // the last checkpoint; absent when there was none
  bool cut = false;                   // it was ended early: there may be more, however few the changes are
};

/// One record to write at the source.
struct PushItem {
  model::Op op = model::Op::kUpsert;
  std::string remote;           // the source's name of the entity
  std::string native_id;        // empty: the source has no such record that the hub knows of
  std::string expected_etag;    // write only if the source's version still is this; empty: do not check
  std::string body;             // a JSON object of the source's fields; "{}" for a delete
  std::string idempotency_key;  // the same for every repeat of this write
};

struct PushResult {
  Status status = Status::kRetry;
  std::string native_id;            // the source's id of the record afterwards
  std::string etag;                 // its version afterwards
  std::optional<std::string> body;  // what it really holds afterwards, a JSON object; absent: what was sent
  std::string message;
  std::optional<std::chrono::milliseconds> retry_after;
};

/// Net 2 of SEMANTICS 6. kUnknown leaves it to the hub.
enum class Origin : std::int32_t { kUnknown = 0, kForeign = 1, kEcho = 2 };

/// What the hub last wrote to a record at this source, for the echo hook.
struct LastReceipt {
  std::string etag;
  std::string body;  // what the source is known to hold since, a JSON object of the source's fields
  std::int64_t pushed_at_ms = 0;
};

/// True when the call should end early; polled. Any thread.
using Cancelled = std::function<bool()>;

/// One connected source: a plugin's instance, or a fake in a test. pull and push block and are called from worker
/// threads, at most one pull and one push at a time; nothing throws for what the source does wrong: it is a status.
class SourceClient {
 public:
  virtual ~SourceClient() = default;
  [[nodiscard]] virtual Capabilities capabilities() const = 0;
  /// Whether the source can be reached and the mapping fits it. kOk, or a status with the message in `why`.
  [[nodiscard]] virtual Status check(std::chrono::milliseconds budget, std::string& why) = 0;
  [[nodiscard]] virtual PullPage pull(const PullRequest& request, const Cancelled& cancelled) = 0;
  /// Exactly one result for each item, in order.
  [[nodiscard]] virtual std::vector<PushResult> push(const std::vector<PushItem>& items,
                                                     std::chrono::milliseconds budget, const Cancelled& cancelled) = 0;
  /// Pure and quick; `remote` is the source's name of the entity.
  [[nodiscard]] virtual Origin origin(const std::string& remote, const PulledChange& change,
                                      const LastReceipt& last) const = 0;
};

}  // namespace hub::plugin
