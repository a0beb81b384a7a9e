#include "hub/store/encoding.hpp"

#include "hub/model/json.hpp"
#include "hub/store/error.hpp"

#include <algorithm>
#include <charconv>

namespace hub::store {

namespace {

constexpr std::string_view kTaken = "taken ";
constexpr std::string_view kKept = "kept ";

[[noreturn]] void damaged(std::string_view what) {
  throw StoreError(StoreErrorKind::kOther, "store: a row of " + std::string(what) + " holds what no hub has written");
}

model::Json parse_object(std::string_view text, std::string_view what) {
  auto json = model::parse_json(text);
  if (!json.ok() || json->kind != model::Json::Kind::kObject) damaged(what);
  return std::move(json).value();
}

/// Appends `"name":` with the separator that its place needs.
void append_key(std::string& out, std::string_view name) {
  if (out.size() > 1) out += ',';
  model::append_json_string(out, name);
  out += ':';
}

/// Appends the array of those from `first` on that `belongs` picks, each as `append` writes it.
template <class Iterator, class Belongs, class Append>
void append_list(std::string& out, Iterator first, Iterator last, Belongs belongs, Append append) {
  out += '[';
  for (Iterator it = first; it != last; ++it) {
    if (!belongs(*it)) continue;
    if (it != first) out += ',';
    append(*it);
  }
  out += ']';
}

void append_number(std::string& out, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append_stamp(std::string& out, const model::Stamp& stamp) {
  append_number(out, stamp.version);
  out += ' ';
  out += stamp.source;
  out += ' ';
  append_number(out, stamp.seq);
  out += ' ';
  append_number(out, stamp.at_ms);
  if (stamp.observed_at_ms) {
    out += ' ';
    append_number(out, *stamp.observed_at_ms);
  }
}

std::int64_t take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) damaged("canonical_records.provenance");
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return number;
}

}  // namespace

std::string encode_fields(const model::Fields& fields) {
  std::string out = "{";
  for (const model::FieldValue& field : fields) {
    append_key(out, field.name);
    model::append_json(out, field.value);
  }
  return out += '}';
}

model::Fields decode_fields(std::string_view json, std::string_view what) {
  model::Json object = parse_object(json, what);
  model::Fields fields;
  fields.reserve(object.members.size());
  for (auto& [name, value] : object.members) fields.push_back({std::move(name), model::value_of(value)});
  return fields;
}

std::string encode_names(const std::vector<std::string>& names) {
  std::string out;
  const auto any = [](const std::string&) { return true; };
  append_list(out, names.begin(), names.end(), any,
              [&](const std::string& name) { model::append_json_string(out, name); });
  return out;
}

std::vector<std::string> decode_names(std::string_view json, std::string_view what) {
  const auto list = model::parse_json(json);
  if (!list.ok() || list.value().kind != model::Json::Kind::kArray) damaged(what);
  std::vector<std::string> names;
  for (const model::Json& item : list.value().items) names.push_back(item.text);
  return names;
}

std::string encode_cell_values(const model::Record& record) {
  std::string out = "{";
  for (const model::Cell& cell : record.cells) {
    append_key(out, cell.name);
    model::append_json(out, cell.value);
  }
  return out += '}';
}

std::string encode_provenance(const model::Record& record) {
  std::string out = "{";
  for (auto cell = record.cells.begin(); cell != record.cells.end(); ++cell) {
    const auto same = [&](const model::Cell& other) { return other.stamp == cell->stamp; };
    if (std::any_of(record.cells.begin(), cell, same)) continue;  // it stands with the first of them
    append_key(out, encode_stamp(cell->stamp));
    append_list(out, cell, record.cells.end(), same,
                [&](const model::Cell& each) { model::append_json_string(out, each.name); });
  }
  return out += '}';
}

void decode_cells(model::Record& record, std::string_view fields, std::string_view provenance) {
  constexpr std::string_view kWhat = "canonical_records.provenance";
  model::Json values = parse_object(fields, "canonical_records.fields");
  record.cells.clear();
  record.cells.reserve(values.members.size());
  for (auto& [name, value] : values.members) record.cells.push_back({std::move(name), model::value_of(value), {}});
  std::size_t stamped = 0;
  for (const auto& [text, names] : parse_object(provenance, kWhat).members) {
    const model::Stamp stamp = decode_stamp(text);
    for (const model::Json& name : names.items) {
      const auto cell = std::find_if(record.cells.begin(), record.cells.end(),
                                     [&](const model::Cell& each) { return each.name == name.text; });
      if (cell == record.cells.end()) damaged(kWhat);
      cell->stamp = stamp;
      ++stamped;
    }
  }
  if (stamped != record.cells.size()) damaged(kWhat);
}

std::string encode_stamp(const model::Stamp& stamp) {
  std::string out;
  append_stamp(out, stamp);
  return out;
}

model::Stamp decode_stamp(std::string_view text) {
  model::Stamp stamp;
  stamp.version = take_number(text);
  const auto space = text.find(' ');
  if (space == std::string_view::npos) damaged("canonical_records.provenance");
  stamp.source = text.substr(0, space);
  text.remove_prefix(space + 1);
  stamp.seq = take_number(text);
  stamp.at_ms = take_number(text);
  if (!text.empty()) stamp.observed_at_ms = take_number(text);
  return stamp;
}

std::string encode_decision(const std::vector<model::FieldDecision>& fields) {
  std::string out = "{";
  for (auto field = fields.begin(); field != fields.end(); ++field) {
    const auto same = [&](const model::FieldDecision& other) {
      return other.taken == field->taken && other.rule == field->rule;
    };
    if (std::any_of(fields.begin(), field, same)) continue;  // it stands with the first of them
    append_key(out, std::string(field->taken ? kTaken : kKept) += model::to_string(field->rule));
    append_list(out, field, fields.end(), same, [&](const model::FieldDecision& each) {
      if (each.differs) out += '[';
      model::append_json_string(out, each.field);
      if (!each.differs) return;
      out += ',';
      model::append_json(out, each.loser);
      out += ']';
    });
  }
  return out += '}';
}

std::vector<model::FieldDecision> decode_decision(std::string_view json) {
  constexpr std::string_view kWhat = "source_records.decision";
  std::vector<model::FieldDecision> fields;
  for (const auto& [outcome, list] : parse_object(json, kWhat).members) {
    const bool taken = outcome.starts_with(kTaken);
    const auto rule = model::rule_of(std::string_view(outcome).substr((taken ? kTaken : kKept).size()));
    if (!rule) damaged(kWhat);
    for (const model::Json& item : list.items) {
      const bool differs = item.items.size() == 2;
      fields.push_back({differs ? item.items[0].text : item.text, taken, differs, *rule,
                        differs ? model::value_of(item.items[1]) : model::Value()});
    }
  }
  std::sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) { return a.field < b.field; });
  return fields;
}

}  // namespace hub::store
