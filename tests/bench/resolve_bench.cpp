// Resolve alone: decisions a second on one core for records of ten fields. `--benchmark_filter=` picks a row.
#include "hub/resolve/ladder.hpp"

#include <benchmark/benchmark.h>

#include <optional>
#include <string>

namespace {

using hub::model::Change;
using hub::model::Decision;
using hub::model::EntitySchema;
using hub::model::Link;
using hub::model::MergeMode;
using hub::model::PolicyKind;
using hub::model::Record;
using hub::model::Value;
using hub::resolve::Priorities;

constexpr const char* kFields[] = {"addressLine", "city",     "country", "credit", "email",
                                   "fullName",    "language", "phone",   "status", "taxNumber"};

EntitySchema entity(MergeMode mode, bool policies) {
  EntitySchema schema;
  schema.name = "client";
  schema.merge = mode;
  for (const char* name : kFields) schema.fields.emplace_back().name = name;
  if (policies) {
    schema.fields[3].policy = {PolicyKind::kOwner, {"ERP"}};
    schema.fields[8].policy = {PolicyKind::kPrefer, {"ERP", "CRM"}};
  }
  return schema;
}

Change change(std::string source, std::optional<std::int64_t> version, const std::string& flavour) {
  Change made;
  made.source = std::move(source);
  made.key = {"client", "CUST-000001"};
  made.version = version;
  for (const char* name : kFields) made.fields.push_back({name, Value::string("a value of usual length, " + flavour)});
  return made;
}

hub::model::Stamp by(std::string source) {
  hub::model::Stamp stamp;
  stamp.source = std::move(source);
  return stamp;
}

/// One record and one change to it, as each row of the ladder meets them.
struct Case {
  MergeMode mode = MergeMode::kRecord;
  bool policies = false;
  Change incoming;
};

void decide(benchmark::State& state, const Case& on) {
  const EntitySchema schema = entity(on.mode, on.policies);
  const Priorities priorities{{{"CRM", 1}, {"ERP", 2}, {"Portal", 3}, {"LocalDB", 4}}};
  const Change first = change("ERP", 5, "as it was");
  Record record;
  record.key = first.key;
  hub::resolve::apply(record, first, hub::resolve::resolve(nullptr, first, nullptr, {schema, priorities}), by("ERP"));
  Link link;
  link.source = on.incoming.source;
  link.base_version = 4;
  link.shadow = first.fields;
  std::int64_t decisions = 0;
  while (state.KeepRunning()) {
    const Decision decision = hub::resolve::resolve(&record, on.incoming, &link, {schema, priorities});
    benchmark::DoNotOptimize(decision);
    ++decisions;
  }
  state.SetItemsProcessed(decisions);
}

/// The decision together with the new state of the record: what the committer does for each change.
void decide_and_apply(benchmark::State& state) {
  const EntitySchema schema = entity(MergeMode::kRecord, false);
  const Priorities priorities{{{"CRM", 1}, {"ERP", 2}}};
  Change incoming = change("ERP", 1, "as it is");
  Record record;
  record.key = incoming.key;
  std::int64_t decisions = 0;
  while (state.KeepRunning()) {
    incoming.version = ++decisions;
    const Decision decision = hub::resolve::resolve(&record, incoming, nullptr, {schema, priorities});
    hub::resolve::apply(record, incoming, decision, by("ERP"));
    benchmark::DoNotOptimize(record);
  }
  state.SetItemsProcessed(decisions);
}

const std::string kOther = "as it is";

BENCHMARK_CAPTURE(decide, version_win, {.incoming = change("CRM", 6, kOther)});
BENCHMARK_CAPTURE(decide, stale_skip, {.incoming = change("CRM", 4, kOther)});
BENCHMARK_CAPTURE(decide, priority_win, {.incoming = change("CRM", 5, kOther)});
BENCHMARK_CAPTURE(decide, priority_lost, {.incoming = change("LocalDB", 5, kOther)});
BENCHMARK_CAPTURE(decide, policies, {.policies = true, .incoming = change("CRM", 5, kOther)});
BENCHMARK_CAPTURE(decide, no_change, {.incoming = change("CRM", 5, "as it was")});
BENCHMARK_CAPTURE(decide, by_field, {.mode = MergeMode::kField, .incoming = change("CRM", 5, kOther)});
BENCHMARK_CAPTURE(decide, three_way, {.incoming = change("CRM", std::nullopt, kOther)});
BENCHMARK(decide_and_apply);

}  // namespace
