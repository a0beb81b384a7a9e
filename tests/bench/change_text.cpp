#include "tests/bench/change_text.hpp"

#include <chrono>

namespace bench {

namespace {

constexpr std::size_t kKeyDigits = 6;
constexpr std::size_t kNumberDigits = 6;
constexpr std::size_t kVersionDigits = 16;

/// Appends `count` zeros and gives their place.
std::size_t append_slot(std::string& text, std::size_t count) {
  text.append(count, '0');
  return text.size() - count;
}

void write_digits(char* first, std::size_t count, std::uint64_t value) {
  for (char* digit = first + count; digit != first; value /= 10) *--digit = static_cast<char>('0' + value % 10);
}

}  // namespace

ChangeSlots append_change(std::string& text, Form form, std::string_view source) {
  const bool full = form == Form::kFull;
  ChangeSlots slots;
  text += R"({"externalId":"cust-)";
  slots.key = append_slot(text, kKeyDigits);
  text += R"(","source":")";
  text += source;
  text += R"(","version":)";
  slots.version = append_slot(text, kVersionDigits);
  text += full ? R"(,"entity":"client","op":"upsert","fields":{"fullName":"Ada Lovelace )"
               : R"(,"fullName":"Ada Lovelace )";
  slots.name = append_slot(text, kNumberDigits);
  text += R"(","email":"ada.)";
  slots.email = append_slot(text, kNumberDigits);
  text += R"(@example.org","phone":"+49301234567","city":"Berlin","status":"active")";
  text += full ? "}}" : "}";
  return slots;
}

void renew_change(std::string& text, const ChangeSlots& slots, const ChangeValues& values) {
  write_digits(text.data() + slots.key, kKeyDigits, values.key);
  write_digits(text.data() + slots.version, kVersionDigits, values.version);
  write_digits(text.data() + slots.name, kNumberDigits, values.number);
  write_digits(text.data() + slots.email, kNumberDigits, values.number);
}

std::uint64_t first_version() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count());
}

}  // namespace bench
