#pragma once

#include "hub/base/clock.hpp"
#include "hub/store/group_sync.hpp"
#include "hub/store/session.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace hub::store {

struct StoreOptions {
  Location location;     // an SQLite file, whose folder exists, or a PostgreSQL database
  bool durable = true;   // false: nothing waits for the disk, a power cut may lose the last commits
  bool scratch = false;  // true: nobody wants the file back; after a failed write it is of no use
};

/// The store: one connection that writes, and readers. Any thread; writes run one after the other, also those of other
/// hubs on the same database. Where the server is away, calls throw StoreError(kUnavailable) until it is back; a commit
/// whose answer was lost is asked for, and throws kUnknown only when nobody can be asked for kSettlePatience.
class Store {
 public:
  /// Opens the store, makes it when it is new and brings its schema up to date. Throws StoreError; a schema newer than
  /// this binary's is refused by name.
  Store(StoreOptions options, const base::Clock& clock);
  ~Store();

  /// What `body` will ask for may be asked for as the transaction begins (Session::read_ahead).
  using ReadAhead = std::function<void(Session&)>;

  /// Runs `body(Session&)` in one write transaction and commits; rolls back when it throws. Durable when it returns.
  template <class Body>
  auto write(Body&& body, const ReadAhead& read_ahead = {}) {
    if constexpr (std::is_void_v<decltype(body(std::declval<Session&>()))>) {
      sync(write_ahead([&](Session& session) { return (body(session), 0); }, read_ahead).commit);
    } else {
      auto done = write_ahead(body, read_ahead);
      sync(done.commit);
      return std::move(done.value);
    }
  }

  /// What a transaction gave, and its place in the log.
  template <class Value>
  struct Committed {
    Value value;
    CommitNumber commit;
  };
  /// The same without the wait for the disk: the next transaction can start at once. Nobody may be told of it, or act
  /// on it outside the store, before sync().
  template <class Body>
  auto write_ahead(Body&& body, const ReadAhead& read_ahead = {})
      -> Committed<decltype(body(std::declval<Session&>()))> {
    const std::lock_guard lock(write_mutex_);
    begin_write(read_ahead);
    try {
      auto value = body(*writer_);
      const CommitNumber number = commit();
      return {std::move(value), number};
    } catch (...) {
      abandon_write();
      throw;
    }
  }
  /// Returns when the commit and all before it are durable. Throws StoreError(kBroken) when nobody can tell: the store
  /// is unhealthy from then on.
  void sync(CommitNumber commit);

  /// Runs `body(Session&)` in a transaction beside the one that writes, on a connection of its own: for what must not
  /// wait for others, and of which they decide nothing but what a lock on its rows keeps right. PostgreSQL only.
  template <class Body>
  auto write_beside(Body&& body) {
    const std::lock_guard lock(beside_mutex_);
    auto session = std::exchange(beside_, nullptr);  // it is back unless something fails
    if (!session) session = std::make_unique<Session>(options_.location, Session::Mode::kWrite);
    session->begin();
    auto value = body(*session);
    session->commit();
    beside_ = std::move(session);
    return value;
  }

  /// Leaves no older state in the log: moves what it holds into the file, and empties it. False when a reader held it
  /// up; then a later checkpoint does it.
  [[nodiscard]] bool clear_log();

  /// Runs `body(Session&)` on a snapshot.
  template <class Body>
  auto read(Body&& body) {
    const Lease lease(*this);
    return body(*lease.session);
  }

  /// False after an error that makes the handle unusable (SEMANTICS: a failed sync is never retried): stop and restart.
  [[nodiscard]] bool healthy() const { return healthy_; }
  [[nodiscard]] const Location& location() const { return options_.location; }
  /// Whether several hubs can share it: PostgreSQL.
  [[nodiscard]] bool shared() const { return location().dialect() == Dialect::kPostgresql; }
  /// This hub's name among those that share the store.
  [[nodiscard]] const std::string& hub() const { return hub_; }

 private:
  /// A reader, with a snapshot begun.
  struct Lease {
    explicit Lease(Store& owner);
    ~Lease();
    Store& store;
    std::unique_ptr<Session> session;
  };

  void connect_writer();
  void begin_write(const ReadAhead& read_ahead);
  CommitNumber commit();
  [[nodiscard]] bool was_committed();
  void abandon_write() noexcept;

  StoreOptions options_;
  std::string hub_;
  std::optional<GroupSync> log_;  // of SQLite
  std::mutex write_mutex_;
  std::unique_ptr<Session> writer_;  // guarded by write_mutex_
  CommitNumber commits_ = 0;         // guarded by write_mutex_: of this hub, where the store is shared
  std::mutex beside_mutex_;
  std::unique_ptr<Session> beside_;  // guarded by beside_mutex_
  std::atomic<bool> healthy_{true};
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Session>> readers_;  // guarded by readers_mutex_: those that nobody uses now
};

}  // namespace hub::store
