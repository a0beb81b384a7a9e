#include "hub/sync/plan.hpp"

#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/data_folder.hpp"
#include "hub/app/plan_report.hpp"
#include "hub/app/source_clients.hpp"
#include "hub/app/stop_signals.hpp"
#include "hub/base/log.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/trial.hpp"
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
    write_plan_json(cli.out, plan, notes, problem);
  else
    write_plan_text(cli.out, plan, source, notes);
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
  add_limit_option(cli, command, "Records to tell in full");
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
