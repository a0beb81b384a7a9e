#include "hub/config/scalar.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

namespace hub::config {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};
constexpr Unit kDurations[] = {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}};
constexpr Unit kSizes[] = {{"B", 1}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}};
constexpr Unit kRates[] = {{"/s", 1}, {"/m", 1.0 / 60}, {"/h", 1.0 / 3600}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

std::optional<double> whole(std::string_view text) {
  if (!all_digits(text) || text.size() > 15 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  double number = 0;
  for (const char c : text) number = number * 10 + (c - '0');
  return number;
}

std::optional<double> with_unit(std::string_view text, std::span<const Unit> units) {
  const auto end = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == text.substr(end); });
  const auto number = whole(text.substr(0, end));
  if (unit == units.end() || !number) return std::nullopt;
  return *number * unit->factor;
}

}  // namespace

std::optional<double> quantity(Type type, std::string_view text) {
  if (type == Type::kDuration) return with_unit(text, kDurations);
  if (type == Type::kAge) return text == "off" ? 0 : with_unit(text, kDurations);
  if (type == Type::kSize) return with_unit(text, kSizes);
  if (type == Type::kRate) return text == "unlimited" ? 0 : with_unit(text, kRates);
  const bool minus = text.starts_with('-');
  const auto number = whole(text.substr(minus ? 1 : 0));
  return number && minus ? -*number : number;
}

std::optional<std::pair<std::string, std::uint16_t>> listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = whole(text.substr(colon + 1));
  if (!port || *port > 65535) return std::nullopt;
  std::string host(text.substr(0, colon));
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  std::array<unsigned char, sizeof(in6_addr)> address{};
  if (inet_pton(brackets ? AF_INET6 : AF_INET, host.c_str(), address.data()) != 1) return std::nullopt;
  return std::pair{std::move(host), static_cast<std::uint16_t>(*port)};
}

bool is_loopback(const std::string& address) {
  in6_addr six{};
  if (inet_pton(AF_INET6, address.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
  return address.starts_with("127.");
}

bool is_postgresql_url(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '_' || c == '-');
  });
}

std::string listed(const std::vector<std::string>& words, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " " + std::string(last) + " " : ", ";
    text += "`" + words[i] + "`";
  }
  return text;
}

std::string form_of(const Key& key) {
  switch (key.type) {
    case Type::kSection:
    case Type::kNames:
    case Type::kSettings:
    case Type::kValues: return "a map of keys and values";
    case Type::kString: return "text";
    case Type::kName: return "a name of 1 to 64 letters, digits, _ and -";
    case Type::kPath: return "a path";
    case Type::kListen: return "host:port, the host an IP address or localhost (127.0.0.1:8080)";
    case Type::kStore: return "`sqlite` or a URL that begins with postgresql://";
    case Type::kChoice: return listed(words(key.choices));
    case Type::kBoolean: return "`true` or `false`";
    case Type::kInteger: return "a whole number in decimal digits";
    case Type::kDuration: return "a duration with its unit (500ms, 30s, 5m, 12h, 7d)";
    case Type::kAge: return "a duration with its unit (12h, 365d) or `off`";
    case Type::kSize: return "a size with its unit (512B, 64KiB, 1MiB, 1GiB)";
    case Type::kRate: return "a rate (50/s, 300/m, 1000/h) or `unlimited`";
    case Type::kStrings: return "a list of texts";
    case Type::kNormalisers: return "a list of `trim`, `lower`, `email`, `phone`, `date` and `decimal:N`";
    case Type::kPolicy: return "`newest`, `manual`, or a map with one of `owner` and `prefer`";
    case Type::kMatchOn: return "a list of lists of field names ([[email], [lastName, zip]])";
    case Type::kFilter: return "a map of field names to lists of values ({status: [active]})";
    case Type::kField: return "the source's field name, or a map with `field`, `values` and `direction`";
  }
  return {};
}

std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  const auto scheme = text.find("://");
  const std::size_t length = scheme == std::string_view::npos ? kLongest : std::min(scheme + 3, kLongest);
  if (text.size() <= length) return "`" + std::string(text) + "`";
  std::size_t end = length;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // never within a character
  return "`" + std::string(text.substr(0, end)) + "…`";
}

Plain plain_kind(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return Plain::kNull;
  for (const char* word : {"true", "True", "TRUE", "false", "False", "FALSE"})
    if (text == word) return Plain::kBoolean;
  std::string_view rest = text.substr(text[0] == '-' || text[0] == '+' ? 1 : 0);
  for (const char* word : {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"})
    if (rest == word) return Plain::kAmbiguous;
  const auto hex = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  if (rest.size() > 2 && rest[0] == '0' && std::string_view("xXoObB").find(rest[1]) != std::string_view::npos &&
      std::all_of(rest.begin() + 2, rest.end(), hex))
    return Plain::kAmbiguous;
  const auto take_digits = [&] {
    const auto end = static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin());
    rest.remove_prefix(end);
    return end;
  };
  const bool zero_first = rest.size() > 1 && rest[0] == '0' && is_digit(rest[1]);
  const std::size_t before = take_digits();
  if (rest.empty() && before > 0) return zero_first ? Plain::kAmbiguous : Plain::kInteger;
  std::size_t after = 0;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    after = take_digits();
  }
  if (before + after == 0) return Plain::kText;
  if (rest.starts_with('e') || rest.starts_with('E')) {
    rest.remove_prefix(1);
    if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
    if (take_digits() == 0) return Plain::kText;
  }
  if (!rest.empty()) return Plain::kText;
  return zero_first ? Plain::kAmbiguous : Plain::kFloat;
}

std::string json_number(std::string_view text) {
  std::string number;
  if (text.starts_with('-')) number = "-";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('.')) number += '0';
  number += text;
  const auto point = number.find('.');
  if (point != std::string::npos && (point + 1 == number.size() || !is_digit(number[point + 1])))
    number.insert(point + 1, "0");
  return number;
}

}  // namespace hub::config
