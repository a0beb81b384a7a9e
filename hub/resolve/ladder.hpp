#pragma once

#include "hub/model/decision.hpp"
#include "hub/model/record.hpp"
#include "hub/model/schema.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hub::resolve {

/// The priorities of table source_priority as they are now; lower is better.
class Priorities {
 public:
  Priorities() = default;
  explicit Priorities(std::vector<std::pair<std::string, int>> rows) : rows_(std::move(rows)) {}
  /// The priority of `source`; a source without a row comes after all that have one.
  [[nodiscard]] int of(std::string_view source) const;

 private:
  std::vector<std::pair<std::string, int>> rows_;
};

/// Everything beside the change that a decision depends on. Borrowed for the call.
struct Context {
  const model::EntitySchema& schema;
  const Priorities& priorities;
};

/// Resolves `change` against the canonical record by the ladder of SEMANTICS 3 (in the entity's merge mode), or, when
/// it carries no version, by the three-way merge of SEMANTICS 4. `canonical` is null when there is none; `link` is what
/// the hub knows of the record at the change's source, null when nothing. A pure function: no I/O, no clock.
/// The hub's echo net (SEMANTICS 6, net 3) is part of it. Where the contract leaves room: docs/adr/0001-ladder.md.
///
/// `fields` of the result are sorted by name; an echo and a repeat of what the source said have none, and of a delete
/// they are the cells that it met, with null as its value. Computed fields (hub/resolve/computed.hpp) take no part. In
/// field mode a decision that is not applied may write all the same: a stamp or the tombstone moves, so that later
/// changes meet it, and no value does.
[[nodiscard]] model::Decision resolve(const model::Record* canonical, const model::Change& change,
                                      const model::Link* link, const Context& context);

/// Turns `record` (default-constructed with its key for a new one) into the state that `decision` says. `stamp` is the
/// change's: its `version` is overwritten with the decision's (record mode, three-way) or the change's own (field
/// mode). Moves version, cells, tombstone, deleted and last_source; row_version, head and times are the store's. Does
/// nothing when `!decision.writes`.
void apply(model::Record& record, const model::Change& change, const model::Decision& decision, model::Stamp stamp);
/// The same, and makes the record's computed fields anew.
void apply(model::Record& record, const model::Change& change, const model::Decision& decision, model::Stamp stamp,
           const model::EntitySchema& schema);

}  // namespace hub::resolve
