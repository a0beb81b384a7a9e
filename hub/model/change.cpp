#include "hub/model/change.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hub::model {

namespace {

template <class Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<Resolution, 9> kResolutions{{{Resolution::kNewRecord, "NEW_RECORD"},
                                             {Resolution::kVersionWin, "VERSION_WIN"},
                                             {Resolution::kStaleSkip, "STALE_SKIP"},
                                             {Resolution::kFieldMerge, "FIELD_MERGE"},
                                             {Resolution::kPriorityWin, "PRIORITY_WIN"},
                                             {Resolution::kManual, "MANUAL"},
                                             {Resolution::kNoChange, "NO_CHANGE"},
                                             {Resolution::kEcho, "ECHO"},
                                             {Resolution::kDuplicate, "DUPLICATE"}}};
constexpr Names<ChangeState, 6> kStates{{{ChangeState::kApplied, "applied"},
                                         {ChangeState::kSuperseded, "superseded"},
                                         {ChangeState::kNoChange, "no_change"},
                                         {ChangeState::kConflict, "conflict"},
                                         {ChangeState::kWaiting, "waiting"},
                                         {ChangeState::kDead, "dead"}}};
constexpr Names<Op, 2> kOps{{{Op::kUpsert, "upsert"}, {Op::kDelete, "delete"}}};

template <class Enum, std::size_t N>
std::string_view name_of(const Names<Enum, N>& names, Enum value) {
  return std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == value; })->second;
}

template <class Enum, std::size_t N>
std::optional<Enum> named(const Names<Enum, N>& names, std::string_view text) {
  const auto it = std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.second == text; });
  return it == names.end() ? std::nullopt : std::optional<Enum>(it->first);
}

template <class List>
auto position(List& fields, std::string_view name) {
  return std::lower_bound(fields.begin(), fields.end(), name,
                          [](const FieldValue& field, std::string_view key) { return field.name < key; });
}

}  // namespace

std::string_view to_string(Resolution resolution) { return name_of(kResolutions, resolution); }
std::string_view to_string(ChangeState state) { return name_of(kStates, state); }
std::string_view to_string(Op op) { return name_of(kOps, op); }
std::optional<Resolution> resolution_of(std::string_view text) { return named(kResolutions, text); }
std::optional<ChangeState> change_state_of(std::string_view text) { return named(kStates, text); }
std::optional<Op> op_of(std::string_view text) { return named(kOps, text); }

const Value* find_field(const Fields& fields, std::string_view name) {
  const auto it = position(fields, name);
  return it != fields.end() && it->name == name ? &it->value : nullptr;
}

void set_field(Fields& fields, std::string_view name, Value value) {
  const auto it = position(fields, name);
  if (it != fields.end() && it->name == name)
    it->value = std::move(value);
  else
    fields.insert(it, FieldValue{std::string(name), std::move(value)});
}

}  // namespace hub::model
