#pragma once

#include "hub/base/log.hpp"
#include "hub/http/answer.hpp"
#include "hub/http/net.hpp"

#include <boost/asio/post.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace hub::http {

/// Something on an io thread that another thread has news for.
class Wakeable {
 public:
  virtual ~Wakeable() = default;
  /// Called on the io thread.
  virtual void wake() = 0;
};

/// Carries news from any thread to one io thread. Many that come together wake it once: a group commit that answers
/// hundreds of requests costs one wake-up, not hundreds.
class Inbox : public std::enable_shared_from_this<Inbox> {
 public:
  explicit Inbox(Executor executor) : executor_(std::move(executor)) {}

  /// Wakes `item` soon on the io thread; does nothing after close(). Any thread.
  void push(std::shared_ptr<Wakeable> item) {
    const std::lock_guard lock(mutex_);
    if (!open_) return;
    ready_.push_back(std::move(item));
    if (ready_.size() == 1) asio::post(executor_, [self = shared_from_this()] { self->drain(); });
  }
  /// From here on the io thread may go away: what comes later is dropped. Any thread.
  void close() {
    const std::lock_guard lock(mutex_);
    open_ = false;
    ready_.clear();
  }

 private:
  void drain() {
    {
      const std::lock_guard lock(mutex_);
      draining_.swap(ready_);
    }
    for (const auto& item : draining_) item->wake();
    draining_.clear();
  }

  const Executor executor_;
  std::vector<std::shared_ptr<Wakeable>> draining_;  // io thread; kept for its capacity
  std::mutex mutex_;
  std::vector<std::shared_ptr<Wakeable>> ready_;  // guarded by mutex_
  bool open_ = true;                              // guarded by mutex_
};

enum class Outcome : std::uint8_t {
  kAnswered,
  kDropped,    // the handler let the request go without an answer
  kFailed,     // the handler threw; that was logged
  kAbandoned,  // the server stops and waits no longer
};

/// Where a coroutine waits for the answer of a handler. Owned by the coroutine and by the Answer, for either may
/// outlive the other. Used again for the next answer after take().
template <class T>
class Slot final : public Answer<T>::Sink, public Wakeable, public std::enable_shared_from_this<Slot<T>> {
 public:
  explicit Slot(std::shared_ptr<Inbox> inbox) : inbox_(std::move(inbox)) {}

  /// The right to fill this slot, to be given to a handler.
  [[nodiscard]] Answer<T> answer() { return Answer<T>(this->shared_from_this()); }
  struct Taken {
    Outcome outcome = Outcome::kAbandoned;
    T value{};  // empty when there was no answer
  };
  /// Waits for the answer. io thread.
  Awaitable<Taken> take() {
    co_await arrived_.wait();
    Taken taken;
    if (abandoned_) co_return taken;
    taken.outcome = outcome_;
    taken.value = std::exchange(value_, T{});
    if (const auto make = std::exchange(make_, nullptr)) make_answer(make, taken);
    co_return taken;
  }
  /// Ends the wait; a late answer goes nowhere. io thread.
  void abandon() {
    abandoned_ = true;
    arrived_.set();
  }

  void deliver(T value) noexcept override {
    value_ = std::move(value);
    finish(Outcome::kAnswered);
  }
  void deliver_made(std::function<T()> make) noexcept override {
    make_ = std::move(make);
    finish(Outcome::kAnswered);
  }
  void drop(bool unwinding) noexcept override { finish(unwinding ? Outcome::kFailed : Outcome::kDropped); }
  void wake() override { arrived_.set(); }

 private:
  static void make_answer(const std::function<T()>& make, Taken& taken) {
    try {
      taken.value = make();
    } catch (const std::exception& e) {
      base::log(base::LogLevel::kError, "http",
                std::string("an answer could not be made, a request answers 500: ") + e.what());
      taken.outcome = Outcome::kFailed;
    }
  }
  void finish(Outcome outcome) {
    outcome_ = outcome;
    inbox_->push(this->shared_from_this());
  }

  const std::shared_ptr<Inbox> inbox_;  // shared with the lane
  // Written by the answering thread before the push, read on the io thread after it.
  Outcome outcome_ = Outcome::kAnswered;
  T value_{};
  std::function<T()> make_;
  // io thread
  Signal arrived_;
  bool abandoned_ = false;
};

}  // namespace hub::http
