#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// The two forms of a change over HTTP: fields beside the key, or the fields in an object of their own.
enum class Form : std::uint8_t { kFlat, kFull };

/// Where the digits that vary lie in a text, so that a change is renewed in place and never built again.
struct ChangeSlots {
  std::size_t key = 0;
  std::size_t version = 0;
  std::size_t name = 0;
  std::size_t email = 0;

  /// The same places when `count` bytes are put before the text.
  void move(std::size_t count) {
    for (std::size_t* slot : {&key, &version, &name, &email}) *slot += count;
  }
};

/// What a renewed change says. `key` and `number` have at most six digits, `version` exactly 16 (see first_version).
struct ChangeValues {
  std::uint64_t key = 0;
  std::uint64_t version = 0;
  std::uint64_t number = 0;  // goes into the name and the e-mail address: a change with another number differs
};

/// Appends one client change of about 200 bytes from `source` to `text`.
[[nodiscard]] ChangeSlots append_change(std::string& text, Form form, std::string_view source);
/// Overwrites the varying digits; the length of the text stays.
void renew_change(std::string& text, const ChangeSlots& slots, const ChangeValues& values);
/// A version that is newer than every one given out before on this machine: the microseconds since 1970.
[[nodiscard]] std::uint64_t first_version();

}  // namespace bench
