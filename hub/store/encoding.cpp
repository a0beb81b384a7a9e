#include "hub/store/encoding.hpp"

#include "hub/model/json.hpp"
#include "hub/store/error.hpp"

#include <charconv>

namespace hub::store {

namespace {

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
  for (const model::Cell& cell : record.cells) {
    append_key(out, cell.name);
    out += '"';
    append_stamp(out, cell.stamp);
    out += '"';
  }
  return out += '}';
}

void decode_cells(model::Record& record, std::string_view fields, std::string_view provenance) {
  model::Json values = parse_object(fields, "canonical_records.fields");
  const model::Json stamps = parse_object(provenance, "canonical_records.provenance");
  record.cells.clear();
  record.cells.reserve(values.members.size());
  std::size_t at = 0;
  for (auto& [name, value] : values.members) {
    // Both objects are written from the same cells, so the stamp stands at the same place.
    if (at >= stamps.members.size() || stamps.members[at].first != name) damaged("canonical_records.provenance");
    record.cells.push_back({std::move(name), model::value_of(value), decode_stamp(stamps.members[at++].second.text)});
  }
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

std::string encode_decision(const model::Decision& decision) {
  std::string out = "{";
  for (const model::FieldDecision& field : decision.fields) {
    append_key(out, field.field);
    out += field.taken ? R"({"taken":true,"rule":")" : R"({"taken":false,"rule":")";
    out += model::to_string(field.rule);
    out += '"';
    if (field.differs) {
      out += R"(,"loser":)";
      model::append_json(out, field.loser);
    }
    out += '}';
  }
  return out += '}';
}

}  // namespace hub::store
