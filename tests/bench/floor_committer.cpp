#include "tests/bench/floor_committer.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <utility>

namespace bench {

FloorCommitter::FloorCommitter(FloorStore& store, Post post)
    : store_(store), post_(std::move(post)), thread_([this] { run(); }) {}

FloorCommitter::~FloorCommitter() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void FloorCommitter::submit(std::vector<FloorChange> changes, std::function<void()> done) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(changes), std::move(done)});
  }
  changed_.notify_one();
}

void FloorCommitter::run() {
  try {
    for (auto requests = take(); !requests.empty(); requests = take()) {
      commit(requests);
      post_([done = std::move(requests)] {
        for (const Request& request : done) request.done();
      });
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "floor_hub: %s\n", error.what());
    std::_Exit(1);  // nothing may be answered after a failed commit
  }
}

std::vector<FloorCommitter::Request> FloorCommitter::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
  if (stopped_) return {};
  auto end = queue_.begin();
  std::size_t count = 0;
  do count += (end++)->changes.size();
  while (end != queue_.end() && count + end->changes.size() <= kChangesPerTransaction);
  std::vector<Request> taken(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return taken;
}

void FloorCommitter::commit(const std::vector<Request>& requests) {
  store_.begin();
  for (const Request& request : requests)
    for (const FloorChange& change : request.changes)
      store_.add_journal(change.change_id, change.external_id, change.body, change.at_ms);
  for (const Request& request : requests) {
    for (const FloorChange& change : request.changes) {
      const StoredRecord before = store_.read_canonical(change.external_id).value_or(StoredRecord{});
      const std::string fields = change.merge(before.fields);
      store_.upsert_canonical(change.external_id, before.version + 1, fields, change.at_ms);
      store_.add_outbound(change.external_id, before.version + 1, fields);
    }
  }
  store_.commit();
}

}  // namespace bench
