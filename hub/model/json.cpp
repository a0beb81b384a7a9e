#include "hub/model/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace hub::model {

namespace {

using Sax = nlohmann::json_sax<nlohmann::json>;
using Member = std::pair<std::string, Json>;

constexpr std::size_t kFewMembers = 32;
constexpr std::size_t kUsualMembers = 8;

std::vector<const Member*> members_by_name(const Json& object) {
  std::vector<const Member*> sorted;
  sorted.reserve(object.members.size());
  for (const Member& member : object.members) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(), [](const Member* a, const Member* b) { return a->first < b->first; });
  return sorted;
}

/// Builds a Json from the parser's events; the first refusal ends the parse.
class Builder final : public Sax {
 public:
  Builder(Json& root, int max_depth) : max_depth_(max_depth) { slots_.push_back(&root); }

  bool null() override { return scalar(Json::Kind::kNull, {}); }
  bool boolean(bool on) override { return scalar(Json::Kind::kBoolean, on ? "true" : "false"); }
  bool number_integer(number_integer_t number) override { return scalar(Json::Kind::kNumber, std::to_string(number)); }
  bool number_unsigned(number_unsigned_t number) override {
    return scalar(Json::Kind::kNumber, std::to_string(number));
  }
  bool number_float(number_float_t, const string_t& digits) override { return scalar(Json::Kind::kNumber, digits); }
  bool string(string_t& text) override { return scalar(Json::Kind::kString, std::move(text)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::Kind::kObject); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::Kind::kArray); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    Json& object = *open_.back();
    // Looking back is quick while there is little to look at; a larger object is checked when it is whole.
    if (object.members.size() < kFewMembers && object.find(name) != nullptr) return refuse_twice(name);
    object.members.emplace_back(std::move(name), Json{});
    slots_.push_back(&object.members.back().second);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) override {
    // What follows "last read" is a piece of the document, which belongs in no message.
    std::string_view reason = e.what();
    reason.remove_prefix(std::min(reason.find(" - "), reason.size() - 3) + 3);
    reason = reason.substr(0, reason.find("; last read"));
    if (e.id == 406) reason = "a number out of range";
    if (reason.find("UTF-8") != std::string_view::npos) reason = "invalid UTF-8";
    if (reason.find("surrogate") != std::string_view::npos) reason = "a lone surrogate";
    return refuse({}, "is not valid JSON: " + std::string(reason) + " at byte " + std::to_string(position));
  }

  [[nodiscard]] const base::Error& error() const { return error_; }

 private:
  bool refuse_twice(std::string_view name) { return refuse(pointer_to(path(), name), "is given twice"); }

  bool refuse(std::string where, std::string message) {
    error_ = {std::move(where), std::move(message)};
    return false;
  }

  [[nodiscard]] std::string path() const {
    std::string text;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
      const Json& parent = *open_[i];
      text = pointer_to(text, parent.kind == Json::Kind::kArray ? std::to_string(parent.items.size() - 1)
                                                                : parent.members.back().first);
    }
    return text;
  }

  Json& next_slot() {
    if (!open_.empty() && open_.back()->kind == Json::Kind::kArray) return open_.back()->items.emplace_back();
    Json* slot = slots_.back();
    slots_.pop_back();
    return *slot;
  }

  bool scalar(Json::Kind kind, std::string text) {
    Json& slot = next_slot();
    slot.kind = kind;
    slot.text = std::move(text);
    return true;
  }

  bool open(Json::Kind kind) {
    Json& slot = next_slot();
    slot.kind = kind;
    if (kind == Json::Kind::kObject) slot.members.reserve(kUsualMembers);
    open_.push_back(&slot);
    if (static_cast<int>(open_.size()) > max_depth_)
      return refuse({}, "is nested deeper than " + std::to_string(max_depth_) + " levels");
    return true;
  }

  bool close() {
    const Json& closed = *open_.back();
    if (closed.members.size() > kFewMembers) {
      const auto sorted = members_by_name(closed);
      const auto twice = std::adjacent_find(sorted.begin(), sorted.end(),
                                            [](const Member* a, const Member* b) { return a->first == b->first; });
      if (twice != sorted.end()) return refuse_twice((*twice)->first);
    }
    open_.pop_back();
    return true;
  }

  std::vector<Json*> open_;   // the arrays and objects being read, outermost first
  std::vector<Json*> slots_;  // where the next value of an object (or the document) goes
  int max_depth_;
  base::Error error_;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  for (const auto& [name, value] : members)
    if (name == key) return &value;
  return nullptr;
}

base::Result<Json> parse_json(std::string_view text, int max_depth) {
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return base::Error{{}, "is not valid JSON: a NUL byte at byte " + std::to_string(nul + 1)};
  Json root;
  Builder builder(root, max_depth);
  if (!nlohmann::json::sax_parse(text, &builder)) return builder.error();
  return root;
}

std::string pointer_to(std::string_view parent, std::string_view name) {
  std::string pointer(parent);
  pointer += '/';
  for (const char c : name) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

bool same_json(const Json& a, const Json& b) {
  if (a.kind != b.kind || a.text != b.text || a.items.size() != b.items.size() || a.members.size() != b.members.size())
    return false;
  for (std::size_t i = 0; i < a.items.size(); ++i)
    if (!same_json(a.items[i], b.items[i])) return false;
  const auto left = members_by_name(a);
  const auto right = members_by_name(b);
  return std::equal(left.begin(), left.end(), right.begin(), [](const Member* mine, const Member* theirs) {
    return mine->first == theirs->first && same_json(mine->second, theirs->second);
  });
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, copied, i - copied);
    copied = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(text, copied, text.size() - copied);
  out += '"';
}

void append_json(std::string& out, const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNull: out += "null"; break;
    case ValueKind::kInteger:
    case ValueKind::kBoolean: out += value.text(); break;
    case ValueKind::kString: append_json_string(out, value.text()); break;
  }
}

void append_json(std::string& out, const Json& json) {
  const char* separator = "";
  switch (json.kind) {
    case Json::Kind::kNull: out += "null"; break;
    case Json::Kind::kBoolean:
    case Json::Kind::kNumber: out += json.text; break;
    case Json::Kind::kString: append_json_string(out, json.text); break;
    case Json::Kind::kArray:
      out += '[';
      for (const Json& item : json.items) {
        out += std::exchange(separator, ",");
        append_json(out, item);
      }
      out += ']';
      break;
    case Json::Kind::kObject:
      out += '{';
      for (const auto& [name, member] : json.members) {
        out += std::exchange(separator, ",");
        append_json_string(out, name);
        out += ':';
        append_json(out, member);
      }
      out += '}';
      break;
  }
}

Value value_of(const Json& json) {
  switch (json.kind) {
    case Json::Kind::kNull: return {};
    case Json::Kind::kBoolean: return Value::boolean(json.text == "true");
    case Json::Kind::kString: return Value::string(json.text);
    case Json::Kind::kNumber: {
      std::int64_t number = 0;
      const auto read = std::from_chars(json.text.data(), json.text.data() + json.text.size(), number);
      const bool whole = read.ec == std::errc{} && read.ptr == json.text.data() + json.text.size();
      return whole ? Value::integer(number) : Value::string(json.text);
    }
    default: {
      std::string text;
      append_json(text, json);
      return Value::string(std::move(text));
    }
  }
}

}  // namespace hub::model
