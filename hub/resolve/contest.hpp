#pragma once

#include "hub/model/change.hpp"
#include "hub/model/decision.hpp"
#include "hub/model/record.hpp"
#include "hub/model/schema.hpp"
#include "hub/resolve/ladder.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hub::resolve {

enum class Outcome : std::uint8_t { kWin, kLose, kTie };

/// How a change fares on one field, and by which rule.
struct Verdict {
  Outcome outcome = Outcome::kTie;
  model::Rule rule = model::Rule::kTie;
};

/// Weighs the source of one change against the writers of the fields that it touches: first by the field's own policy,
/// then by priority. Borrows what it is made of; made for one decision.
class Contest {
 public:
  Contest(const model::Change& change, const Context& context);

  /// The field's own policy, null when it has none: what the questions below ask for.
  [[nodiscard]] const model::FieldPolicy* policy(std::string_view field) const;

  /// True when the field has an owner and the change comes from somebody else: its value is never taken.
  [[nodiscard]] bool forbidden(const model::FieldPolicy* policy) const;

  /// Who gets an overlapping field that `holder` wrote. The same source against itself is a tie, unless the policy
  /// `newest` tells the two writes apart.
  [[nodiscard]] Verdict against(const model::FieldPolicy* policy, const model::Stamp& holder) const;

  /// For equal values: true when the change's stamp should stand on the field instead of `holder`, so that the stamp
  /// that stays does not depend on who came first. A tie goes to the source whose name sorts first.
  [[nodiscard]] bool outranks(const model::FieldPolicy* policy, const model::Stamp& holder) const;

 private:
  [[nodiscard]] std::optional<Verdict> by_policy(const model::FieldPolicy& policy, const model::Stamp& holder) const;

  const model::Change& change_;
  const Context& context_;
  int priority_;       // of the change's source
  bool has_policies_;  // spares the look-up of each field where no field has one
};

}  // namespace hub::resolve
