#include "plugins/localdb/settings.hpp"

#include <syncline/source.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace localdb {

namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& pointer, const std::string& problem) {
  throw syncline::Error(syncline::kMisconfigured, pointer + ": " + problem);
}

std::string text_at(const json& object, const std::string& pointer, const char* name, std::string otherwise) {
  const auto member = object.find(name);
  if (member == object.end()) return otherwise;
  if (!member->is_string()) refuse(pointer + '/' + name, "must be a string");
  return member->get<std::string>();
}

std::int64_t number_at(const json& object, const char* name, std::int64_t least, std::int64_t otherwise) {
  const auto member = object.find(name);
  if (member == object.end()) return otherwise;
  if (!member->is_number_integer() || *member < least)
    refuse(std::string("/") + name, "must be an integer of at least " + std::to_string(least));
  return member->get<std::int64_t>();
}

SetupMode setup_mode(const std::string& text) {
  if (text == "auto") return SetupMode::kAuto;
  if (text != "manual") refuse("/setup", "must be 'manual' or 'auto'");
  return SetupMode::kManual;
}

TableMapping table_mapping(const json& table, const std::string& pointer) {
  if (!table.is_object()) refuse(pointer, "must be an object");
  TableMapping mapping{.key = text_at(table, pointer, "key", {}), .columns = {}};
  for (const json& column : table.value("fields", json::array())) {
    if (!column.is_string()) refuse(pointer + "/fields", "must be a list of column names");
    mapping.columns.push_back(column.get<std::string>());
  }
  if (!mapping.key.empty()) mapping.columns.push_back(mapping.key);
  std::sort(mapping.columns.begin(), mapping.columns.end());
  mapping.columns.erase(std::unique(mapping.columns.begin(), mapping.columns.end()), mapping.columns.end());
  if (mapping.columns.empty()) refuse(pointer + "/fields", "name at least one column");
  return mapping;
}

Address address_in(const json& object) {
  const std::string path = text_at(object, "", "path", {});
  const std::string url = text_at(object, "", "url", {});
  if (path.empty() == url.empty())
    refuse(url.empty() ? "" : "/url",
           "name one database: either /path, a SQLite file, or /url, such as postgresql://sync@db.example.org/shop");
  const std::string password = text_at(object, "", "password", {});
  try {
    Address address = path.empty() ? parse_address(url) : Address{.path = path, .shown = path};
    if (!password.empty()) address.password = password;
    return address;
  } catch (const std::invalid_argument& problem) {
    refuse("/url", problem.what());
  }
}

}  // namespace

Settings parse_settings(std::string_view instance, std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) refuse("", "the settings must be a JSON object");
  Settings settings;
  settings.instance = instance;
  settings.address = address_in(object);
  settings.setup = setup_mode(text_at(object, "", "setup", "manual"));
  settings.busy_timeout =
      std::chrono::milliseconds{number_at(object, "busy_timeout_ms", 0, settings.busy_timeout.count())};
  settings.wait = std::chrono::milliseconds{number_at(object, "wait_ms", 0, settings.wait.count())};
  settings.keep_captured =
      std::chrono::hours{number_at(object, "keep_captured_hours", 0, settings.keep_captured.count())};
  settings.remember_pushes = number_at(object, "remember_pushes", 1, settings.remember_pushes);
  if (const auto mapping = object.find("$mapping"); mapping != object.end()) {
    for (const auto& [table, columns] : mapping->items())
      settings.tables.emplace(table, table_mapping(columns, "/$mapping/" + table));
  }
  return settings;
}

}  // namespace localdb
