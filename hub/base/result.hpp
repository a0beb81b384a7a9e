#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace hub::base {

/// Why something a caller handed in cannot be used: what is wrong and the way out, for a person to read.
/// `where` names the place (a JSON pointer such as "/version", or "file:line:column"), empty when there is none.
struct Error {
  std::string where;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

/// A value, or the Error that kept it from being made.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value; throws std::logic_error with the error's text when there is none.
  [[nodiscard]] T& value() & { return require(); }
  [[nodiscard]] T&& value() && { return std::move(require()); }
  [[nodiscard]] const T& value() const& { return const_cast<Result*>(this)->require(); }
  T* operator->() { return &require(); }
  T& operator*() & { return require(); }

  /// The error; only when ok() is false.
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

 private:
  T& require() {
    if (!ok()) throw std::logic_error("Result has no value: " + std::get<1>(state_).message);
    return std::get<0>(state_);
  }
  std::variant<T, Error> state_;
};

}  // namespace hub::base
