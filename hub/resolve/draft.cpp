#include "hub/resolve/draft.hpp"

#include <algorithm>
#include <utility>

namespace hub::resolve {

using model::Rule;

Standing Claim::standing(const model::Stamp& holder) const {
  switch (kind) {
    case Kind::kRecord:
      if (known != canonical) return known > canonical ? Standing::kFree : Standing::kStale;
      return holder.version >= canonical ? Standing::kHeld : Standing::kFree;
    case Kind::kField:
      if (known == holder.version) return Standing::kHeld;
      return known > holder.version ? Standing::kFree : Standing::kStale;
    case Kind::kThreeWay: break;
  }
  return holder.version > known && holder.source != source ? Standing::kHeld : Standing::kFree;
}

Rule Claim::free_rule(const model::Stamp& holder) const {
  const bool by_version = kind == Kind::kField ? newer() || holder.version > 0 : kind == Kind::kRecord && newer();
  return by_version ? Rule::kHigherVersion : Rule::kUnseen;
}

void Draft::take(const std::string& field, const model::Value& dropped, bool differs, Rule rule) {
  ++(differs ? changed : stamped);
  fields_.push_back({field, true, differs, rule, differs ? dropped : model::Value{}});
}

void Draft::keep(const std::string& field, const model::Value& dropped, bool differs, Rule rule) {
  if (rule == Rule::kStale) {
    ++stale;
    outdated += differs ? 1 : 0;
  } else if (differs) {
    ++lost;
    ++contested;
  }
  fields_.push_back({field, false, differs, rule, differs ? dropped : model::Value{}});
}

void Draft::contest(const std::string& field, const model::Value& canonical, const model::Value& incoming,
                    Verdict verdict) {
  switch (verdict.outcome) {
    case Outcome::kWin:
      ++contested;
      take(field, canonical, true, verdict.rule);
      break;
    case Outcome::kLose: keep(field, incoming, true, verdict.rule); break;
    case Outcome::kTie:
      ++ties;
      ++contested;
      fields_.push_back({field, false, true, verdict.rule, incoming});
      break;
  }
}

void Draft::sort() {
  std::sort(fields_.begin(), fields_.end(), [](const auto& a, const auto& b) { return a.field < b.field; });
}

model::Decision Draft::settle(const model::Change& change, model::Resolution resolution, model::ChangeState state,
                              std::int64_t version, bool writes) && {
  if (!writes) {
    for (model::FieldDecision& field : fields_) {
      if (!std::exchange(field.taken, false) || !field.differs) continue;
      const model::Value* incoming = model::find_field(change.fields, field.field);
      field.loser = incoming == nullptr ? model::Value{} : *incoming;
    }
  }
  return {resolution, state, version, writes, std::move(fields_)};
}

}  // namespace hub::resolve
