#include "hub/app/conflict_filter.hpp"

#include "hub/model/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace hub::app {

namespace {

/// Calls `visit` with the name and value of each part of the filter that was given.
template <class Visit>
void each_part(const Arguments& args, const std::string& field, Visit visit) {
  const std::pair<const char*, const std::string*> parts[] = {{"kind", &args.kind},     {"entity", &args.entity},
                                                              {"source", &args.source}, {"field", &field},
                                                              {"since", &args.since},   {"text", &args.text}};
  for (const auto& [name, value] : parts)
    if (!value->empty()) visit(name, *value);
}

}  // namespace

void add_filter_options(Cli& cli, CLI::App& command) {
  command.add_option("--kind", cli.args.kind, "Only field, delete_vs_edit, reference_cycle or identity")
      ->option_text("KIND")
      ->check(CLI::IsMember({"field", "delete_vs_edit", "reference_cycle", "identity"}));
  command.add_option("--entity", cli.args.entity, "Only those about records of this entity")->option_text("ENTITY");
  command.add_option("--source", cli.args.source, "Only those that this source raised")->option_text("SOURCE");
  command.add_option("--since", cli.args.since, "Only those opened then or later, such as 2026-01-31T08:30:00Z")
      ->option_text("TIME");
  command.add_option("--text", cli.args.text, "Only those whose record has this in its external id")
      ->option_text("TEXT");
}

Query filter_query(const Arguments& args, const std::string& field) {
  Query query;
  each_part(args, field, [&](const char* name, const std::string& value) { query.add(name, value); });
  return query;
}

std::string filter_json(const Arguments& args, const std::string& field) {
  model::JsonWriter json;
  json.begin_object();
  each_part(args, field, [&](const char* name, const std::string& value) { json.member(name, value); });
  return json.end_object().take();
}

std::string filter_words(const Arguments& args, const std::string& field) {
  std::string words;
  each_part(args, field, [&](const char* name, const std::string& value) {
    words += std::string(" --") + name + " " + shell_word(value);
  });
  return words;
}

std::string shell_word(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_=.:/@,+").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace hub::app
