#pragma once

#include "hub/config/config.hpp"
#include "hub/model/json.hpp"
#include "hub/resolve/ladder.hpp"
#include "hub/store/conflicts.hpp"
#include "hub/sync/refusal.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>

namespace hub::sync {

/// What a person says is to become of a conflict.
struct Ruling {
  std::string take;                             // incoming, canonical, link, merge or create; empty: field by field
  std::map<std::string, std::string> by_field;  // incoming or canonical
  std::optional<model::Json> values;            // an object of new values
  std::string external_id;                      // link, merge: the record that the change is about

  /// The members of a request's body that a ruling is made of.
  static inline const std::vector<std::string_view> kMembers{"take", "fields", "externalId"};
};

/// {"take": "incoming" | "canonical" | "link" | "merge" | "create" | {field: "incoming" | "canonical"}, "fields": {…},
/// "externalId": "…"}: refused with the place of what makes no sense.
[[nodiscard]] std::variant<Ruling, Refusal> read_ruling(const model::Json& body);

/// Why a ruling cannot settle a conflict of this kind, if so.
[[nodiscard]] std::optional<Refusal> check_kind(const Ruling& ruling, std::string_view kind);

/// What a ruling writes.
struct Settlement {
  model::Op op = model::Op::kUpsert;
  model::Fields fields;
  std::string outcome;                         // ConflictRow::outcome …
  std::map<std::string, std::string> decided;  // … and decided
};

/// What the ruling makes of the conflict while the record is as it is (null: there is none). Refused when it does not
/// say what becomes of every field in dispute.
[[nodiscard]] std::variant<Settlement, Refusal> settlement_of(const Ruling& ruling, const store::ConflictRow& conflict,
                                                              const model::Record* record, const config::Config& config,
                                                              const resolve::Priorities& priorities);

}  // namespace hub::sync
