#include "tests/sim/scenario.hpp"

namespace tests::sim {

namespace {

using namespace hub;
using config::Direction;
using model::FieldType;
using model::PolicyKind;

model::FieldSchema field(std::string name, FieldType type = FieldType::kString) {
  model::FieldSchema schema;
  schema.name = std::move(name);
  schema.type = type;
  return schema;
}

model::EntitySchema client_entity() {
  model::EntitySchema client;
  client.name = "client";
  client.fields = {field("fullName"), field("email"), field("phone"), field("tier")};
  client.fields[0].normalisers = {{model::NormaliserKind::kTrim, 0}};
  client.fields[1].normalisers = {{model::NormaliserKind::kEmail, 0}};
  return client;
}

model::EntitySchema order_entity() {
  model::EntitySchema order;
  order.name = "order";
  order.fields = {field("clientId", FieldType::kReference), field("total", FieldType::kDecimal), field("status")};
  order.fields[0].references = "client";
  order.fields[0].required = true;
  order.fields[1].scale = 2;
  order.fields[2].allowed = {"open", "paid", "shipped"};
  return order;
}

void draw_rules(Chance& chance, model::EntitySchema& entity, const std::vector<std::string>& sources) {
  entity.merge = chance.percent(50) ? model::MergeMode::kField : model::MergeMode::kRecord;
  if (chance.percent(25)) entity.deletes = chance.percent(50) ? model::DeleteMode::kIgnore : model::DeleteMode::kManual;
  entity.waiting = {std::chrono::seconds(chance.between(3, 10)), chance.between(2, 4), std::chrono::hours{24}};
  for (model::FieldSchema& each : entity.fields) {
    if (!chance.percent(30)) continue;
    each.policy.kind = chance.pick<PolicyKind>(
        {PolicyKind::kPrefer, PolicyKind::kOwner, PolicyKind::kNewest, PolicyKind::kManual, PolicyKind::kPriority});
    // A new order needs its client, so nobody may own that field against the others.
    if (each.policy.kind == PolicyKind::kOwner && each.required) each.policy.kind = PolicyKind::kPrefer;
    if (each.policy.kind == PolicyKind::kOwner) each.policy.sources = {chance.pick(sources)};
    if (each.policy.kind == PolicyKind::kPrefer) {
      each.policy.sources = sources;
      if (chance.percent(50)) std::swap(each.policy.sources.front(), each.policy.sources.back());
    }
  }
}

config::EntityMapping mapping_of(Chance& chance, const model::EntitySchema& entity, bool own_words) {
  config::EntityMapping mapping;
  mapping.entity = entity.name;
  mapping.remote = own_words ? entity.name + "s" : entity.name;
  for (const model::FieldSchema& each : entity.fields)
    mapping.fields.push_back({each.name, own_words ? "its_" + each.name : each.name, Direction::kBoth, {}});
  if (own_words && entity.name == "order")
    mapping.fields[2].values = {{"open", model::Value::string("O")}, {"paid", model::Value::string("P")}};
  if (entity.name == "client") {
    if (chance.percent(10)) mapping.fields[2].direction = Direction::kPull;
    if (chance.percent(10)) mapping.fields[3].direction = Direction::kPush;
    if (chance.percent(15)) mapping.filter["tier"] = {"gold", "silver"};
  }
  if (chance.percent(20))
    mapping.deletes = chance.pick<model::DeleteMode>(
        {model::DeleteMode::kPropagate, model::DeleteMode::kIgnore, model::DeleteMode::kManual});
  return mapping;
}

/// The kinds of source: with keys of their own, found by values, and known by nothing but their rows' ids.
enum class Kind { kKeyed, kMatched, kPlain, kConnector };

Manners draw_manners(Chance& chance, Kind kind) {
  Manners manners;
  manners.connector = kind == Kind::kConnector;
  manners.versions = manners.connector && chance.percent(60);
  // Who has neither keys nor a memory for idempotency keys makes two rows of a write that came twice: nobody can help.
  // And who refuses what is stale must not take its own first write for somebody else's.
  manners.conditional = chance.percent(50);
  manners.idempotent = kind != Kind::kKeyed || manners.conditional || chance.percent(50);
  manners.etags = manners.conditional || chance.percent(50);
  manners.echoes = chance.percent(75);
  manners.gullible_hook = chance.percent(25);
  manners.reports = chance.percent(60);
  // Who tells only what was edited must be known by then: a first telling that went unheard is not repeated.
  // Who tells only what was edited must be known by then: a first telling that went unheard is not repeated.
  manners.whole_rows = kind == Kind::kMatched || chance.percent(70);
  manners.reuses_ids = false;
  // Who changes what it is given and does not say so looks like somebody who edits it, again after each repair.
  if (manners.reports && chance.percent(25)) manners.longest_name = chance.between(4, 8);
  manners.rounds = manners.reports && chance.percent(20);
  return manners;
}

void draw_source(Chance& chance, Scenario& scenario, const std::string& name, int priority) {
  const Kind kind = chance.pick<Kind>({Kind::kKeyed, Kind::kKeyed, Kind::kMatched, Kind::kPlain, Kind::kConnector});
  config::SourceConfig source;
  source.name = name;
  source.priority = chance.percent(15) ? 1 : priority;
  if (kind != Kind::kConnector) source.plugin = "simulated";
  source.repair = !chance.percent(15);
  source.pull = {std::chrono::seconds(chance.between(5, 20)), chance.between(1, 12), chance.between(1, 10),
                 chance.between(5, 50)};
  source.push.batch = chance.between(1, 10);
  // A row whose insert ended as a dead letter without an answer is told from a new one by its key alone.
  source.push.max_attempts = kind == Kind::kKeyed || kind == Kind::kConnector ? chance.between(2, 6) : 12;
  source.push.backoff_max = source.push.breaker_open = std::chrono::seconds(10);
  source.push.breaker_failures = chance.between(2, 6);
  if (chance.percent(20)) source.push.rate_per_second = chance.between(1, 10);
  const bool own_words = kind != Kind::kConnector && chance.percent(50);
  for (const model::EntitySchema& entity : scenario.config.entities) {
    if (entity.name == "order" && chance.percent(15)) continue;
    config::EntityMapping mapping = mapping_of(chance, entity, own_words);
    if (kind == Kind::kKeyed) mapping.key = "number";
    if (kind == Kind::kMatched && entity.name == "client") mapping.match_on = {{"email"}, {"fullName", "phone"}};
    source.entities.push_back(mapping);
  }
  scenario.config.sources.push_back(source);
  scenario.manners[name] = draw_manners(chance, kind);
}

/// Most kinds of fault are switched off in most runs, so that those that are on meet in ever new pairs.
Faults draw_faults(Chance& chance) {
  Faults faults;
  const int wildness = chance.between(0, 60);
  const auto rate = [&](int most) { return chance.percent(wildness) ? chance.between(1, most) : 0; };
  faults = {.push_fails = rate(30),
            .push_lost = rate(30),
            .push_twice = rate(20),
            .throttled = rate(20),
            .late = rate(60),
            .very_late = rate(5),
            .stale = rate(15),
            .rejected = rate(10),
            .locked_out = rate(3),
            .pull_fails = rate(20),
            .pull_repeats = rate(30),
            .pull_stops = rate(50),
            .post_lost = rate(30),
            .fetch_lost = rate(30),
            .down = rate(10),
            .bad_values = rate(10),
            .crashes = rate(40),
            .errors = rate(40),
            .clock_jumps = rate(20),
            .mass_deletes = rate(20),
            .steward = rate(40)};
  return faults;
}

}  // namespace

Scenario make_scenario(Chance& chance) {
  Scenario scenario;
  std::vector<std::string> names{"CRM", "ERP", "Portal", "LocalDB"};
  names.resize(static_cast<std::size_t>(chance.between(2, 4)));
  scenario.config.api.default_entity = "client";
  scenario.config.entities = {client_entity(), order_entity()};
  for (model::EntitySchema& entity : scenario.config.entities) draw_rules(chance, entity, names);
  int priority = 0;
  for (const std::string& name : names) draw_source(chance, scenario, name, ++priority);
  scenario.faults = draw_faults(chance);
  scenario.edits = chance.between(10, 60);
  return scenario;
}

std::string to_string(const Scenario& scenario) {
  std::string text = std::to_string(scenario.edits) + " edits;";
  for (const model::EntitySchema& entity : scenario.config.entities) {
    text += " " + entity.name + (entity.merge == model::MergeMode::kField ? " by field" : " by record");
    text += " deletes " + std::to_string(static_cast<int>(entity.deletes));
    for (const model::FieldSchema& each : entity.fields)
      if (each.policy.kind != PolicyKind::kPriority) {
        text += " " + each.name + "=" + std::to_string(static_cast<int>(each.policy.kind));
        for (const std::string& source : each.policy.sources) text += " " + source;
      }
    text += ";";
  }
  for (const config::SourceConfig& source : scenario.config.sources) {
    const Manners& manners = scenario.manners.at(source.name);
    text += "\n  " + source.name + " priority " + std::to_string(source.priority);
    const auto when = [&](bool on, std::string_view word) {
      if (on) text.append(" ").append(word);
    };
    when(manners.connector, manners.versions ? "connector with versions" : "connector");
    when(!source.entities.front().key.empty(), "keyed");
    when(!source.entities.front().match_on.empty(), "matched");
    when(manners.idempotent, "idempotent");
    when(manners.conditional, "conditional");
    when(manners.etags, "etags");
    when(manners.echoes, "echoes");
    when(manners.gullible_hook, "gullible");
    when(manners.reports, "reports");
    when(manners.whole_rows, "whole-rows");
    when(manners.reuses_ids, "reuses-ids");
    when(manners.rounds, "rounds");
    when(manners.longest_name > 0, "cuts-names");
    when(!source.repair, "no-repair");
    for (const config::EntityMapping& mapping : source.entities) {
      when(mapping.deletes.has_value(),
           mapping.entity +
               "-deletes=" + std::to_string(static_cast<int>(mapping.deletes.value_or(model::DeleteMode{}))));
      when(!mapping.filter.empty(), "filter");
      for (const config::FieldMapping& each : mapping.fields)
        when(each.direction != Direction::kBoth, each.field + (each.direction == Direction::kPull ? "=pull" : "=push"));
    }
    when(source.entities.size() == 1, "no-orders");
  }
  return text;
}

}  // namespace tests::sim
