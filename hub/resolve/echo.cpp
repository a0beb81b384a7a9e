#include "hub/resolve/echo.hpp"

#include <algorithm>

namespace hub::resolve {

namespace {

using model::Change;
using model::Op;
using model::Record;
using model::Value;

/// A field that a source or a record knows nothing of equals null: a source that lists its empty columns edits nothing.
bool same(const Value* known, const Value& value) { return known == nullptr ? value.is_null() : *known == value; }

bool repeats(const Change& change, const model::Link& link) {
  if (change.op == Op::kDelete) return link.deleted;
  return !link.deleted && std::all_of(change.fields.begin(), change.fields.end(), [&](const auto& field) {
    return same(model::find_field(link.shadow, field.name), field.value);
  });
}

bool matches(const Change& change, const Record& record) {
  if (change.op == Op::kDelete) return record.deleted;
  return !record.deleted && std::all_of(change.fields.begin(), change.fields.end(), [&](const auto& field) {
    const model::Cell* cell = record.find(field.name);
    return same(cell == nullptr ? nullptr : &cell->value, field.value);
  });
}

}  // namespace

bool shadow_counts(const Change& change, const model::Link* link) {
  return link != nullptr && change.base_version.value_or(link->base_version) <= link->base_version;
}

Heard listen(const Record* canonical, const Change& change, const model::Link* link) {
  if (canonical == nullptr || link == nullptr) return Heard::kNews;
  if (!change.version) {
    if (!shadow_counts(change, link) || !repeats(change, *link)) return Heard::kNews;
    return link->from_delivery ? Heard::kEcho : Heard::kRepeat;
  }
  if (!link->from_delivery || !repeats(change, *link)) return Heard::kNews;
  // A higher version over a record that moved on since the delivery is a claim of its own.
  return *change.version <= canonical->version || matches(change, *canonical) ? Heard::kEcho : Heard::kNews;
}

}  // namespace hub::resolve
