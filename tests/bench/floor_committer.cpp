#include "tests/bench/floor_committer.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <utility>

namespace bench {

FloorCommitter::FloorCommitter(Write write, Post post)
    : write_(std::move(write)), post_(std::move(post)), thread_([this] { run(); }) {}

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
      std::vector<const FloorChange*> changes;
      for (const Request& request : requests)
        for (const FloorChange& change : request.changes) changes.push_back(&change);
      write_(changes);
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

}  // namespace bench
