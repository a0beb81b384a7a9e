#include "hub/store/store.hpp"

#include "hub/base/failpoint.hpp"
#include "hub/base/rng.hpp"
#include "hub/store/schema.hpp"

#include <chrono>
#include <thread>

namespace hub::store {

namespace {

// About 128 MiB of log. A checkpoint costs one sync of the database however much it moves, and pages that are written
// often are moved once: a larger log pays until its checkpoints show in the slowest answers (tests/bench/run).
constexpr int kCheckpointPages = 32000;
constexpr std::size_t kIdleReaders = 8;

constexpr std::chrono::seconds kSettlePatience{20};
constexpr std::chrono::milliseconds kSettlePause{100};

}  // namespace

Store::Store(StoreOptions options, const base::Clock& clock) : options_(std::move(options)) {
  if (!shared()) {
    log_.emplace(options_.location.file().string() + "-wal");
    write([&](Session& session) { bring_up_to_date(session, location(), clock); });
    return;
  }
  base::SeededRng rng;
  hub_ = base::make_ulid(clock.now_ms(), rng);
  connect_writer();
  writer_->begin();
  try {
    writer_->run("lock_store");
    bring_up_to_date(*writer_, location(), clock);
    writer_->commit();
  } catch (...) {
    writer_->rollback();
    throw;
  }
}

Store::~Store() = default;

void Store::connect_writer() {
  if (!healthy_)
    throw StoreError(StoreErrorKind::kBroken, "store: a write failed on this handle; the hub must restart");
  if (writer_ && writer_->usable()) return;
  writer_.reset();
  writer_ =
      std::make_unique<Session>(options_.location, options_.scratch ? Session::Mode::kScratch : Session::Mode::kWrite);
  if (shared() && !options_.durable) writer_->run("commit_without_sync");
}

void Store::begin_write(const ReadAhead& read_ahead) {
  const bool was_there = writer_ != nullptr;
  connect_writer();
  ++commits_;
  const auto begin = [&] {
    writer_->begin();
    if (shared()) {
      writer_->soon("lock_store");
      writer_->soon("mark_commit", {hub_, static_cast<std::int64_t>(commits_)});
    }
    if (read_ahead) read_ahead(*writer_);
    writer_->settle();
  };
  try {
    try {
      begin();
    } catch (const StoreError&) {
      if (!was_there || writer_->usable()) throw;
      connect_writer();  // the server has gone and come since the last transaction
      begin();
    }
  } catch (...) {
    abandon_write();
    throw;
  }
}

CommitNumber Store::commit() {
  HUB_FAILPOINT("commit.before");
  try {
    writer_->commit();
  } catch (const StoreError& e) {
    if (e.kind() == StoreErrorKind::kBroken) healthy_ = false;
    if (!shared() || writer_->usable() || !was_committed()) throw;
  }
  const CommitNumber number = log_ ? log_->committed() : commits_;
  HUB_FAILPOINT("commit.after");
  if (writer_->wal_pages() >= kCheckpointPages) writer_->checkpoint();
  return number;
}

bool Store::was_committed() {
  const auto until = std::chrono::steady_clock::now() + kSettlePatience;
  for (;;) {
    try {
      connect_writer();
      writer_->begin();
      writer_->run("lock_store");  // waits for the transaction in question, if it still runs
      const auto last = static_cast<CommitNumber>(writer_->integer("last_mark", {hub_}, 0));
      writer_->rollback();
      return last == commits_;
    } catch (const StoreError& e) {
      if (std::chrono::steady_clock::now() >= until)
        throw StoreError(
            StoreErrorKind::kUnknown,
            std::string("store: the answer to a commit was lost, and the store cannot be asked: ") + e.what());
    }
    std::this_thread::sleep_for(kSettlePause);
  }
}

void Store::abandon_write() noexcept {
  if (!writer_) return;
  if (options_.scratch) healthy_ = false;
  writer_->rollback();
  if (!writer_->usable()) writer_.reset();
}

void Store::sync(CommitNumber commit) {
  if (!options_.durable || !log_) return;
  try {
    log_->wait_for(commit);
  } catch (const StoreError&) {
    healthy_ = false;
    throw;
  }
}

bool Store::clear_log() {
  const std::lock_guard lock(write_mutex_);
  connect_writer();
  return writer_->clear_log();
}

Store::Lease::Lease(Store& owner) : store(owner) {
  {
    const std::lock_guard lock(store.readers_mutex_);
    if (!store.readers_.empty()) {
      session = std::move(store.readers_.back());
      store.readers_.pop_back();
    }
  }
  if (session) {
    try {
      session->begin();
      session->settle();
      return;
    } catch (const StoreError&) {
      if (session->usable()) throw;
    }
  }
  session.reset();  // the server has gone and come since it was last used
  session = std::make_unique<Session>(store.options_.location, Session::Mode::kRead);
  session->begin();
  session->settle();
}

Store::Lease::~Lease() {
  session->rollback();
  if (!session->usable()) return;
  const std::lock_guard lock(store.readers_mutex_);
  if (store.readers_.size() < kIdleReaders) store.readers_.push_back(std::move(session));
}

}  // namespace hub::store
