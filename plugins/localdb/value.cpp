#include "plugins/localdb/value.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace localdb {

namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// The integer that a real number is, if it is one that 64 bits hold exactly.
std::optional<std::int64_t> whole(double real) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (!(real >= -kLimit && real < kLimit) || real != std::trunc(real)) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

/// The shortest digits that read back as the same number; whole numbers look like integers.
std::string real_text(double real) {
  if (const auto integer = whole(real)) return std::to_string(*integer);
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), real).ptr};
}

/// FNV-1a, 64 bits: it tells states of one row apart and guards against nobody.
class Hash {
 public:
  void add(std::string_view bytes) {
    for (const char c : bytes) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  /// A part with its kind and length, so that no two lists of parts run into the same bytes.
  void add_part(char kind, std::string_view bytes) {
    add({&kind, 1});
    add(std::to_string(bytes.size()) + ':');
    add(bytes);
  }
  [[nodiscard]] std::string hex() const {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) text += kHex[(state_ >> shift) & 15];
    return text;
  }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325u;
};

/// Takes the one flat object that a body is.
class BodyReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return take(Null{}); }
  bool boolean(bool on) override { return take(std::int64_t{on}); }
  bool number_integer(number_integer_t number) override { return take(std::int64_t{number}); }
  bool number_unsigned(number_unsigned_t number) override {
    if (number > static_cast<number_unsigned_t>(INT64_MAX)) return take(Digits{std::to_string(number)});
    return take(static_cast<std::int64_t>(number));
  }
  bool number_float(number_float_t, const string_t& digits) override { return take(Digits{digits}); }
  bool string(string_t& text) override { return take(std::move(text)); }
  bool binary(binary_t&) override { return refuse("the body is no JSON text"); }
  bool start_array(std::size_t) override { return refuse_nested(); }
  bool end_array() override { return true; }
  bool end_object() override { return true; }

  bool start_object(std::size_t) override {
    if (open_) return refuse_nested();
    return open_ = true;
  }
  bool key(string_t& name) override {
    for (const auto& [other, value] : body_)
      if (other == name) return refuse("the body names '" + name + "' twice");
    body_.emplace_back(std::move(name), Null{});
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return refuse("the body is no valid JSON at byte " + std::to_string(position));
  }

  Body result(bool parsed) && {
    if (!parsed) throw std::invalid_argument(problem_);
    return std::move(body_);
  }

 private:
  bool take(Value value) {
    if (!open_) return refuse("the body is no JSON object");
    body_.back().second = std::move(value);
    return true;
  }
  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool refuse_nested() {
    return refuse(body_.empty() ? "the body is no JSON object"
                                : "'" + body_.back().first + "' is an array or object, which no column holds");
  }

  Body body_;
  bool open_ = false;
  std::string problem_;
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) { out += nlohmann::json(text).dump(); }

bool append_json(std::string& out, const Value& value) {
  return std::visit(Overloaded{
                        [&](Null) {
                          out += "null";
                          return true;
                        },
                        [&](std::int64_t integer) {
                          out += std::to_string(integer);
                          return true;
                        },
                        [&](double real) {
                          if (!std::isfinite(real)) return false;
                          out += real_text(real);
                          return true;
                        },
                        [&](const std::string& text) {
                          try {
                            append_json_string(out, text);
                            return true;
                          } catch (const nlohmann::json::exception&) {
                            return false;  // no UTF-8: the caller tells about it
                          }
                        },
                        [&](const Digits& digits) {
                          out += digits.text;
                          return true;
                        },
                        [](const Blob&) { return false; },
                    },
                    value);
}

std::string digest(std::span<const std::string> names, std::span<const Value> values) {
  Hash hash;
  for (std::size_t i = 0; i < names.size(); ++i) {
    hash.add_part('n', names[i]);
    std::visit(Overloaded{
                   [&](Null) { hash.add_part('0', {}); },
                   [&](std::int64_t integer) { hash.add_part('d', std::to_string(integer)); },
                   [&](double real) { hash.add_part('d', real_text(real)); },
                   [&](const std::string& text) { hash.add_part('t', text); },
                   [&](const Blob& blob) { hash.add_part('b', blob.bytes); },
                   [&](const Digits& digits) { hash.add_part('d', digits.text); },
               },
               values[i]);
  }
  return hash.hex();
}

std::string digest(std::string_view text) {
  Hash hash;
  hash.add(text);
  return hash.hex();
}

Body parse_body(std::string_view json) {
  BodyReader reader;
  const bool parsed = nlohmann::json::sax_parse(json, &reader);
  return std::move(reader).result(parsed);
}

std::vector<std::string> parse_names(std::string_view json) {
  try {
    return nlohmann::json::parse(json).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw std::invalid_argument("a list of column names is expected");
  }
}

}  // namespace localdb
