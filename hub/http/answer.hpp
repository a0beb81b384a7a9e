#pragma once

#include "hub/http/message.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace hub::http {

/// The right and the duty to answer one request, once, from any thread, now or later. Move-only. Whoever drops it
/// unanswered fails the request: the client then gets a 500.
template <class T>
class Answer {
 public:
  /// Where an answer goes. Exactly one of the three is called, once, on any thread; none throws.
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void deliver(T value) noexcept = 0;
    virtual void deliver_made(std::function<T()> make) noexcept = 0;
    /// `unwinding`: an exception is on its way to somebody who logs it.
    virtual void drop(bool unwinding) noexcept = 0;
  };

  explicit Answer(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}
  Answer(Answer&&) noexcept = default;
  Answer& operator=(Answer&&) = delete;
  ~Answer() {
    if (sink_ != nullptr) sink_->drop(std::uncaught_exceptions() > 0);
  }

  /// Answers. Throws std::logic_error when the answer was given already.
  void operator()(T value) {
    if (sink_ == nullptr) throw std::logic_error("a request is answered twice");
    std::exchange(sink_, nullptr)->deliver(std::move(value));
  }
  /// Answers with what `make` gives, which runs on the thread that sends the answer: for whoever answers from a thread
  /// that others wait for. An exception of `make` becomes a 500.
  void later(std::function<T()> make) {
    if (sink_ == nullptr) throw std::logic_error("a request is answered twice");
    std::exchange(sink_, nullptr)->deliver_made(std::move(make));
  }
  /// True until the answer is given.
  [[nodiscard]] bool open() const { return sink_ != nullptr; }

 private:
  std::shared_ptr<Sink> sink_;  // shared with the waiting side, which may give up first
};

using Reply = Answer<Response>;
/// Exactly one line of JSON for each line handed over, in their order, without line ends.
using LinesReply = Answer<std::vector<std::string>>;

}  // namespace hub::http
