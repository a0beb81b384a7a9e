#pragma once

#include "hub/resolve/ladder.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hub::resolve::testing {

/// Fields of a change in any order; nullptr is null, anything else a string.
[[nodiscard]] model::Fields fields(std::initializer_list<std::pair<const char*, const char*>> values);

using FieldList = std::initializer_list<std::pair<const char*, const char*>>;

/// A change to the one record of these tests. Without version: a three-way merge.
[[nodiscard]] model::Change upsert(std::string source, std::optional<std::int64_t> version, FieldList values);
[[nodiscard]] model::Change erase(std::string source, std::optional<std::int64_t> version);
[[nodiscard]] model::Change on_base(model::Change change, std::int64_t base);
[[nodiscard]] model::Change seen_at(model::Change change, std::int64_t observed_at_ms);

/// What the source is known to hold.
[[nodiscard]] model::Link link(std::string source, std::int64_t base, FieldList shadow, bool from_delivery = false);

/// The entity of these tests: `name`, `email` and `phone` without policy; `credit` is ERP's; `status` prefers ERP, then
/// Portal; `note` goes to the newest; `tax` to a person.
[[nodiscard]] model::EntitySchema client(model::MergeMode mode = model::MergeMode::kRecord,
                                         model::DeleteMode deletes = model::DeleteMode::kPropagate);

/// One record, and what the hub decides when changes arrive. Priorities: CRM 1, ERP 2, Portal 3, LocalDB 4, Shop 4.
struct Desk {
  explicit Desk(model::EntitySchema entity = client()) : schema(std::move(entity)) {}

  /// Resolves and applies.
  model::Decision send(const model::Change& change, const model::Link* known = nullptr);
  /// Resolves only.
  [[nodiscard]] model::Decision ask(const model::Change& change, const model::Link* known = nullptr) const;
  /// Sends all.
  void play(const std::vector<model::Change>& changes);

  model::EntitySchema schema;
  Priorities priorities{{{"CRM", 1}, {"ERP", 2}, {"Portal", 3}, {"LocalDB", 4}, {"Shop", 4}}};
  std::optional<model::Record> record;
  std::int64_t seq = 0;
};

/// A record in one line: "5 CRM {email=b@5:ERP name=A@4:CRM}", "6 ERP deleted@6:ERP {}", or "none".
[[nodiscard]] std::string describe(const std::optional<model::Record>& record);

/// A decision in one line: "PRIORITY_WIN applied 5 | email-equal name+priority(A)": + taken, - not, (the loser). A
/// decision that writes without being applied says so: "NO_CHANGE no_change 5 writes | …".
[[nodiscard]] std::string describe(const model::Decision& decision);

}  // namespace hub::resolve::testing
