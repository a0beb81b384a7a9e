#include "plugins/localdb/postgresql/values.hpp"

#include "plugins/localdb/database.hpp"

#include <charconv>
#include <cstdlib>

namespace localdb::postgresql {

namespace {

// From the server's catalog/pg_type.dat: they never change.
enum TypeNumber : unsigned {
  kBool = 16,
  kBytea = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kOid = 26,
  kFloat4 = 700,
  kFloat8 = 701,
  kTimestamp = 1114,
  kTimestamptz = 1184,
  kNumeric = 1700,
};

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// numeric(p): a modifier of ((p << 16) | scale) + 4.
bool is_whole(int modifier) { return modifier >= 4 && ((modifier - 4) & 0xffff) == 0; }

/// "2026-01-31 09:30:00+00" as RFC 3339 has it; the session's time zone is UTC. Infinity and years beyond stay text.
std::string instant(std::string_view text) {
  std::string out(text);
  if (out.ends_with("+00")) out.erase(out.size() - 3);
  if (out.size() < 19 || out[10] != ' ') return std::string(text);
  out[10] = 'T';
  return out += 'Z';
}

}  // namespace

Value held_value(unsigned type, int modifier, std::string_view text) {
  switch (type) {
    case kBool: return Digits{text == "t" ? "true" : "false"};
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
      if (const auto number = integer(text)) return *number;
      break;
    case kNumeric:
      if (const auto number = is_whole(modifier) ? integer(text) : std::nullopt) return *number;
      break;
    case kFloat4:
    case kFloat8: return std::strtod(std::string(text).c_str(), nullptr);
    case kTimestamp:
    case kTimestamptz: return instant(text);
    case kBytea: return Blob{std::string(text)};
    default: break;
  }
  return std::string(text);
}

std::optional<std::string> parameter(const Value& value) {
  if (std::holds_alternative<Null>(value)) return std::nullopt;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* digits = std::get_if<Digits>(&value)) return digits->text;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->find('\0') != std::string::npos)
    throw SqlError(Fault::kRow, "a text of PostgreSQL cannot hold the character NUL");
  return *text;
}

}  // namespace localdb::postgresql
