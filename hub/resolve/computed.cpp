#include "hub/resolve/computed.hpp"

#include "hub/resolve/normalise.hpp"
#include "hub/resolve/text.hpp"

#include <algorithm>

namespace hub::resolve {

namespace {

using model::FieldSchema;
using model::TemplatePart;
using model::Value;

constexpr std::string_view kSpace = " \t\r\n\f\v";

/// The template of `field` with the values that `value_of(name)` gives (null: there is none). White space beside a part
/// without a value is not doubled, and there is none at the ends. null when no part has a value.
template <class ValueOf>
Value filled(const FieldSchema& field, ValueOf value_of) {
  std::string text;
  bool says = false;
  bool gap = false;  // the part before had no value
  for (const TemplatePart& part : field.parts) {
    if (part.field.empty()) {
      std::string_view piece = part.text;
      if (gap && (text.empty() || kSpace.find(text.back()) != std::string_view::npos))
        piece.remove_prefix(std::min(piece.find_first_not_of(kSpace), piece.size()));
      text += piece;
      continue;
    }
    const Value* value = value_of(part.field);
    gap = value == nullptr || value->text().empty();
    if (gap) continue;
    text += value->text();
    says = true;
  }
  if (!says) return {};
  const auto value = canonical_value(field, {model::Json::Kind::kString, std::string(trimmed(text)), {}, {}});
  return value.ok() && value.value() && !value.value()->text().empty() ? *value.value() : Value{};
}

bool newer(const model::Stamp& a, const model::Stamp& b) {
  return a.version != b.version ? a.version > b.version : a.source < b.source;
}

}  // namespace

void compute(model::Record& record, const model::EntitySchema& schema) {
  for (const std::string& name : schema.computed) {
    const FieldSchema& field = *schema.find(name);
    const model::Stamp* newest = nullptr;
    for (const TemplatePart& part : field.parts)
      if (const model::Cell* cell = record.deleted ? nullptr : record.find(part.field))
        if (newest == nullptr || newer(cell->stamp, *newest)) newest = &cell->stamp;
    if (newest == nullptr) {
      std::erase_if(record.cells, [&](const model::Cell& cell) { return cell.name == name; });
      continue;
    }
    const model::Stamp stamp = *newest;
    Value value = filled(field, [&](const std::string& part) {
      const model::Cell* cell = record.find(part);
      return cell == nullptr ? nullptr : &cell->value;
    });
    record.cell(name) = {name, std::move(value), stamp};
  }
}

void strip_computed(model::Record& record, const model::EntitySchema& schema) {
  std::erase_if(record.cells, [&](const model::Cell& cell) { return schema.is_computed(cell.name); });
}

void add_computed(model::Fields& fields, const model::EntitySchema& schema) {
  for (const std::string& name : schema.computed) {
    const FieldSchema& field = *schema.find(name);
    const auto value_of = [&](const std::string& part) { return model::find_field(fields, part); };
    if (std::all_of(field.parts.begin(), field.parts.end(),
                    [&](const TemplatePart& part) { return part.field.empty() || value_of(part.field) != nullptr; }))
      model::set_field(fields, name, filled(field, value_of));
  }
}

}  // namespace hub::resolve
