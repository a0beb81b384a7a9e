#include "hub/resolve/datetime.hpp"

#include "hub/base/clock.hpp"

#include <algorithm>
#include <chrono>

namespace hub::resolve {

namespace {

using std::chrono::minutes;

/// Reads a text from its front; once something does not fit, it has failed for good.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  /// Exactly `count` digits of a number between `low` and `high`.
  int number(std::size_t count, int low, int high) {
    const std::string_view digits = rest_.substr(0, std::min(count, rest_.size()));
    failed_ = failed_ || digits.size() < count || digits.find_first_not_of("0123456789") != std::string_view::npos;
    if (failed_) return low;
    int value = 0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    rest_.remove_prefix(count);
    failed_ = value < low || value > high;
    return value;
  }

  /// One of the characters in `any_of`.
  char one(std::string_view any_of) {
    failed_ = failed_ || rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos;
    if (failed_) return '\0';
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view digits() {
    const auto end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    const std::string_view found = rest_.substr(0, end);
    failed_ = failed_ || found.empty();
    rest_.remove_prefix(end);
    return found;
  }

  [[nodiscard]] bool sees(char c) const { return rest_.starts_with(c); }
  [[nodiscard]] bool done() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

std::chrono::year_month_day read_day(Reader& reader) {
  const int year = reader.number(4, 1, 9999);
  reader.one("-");
  const int month = reader.number(2, 1, 12);
  reader.one("-");
  const int day = reader.number(2, 1, 31);
  return {std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
          std::chrono::day{static_cast<unsigned>(day)}};
}

minutes read_offset(Reader& reader) {
  const char sign = reader.one("Zz+-");
  if (sign != '+' && sign != '-') return minutes{0};
  const int hour = reader.number(2, 0, 23);
  reader.one(":");
  const minutes offset{hour * 60 + reader.number(2, 0, 59)};
  return sign == '-' ? -offset : offset;
}

}  // namespace

base::Result<std::string> canonical_date(std::string_view text) {
  Reader reader(text);
  const auto day = read_day(reader);
  if (!reader.done()) return base::Error{{}, "must be a date such as 2026-01-31"};
  if (!day.ok()) return base::Error{{}, "must be a day that the calendar has"};
  return std::string(text);
}

std::string day_of(std::string_view text) {
  const bool only_digits = text.find_first_not_of("0123456789") == std::string_view::npos;
  if (text.size() == 8 && only_digits) {
    std::string day(text.substr(0, 4));
    day.append("-").append(text.substr(4, 2)).append("-").append(text.substr(6, 2));
    return day;
  }
  const bool has_time = text.size() > 10 && std::string_view("Tt ").find(text[10]) != std::string_view::npos;
  return std::string(has_time ? text.substr(0, 10) : text);
}

base::Result<std::string> canonical_datetime(std::string_view text) {
  Reader reader(text);
  const auto day = read_day(reader);
  reader.one("Tt ");
  const int hour = reader.number(2, 0, 23);
  reader.one(":");
  const int minute = reader.number(2, 0, 59);
  reader.one(":");
  const int second = reader.number(2, 0, 59);
  std::string fraction;
  if (reader.sees('.')) {
    reader.one(".");
    fraction = reader.digits();
  }
  const minutes offset = read_offset(reader);
  if (!reader.done()) return base::Error{{}, "must be a time with its offset such as 2026-01-31T09:30:00Z"};
  if (!day.ok()) return base::Error{{}, "must be on a day that the calendar has"};
  fraction.resize(std::max<std::size_t>(fraction.size(), 3), '0');
  if (fraction.find_first_not_of('0', 3) != std::string::npos)
    return base::Error{{}, "must not be finer than a millisecond"};

  const auto time = std::chrono::sys_days{day} + std::chrono::hours{hour} + minutes{minute} - offset +
                    std::chrono::seconds{second} + std::chrono::milliseconds{std::stoi(fraction.substr(0, 3))};
  const auto utc_day = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(time)};
  if (utc_day.year() < std::chrono::year{1} || utc_day.year() > std::chrono::year{9999})
    return base::Error{{}, "must be between the years 0001 and 9999 in UTC"};
  return base::format_time(time.time_since_epoch().count());
}

std::optional<std::int64_t> epoch_ms_of(std::string_view text) {
  const auto time = canonical_datetime(text);
  return time.ok() ? base::parse_time(time.value()) : std::nullopt;
}

}  // namespace hub::resolve
