#pragma once

#include "hub/model/schema.hpp"
#include "hub/model/value.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hub::config {

using Millis = std::chrono::milliseconds;

/// Which way a field travels between the hub and a source.
enum class Direction : std::uint8_t { kPull, kPush, kBoth };

/// How one hub field appears at a source.
struct FieldMapping {
  std::string field;   // the hub's name
  std::string remote;  // the source's name
  Direction direction = Direction::kBoth;
  std::vector<std::pair<std::string, model::Value>> values;  // hub value (as text) to source value; empty: as it is
};

/// How one entity appears at a source.
struct EntityMapping {
  std::string entity;
  std::string remote;  // the source's name of it (table, path); default: the entity's
  std::string key;     // the source field that is the external id; empty: links are the crosswalk
  std::vector<std::vector<std::string>> match_on;               // ladders of hub fields that identify a record
  std::optional<model::DeleteMode> deletes;                     // of this source; absent: as the entity has it
  std::map<std::string, std::vector<std::string>> filter;       // hub field to the values that pass; empty: all pass
  std::vector<std::pair<std::string, model::Value>> constants;  // source fields that a new row gets, with their values
  std::vector<FieldMapping> fields;  // never empty after loading: absent in YAML means every field as it is

  [[nodiscard]] const FieldMapping* find(std::string_view field) const;
};

enum class Isolation : std::uint8_t { kInProcess };

struct PullSettings {
  Millis every{30'000};
  int limit = 500;               // changes a page
  int max_deletes_count = 10;    // the mass-delete brake trips above this many …
  int max_deletes_percent = 10;  // … and above this share of the linked records
};

struct PushSettings {
  int batch = 100;  // records a call
  int max_attempts = 5;
  Millis backoff_first{1'000};
  Millis backoff_max{300'000};
  double rate_per_second = 0;  // 0: no limit
  int breaker_failures = 10;   // failed calls in a row that open the breaker
  Millis breaker_open{30'000};
};

/// One configured source. `plugin` empty: a connector outside the hub speaks for it over HTTP.
struct SourceConfig {
  std::string name;
  int priority = 0;    // seeds source_priority once (lower is better)
  std::string plugin;  // library base name: "localdb" is libsyncline_localdb.so in hub.plugins
  Isolation isolation = Isolation::kInProcess;
  PullSettings pull;
  PushSettings push;
  bool repair = true;
  int max_writes_per_minute = 30;  // the fuse of SEMANTICS 6, per record
  std::string settings = "{}";     // the plugin's own, as a JSON object, secrets resolved
  std::vector<EntityMapping> entities;

  [[nodiscard]] const EntityMapping* find(std::string_view entity) const;
};

/// How long finished things are kept (docs/operations.md).
struct Retention {
  Millis journal{std::chrono::hours{24 * 365}};    // 0: for ever
  std::int64_t journal_rows = 0;                   // of one source; 0: any number
  Millis deliveries{std::chrono::hours{24 * 30}};  // 0: for ever
  Millis undo{std::chrono::hours{24 * 30}};
};

struct HubConfig {
  std::string name = "syncline";
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 8080;
  std::filesystem::path data;     // absolute
  std::string store = "sqlite";   // or the URL of a PostgreSQL database, with its password
  std::filesystem::path plugins;  // absolute
  bool durable = true;            // `durability: full | relaxed`
  bool shadow = false;            // decides, and delivers nothing
  Retention retention;
};

struct ApiConfig {
  std::string default_entity;          // entity of the flat body; empty: the flat body is refused
  std::size_t body_bytes = 1 << 20;    // largest body of a request that is not streamed
  std::size_t line_bytes = 256 << 10;  // largest line of a streamed batch
  int max_connections = 1024;
  Millis header_timeout{10'000};       // from accept or the last answer to the end of the header
  Millis body_timeout{30'000};         // between two reads of a body
  Millis idle_timeout{60'000};         // a kept-alive connection without a request
  Millis stop_grace{20'000};           // what runs may take to end after SIGTERM
  std::size_t queue_changes = 20'000;  // changes waiting for a commit before 429
};

/// The whole configuration, checked: every name resolves, every value is in range.
struct Config {
  HubConfig hub;
  ApiConfig api;
  std::vector<model::EntitySchema> entities;
  std::vector<SourceConfig> sources;
  std::vector<std::string> warnings;  // what works but should not stay so (a literal secret), with file:line:column

  [[nodiscard]] const model::EntitySchema* entity(std::string_view name) const;
  [[nodiscard]] const SourceConfig* source(std::string_view name) const;
};

}  // namespace hub::config
