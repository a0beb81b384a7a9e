#include "hub/resolve/normalise.hpp"

#include "hub/resolve/datetime.hpp"
#include "hub/resolve/decimal.hpp"
#include "hub/resolve/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace hub::resolve {

namespace {

using base::Error;
using base::Result;
using model::FieldSchema;
using model::FieldType;
using model::Json;
using model::Normaliser;
using model::NormaliserKind;
using model::OnBlank;
using model::Value;
using Text = Result<std::string>;

constexpr std::size_t kMaxReference = 256;

Error must(std::string what) { return {{}, "must " + std::move(what)}; }

Text email(std::string_view text) {
  std::string address = lower_case(trimmed(text));
  const auto at = address.find('@');
  if (at == 0 || at == std::string::npos || at + 1 == address.size() || address.find('@', at + 1) != std::string::npos)
    return must("be an e-mail address: one @ with something on both sides");
  return address;
}

Text phone(std::string_view text) {
  std::string number;
  for (const char c : text) {
    const bool plus = c == '+' && number.empty();
    if (plus || (c >= '0' && c <= '9'))
      number += c;
    else if (std::string_view(" \t.-()").find(c) == std::string_view::npos)
      return must("be a phone number: digits, with a leading + and spaces, dots, dashes and parentheses between them");
  }
  if (number.empty() || number == "+") return must("be a phone number: it has no digits");
  return number;
}

/// `rounding`: the N of a normaliser `decimal:N`. `scale`: the field's.
Text decimal(std::string_view text, std::optional<int> rounding, std::optional<int> scale) {
  auto number = parse_decimal(text);
  if (!number) return must("be a decimal number such as 12.50");
  if (rounding) number->round(*rounding);
  if (scale && number->scale() > *scale)
    return must("have at most " + std::to_string(*scale) + " digits after the point");
  const auto canonical = number->text(scale ? scale : rounding);
  if (!canonical) return must("have at most " + std::to_string(Decimal::kMaxDigits) + " digits");
  return *canonical;
}

Text normalised(const Normaliser& step, std::string text) {
  switch (step.kind) {
    case NormaliserKind::kTrim: return std::string(trimmed(text));
    case NormaliserKind::kLower: return lower_case(text);
    case NormaliserKind::kEmail: return email(text);
    case NormaliserKind::kPhone: return phone(text);
    case NormaliserKind::kDecimal: return decimal(text, step.digits, std::nullopt);
    case NormaliserKind::kDate: return canonical_date(day_of(text));
  }
  return text;
}

/// Runs a field's normalisers over a text. An empty text is what `on_blank` is about, so none of them refuses it.
Text normalised(const FieldSchema& field, std::string text) {
  for (const Normaliser& step : field.normalisers) {
    if (text.empty()) break;
    // A decimal field rounds while it reads its number, which may come as a number too.
    if (step.kind == NormaliserKind::kDecimal && field.type == FieldType::kDecimal) continue;
    auto next = normalised(step, std::move(text));
    if (!next) return next;
    text = std::move(next).value();
  }
  return text;
}

Result<Value> integer(std::string_view text) {
  std::int64_t number = 0;
  const bool minus = text.starts_with('-');
  const bool zeros = text.size() > (minus ? 2U : 1U) && text[minus ? 1 : 0] == '0';
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (zeros || read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return must("be a whole number between -2^63 and 2^63-1");
  return Value::integer(number);
}

Result<Value> as_value(Text text) {
  if (!text) return text.error();
  return Value::string(std::move(text).value());
}

Result<Value> reference(std::string text) {
  if (text.empty() || count_characters(text) > kMaxReference || has_control_characters(text))
    return must("be an external id: 1 to 256 characters, none of them a control character");
  return Value::string(std::move(text));
}

Result<Value> string(const FieldSchema& field, std::string text) {
  if (text.find('\0') != std::string::npos) return must("not contain the character U+0000");
  if (field.max_length && count_characters(text) > static_cast<std::size_t>(*field.max_length))
    return must("be at most " + std::to_string(*field.max_length) + " characters long");
  return Value::string(std::move(text));
}

Result<Value> typed(const FieldSchema& field, std::string text) {
  switch (field.type) {
    case FieldType::kInteger: return integer(text);
    case FieldType::kDecimal: {
      std::optional<int> rounding;
      for (const Normaliser& step : field.normalisers)
        if (step.kind == NormaliserKind::kDecimal) rounding = step.digits;
      return as_value(decimal(text, rounding, field.scale));
    }
    case FieldType::kBoolean: return Value::boolean(text == "true");
    case FieldType::kDate: return as_value(canonical_date(text));
    case FieldType::kDatetime: return as_value(canonical_datetime(text));
    case FieldType::kReference: return reference(std::move(text));
    case FieldType::kString: break;
  }
  return string(field, std::move(text));
}

/// The JSON kinds that a field takes, and what to tell who sends another.
std::string_view refusal(FieldType type, Json::Kind kind) {
  const bool text = kind == Json::Kind::kString;
  const bool number = kind == Json::Kind::kNumber;
  switch (type) {
    case FieldType::kInteger: return text || number ? "" : "be a whole number";
    case FieldType::kDecimal: return text || number ? "" : "be a number, or a string of one";
    case FieldType::kBoolean: return kind == Json::Kind::kBoolean || text ? "" : "be true or false";
    case FieldType::kReference: return text || number ? "" : "be a string or a whole number";
    case FieldType::kDate: return text ? "" : "be a string with a date such as 2026-01-31";
    case FieldType::kDatetime: return text ? "" : "be a string with a time such as 2026-01-31T09:30:00Z";
    case FieldType::kString: break;
  }
  return text ? "" : "be a string";
}

Result<std::optional<Value>> cleared(const FieldSchema& field) {
  if (field.required) return must("not be empty");
  return std::optional(Value{});
}

}  // namespace

Result<std::optional<Value>> canonical_value(const FieldSchema& field, const Json& json) {
  if (json.kind == Json::Kind::kNull) return cleared(field);
  if (const auto expected = refusal(field.type, json.kind); !expected.empty()) return must(std::string(expected));

  std::string text = json.text;
  if (json.kind == Json::Kind::kString) {
    auto result = normalised(field, std::move(text));
    if (!result) return result.error();
    text = std::move(result).value();
    if (text.empty() && field.on_blank == OnBlank::kIgnore) return std::optional<Value>{};
    if (text.empty() && field.on_blank == OnBlank::kClear) return cleared(field);
    if (field.type == FieldType::kBoolean) return must("be true or false");
  } else if (field.type == FieldType::kReference && text.find_first_of(".eE") != std::string::npos) {
    return must("be a string or a whole number");
  }

  auto value = typed(field, std::move(text));
  if (!value) return value.error();
  const auto& allowed = field.allowed;
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value->text()) == allowed.end()) {
    std::string names;
    for (const std::string& name : allowed) names += (names.empty() ? "" : ", ") + name;
    return must("be one of: " + names);
  }
  return std::optional(std::move(value).value());
}

}  // namespace hub::resolve
