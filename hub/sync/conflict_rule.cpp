#include "hub/model/json_writer.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/dispute.hpp"
#include "hub/sync/review.hpp"
#include "hub/sync/views.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace hub::sync {

namespace {

using model::FieldPolicy;
using model::PolicyKind;
using store::ConflictRow;

constexpr int kPage = 200;
constexpr int kLookBack = 10'000;  // past conflicts that a rule is tried on

/// A way to have the decision taken without a person: a policy for each field in dispute, and how it did on the past.
struct Rule {
  std::string name;  // prefer, owner or newest
  std::string note;
  std::map<std::string, FieldPolicy> policies;
  model::EntitySchema schema;  // with these policies
  int settles = 0;             // past conflicts that it would have settled …
  int as_decided = 0;          // … as the person did
  int otherwise = 0;           // … in another way
  int undecided = 0;           // … which nobody has decided
};

/// Who stands against whom in one field.
struct Sides {
  const model::Stamp* winner = nullptr;
  const model::Stamp* loser = nullptr;
};

std::string policy_text(const FieldPolicy& policy) {
  switch (policy.kind) {
    case PolicyKind::kOwner: return "{owner: " + policy.sources.front() + "}";
    case PolicyKind::kNewest: return "newest";
    case PolicyKind::kManual: return "manual";
    case PolicyKind::kPriority: return "none";
    case PolicyKind::kPrefer: break;
  }
  std::string text;
  for (const std::string& source : policy.sources) text += (text.empty() ? "{prefer: [" : ", ") + source;
  return text + "]}";
}

std::string yaml_of(const Rule& rule, const std::string& entity) {
  std::string yaml = "entities:\n  " + entity + ":\n    fields:\n";
  for (const auto& [field, policy] : rule.policies)
    yaml += "      " + field + ":\n        policy: " + policy_text(policy) + "\n";
  return yaml;
}

/// The field's order of sources with the winner ahead of the loser.
FieldPolicy prefer(const FieldPolicy& present, const Sides& sides, const config::Config& config) {
  FieldPolicy policy{PolicyKind::kPrefer, {}};
  if (present.kind == PolicyKind::kPrefer) policy.sources = present.sources;
  std::vector<std::string>& order = policy.sources;
  std::erase(order, sides.winner->source);
  const auto loser = std::find(order.begin(), order.end(), sides.loser->source);
  const bool listed = loser != order.end();
  order.insert(listed ? loser : order.begin(), sides.winner->source);
  // A person is no source that a policy could name, and comes after all that it names.
  if (!listed && config.source(sides.loser->source) != nullptr) order.insert(order.begin() + 1, sides.loser->source);
  return policy;
}

bool is_later(const Sides& sides, std::chrono::milliseconds tolerance) {
  const auto& won = sides.winner->observed_at_ms;
  const auto& lost = sides.loser->observed_at_ms;
  return won && lost && *won - *lost >= std::max<std::int64_t>(tolerance.count(), 1);
}

/// The rules that would decide as the person did, the narrowest first.
std::vector<Rule> rules_for(const std::map<std::string, Sides>& sides, const model::EntitySchema& schema,
                            const config::Config& config) {
  std::vector<Rule> rules;
  const auto add = [&](std::string name, std::string note, const auto& fits, const auto& policy_of) {
    Rule rule{std::move(name), std::move(note), {}, schema};
    for (model::FieldSchema& field : rule.schema.fields) {
      const auto it = sides.find(field.name);
      if (it == sides.end()) continue;
      if (!fits(it->second)) return;
      rule.policies[field.name] = policy_of(field.policy, it->second);
      field.policy = rule.policies[field.name];
    }
    rules.push_back(std::move(rule));
  };
  const auto ranks = [&](const Sides& each) {
    return each.winner->source != each.loser->source && config.source(each.winner->source) != nullptr;
  };
  add("prefer", "decides where these sources overlap, and nothing else", ranks,
      [&](const FieldPolicy& present, const Sides& each) { return prefer(present, each, config); });
  add(
      "newest", "the later observedAt wins; a change without one falls back to priority",
      [&](const Sides& each) { return is_later(each, schema.clock_tolerance); },
      [](const FieldPolicy&, const Sides&) {
        return FieldPolicy{PolicyKind::kNewest, {}};
      });
  add("owner", "nobody else can change the field any more, also where nothing overlaps", ranks,
      [](const FieldPolicy&, const Sides& each) {
        return FieldPolicy{PolicyKind::kOwner, {each.winner->source}};
      });
  return rules;
}

/// How the rules did on the past.
struct BackTest {
  int looked_at = 0;
  int settled_already = 0;  // by the configuration as it is
  std::int64_t back_to_ms = 0;
  bool complete = true;
};

void try_on(const ConflictRow& past, Rule& rule, const resolve::Priorities& priorities) {
  const model::Decision decision = decide_again(past, {rule.schema, priorities});
  if (decision.state == model::ChangeState::kConflict) return;
  ++rule.settles;
  bool decided = past.state == store::kResolved;
  bool same = true;
  for (const std::string& name : past.fields) {
    const auto said = past.decided.find(name);
    decided = decided && said != past.decided.end();
    if (!decided) break;
    const bool taken = std::any_of(decision.fields.begin(), decision.fields.end(),
                                   [&](const auto& field) { return field.field == name && field.taken; });
    same = same && said->second == (taken ? "incoming" : "canonical");
  }
  ++(!decided ? rule.undecided : same ? rule.as_decided : rule.otherwise);
}

BackTest back_test(store::Session& session, const model::EntitySchema& schema, std::vector<Rule>& rules) {
  BackTest test;
  const resolve::Priorities priorities(store::load_priorities(session));
  store::ConflictCursor before{std::numeric_limits<std::int64_t>::max(), {}};
  for (bool more = true; more;) {
    const auto page = store::past_field_conflicts(session, schema.name, before, kPage);
    more = page.size() == kPage;
    for (const ConflictRow& past : page) {
      before = {past.opened_at_ms, past.at};
      ++test.looked_at;
      test.back_to_ms = past.opened_at_ms;
      if (decide_again(past, {schema, priorities}).state != model::ChangeState::kConflict)
        ++test.settled_already;
      else
        for (Rule& rule : rules) try_on(past, rule, priorities);
    }
    if (more && test.looked_at >= kLookBack) {
      test.complete = false;
      more = false;
    }
  }
  return test;
}

View view_of(const ConflictRow& conflict, const model::EntitySchema& schema, const std::vector<Rule>& rules,
             const BackTest& test) {
  model::JsonWriter json;
  json.begin_object().member("id", store::to_string(conflict.at)).member("entity", schema.name);
  json.key("replaces").begin_object();
  for (const auto& [field, policy] : rules.front().policies)
    if (const FieldPolicy& present = schema.find(field)->policy; present.kind != PolicyKind::kPriority)
      json.member(field, policy_text(present));
  json.end_object().key("rules").begin_array();
  for (const Rule& rule : rules) {
    json.begin_object().member("policy", rule.name).member("yaml", yaml_of(rule, schema.name));
    json.member("note", rule.note).member("settles", rule.settles).member("asDecided", rule.as_decided);
    json.member("otherwise", rule.otherwise).member("undecided", rule.undecided).end_object();
  }
  json.end_array().key("past").begin_object().member("conflicts", test.looked_at);
  json.member("settledAlready", test.settled_already).time("since", test.back_to_ms);
  json.member("complete", test.complete).end_object();
  return View{200, json.end_object().take(), {}, 0};
}

Refusal no_rule(const ConflictRow& conflict) {
  if (conflict.kind == store::kDeleteVsEdit)
    return refused(409,
                   "no policy of a field decides on deletes: see `deletes` of the entity, or of the source's mapping");
  if (conflict.kind == store::kIdentityConflict)
    return refused(409, "which record a row is about is told by `match_on` of the source's mapping, not by a policy");
  return refused(409, "no policy of a field opens a circle of references");
}

}  // namespace

Outcome Review::conflict_rule(std::string_view id, std::string_view body) {
  auto object = read_object(body, {"take"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const std::string take = text_of(std::get<model::Json>(object), "take");
  if (take != "incoming" && take != "canonical")
    return refused(400, "the rule has errors", "/take", "must be \"incoming\" or \"canonical\"");
  const auto at = store::journal_key_of(id);
  return hub_.store.read([&](store::Session& session) -> Outcome {
    const auto conflict = at ? store::load_conflict(session, *at) : std::nullopt;
    if (!conflict) return not_found("conflict " + std::string(id));
    if (conflict->kind != store::kFieldConflict) return no_rule(*conflict);
    const model::EntitySchema* schema = hub_.config.entity(conflict->key.entity);
    if (schema == nullptr) return refused(409, "the entity " + conflict->key.entity + " is not configured any more");
    std::map<std::string, Sides> sides;
    for (const std::string& name : conflict->fields) {
      const model::Cell* said = conflict->incoming.find(name);
      const model::Cell* held = conflict->canonical.find(name);
      const model::Stamp* holder = held != nullptr                 ? &held->stamp
                                   : conflict->canonical.tombstone ? &*conflict->canonical.tombstone
                                                                   : nullptr;
      if (said == nullptr || holder == nullptr) return refused(409, "nobody holds " + name + ": no rule can rank that");
      sides[name] = take == "incoming" ? Sides{&said->stamp, holder} : Sides{holder, &said->stamp};
    }
    std::vector<Rule> rules = rules_for(sides, *schema, hub_.config);
    if (rules.empty())
      return refused(
          409,
          "no policy of a field decides so: they rank sources (`prefer`, `owner`), and these two values come "
          "from the same one or from a person, or times (`newest`), and observedAt does not tell");
    const BackTest test = back_test(session, *schema, rules);
    return view_of(*conflict, *schema, rules, test);
  });
}

}  // namespace hub::sync
