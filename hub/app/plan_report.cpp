#include "hub/app/plan_report.hpp"

#include "hub/app/cells.hpp"
#include "hub/app/table.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/sync/brake.hpp"

#include <map>
#include <ostream>

namespace hub::app {

namespace {

using model::JsonWriter;
using sync::Plan;

void write_counts(JsonWriter& json, std::string_view name, const std::map<std::string, std::int64_t>& counts) {
  json.key(name).begin_object();
  for (const auto& [field, count] : counts) json.member(field, count);
  json.end_object();
}

std::string shown(const model::Value& value) { return value.is_null() ? "-" : value.text(); }

std::string listed(const std::map<std::string, std::int64_t>& counts) {
  std::string text;
  for (const auto& [field, count] : counts) text += (text.empty() ? "" : ", ") + field + " " + std::to_string(count);
  return text.empty() ? "-" : text;
}

void write_entities(std::ostream& out, const Plan& plan) {
  Table table({{"ENTITY"},
               {"READ", Fit::kRight},
               {"NEW", Fit::kRight},
               {"MATCHED", Fit::kRight},
               {"CHANGED", Fit::kRight},
               {"DELETED", Fit::kRight},
               {"LOST", Fit::kRight},
               {"SAME", Fit::kRight},
               {"AMBIGUOUS", Fit::kRight},
               {"CONFLICTS", Fit::kRight},
               {"WAITING", Fit::kRight},
               {"DEAD", Fit::kRight},
               {"FIELDS OVERWRITTEN", Fit::kCut}});
  for (const auto& [entity, tally] : plan.entities()) {
    std::vector<std::string> row{entity};
    for (const std::int64_t number :
         {tally.read, tally.created, tally.matched, tally.changed, tally.deleted, tally.lost, tally.same,
          tally.ambiguous, tally.conflicts, tally.waiting, tally.dead})
      row.push_back(std::to_string(number));
    row.push_back(listed(tally.overwritten));
    table.add(std::move(row));
  }
  table.print(out);
}

void write_targets(std::ostream& out, const Plan& plan) {
  Table table({{"WRITES TO"},
               {"CREATED", Fit::kRight},
               {"CHANGED", Fit::kRight},
               {"DELETED", Fit::kRight},
               {"CALLS", Fit::kRight},
               {"FIELDS OVERWRITTEN", Fit::kCut}});
  for (const auto& [target, writes] : plan.targets())
    table.add({target, std::to_string(writes.created), std::to_string(writes.changed), std::to_string(writes.deleted),
               std::to_string(writes.calls), listed(writes.overwritten)});
  out << '\n';
  table.print(out);
}

void write_examples(std::ostream& out, const Plan& plan) {
  Table table(
      {{"OUTCOME"}, {"ENTITY"}, {"EXTERNAL ID"}, {"NATIVE ID"}, {"FIELD"}, {"FROM", Fit::kCut}, {"TO", Fit::kCut}});
  for (const Plan::Example& example : plan.examples()) {
    const std::vector<std::string> start{example.outcome, example.key.entity, example.key.external_id,
                                         example.native_id.empty() ? "-" : example.native_id};
    const auto add = [&](const std::string& field, const std::string& from, const std::string& to) {
      std::vector<std::string> row = start;
      row.insert(row.end(), {field, from, to});
      table.add(std::move(row));
    };
    for (const auto& field : example.fields) add(field.name, shown(field.from), shown(field.to));
    std::string candidates;
    for (const std::string& id : example.candidates) candidates += (candidates.empty() ? "one of " : ", ") + id;
    if (!candidates.empty()) add("", candidates, "");
    if (!example.reason.empty()) add("", example.reason, "");
    if (example.fields.empty() && candidates.empty() && example.reason.empty()) add("", "", "");
  }
  if (!table.empty()) out << '\n';
  table.print(out);
}

}  // namespace

void write_plan_json(std::ostream& out, const Plan& plan, const std::vector<std::string>& notes,
                     const std::string& problem) {
  JsonWriter json;
  json.begin_object().member("changes", plan.changes_anything()).member_or_null("problem", problem);
  json.key("notes").begin_array();
  for (const std::string& note : notes) json.text(note);
  json.end_array().key("entities").begin_object();
  for (const auto& [entity, tally] : plan.entities()) {
    json.key(entity).begin_object().member("read", tally.read).member("created", tally.created);
    json.member("matched", tally.matched).member("changed", tally.changed).member("deleted", tally.deleted);
    json.member("lost", tally.lost).member("same", tally.same).member("ambiguous", tally.ambiguous);
    json.member("conflicts", tally.conflicts).member("waiting", tally.waiting).member("dead", tally.dead);
    json.member("missing", tally.missing);
    write_counts(json, "overwritten", tally.overwritten);
    json.end_object();
  }
  json.end_object().key("targets").begin_object();
  for (const auto& [target, writes] : plan.targets()) {
    json.key(target).begin_object().member("created", writes.created).member("changed", writes.changed);
    json.member("deleted", writes.deleted).member("calls", writes.calls);
    write_counts(json, "overwritten", writes.overwritten);
    json.end_object();
  }
  json.end_object().member("pullCalls", plan.pages()).key("examples").begin_array();
  for (const Plan::Example& example : plan.examples()) {
    json.begin_object().member("entity", example.key.entity).member("externalId", example.key.external_id);
    json.member_or_null("nativeId", example.native_id).member("outcome", example.outcome).key("fields").begin_object();
    for (const auto& field : example.fields)
      json.key(field.name).begin_object().key("from").value(field.from).key("to").value(field.to).end_object();
    json.end_object().key("candidates").begin_array();
    for (const std::string& id : example.candidates) json.text(id);
    json.end_array().member_or_null("reason", example.reason).end_object();
  }
  out << json.end_array().end_object().take() << '\n';
}

void write_plan_text(std::ostream& out, const Plan& plan, const config::SourceConfig* source,
                     const std::vector<std::string>& notes) {
  write_entities(out, plan);
  write_targets(out, plan);
  write_examples(out, plan);
  out << '\n';
  for (const auto& [entity, tally] : plan.entities()) {
    if (tally.missing > 0)
      out << tally.missing << ' ' << entity << " records are linked to " << source->name
          << " and were not among what was read\n";
    if (source != nullptr && sync::trips_brake(source->pull, tally.deleted, tally.read + tally.missing))
      out << "the brake on mass deletes would hold the " << tally.deleted << " deletes of " << entity
          << " until `syncline sources approve-deletes " << source->name << "`\n";
  }
  for (const std::string& note : notes) out << printable(note) << '\n';
  std::int64_t calls = 0;
  for (const auto& [target, writes] : plan.targets()) calls += writes.calls;
  out << "cost: " << counted(std::to_string(plan.pages()), "call") << " to read, " << calls << " to write\n"
      << (plan.changes_anything() ? "this would change something; nothing was changed\n" : "nothing would change\n");
}

}  // namespace hub::app
