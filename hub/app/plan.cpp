#include "hub/sync/plan.hpp"

#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/data_folder.hpp"
#include "hub/app/source_clients.hpp"
#include "hub/app/stop_signals.hpp"
#include "hub/app/table.hpp"
#include "hub/base/log.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/trial.hpp"
#include "hub/sync/brake.hpp"
#include "hub/sync/intake.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <ostream>

namespace hub::app {

namespace {

using model::JsonWriter;
using sync::Plan;

/// A folder of its own for the trial, gone with this object.
class TrialFolder {
 public:
  TrialFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "syncline-plan-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw CommandError(ExitCode::kNo, "cannot make a folder for the trial in " +
                                            std::filesystem::temp_directory_path().string() + "; set TMPDIR to one");
    path_ = name;
  }
  ~TrialFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TrialFolder(const TrialFolder&) = delete;
  TrialFolder& operator=(const TrialFolder&) = delete;
  [[nodiscard]] std::filesystem::path file() const { return path_ / "trial.db"; }

 private:
  std::filesystem::path path_;
};

/// The trial has the file's priorities; says where the store's are others, because those count until they are set.
std::vector<std::string> set_priorities(store::Store& trial, const config::Config& config) {
  std::vector<std::string> notes;
  trial.write([&](store::Session& session) {
    const auto stored = store::load_priorities(session);
    store::seed_priority(session, sync::kSteward, 0);
    for (const config::SourceConfig& source : config.sources) {
      const auto it =
          std::find_if(stored.begin(), stored.end(), [&](const auto& row) { return row.first == source.name; });
      store::put_priority(session, source.name, source.priority);
      if (it == stored.end() || it->second == source.priority) continue;
      notes.push_back("planned with priority " + std::to_string(source.priority) + " of " + source.name +
                      ", as in the configuration; the store has " + std::to_string(it->second) +
                      ", which counts until `syncline priority set " + source.name + " " +
                      std::to_string(source.priority) + "`");
    }
  });
  return notes;
}

void write_counts(JsonWriter& json, std::string_view name, const std::map<std::string, std::int64_t>& counts) {
  json.key(name).begin_object();
  for (const auto& [field, count] : counts) json.member(field, count);
  json.end_object();
}

void write_json(std::ostream& out, const Plan& plan, const std::vector<std::string>& notes,
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

void write_text(std::ostream& out, const Plan& plan, const config::SourceConfig* source,
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

/// The plan, or why there is none. Throws StoreError.
ExitCode plan_on(Cli& cli, const config::Config& config) {
  const StopSignals signals;
  base::set_log_sink([](auto&&...) {});  // of the trial: what it means stands in the plan
  bool interrupted = false;
  const auto cancelled = [&] { return interrupted = interrupted || signals.wait(std::chrono::milliseconds{0}); };
  const config::SourceConfig* source = cli.args.source.empty() ? nullptr : config.source(cli.args.source);
  if (source == nullptr && !cli.args.source.empty())
    throw CommandError(ExitCode::kNo, "there is no source " + cli.args.source + " in the configuration");
  if (source != nullptr && source->plugin.empty())
    throw CommandError(ExitCode::kNo, source->name +
                                          " has no plugin that could read it; without --source the plan is "
                                          "about what the hub has stored");
  const store::Location stored = store_location(config.hub);
  const base::SystemClock clock;
  base::SeededRng rng;
  const TrialFolder folder;
  std::optional<store::Session> live;
  if (stored_schema(stored) > 0) {
    store::copy_for_trial(stored, folder.file(), clock);
    live.emplace(stored, store::Session::Mode::kRead);
    live->begin();
  }
  store::Store trial(store::trial_in(folder.file()), clock);
  const auto notes = set_priorities(trial, config);
  Plan plan(config, trial, live ? &*live : nullptr, clock, rng, cli.args.limit, cancelled);
  std::string problem;
  if (source != nullptr) {
    const auto client = make_client(config, *source);
    problem = plan.pull(*source, *client).value_or("");
  } else {
    plan.reevaluate();
  }
  if (interrupted) throw CommandError(ExitCode::kNo, "interrupted; nothing was changed");
  if (cli.args.json)
    write_json(cli.out, plan, notes, problem);
  else
    write_text(cli.out, plan, source, notes);
  if (!problem.empty())
    throw CommandError(ExitCode::kNo, "the plan is not complete: reading " + cli.args.source + " failed: " + problem);
  return plan.changes_anything() ? ExitCode::kWouldChange : ExitCode::kOk;
}

ExitCode plan(Cli& cli) {
  try {
    return plan_on(cli, load_config(cli.args));
  } catch (const store::StoreError& error) {  // 3 has another meaning here
    throw CommandError(ExitCode::kNo, error.what());
  }
}

/// Page by page, so that no request takes long.
ExitCode resync(Cli& cli) {
  const ApiClient client = connect(cli);
  std::int64_t records = 0, changed = 0, without = 0;
  for (std::string cursor = "-"; !cursor.empty();) {
    JsonWriter body;
    body.begin_object();
    if (!cli.args.source.empty()) body.member("source", cli.args.source);
    if (cursor != "-") body.member("cursor", cursor);
    const auto answer = client.call({"POST", "/api/resync", body.end_object().take(), {}});
    records += std::stoll(cell(answer.json, "records"));
    changed += std::stoll(cell(answer.json, "changed"));
    without += std::stoll(cell(answer.json, "withoutImage"));
    const model::Json* next = answer.json.find("next");
    cursor = next != nullptr && next->kind == model::Json::Kind::kString ? next->text : std::string();
  }
  if (cli.args.json) {
    JsonWriter json;
    json.begin_object().member("records", records).member("changed", changed).member("withoutImage", without);
    cli.out << json.end_object().take() << '\n';
    return ExitCode::kOk;
  }
  cli.out << counted(std::to_string(records), "record") << " looked at, " << changed
          << " changed by what their sources last said\n";
  if (without > 0)
    cli.out << counted(std::to_string(without), "row")
            << " of sources were only ever written to: `syncline sources resync SOURCE` reads them anew\n";
  return ExitCode::kOk;
}

}  // namespace

void add_plan(Cli& cli, CLI::App& root) {
  CLI::App& command = add_command(
      cli, root, "plan",
      "Says what a first sync of a source would do, or (without --source) what the configuration would make of what is "
      "stored. The real engine runs on a copy; nothing is changed. Ends with 3 when something would change",
      {"syncline plan --source LocalDB", "syncline plan --config new.yaml", "syncline plan --source LocalDB --json"},
      plan);
  put_under(command, kLook);
  command.add_option("--source", cli.args.source, "Read everything that this source has")->option_text("SOURCE");
  command.add_option("--limit", cli.args.limit, "Records to tell in full, 1 to 1000; default 50")
      ->option_text("N")
      ->check(CLI::Range(1, 1000));
  add_usual_options(cli, {&command});
}

void add_resync(Cli& cli, CLI::App& root) {
  CLI::App& command = add_command(cli, root, "resync",
                                  "Re-evaluates what the sources last said by the mapping, policies and priorities of "
                                  "now, without reading from them; "
                                  "`syncline plan` says before what it would do",
                                  {"syncline resync", "syncline resync --source ERP"}, resync);
  put_under(command, kDecide);
  command.add_option("--source", cli.args.source, "Only what this source said")->option_text("SOURCE");
  add_usual_options(cli, {&command});
}

}  // namespace hub::app
