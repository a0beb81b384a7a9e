#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace hub::store {

/// What kind of trouble the store is in; it decides what the caller does.
enum class StoreErrorKind : std::uint8_t {
  kBusy,         // somebody else holds the write lock: the transaction may be tried again
  kFull,         // no space left: refuse writes (507), go on reading, try again later
  kReadOnly,     // the store can be read but not written: refuse writes (503)
  kUnavailable,  // the store cannot be reached or opened (503)
  kBroken,       // an I/O error or damage: nothing may be tried on this handle again, the process must stop
  kUnknown,      // the answer to a commit was lost, and nobody could be asked: it may be stored or not (503)
  kFenced,       // another hub has taken over meanwhile: leave the work to it
  kConstraint,   // a row contradicts another one
  kConflict,     // a compare-and-set found another row version: load again and repeat
  kOther,        // a bug: a bad statement or a missing table
};

/// Thrown by the store; ends the transaction that it happened in, which is rolled back.
class StoreError : public std::runtime_error {
 public:
  StoreError(StoreErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] StoreErrorKind kind() const { return kind_; }

 private:
  StoreErrorKind kind_;
};

}  // namespace hub::store
