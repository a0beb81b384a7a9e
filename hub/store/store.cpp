#include "hub/store/store.hpp"

#include "hub/base/failpoint.hpp"
#include "hub/store/statements.hpp"

namespace hub::store {

namespace {

// About 128 MiB of log. A checkpoint costs one sync of the database however much it moves, and pages that are written
// often are moved once: a larger log pays until its checkpoints show in the slowest answers (tests/bench/run).
constexpr int kCheckpointPages = 32000;
constexpr std::size_t kIdleReaders = 8;

void migrate(Session& session, const base::Clock& clock) {
  session.run("create_schema_version");
  const int present = schema_version(session);
  if (present > latest_schema_version())
    throw StoreError(StoreErrorKind::kUnavailable,
                     "store: its schema is version " + std::to_string(present) + ", and this binary knows only " +
                         std::to_string(latest_schema_version()) + ": run the newer binary that made it");
  for (const Migration& migration : migrations()) {
    if (migration.version <= present) continue;
    for (const std::string& statement : migration.statements) session.execute_script_statement(statement);
    session.run("insert_schema_version", {migration.version, migration.name, clock.now_ms()});
  }
}

}  // namespace

int latest_schema_version() { return migrations().back().version; }

int schema_version(Session& session) {
  if (session.integer("has_schema_version") == 0) return 0;
  return static_cast<int>(session.integer("read_schema_version"));
}

Store::Store(StoreOptions options, const base::Clock& clock)
    : options_(std::move(options)), log_(options_.file.string() + "-wal") {
  write([&](Session& session) { migrate(session, clock); });
}

Store::~Store() = default;

void Store::require_writer() {
  if (!healthy_)
    throw StoreError(StoreErrorKind::kBroken, "store: a write failed on this handle; the hub must restart");
  if (!writer_) writer_ = std::make_unique<Session>(options_.file, Session::Mode::kWrite);
}

CommitNumber Store::commit() {
  HUB_FAILPOINT("commit.before");
  try {
    writer_->commit();
  } catch (const StoreError& e) {
    if (e.kind() == StoreErrorKind::kBroken) healthy_ = false;
    throw;
  }
  const CommitNumber number = log_.committed();
  HUB_FAILPOINT("commit.after");
  if (writer_->wal_pages() >= kCheckpointPages) writer_->checkpoint();
  return number;
}

void Store::sync(CommitNumber commit) {
  if (!options_.durable) return;
  try {
    log_.wait_for(commit);
  } catch (const StoreError&) {
    healthy_ = false;
    throw;
  }
}

bool Store::clear_log() {
  const std::lock_guard lock(write_mutex_);
  require_writer();
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
  if (!session) session = std::make_unique<Session>(store.options_.file, Session::Mode::kRead);
}

Store::Lease::~Lease() {
  const std::lock_guard lock(store.readers_mutex_);
  if (store.readers_.size() < kIdleReaders) store.readers_.push_back(std::move(session));
}

}  // namespace hub::store
