#include "hub/app/api_client.hpp"
#include "hub/app/cells.hpp"
#include "hub/app/commands.hpp"
#include "hub/app/conflict_filter.hpp"
#include "hub/app/field_values.hpp"
#include "hub/app/table.hpp"
#include "hub/model/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <ostream>

namespace hub::app {

namespace {

using model::Json;

constexpr std::size_t kShown = 100;  // conflicts that are told one by one

bool is_side(const std::string& word) { return word == "incoming" || word == "canonical"; }

/// --take as the API wants it: a word, or an object of fields; empty when it was not given.
std::string take_json(const std::vector<std::string>& takes) {
  if (takes.empty()) return {};
  model::JsonWriter json;
  if (takes.size() == 1 && (is_side(takes.front()) || takes.front() == "create"))
    return json.text(takes.front()).take();
  json.begin_object();
  for (const std::string& text : takes) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || !is_side(text.substr(equals + 1)))
      throw CommandError(ExitCode::kUsage,
                         "--take says incoming, canonical or create, or for single fields NAME=incoming or "
                         "NAME=canonical, such as --take email=incoming; not " +
                             text);
    json.member(text.substr(0, equals), text.substr(equals + 1));
  }
  return json.end_object().take();
}

/// Adds what wins to an open body. `entity` (may be null) tells the types of new values.
void write_ruling(model::JsonWriter& body, const Arguments& args, const model::EntitySchema* entity) {
  if (const std::string take = take_json(args.takes); !take.empty()) body.key("take").raw(take);
  if (!args.link.empty()) body.member("take", "link").member("externalId", args.link);
  if (!args.merge.empty()) body.member("take", "merge").member("externalId", args.merge);
  if (const std::string values = field_values(args, entity); !values.empty()) body.key("fields").raw(values);
}

ExitCode resolve_one(Cli& cli) {
  const Arguments& args = cli.args;
  const config::Config config = load_config(args);
  const ApiClient client = ApiClient::connect(config);
  const std::string conflict = path({"api", "conflicts", args.id});
  // Without --etag the decision is on what there is now: what comes in between makes it void all the same.
  const Json shown = client.get(conflict).json;
  model::JsonWriter body;
  body.begin_object();
  write_ruling(body, args, config.entity(cell(shown, "entity")));
  const std::string etag = args.etag.empty() ? cell(shown, "etag") : args.etag;
  const auto answer = client.call({"POST", conflict + "/resolve", body.end_object().take(), etag});
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  cli.out << "conflict " << printable(args.id) << " is settled";
  if (const Json* version = answer.json.find("version"))
    cli.out << ": " << printable(cell(answer.json, "entity") + " " + cell(answer.json, "externalId"))
            << " is at version " << version->text;
  cli.out << '\n';
  return ExitCode::kOk;
}

std::string record_of(const Json& item) { return cell(item, "entity") + " " + cell(item, "externalId"); }

/// The value that loses: the incoming one, the canonical one, or both.
std::string instead_of(const Json& field) {
  const Json& becomes = member_of(field, "becomes");
  std::string text;
  for (const char* side : {"incoming", "canonical"})
    if (!model::same_json(member_of(field, side), becomes))
      text += (text.empty() ? "" : ", ") + std::string(side) + " " + cell(field, side);
  return text;
}

void write_bulk(std::ostream& out, const Json& answer) {
  Table items({{"ID"}, {"RECORD"}, {"FROM"}, {"FIELD"}, {"BECOMES", Fit::kCut}, {"INSTEAD OF", Fit::kCut}});
  for (const Json& item : items_of(answer, "items")) {
    const std::vector<std::string> head{cell(item, "id"), record_of(item), cell(item, "source")};
    const auto& fields = member_of(item, "fields").members;
    const bool deletes = cell(item, "op") == "delete";
    if (fields.empty()) items.add({head[0], head[1], head[2], "-", deletes ? "(deleted)" : "-", "-"});
    for (const auto& [name, field] : fields)
      items.add({head[0], head[1], head[2], name, deletes ? "(deleted)" : cell(field, "becomes"), instead_of(field)});
  }
  Table left_out({{"LEFT OUT"}, {"RECORD"}, {"FROM"}, {"OUTCOME"}, {"WHY"}});
  for (const Json& item : items_of(answer, "leftOut"))
    left_out.add({cell(item, "id"), record_of(item), cell(item, "source"), cell(item, "outcome"), cell(item, "why")});
  items.print(out);
  if (!items.empty() && !left_out.empty()) out << '\n';
  left_out.print(out);
  const bool applied = cell(answer, "applied") == "true";
  if (!items.empty() || !left_out.empty()) out << '\n';
  out << counted(cell(answer, "matched"), "conflict") << " matched: " << cell(answer, "settled")
      << (applied ? " settled, " : " would be settled, ") << cell(answer, "refused") << " cannot be settled so";
  if (applied) out << ", " << cell(answer, "movedOn") << " moved on since the preview";
  out << '\n';
}

/// Adds a further page of what was applied to the pages before.
void add_up(Json& sum, Json& page) {
  for (auto& [name, value] : sum.members) {
    auto more =
        std::find_if(page.members.begin(), page.members.end(), [&](const auto& each) { return each.first == name; });
    if (more == page.members.end()) continue;
    if (value.kind == Json::Kind::kNumber) {
      value.text = std::to_string(std::stoll(value.text) + std::stoll(more->second.text));
    } else if (value.kind == Json::Kind::kArray) {
      for (Json& item : more->second.items)
        if (value.items.size() < kShown) value.items.push_back(std::move(item));
    } else {
      value = std::move(more->second);
    }
  }
}

/// The command line that does what was shown.
std::string apply_command(const Arguments& args, const std::string& field, const std::string& preview) {
  std::string command = "syncline conflicts resolve --all" + filter_words(args, field);
  for (const std::string& take : args.takes) command += " --take " + shell_word(take);
  for (const std::string& value : args.fields)
    if (value.find('=') != std::string::npos) command += " --field " + shell_word(value);
  for (const std::string& name : args.cleared) command += " --clear " + shell_word(name);
  return command + " --apply --preview " + preview;
}

/// --field NAME is part of the filter, --field NAME=VALUE of the decision.
std::string split_field(Arguments& args) {
  std::string field;
  std::erase_if(args.fields, [&](const std::string& text) {
    if (text.find('=') != std::string::npos) return false;
    if (!field.empty())
      throw CommandError(ExitCode::kUsage, "--all takes one --field NAME: the field that is in dispute");
    field = text;
    return true;
  });
  return field;
}

ExitCode resolve_all(Cli& cli) {
  Arguments& args = cli.args;
  const std::string field = split_field(args);
  const config::Config config = load_config(args);
  const ApiClient client = ApiClient::connect(config);
  const auto call = [&](const std::string& preview, const std::string& cursor) {
    model::JsonWriter body;
    body.begin_object().key("filter").raw(filter_json(args, field));
    write_ruling(body, args, args.entity.empty() ? nullptr : config.entity(args.entity));
    if (!preview.empty()) body.member("apply", true).member("preview", preview);
    if (!cursor.empty()) body.member("cursor", cursor);
    return client.call({"POST", "/api/conflicts/resolve", body.end_object().take(), {}});
  };
  std::string preview = args.preview;
  if (preview.empty()) {
    const auto shown = call({}, {});
    preview = cell(shown.json, "preview");
    if (!args.apply && wrote_json(cli, shown)) return ExitCode::kOk;
    if (!args.json) write_bulk(cli.out, shown.json);
    if (!args.apply) {
      if (cell(shown.json, "settled") != "0")
        cli.out << "nothing is changed yet; to do it: " << apply_command(args, field, preview) << '\n';
      return ExitCode::kOk;
    }
  }
  ApiClient::Answer answer = call(preview, {});
  for (const Json* next = &member_of(answer.json, "next"); next->kind == Json::Kind::kString;
       next = &member_of(answer.json, "next")) {
    cli.err << cell(answer.json, "settled") << " settled so far\n";
    Json page = call(preview, next->text).json;
    add_up(answer.json, page);
  }
  answer.text.clear();
  model::append_json(answer.text, answer.json);
  if (!wrote_json(cli, answer)) write_bulk(cli.out, answer.json);
  return cell(answer.json, "refused") == "0" && cell(answer.json, "movedOn") == "0" ? ExitCode::kOk : ExitCode::kNo;
}

ExitCode resolve(Cli& cli) {
  const Arguments& args = cli.args;
  if (args.all == !args.id.empty())
    throw CommandError(ExitCode::kUsage, "say which: the ID of a conflict, or --all with a filter");
  if (args.takes.empty() && args.link.empty() && args.merge.empty() && args.fields.empty() && args.cleared.empty())
    throw CommandError(
        ExitCode::kUsage,
        "say what wins: --take incoming, --take canonical, --take NAME=incoming for single fields, or --field "
        "NAME=VALUE; or which record it is: --link ID, --merge ID, or --take create");
  const bool more = args.all || !args.takes.empty() || !args.fields.empty() || !args.cleared.empty();
  if (!args.link.empty() + !args.merge.empty() + more > 1 && !(args.link.empty() && args.merge.empty()))
    throw CommandError(ExitCode::kUsage,
                       "--link and --merge say which record one conflict is about, and go with nothing else");
  if (!args.all && (!filter_words(args, {}).empty() || args.apply || !args.preview.empty()))
    throw CommandError(ExitCode::kUsage, "a filter, --apply and --preview go with --all; an ID names one conflict");
  if (args.all && !args.etag.empty())
    throw CommandError(ExitCode::kUsage, "--etag is of one conflict; --all has --preview");
  if (!args.preview.empty() && !args.apply)
    throw CommandError(ExitCode::kUsage, "--preview goes with --apply: it says what that is to do");
  return args.all ? resolve_all(cli) : resolve_one(cli);
}

ExitCode suggest_rule(Cli& cli) {
  model::JsonWriter body;
  body.begin_object().key("take").raw(take_json(cli.args.takes));
  const auto answer =
      connect(cli).call({"POST", path({"api", "conflicts", cli.args.id, "rule"}), body.end_object().take(), {}});
  if (wrote_json(cli, answer)) return ExitCode::kOk;
  const Json& past = member_of(answer.json, "past");
  cli.out << "tried on " << counted(cell(past, "conflicts"), "past conflict") << " of "
          << printable(cell(answer.json, "entity")) << " since " << time_cell(past, "since")
          << (cell(past, "complete") == "true" ? "" : "; there are older ones") << '\n';
  if (cell(past, "settledAlready") != "0")
    cli.out << cell(past, "settledAlready") << " of them the configuration as it is would settle by itself\n";
  for (const auto& [field, policy] : member_of(answer.json, "replaces").members)
    cli.out << "field " << printable(field) << " has `policy: " << printable(policy.text) << "` now\n";
  for (const Json& rule : items_of(answer.json, "rules"))
    cli.out << "\n# " << cell(rule, "policy") << ": " << cell(rule, "note") << "\n# would have settled "
            << cell(rule, "settles") << ": " << cell(rule, "asDecided") << " as a person did, "
            << cell(rule, "otherwise") << " otherwise, " << cell(rule, "undecided") << " that nobody has decided\n"
            << cell(rule, "yaml");
  return ExitCode::kOk;
}

}  // namespace

void add_conflict_decisions(Cli& cli, CLI::App& conflicts) {
  CLI::App& one = add_command(
      cli, conflicts, "resolve",
      "Settles a conflict, or all that match, as a new version that goes out to every source",
      {"syncline conflicts resolve CRM:4 --take incoming",
       "syncline conflicts resolve CRM:4 --take email=incoming --take phone=canonical",
       "syncline conflicts resolve CRM:4 --field email=ann@example.org --clear phone",
       "syncline conflicts resolve LocalDB:9 --link CUST-001", "syncline conflicts resolve LocalDB:9 --merge CUST-001",
       "syncline conflicts resolve --all --kind field --source ERP --field email --take incoming"},
      resolve);
  one.add_option("ID", cli.args.id, "The conflict's id, such as CRM:4")->option_text(" ");
  one.add_flag("--all", cli.args.all, "All open ones that match the filter; shows what would happen");
  one.add_flag("--apply", cli.args.apply, "With --all: does it");
  one.add_option("--preview", cli.args.preview,
                 "With --apply: what a preview was shown as; what moved on since is left as it is")
      ->option_text("TOKEN");
  one.add_option(
         "--take", cli.args.takes,
         "incoming: the change wins; canonical: the record stays as it is; NAME=incoming or NAME=canonical: for "
         "this field, can be repeated; create: it is a record of its own")
      ->option_text("WHICH")
      ->allow_extra_args(false)
      ->check([](const std::string& text) {
        const bool known = is_side(text) || text == "create" || is_side(text.substr(text.find('=') + 1));
        return known ? std::string() : "incoming, canonical, create, or NAME=incoming and NAME=canonical; not " + text;
      });
  one.add_option("--link", cli.args.link, "The record that a change of unclear identity is about")
      ->option_text("EXTERNAL-ID");
  one.add_option("--merge", cli.args.merge, "The same, and the other candidates are merged into that record")
      ->option_text("EXTERNAL-ID");
  add_field_options(cli, one);
  add_filter_options(cli, one);
  one.add_option("--etag", cli.args.etag,
                 "The conflict's etag as `show` gave it: refused when it or its record moved on since")
      ->option_text("ETAG");
  CLI::App& rule =
      add_command(cli, conflicts, "rule",
                  "The policies that would have decided so, to paste into the configuration, tried on past conflicts",
                  {"syncline conflicts rule CRM:4 --take incoming"}, suggest_rule);
  add_argument(rule, "ID", cli.args.id, "The conflict's id, such as CRM:4");
  rule.add_option("--take", cli.args.takes, "incoming or canonical: what the rule is to decide")
      ->option_text("WHICH")
      ->allow_extra_args(false)
      ->required()
      ->check(CLI::IsMember({"incoming", "canonical"}));
  add_usual_options(cli, {&one, &rule});
}

}  // namespace hub::app
