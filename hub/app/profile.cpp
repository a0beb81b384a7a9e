#include "hub/sync/profile.hpp"

#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/source_clients.hpp"
#include "hub/app/table.hpp"
#include "hub/model/json_writer.hpp"
#include "hub/sync/reading.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace hub::app {

namespace {

using sync::Profile;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void write_json(std::ostream& out, const std::vector<Profile>& profiles) {
  model::JsonWriter json;
  json.begin_object().key("entities").begin_array();
  for (const Profile& profile : profiles) {
    json.begin_object().member("entity", profile.entity()).member("rows", profile.rows()).key("fields").begin_array();
    for (const Profile::Field& field : profile.fields()) {
      json.begin_object().member("field", field.name).member("remote", field.remote).member("filled", field.filled);
      json.member("blank", profile.rows() - field.filled).member("invalid", field.invalid);
      json.member("distinct", static_cast<std::int64_t>(field.values.size()));
      json.member("longest", static_cast<std::int64_t>(field.longest)).end_object();
    }
    json.end_array().key("matchOn").begin_array();
    for (const Profile::Step& step : profile.steps()) {
      json.begin_object().key("fields").begin_array();
      for (const std::string& field : step.fields) json.text(field);
      json.end_array().member("complete", step.complete).member("repeated", step.repeated).end_object();
    }
    json.end_array().end_object();
  }
  out << json.end_array().end_object().take() << '\n';
}

void write_text(std::ostream& out, const std::vector<Profile>& profiles) {
  Table table({{"ENTITY"},
               {"FIELD"},
               {"AT THE SOURCE"},
               {"ROWS", Fit::kRight},
               {"FILLED", Fit::kRight},
               {"BLANK", Fit::kRight},
               {"INVALID", Fit::kRight},
               {"DISTINCT", Fit::kRight},
               {"LONGEST", Fit::kRight}});
  for (const Profile& profile : profiles)
    for (const Profile::Field& field : profile.fields()) {
      const bool many = field.values.size() > Profile::kMostDistinct;
      table.add({profile.entity(), field.name, field.remote, std::to_string(profile.rows()),
                 std::to_string(field.filled), std::to_string(profile.rows() - field.filled),
                 std::to_string(field.invalid),
                 many ? "> " + std::to_string(Profile::kMostDistinct) : std::to_string(field.values.size()),
                 std::to_string(field.longest)});
    }
  table.print(out);
  for (const Profile& profile : profiles)
    for (const Profile::Step& step : profile.steps())
      out << printable(profile.entity()) << ", match_on " << printable(joined(step.fields)) << ": " << step.complete
          << " of " << counted(std::to_string(profile.rows()), "row") << " can be matched, " << step.repeated
          << " of them repeat the values of another row\n";
}

ExitCode profile(Cli& cli) {
  const config::Config config = load_config(cli.args);
  const config::SourceConfig* source = config.source(cli.args.source);
  if (source == nullptr || source->plugin.empty())
    throw CommandError(ExitCode::kNo, source == nullptr ? "there is no source " + cli.args.source
                                                        : source->name + " has no plugin that could read it");
  const auto client = make_client(config, *source);
  std::vector<Profile> profiles;
  for (const config::EntityMapping& mapping : source->entities) {
    Profile& made = profiles.emplace_back(mapping, *config.entity(mapping.entity));
    const auto failed = sync::read_all(
        *source, mapping, *client, [] { return false; }, [](plugin::PullPage& page) { return std::move(page.changes); },
        [&](std::vector<plugin::PulledChange>&& changes) { made.add(changes); });
    if (failed) throw CommandError(ExitCode::kNo, "reading " + source->name + " failed: " + *failed);
  }
  cli.args.json ? write_json(cli.out, profiles) : write_text(cli.out, profiles);
  return ExitCode::kOk;
}

}  // namespace

void add_profile(Cli& cli, CLI::App& root) {
  CLI::App& command = add_command(
      cli, root, "profile",
      "What a source's rows are like: how full each field is, what does not fit, which rows could be told apart. Only "
      "reads",
      {"syncline profile LocalDB"}, profile);
  put_under(command, kLook);
  add_argument(command, "SOURCE", cli.args.source, "The source, as the configuration calls it");
  add_usual_options(cli, {&command});
}

}  // namespace hub::app
