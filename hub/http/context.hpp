#pragma once

#include "hub/http/net.hpp"
#include "hub/http/server.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace hub::http {

/// Counts what runs, so that stop() can wait for it. Any thread.
class TaskGroup {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++running_;
  }
  void done() {
    const std::lock_guard lock(mutex_);
    if (--running_ == 0) none_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    none_.wait(lock, [this] { return running_ == 0; });
  }
  /// False when something still runs after `patience`.
  bool wait_for(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return none_.wait_for(lock, patience, [this] { return running_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  int running_ = 0;  // guarded by mutex_
};

/// The threads for handlers that block. Any thread.
class Workers {
 public:
  using Strand = asio::strand<asio::thread_pool::executor_type>;

  Workers(int threads, std::size_t queue)
      : pool_(static_cast<std::size_t>(threads)), most_(static_cast<std::size_t>(threads) + queue) {}

  /// Takes one place for a request; false when all are taken. A place that was taken must be used by run().
  [[nodiscard]] bool take_place() {
    if (taken_.fetch_add(1) < most_) return true;
    taken_.fetch_sub(1);
    return false;
  }
  /// Runs `job` on a worker and then gives the place back.
  template <class Job>
  void run(Job job) {
    asio::post(pool_, [this, job = std::move(job)]() mutable {
      job();
      taken_.fetch_sub(1);
    });
  }
  /// Something whose jobs run one after another. Its user bounds them himself.
  [[nodiscard]] Strand strand() { return asio::make_strand(pool_.get_executor()); }
  /// Drops the jobs that have not begun and waits for those that have.
  void stop() {
    pool_.stop();
    pool_.join();
  }

 private:
  std::atomic<std::size_t> taken_{0};
  asio::thread_pool pool_;
  const std::size_t most_;
};

/// What all connections of one server share.
struct Context {
  Context(const Router& routes, ServerOptions settings, const base::Clock& time, base::Rng& rng);

  /// An id for a request whose client gave none: unique in this process, and almost surely among processes.
  [[nodiscard]] std::string make_request_id();
  [[nodiscard]] LineLimits line_limits() const {
    return {options.api.line_bytes, options.window_lines, options.window_bytes};
  }

  const Router& router;
  const ServerOptions options;
  const base::Clock& clock;
  Workers workers;
  TaskGroup group;
  std::atomic<bool> stopping{false};

 private:
  const std::string id_prefix_;
  std::atomic<std::uint64_t> next_id_{0};
};

}  // namespace hub::http
