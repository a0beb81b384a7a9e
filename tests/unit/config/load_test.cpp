#include "hub/config/load.hpp"

#include "tests/unit/config/loaded.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace tests::config {
namespace {

using namespace std::chrono_literals;
using hub::config::Config;
using hub::config::Direction;
using hub::config::Millis;
using hub::model::FieldType;
using hub::model::Value;
using Lines = std::vector<std::string>;

Config loaded_file(const std::filesystem::path& file) {
  auto result = hub::config::load(file);
  EXPECT_EQ(problems_of(result, ""), Lines{});
  return result.index() == 0 ? std::get<Config>(std::move(result)) : Config{};
}

Config loaded(const std::string& text) {
  const support::TempDir folder;
  return loaded_file(folder.write("hub.yaml", text));
}

TEST(Load, GivesTheDefaultsThatTheStructsHave) {
  const Config config =
      loaded("entities: {client: {fields: {email: {}}}}\nsources: {CRM: {priority: 1, entities: {client: }}}\n");
  const hub::config::HubConfig hub;
  EXPECT_EQ(config.hub.name, hub.name);
  EXPECT_EQ(config.hub.listen_host, hub.listen_host);
  EXPECT_EQ(config.hub.listen_port, hub.listen_port);
  EXPECT_EQ(config.hub.store, hub.store);
  EXPECT_EQ(config.hub.durable, hub.durable);

  const hub::config::ApiConfig api;
  EXPECT_EQ(config.api.default_entity, api.default_entity);
  EXPECT_EQ(config.api.body_bytes, api.body_bytes);
  EXPECT_EQ(config.api.line_bytes, api.line_bytes);
  EXPECT_EQ(config.api.max_connections, api.max_connections);
  EXPECT_EQ(config.api.header_timeout, api.header_timeout);
  EXPECT_EQ(config.api.body_timeout, api.body_timeout);
  EXPECT_EQ(config.api.idle_timeout, api.idle_timeout);
  EXPECT_EQ(config.api.stop_grace, api.stop_grace);
  EXPECT_EQ(config.api.queue_changes, api.queue_changes);

  const hub::config::SourceConfig source;
  const hub::config::SourceConfig& crm = config.sources.at(0);
  EXPECT_EQ(crm.plugin, source.plugin);
  EXPECT_EQ(crm.isolation, source.isolation);
  EXPECT_EQ(crm.pull.every, source.pull.every);
  EXPECT_EQ(crm.pull.limit, source.pull.limit);
  EXPECT_EQ(crm.pull.max_deletes_count, source.pull.max_deletes_count);
  EXPECT_EQ(crm.pull.max_deletes_percent, source.pull.max_deletes_percent);
  EXPECT_EQ(crm.push.batch, source.push.batch);
  EXPECT_EQ(crm.push.max_attempts, source.push.max_attempts);
  EXPECT_EQ(crm.push.backoff_first, source.push.backoff_first);
  EXPECT_EQ(crm.push.backoff_max, source.push.backoff_max);
  EXPECT_EQ(crm.push.rate_per_second, source.push.rate_per_second);
  EXPECT_EQ(crm.push.breaker_failures, source.push.breaker_failures);
  EXPECT_EQ(crm.push.breaker_open, source.push.breaker_open);
  EXPECT_EQ(crm.repair, source.repair);
  EXPECT_EQ(crm.max_writes_per_minute, source.max_writes_per_minute);
  EXPECT_EQ(crm.settings, source.settings);

  const hub::model::EntitySchema entity;
  const hub::model::EntitySchema& client = config.entities.at(0);
  EXPECT_EQ(client.merge, entity.merge);
  EXPECT_EQ(client.deletes, entity.deletes);
  EXPECT_EQ(client.clock_tolerance, entity.clock_tolerance);
  EXPECT_EQ(client.waiting.retry_every, entity.waiting.retry_every);
  EXPECT_EQ(client.waiting.max_attempts, entity.waiting.max_attempts);
  EXPECT_EQ(client.waiting.max_age, entity.waiting.max_age);

  const hub::model::FieldSchema field;
  const hub::model::FieldSchema& email = client.fields.at(0);
  EXPECT_EQ(email.type, field.type);
  EXPECT_EQ(email.required, field.required);
  EXPECT_EQ(email.max_length, field.max_length);
  EXPECT_EQ(email.scale, field.scale);
  EXPECT_TRUE(email.allowed.empty());
  EXPECT_TRUE(email.normalisers.empty());
  EXPECT_EQ(email.on_blank, field.on_blank);
  EXPECT_EQ(email.policy, field.policy);
}

TEST(Load, ReadsEveryKeyOfTheHubAndItsApi) {
  const Config config = loaded(R"(
hub: {name: h-1, listen: "[::1]:0", data: /var/d, store: sqlite, plugins: /opt/p, durability: relaxed}
api:
  default_entity: client
  body_limit: 2MiB
  line_limit: 4KiB
  max_connections: 10
  header_timeout: 1s
  body_timeout: 2s
  idle_timeout: 3s
  stop_grace: 4s
  queue_changes: 50
entities: {client: {fields: {email: {}}}}
)");
  EXPECT_EQ(config.hub.name, "h-1");
  EXPECT_EQ(config.hub.listen_host, "::1");
  EXPECT_EQ(config.hub.listen_port, 0);
  EXPECT_EQ(config.hub.data, "/var/d");
  EXPECT_EQ(config.hub.plugins, "/opt/p");
  EXPECT_FALSE(config.hub.durable);
  EXPECT_EQ(config.api.default_entity, "client");
  EXPECT_EQ(config.api.body_bytes, 2U << 20);
  EXPECT_EQ(config.api.line_bytes, 4096U);
  EXPECT_EQ(config.api.max_connections, 10);
  EXPECT_EQ(config.api.header_timeout, 1s);
  EXPECT_EQ(config.api.body_timeout, 2s);
  EXPECT_EQ(config.api.idle_timeout, 3s);
  EXPECT_EQ(config.api.stop_grace, 4s);
  EXPECT_EQ(config.api.queue_changes, 50U);
}

TEST(Load, ReadsEveryKeyOfAnEntity) {
  using hub::model::NormaliserKind;
  using hub::model::PolicyKind;
  const Config config = loaded(R"(
entities:
  client:
    fields:
      fullName: {type: string, max_length: 200, normalise: [trim, lower], required: true}
      email:    {normalise: [email], policy: newest}
      phone:    {normalise: [phone], on_blank: ignore, policy: manual}
      credit:   {type: decimal, scale: 2, normalise: ["decimal:2"], policy: {owner: ERP}}
      status:   {type: string, enum: [active, no, 010], policy: {prefer: [ERP, CRM]}, on_blank: clear}
      age:      {type: integer, enum: [1, -2]}
      vip:      {type: boolean}
      born:     {type: date, normalise: [date]}
      seen:     {type: datetime}
      parent:   {references: client}
      note:
    merge: field
    deletes: manual
    clock_tolerance: 500ms
    waiting: {retry_every: 1s, max_attempts: 9, max_age: 2d}
  order: {fields: {a: {}}, deletes: ignore}
sources:
  CRM: {priority: 1, entities: {client: }}
  ERP: {priority: 2, entities: {client: }}
)");
  const hub::model::EntitySchema& client = *config.entity("client");
  EXPECT_EQ(client.merge, hub::model::MergeMode::kField);
  EXPECT_EQ(client.deletes, hub::model::DeleteMode::kManual);
  EXPECT_EQ(config.entity("order")->deletes, hub::model::DeleteMode::kIgnore);
  EXPECT_EQ(client.clock_tolerance, 500ms);
  EXPECT_EQ(client.waiting.retry_every, 1s);
  EXPECT_EQ(client.waiting.max_attempts, 9);
  EXPECT_EQ(client.waiting.max_age, 48h);

  const auto& field = [&](const char* name) -> const hub::model::FieldSchema& { return *client.find(name); };
  const std::pair<const char*, FieldType> types[] = {{"fullName", FieldType::kString},  {"credit", FieldType::kDecimal},
                                                     {"age", FieldType::kInteger},      {"vip", FieldType::kBoolean},
                                                     {"born", FieldType::kDate},        {"seen", FieldType::kDatetime},
                                                     {"parent", FieldType::kReference}, {"note", FieldType::kString}};
  for (const auto& [name, type] : types) EXPECT_EQ(field(name).type, type) << name;
  EXPECT_EQ(client.fields[0].name, "fullName");
  EXPECT_TRUE(field("fullName").required);
  EXPECT_EQ(field("fullName").max_length, 200);
  EXPECT_EQ(field("fullName").normalisers,
            (std::vector<hub::model::Normaliser>{{NormaliserKind::kTrim, 0}, {NormaliserKind::kLower, 0}}));
  EXPECT_EQ(field("email").normalisers, (std::vector<hub::model::Normaliser>{{NormaliserKind::kEmail, 0}}));
  EXPECT_EQ(field("phone").normalisers, (std::vector<hub::model::Normaliser>{{NormaliserKind::kPhone, 0}}));
  EXPECT_EQ(field("credit").normalisers, (std::vector<hub::model::Normaliser>{{NormaliserKind::kDecimal, 2}}));
  EXPECT_EQ(field("born").normalisers, (std::vector<hub::model::Normaliser>{{NormaliserKind::kDate, 0}}));
  EXPECT_EQ(field("credit").scale, 2);
  EXPECT_EQ(field("status").allowed, (Lines{"active", "no", "010"})) << "text is read as written";
  EXPECT_EQ(field("age").allowed, (Lines{"1", "-2"}));
  EXPECT_EQ(field("phone").on_blank, hub::model::OnBlank::kIgnore);
  EXPECT_EQ(field("status").on_blank, hub::model::OnBlank::kClear);
  EXPECT_EQ(field("email").policy, (hub::model::FieldPolicy{PolicyKind::kNewest, {}}));
  EXPECT_EQ(field("phone").policy, (hub::model::FieldPolicy{PolicyKind::kManual, {}}));
  EXPECT_EQ(field("credit").policy, (hub::model::FieldPolicy{PolicyKind::kOwner, {"ERP"}}));
  EXPECT_EQ(field("status").policy, (hub::model::FieldPolicy{PolicyKind::kPrefer, {"ERP", "CRM"}}));
  EXPECT_EQ(field("parent").references, "client");
}

TEST(Load, ReadsEveryKeyOfASource) {
  const Config config = loaded(R"(
entities: {client: {fields: {fullName: {}, email: {}, status: {enum: [active, blocked, gone]}, vip: {type: boolean}, n: {type: integer}}}}
sources:
  CRM:
    priority: 7
    plugin: crm
    isolation: in_process
    pull: {every: 2s, limit: 5, max_deletes: {count: 3, percent: 4}}
    push: {batch: 6, max_attempts: 7, backoff: {first: 8ms, max: 9s}, rate: 120/m, breaker: {failures: 2, open: 1m}}
    repair: false
    max_writes_per_minute: 12
    settings: {url: https://crm.example.org}
    entities:
      client:
        remote: accounts
        key: accountnumber
        deletes: ignore
        match_on: [[email], [fullName, n]]
        filter: {status: [active, blocked], vip: [true]}
        fields:
          fullName: name
          email:
          status: {field: statuscode, values: {active: 1, blocked: "2", gone: }, direction: both}
          vip: {values: {true: Y, false: false}, direction: push}
          n: {field: num, direction: pull}
)");
  const hub::config::SourceConfig& crm = *config.source("CRM");
  EXPECT_EQ(crm.priority, 7);
  EXPECT_EQ(crm.plugin, "crm");
  EXPECT_EQ(crm.pull.every, 2s);
  EXPECT_EQ(crm.pull.limit, 5);
  EXPECT_EQ(crm.pull.max_deletes_count, 3);
  EXPECT_EQ(crm.pull.max_deletes_percent, 4);
  EXPECT_EQ(crm.push.batch, 6);
  EXPECT_EQ(crm.push.max_attempts, 7);
  EXPECT_EQ(crm.push.backoff_first, 8ms);
  EXPECT_EQ(crm.push.backoff_max, 9s);
  EXPECT_DOUBLE_EQ(crm.push.rate_per_second, 2);
  EXPECT_EQ(crm.push.breaker_failures, 2);
  EXPECT_EQ(crm.push.breaker_open, 1min);
  EXPECT_FALSE(crm.repair);
  EXPECT_EQ(crm.max_writes_per_minute, 12);
  EXPECT_EQ(crm.settings, R"({"url":"https://crm.example.org"})");

  const hub::config::EntityMapping& client = *crm.find("client");
  EXPECT_EQ(client.remote, "accounts");
  EXPECT_EQ(client.key, "accountnumber");
  EXPECT_EQ(client.deletes, hub::model::DeleteMode::kIgnore);
  EXPECT_EQ(client.match_on, (std::vector<Lines>{{"email"}, {"fullName", "n"}}));
  EXPECT_EQ(client.filter, (std::map<std::string, Lines>{{"status", {"active", "blocked"}}, {"vip", {"true"}}}));
  ASSERT_EQ(client.fields.size(), 5U);
  EXPECT_EQ(client.fields[0].field, "fullName");
  EXPECT_EQ(client.find("fullName")->remote, "name");
  EXPECT_EQ(client.find("email")->remote, "email");
  EXPECT_EQ(client.find("status")->remote, "statuscode");
  EXPECT_EQ(client.find("status")->direction, Direction::kBoth);
  EXPECT_EQ(client.find("status")->values,
            (std::vector<std::pair<std::string, Value>>{
                {"active", Value::integer(1)}, {"blocked", Value::string("2")}, {"gone", Value()}}));
  EXPECT_EQ(client.find("vip")->remote, "vip");
  EXPECT_EQ(client.find("vip")->direction, Direction::kPush);
  EXPECT_EQ(client.find("vip")->values, (std::vector<std::pair<std::string, Value>>{{"true", Value::string("Y")},
                                                                                    {"false", Value::boolean(false)}}));
  EXPECT_EQ(client.find("n")->direction, Direction::kPull);
  EXPECT_EQ(client.find("nobody"), nullptr);
}

TEST(Load, TakesEveryFieldAsItIsWhenNoneIsNamed) {
  for (const char* mapping : {"{}", "", "{fields: }", "{fields: {}}"}) {
    const Config config = loaded(
        std::string("entities: {client: {fields: {a: {}, b: {}}}}\nsources: {CRM: {priority: 1, entities: {client: ") +
        mapping + "}}}\n");
    const auto& fields = config.sources.at(0).entities.at(0).fields;
    ASSERT_EQ(fields.size(), 2U) << mapping;
    EXPECT_EQ(fields[1].field, "b");
    EXPECT_EQ(fields[1].remote, "b");
    EXPECT_EQ(fields[1].direction, Direction::kBoth);
    EXPECT_EQ(config.sources[0].entities[0].remote, "client");
  }
}

TEST(Load, WarnsOfWhatWillNotWork) {
  const support::TempDir folder;
  const auto file =
      folder.write("hub.yaml",
                   "entities: {client: {fields: {a: {}}}, order: {fields: {clientId: {references: client}}}}\n"
                   "sources:\n"
                   "  CRM: {priority: 1, settings: {a: b}, entities: {client: , order: }}\n"
                   "  ERP: {priority: 2, entities: {order: }}\n"
                   "  Web: {priority: 3, entities: {order: {fields: {clientId: {direction: pull}}}}}\n");
  EXPECT_EQ(loaded_file(file).warnings,
            (Lines{file.string() + ":3:22: `sources.CRM.settings` has no effect without `plugin`",
                   file.string() +
                       ":4:33: `sources.ERP` holds `order` but not `client`, which its `clientId` references: these "
                       "deliveries will wait for ever"}));
}

TEST(Load, RunsTheExampleOfTheReferencePage) {
  const std::string page = support::read_file(std::filesystem::path(SOURCE_FOLDER) / "docs/configuration.md");
  const std::string_view begin = "```yaml\nhub:";
  const auto at = page.find(begin);
  ASSERT_NE(at, std::string::npos);
  ::setenv("CRM_TOKEN", "x", 1);
  const Config config = loaded(page.substr(at + 8, page.find("```", at + 8) - at - 8));
  ::unsetenv("CRM_TOKEN");
  EXPECT_EQ(config.sources.size(), 2U);
}

TEST(Load, RunsTheReferenceConfiguration) {
  const std::filesystem::path folder = std::filesystem::path(SOURCE_FOLDER) / "config";
  const Config config = loaded_file(folder / "hub.yaml");
  EXPECT_EQ(config.warnings, Lines{});
  EXPECT_EQ(config.hub.data, folder / "data");
  EXPECT_EQ(config.hub.plugins, folder.parent_path() / "build/release/plugins");
  EXPECT_EQ(config.api.default_entity, "client");
  const std::pair<const char*, int> priorities[] = {{"CRM", 1}, {"ERP", 2}, {"Portal", 3}, {"LocalDB", 4}};
  ASSERT_EQ(config.sources.size(), 4U);
  for (const auto& [name, priority] : priorities) {
    ASSERT_NE(config.source(name), nullptr) << name;
    EXPECT_EQ(config.source(name)->priority, priority) << name;
    EXPECT_NE(config.source(name)->find("client"), nullptr) << name;
    EXPECT_NE(config.source(name)->find("order"), nullptr) << name;
  }
  EXPECT_EQ(config.source("LocalDB")->plugin, "localdb");
  EXPECT_NE(config.source("LocalDB")->settings.find("\"path\":\"" + (folder / "data/local.db").string() + "\""),
            std::string::npos);
  EXPECT_EQ(config.entity("order")->find("clientId")->references, "client");
  EXPECT_EQ(config.entity("nobody"), nullptr);
  EXPECT_EQ(config.source("nobody"), nullptr);
}

TEST(Load, ReadsTemplatesInTheOrderInWhichTheyDepend) {
  const Config config = loaded(R"(
entities:
  client:
    fields:
      label: {template: "{{{full}}}", normalise: [lower]}
      full: {template: "{first} {last}"}
      first:
      last:
sources: {CRM: {priority: 1, entities: {client: {fields: {full: name, first: first}}}}}
)");
  const auto& client = config.entities.at(0);
  EXPECT_EQ(client.computed, (Lines{"full", "label"}));
  using Parts = std::vector<hub::model::TemplatePart>;
  EXPECT_EQ(client.find("full")->parts, (Parts{{"first", {}}, {{}, " "}, {"last", {}}}));
  EXPECT_EQ(client.find("label")->parts, (Parts{{{}, "{"}, {"full", {}}, {{}, "}"}}));
  EXPECT_FALSE(client.find("first")->computed());
  const auto& mapping = config.sources.at(0).entities.at(0);
  EXPECT_EQ(mapping.find("full")->direction, Direction::kPush);
  EXPECT_EQ(mapping.find("first")->direction, Direction::kBoth);
}

TEST(Load, ReadsConstants) {
  const Config config = loaded(
      "entities: {client: {fields: {email: {}}}}\n"
      "sources: {CRM: {priority: 1, entities: {client: {constants: {channel: web, kind: 3, old: false, none: }}}}}\n");
  const std::vector<std::pair<std::string, Value>> expected = {
      {"channel", Value::string("web")}, {"kind", Value::integer(3)}, {"old", Value::boolean(false)}, {"none", {}}};
  EXPECT_EQ(config.sources.at(0).entities.at(0).constants, expected);
}

}  // namespace
}  // namespace tests::config
