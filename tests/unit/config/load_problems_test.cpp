// One wrong file a case, with the lines that a person gets. Every file is otherwise complete.

#include "tests/unit/config/loaded.hpp"

#include <gtest/gtest.h>

namespace tests::config {
namespace {

using Lines = std::vector<std::string>;

struct Case {
  const char* name;
  std::string text;
  Lines expected;
};

// What most cases need beside their mistake: it takes the first two lines, so that a mistake begins in line 3.
const std::string kRest =
    "entities: {client: {fields: {fullName: {}, email: {}, age: {type: integer}, status: {enum: [active, blocked]}}}}\n"
    "sources: {CRM: {priority: 1, entities: {client: {}}}}\n";

/// A complete file whose source CRM has `mapping` for client, in line 5.
std::string mapped(const std::string& mapping) {
  return "entities: {client: {fields: {fullName: {}, email: {}, age: {type: integer}, status: {enum: [active, "
         "blocked]}}}}\n"
         "sources:\n  CRM:\n    priority: 1\n    entities: {client: " +
         mapping + "}\n";
}

/// A complete file whose entity client has `fields`, in line 4.
std::string with_fields(const std::string& fields) {
  return "sources: {CRM: {priority: 1, entities: {client: {}}}}\nentities:\n  client:\n    fields: " + fields + "\n";
}

/// A complete file whose source CRM has `keys`, in line 4.
std::string with_source(const std::string& keys) {
  return "entities: {client: {fields: {email: {}}}}\nsources:\n  CRM:\n    " + keys + "\n    entities: {client: {}}\n";
}

void expect(const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(problems_in(c.text), c.expected) << "case: " << c.name;
}

TEST(Problems, NamesTheNearestKnownKey) {
  expect({
      {"a slip",
       kRest + "hub: {lisen: 127.0.0.1:0}\n",
       {"hub.yaml:3:7: unknown key `hub.lisen`; did you mean `hub.listen`?"}},
      {"at the top", kRest + "includes: []\n", {"hub.yaml:3:1: unknown key `includes`; did you mean `include`?"}},
      {"case", kRest + "hub: {Name: x}\n", {"hub.yaml:3:7: unknown key `hub.Name`; did you mean `hub.name`?"}},
      {"known further down",
       with_source("priority: 1\n    every: 3s"),
       {"hub.yaml:5:5: unknown key `sources.CRM.every`; did you mean `sources.CRM.pull.every`?"}},
      {"a level lost",
       kRest + "default_entity: client\n",
       {"hub.yaml:3:1: unknown key `default_entity`; did you mean `api.default_entity`?"}},
      {"nothing near",
       kRest + "zzz: 1\n",
       {"hub.yaml:3:1: unknown key `zzz`; known here: `hub`, `include`, `api`, `entities` and `sources`"}},
      {"in a policy",
       with_fields("{a: {policy: {ownr: CRM}}}"),
       {"hub.yaml:4:27: unknown key `entities.client.fields.a.policy.ownr`; did you mean "
        "`entities.client.fields.a.policy.owner`?"}},
      {"in a mapping",
       mapped("{fields: {email: {feld: x}}}"),
       {"hub.yaml:5:42: unknown key `sources.CRM.entities.client.fields.email.feld`; did you mean "
        "`sources.CRM.entities.client.fields.email.field`?"}},
  });
}

TEST(Problems, SaysWhatAValueMustBe) {
  expect({
      {"octal",
       kRest + "api: {max_connections: 010}\n",
       {"hub.yaml:3:24: `api.max_connections` must be a whole number in decimal digits, not `010`"}},
      {"hexadecimal",
       kRest + "api: {max_connections: 0x1F}\n",
       {"hub.yaml:3:24: `api.max_connections` must be a whole number in decimal digits, not `0x1F`"}},
      {"octal in a duration",
       kRest + "api: {idle_timeout: 010s}\n",
       {"hub.yaml:3:21: `api.idle_timeout` must be a duration with its unit (500ms, 30s, 5m, 12h, 7d), not `010s`"}},
      {"a quoted number",
       kRest + "api: {max_connections: '10'}\n",
       {"hub.yaml:3:24: `api.max_connections` must be a whole number in decimal digits, not `10` in quotes"}},
      {"beyond any range",
       kRest + "api: {max_connections: 99999999999999999999}\n",
       {"hub.yaml:3:24: `api.max_connections` must be a whole number in decimal digits, not `99999999999999999999`"}},
      {"a fraction",
       with_source("priority: 1.5"),
       {"hub.yaml:4:15: `sources.CRM.priority` must be a whole number in decimal digits, not `1.5`"}},
      {"too small",
       with_source("priority: -1"),
       {"hub.yaml:4:15: `sources.CRM.priority` must be between 0 and 1000000, not `-1`"}},
      {"no unit",
       kRest + "api: {header_timeout: 30}\n",
       {"hub.yaml:3:23: `api.header_timeout` must be a duration with its unit (500ms, 30s, 5m, 12h, 7d), not `30`"}},
      {"out of range",
       kRest + "api: {header_timeout: 2d}\n",
       {"hub.yaml:3:23: `api.header_timeout` must be between 10ms and 1h, not `2d`"}},
      {"an ambiguous size",
       kRest + "api: {body_limit: 1MB}\n",
       {"hub.yaml:3:19: `api.body_limit` must be a size with its unit (512B, 64KiB, 1MiB, 1GiB), not `1MB`"}},
      {"a bare rate",
       with_source("priority: 1\n    push: {rate: 50}"),
       {"hub.yaml:5:18: `sources.CRM.push.rate` must be a rate (50/s, 300/m, 1000/h) or `unlimited`, not `50`"}},
      {"not a boolean",
       with_source("priority: 1\n    repair: yes"),
       {"hub.yaml:5:13: `sources.CRM.repair` must be `true` or `false`, not `yes`"}},
      {"a choice",
       kRest + "hub: {durability: half}\n",
       {"hub.yaml:3:19: `hub.durability` must be `full` or `relaxed`, not `half`"}},
      {"no value",
       kRest + "hub:\n  name:\n",
       {"hub.yaml:4:3: `hub.name` has no value; give one, or leave the key out"}},
      {"a list for a section",
       kRest + "hub: [a]\n",
       {"hub.yaml:3:6: `hub` must be a map of keys and values, not a list"}},
      {"a map for a value",
       kRest + "hub: {name: {a: b}}\n",
       {"hub.yaml:3:13: `hub.name` must be a name of 1 to 64 letters, digits, _ and -, not a map"}},
      {"a plugin outside its folder",
       with_source("priority: 1\n    plugin: ../evil"),
       {"hub.yaml:5:13: `sources.CRM.plugin` must be a name of 1 to 64 letters, digits, _ and -, not `../evil`"}},
      {"a normaliser",
       with_fields("{a: {normalise: [trm, trim, 'decimal:99']}}"),
       {"hub.yaml:4:30: `entities.client.fields.a.normalise` holds `trm`, but must be a list of `trim`, `lower`, "
        "`email`, `phone`, "
        "`date` and `decimal:N`",
        "hub.yaml:4:41: `entities.client.fields.a.normalise` holds `decimal:99`, but must be a list of `trim`, "
        "`lower`, `email`, "
        "`phone`, `date` and `decimal:N`"}},
      {"an empty ladder",
       mapped("{match_on: [[]]}"),
       {"hub.yaml:5:36: `sources.CRM.entities.client.match_on` holds an empty list, but must be a list of lists of "
        "field names "
        "([[email], [lastName, zip]])"}},
      {"a policy of both",
       with_fields("{a: {policy: {owner: CRM, prefer: [CRM]}}}"),
       {"hub.yaml:4:18: `entities.client.fields.a.policy` must have exactly one of `owner` and `prefer`"}},
      {"a policy unknown",
       with_fields("{a: {policy: latest}}"),
       {"hub.yaml:4:26: `entities.client.fields.a.policy` must be `newest`, `manual`, or a map with one of `owner` and "
        "`prefer`, not "
        "`latest`"}},
      {"a filter of scalars",
       mapped("{filter: {status: active}}"),
       {"hub.yaml:5:42: `sources.CRM.entities.client.filter.status` must be a map of field names to lists of values "
        "({status: "
        "[active]}), not `active`"}},
  });
}

TEST(Problems, SaysWhatThisBuildCannotDo) {
  expect({
      {"another store, without its password",
       kRest + "hub: {store: 'mysql://u:hunter2@h/db'}\n",
       {"hub.yaml:3:14: `hub.store` must be `sqlite` or a URL that begins with postgresql://, not `mysql://…`"}},
      {"a process of its own",
       with_source("priority: 1\n    isolation: process"),
       {"hub.yaml:5:16: `sources.CRM.isolation` must be `in_process`, not `process`: this build runs plugins inside "
        "the hub only; "
        "write `isolation: in_process` or leave the key out"}},
      {"an open door",
       kRest + "hub: {listen: 0.0.0.0:80}\n",
       {"hub.yaml:3:15: `hub.listen` is `0.0.0.0:80`, which others can reach: there are no access tokens yet, so it "
        "must stay on "
        "this machine: use 127.0.0.1, \"[::1]\" or localhost"}},
      {"an open door, IPv6",
       kRest + "hub: {listen: '[::]:80'}\n",
       {"hub.yaml:3:15: `hub.listen` is `[::]:80`, which others can reach: there are no access tokens yet, so it must "
        "stay on "
        "this machine: use 127.0.0.1, \"[::1]\" or localhost"}},
      {"no port",
       kRest + "hub: {listen: localhost}\n",
       {"hub.yaml:3:15: `hub.listen` must be host:port, the host an IP address or localhost (127.0.0.1:8080), not "
        "`localhost`"}},
      {"no such port",
       kRest + "hub: {listen: 127.0.0.1:65536}\n",
       {"hub.yaml:3:15: `hub.listen` must be host:port, the host an IP address or localhost (127.0.0.1:8080), not "
        "`127.0.0.1:65536`"}},
  });
}

TEST(Problems, MissesWhatIsRequired) {
  expect({
      {"an empty file", "", {"hub.yaml:1:1: `entities` is missing; it has no default"}},
      {"no entities", "entities: {}\n", {"hub.yaml:1:1: `entities` is empty; it needs at least one name"}},
      {"no fields",
       "entities:\n  client:\n  order: {fields: }\n",
       {"hub.yaml:2:3: `entities.client.fields` is missing; it has no default",
        "hub.yaml:3:11: `entities.order.fields` is empty; it needs at least one name"}},
      {"no priority, no entities",
       "entities: {client: {fields: {a: {}}}}\nsources:\n  CRM: {}\n",
       {"hub.yaml:3:3: `sources.CRM.entities` is missing; it has no default",
        "hub.yaml:3:3: `sources.CRM.priority` is missing; it has no default"}},
  });
}

TEST(Problems, RefusesNames) {
  const std::string long_name(65, 'x');
  expect({
      {"a dot in a field",
       with_fields("{a.b: {}}"),
       {"hub.yaml:4:14: `a.b` in `entities.client.fields` is no name: use 1 to 64 letters, digits, _ and -"}},
      {"a blank in a source",
       "entities: {client: {fields: {a: {}}}}\nsources: {b c: {priority: 1, entities: {client: }}}\n",
       {"hub.yaml:2:11: `b c` in `sources` is no name: use 1 to 64 letters, digits, _ and -"}},
      {"too long",
       "entities: {client: {fields: {a: {}}}, " + long_name + ": {}}\n",
       {"hub.yaml:1:39: `" + std::string(40, 'x') +
        "…` in `entities` is no name: use 1 to 64 letters, digits, _ and -"}},
      {"the hub's own",
       "entities: {client: {fields: {a: {}}}}\nsources: {steward: {priority: 1, entities: {client: }}}\n",
       {"hub.yaml:2:11: `steward` is the hub's own name for people's edits; give the source another"}},
  });
}

TEST(Problems, RefusesFieldsThatContradictThemselves) {
  expect({
      {"a type beside a reference",
       with_fields("{a: {references: client, type: string}}"),
       {"hub.yaml:4:38: `entities.client.fields.a` has `references`, which says its type; leave `type` out"}},
      {"a reference to nothing",
       with_fields("{a: {references: clinet}}"),
       {"hub.yaml:4:30: `entities.client.fields.a.references`: `clinet` is no entity; did you mean `client`?"}},
      {"limits of another type",
       with_fields("{a: {type: date, max_length: 3, scale: 2, enum: [x]}}"),
       {"hub.yaml:4:30: `entities.client.fields.a.max_length` does not go with the field's type; leave it out",
        "hub.yaml:4:45: `entities.client.fields.a.scale` does not go with the field's type; leave it out",
        "hub.yaml:4:55: `entities.client.fields.a.enum` does not go with the field's type; leave it out"}},
      {"a normaliser of another type",
       with_fields("{a: {type: integer, normalise: [email]}}"),
       {"hub.yaml:4:45: `entities.client.fields.a.normalise`: `email` does not go with the field's type"}},
      {"values of another type",
       with_fields("{a: {type: integer, enum: [1, one, 1]}}"),
       {"hub.yaml:4:43: `entities.client.fields.a.enum`: `one` is no value of the field's type",
        "hub.yaml:4:48: `entities.client.fields.a.enum` names `1` twice"}},
      {"no values",
       with_fields("{a: {enum: []}}"),
       {"hub.yaml:4:24: `entities.client.fields.a.enum` is empty, so no value could ever be stored"}},
      {"sources of a policy",
       with_fields("{a: {policy: {owner: CMR}}, b: {policy: {prefer: [CRM, X, CRM]}}, c: {policy: {prefer: []}}}"),
       {"hub.yaml:4:34: `entities.client.fields.a.policy.owner`: `CMR` is no source; did you mean `CRM`?",
        "hub.yaml:4:68: `entities.client.fields.b.policy.prefer`: `X` is no source; known are `CRM`",
        "hub.yaml:4:71: `entities.client.fields.b.policy.prefer` names `CRM` twice",
        "hub.yaml:4:100: `entities.client.fields.c.policy.prefer` is empty; name sources, best first"}},
  });
}

TEST(Problems, RefusesMappingsThatPointNowhere) {
  expect({
      {"an entity",
       "entities: {client: {fields: {a: }}}\nsources: {CRM: {priority: 1, entities: {cleint: }}}\n",
       {"hub.yaml:2:41: `sources.CRM.entities`: `cleint` is no entity; did you mean `client`?"}},
      {"a field",
       mapped("{fields: {emial: x}}"),
       {"hub.yaml:5:34: `sources.CRM.entities.client.fields`: `emial` is no field of `client`; did you mean `email`?"}},
      {"match_on",
       mapped("{match_on: [[emial]]}"),
       {"hub.yaml:5:37: `sources.CRM.entities.client.match_on`: `emial` is no field of `client`; did you mean "
        "`email`?"}},
      {"match_on a field that does not come",
       mapped("{match_on: [[email, age]], fields: {fullName: n, age: {direction: push}}}"),
       {"hub.yaml:5:37: `sources.CRM.entities.client.match_on`: `email` is not pulled; add it to `fields`",
        "hub.yaml:5:44: `sources.CRM.entities.client.match_on`: `age` is not pulled; add it to `fields`"}},
      {"filter",
       mapped("{filter: {stauts: [active], status: [aktive], age: [x], email: []}}"),
       {"hub.yaml:5:34: `sources.CRM.entities.client.filter`: `stauts` is no field of `client`; did you mean `status`?",
        "hub.yaml:5:61: `sources.CRM.entities.client.filter`: `aktive` is no value of the field `status`",
        "hub.yaml:5:76: `sources.CRM.entities.client.filter`: `x` is no value of the field `age`",
        "hub.yaml:5:80: `sources.CRM.entities.client.filter.email` is empty, so no record could pass"}},
      {"values",
       mapped("{fields: {status: {values: {active: 1, gone: 2}}, age: {values: {x: 1.5}}}}"),
       {"hub.yaml:5:63: `sources.CRM.entities.client.fields.status.values`: `gone` is no value of the field `status`",
        "hub.yaml:5:89: `sources.CRM.entities.client.fields.age.values`: `x` is no value of the field `age`",
        "hub.yaml:5:92: `sources.CRM.entities.client.fields.age.values`: `1.5` must be a whole number of at most 18 "
        "digits, `true`, "
        "`false` or text; quote it"}},
      {"values that can't come back",
       mapped("{fields: {status: {values: {active: 1, blocked: 1}}}}"),
       {"hub.yaml:5:63: `sources.CRM.entities.client.fields.status.values` maps `active` and `blocked` to the same "
        "value, so a pull "
        "could not tell them apart; use `direction: push`"}},
      {"two fields into one",
       mapped("{fields: {email: mail, fullName: mail, age: {field: mail, direction: pull}}}"),
       {"hub.yaml:5:47: `sources.CRM.entities.client.fields`: `email` and `fullName` are both written to `mail`; use "
        "`direction: pull` "
        "for one"}},
      {"the flat body",
       kRest + "api: {default_entity: clinet}\n",
       {"hub.yaml:3:23: `api.default_entity`: `clinet` is no entity; did you mean `client`?"}},
      {"a backoff that shrinks",
       with_source("priority: 1\n    push: {backoff: {first: 10m}}"),
       {"hub.yaml:5:29: `sources.CRM.push.backoff.first` is longer than `sources.CRM.push.backoff.max`"}},
  });
}

TEST(Problems, ReportsBrokenYamlWithThePlaceThatTheParserSaw) {
  expect({
      {"a map that is not closed",
       kRest + "hub: {name: x\n",
       {"hub.yaml:3:6: this is no valid YAML: end of map flow not found"}},
      {"a value within a value", "hub: a: b\n", {"hub.yaml:1:7: this is no valid YAML: illegal map value"}},
      {"a stray comma", ", hub: {}\n", {"hub.yaml:1:1: this is no valid YAML: nothing begins with this character"}},
      {"a tab", "hub:\n\t- b\n", {"hub.yaml:2:2: this is no valid YAML: illegal block entry"}},
      {"an open quote", "hub: {name: \"x}\n", {"hub.yaml:1:6: this is no valid YAML: end of map flow not found"}},
      {"no such anchor", "hub: *x\n", {"hub.yaml:1:6: this is no valid YAML: the referenced anchor is not defined"}},
      {"an alias within its anchor",
       "hub: &a {name: *a}\n",
       {"hub.yaml:1:16: this alias stands inside the value that it repeats"}},
      {"a second document",
       "hub: {}\n---\nhub: {}\n",
       {"hub.yaml:2:1: a second document begins here; keep to one in a file"}},
      {"no map", "just words\n", {"hub.yaml:1:1: the file must hold a map of keys such as `hub:` and `sources:`"}},
      {"a list as key", "? [a]\n: 1\n", {"hub.yaml:1:3: a key must be a word; quote it if it is one"}},
      {"null as key", "null: 1\n", {"hub.yaml:1:1: a key must be a word; quote it if it is one"}},
      {"a tag", "hub: {name: !int 3}\n", {"hub.yaml:1:13: tags other than !!str are refused; quote text instead"}},
      {"a NUL", "hub: {name: \"a\\0b\"}\n", {"hub.yaml:1:13: a NUL character is refused"}},
      {"not UTF-8", "hub:\n  name: \xC3(\n", {"hub.yaml:2:9: this byte is not UTF-8 text; save the file as UTF-8"}},
      {"a surrogate", "hub: \xED\xA0\x80\n", {"hub.yaml:1:6: this byte is not UTF-8 text; save the file as UTF-8"}},
  });
}

TEST(Problems, BoundsWhatAFileMayHold) {
  std::string deep;
  for (int i = 0; i < 30; ++i) deep += "{a: ";
  EXPECT_EQ(problems_in("a: " + deep + "1" + std::string(30, '}')),
            Lines{"hub.yaml:1:96: this is nested deeper than 24 levels"});
  std::string bomb = "a: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "b" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k == 0 ? "" : ", ") + below;
    bomb += "]\n";
  }
  EXPECT_EQ(problems_in(bomb), Lines{"hub.yaml:4:5: the document is larger than 100000 values"});
}

TEST(Problems, RefusesAKeyGivenTwice) {
  expect({
      {"at the top",
       kRest + "hub: {name: a}\nhub: {listen: 127.0.0.1:0}\n",
       {"hub.yaml:4:1: `hub` is given twice; the first is at hub.yaml:3:1"}},
      {"in a section",
       kRest + "hub:\n  name: a\n  listen: 127.0.0.1:0\n  name: a\n",
       {"hub.yaml:6:3: `hub.name` is given twice; the first is at hub.yaml:4:3"}},
      {"in settings",
       with_source("priority: 1\n    settings: {a: [{b: 1, b: 2}]}"),
       {"hub.yaml:5:27: `sources.CRM.settings.a.b` is given twice; the first is at hub.yaml:5:21"}},
  });
}

TEST(Problems, AllComeAtOnceSortedByPlace) {
  EXPECT_EQ(
      problems_in("api: {default_entity: nobody}\n"
                  "hub: {prot: 1, name: }\n"
                  "entities: {client: {fields: {a: {type: text}}}}\n"
                  "sources: {CRM: {priority: one, entities: {client: {fields: {b: c}}}}}\n",
                  {{"hub.lisen", "x"}, {"api.stop_grace", "5"}}),
      (Lines{
          "--set api.stop_grace: `api.stop_grace` must be a duration with its unit (500ms, 30s, 5m, 12h, 7d), not `5`",
          "--set hub.lisen: unknown key `hub.lisen`; did you mean `hub.listen`?",
          "hub.yaml:1:23: `api.default_entity`: `nobody` is no entity; known are `client`",
          "hub.yaml:2:7: unknown key `hub.prot`; known here: `name`, `listen`, `data`, `store`, `plugins`, "
          "`durability`, `shadow` and `retention`",
          "hub.yaml:2:16: `hub.name` has no value; give one, or leave the key out",
          "hub.yaml:3:40: `entities.client.fields.a.type` must be `string`, `integer`, `decimal`, `boolean`, `date` or "
          "`datetime`, not `text`",
          "hub.yaml:4:27: `sources.CRM.priority` must be a whole number in decimal digits, not `one`",
          "hub.yaml:4:61: `sources.CRM.entities.client.fields`: `b` is no field of `client`; known are `a`",
      }));
}

TEST(Problems, ATemplateNamesFieldsAndNeverItself) {
  const auto named = [](const std::string& text) { return with_fields("{a: {}, full: {template: '" + text + "'}}"); };
  const std::string at = "hub.yaml:4:38: `entities.client.fields.full.template`";
  expect({
      {"unknown", named("{b}"), {at + ": `b` is no field of `client`; known are `a` and `full`"}},
      {"no field", named("a"), {at + " names no field; put names in braces: \"{firstName} {lastName}\""}},
      {"open", named("{a"), {at + " has a `{` that nothing closes; a brace itself is written `{{`"}},
      {"closed", named("{a}}"), {at + " has a `}` that closes nothing; a brace itself is written `}}`"}},
      {"nothing in it", named("{a}{}"), {at + " has braces without the name of a field"}},
      {"itself", named("{a} {full}"), {at + " goes in a circle: `full`, `full`"}},
      {"a circle of two",
       with_fields("{a: {template: '{b}'}, b: {template: '{c}'}, c: {template: 'x{b}'}}"),
       {"hub.yaml:4:50: `entities.client.fields.b.template` goes in a circle: `b`, `c`, `b`"}},
      {"with a type",
       with_fields("{a: {}, full: {template: '{a}', type: string, required: true}}"),
       {"hub.yaml:4:45: `entities.client.fields.full.type` does not go with `template`; leave it out",
        "hub.yaml:4:59: `entities.client.fields.full.required` does not go with `template`; leave it out"}},
  });
}

TEST(Problems, AComputedFieldIsOnlySent) {
  const auto source = [](const std::string& mapping) {
    return "entities: {client: {fields: {a: {}, b: {}, full: {template: '{a} {b}'}}}}\nsources: {CRM: {priority: 1, "
           "entities: {client: " +
           mapping + "}}}\n";
  };
  expect({
      {"pulled",
       source("{fields: {full: {direction: pull}}}"),
       {"hub.yaml:2:77: `sources.CRM.entities.client.fields.full` is computed, so it is only sent; use `direction: "
        "push`"}},
      {"sent", source("{fields: {a: a, b: b, full: name}}"), {}},
      {"matched on", source("{match_on: [[full]]}"), {}},
      {"matched on without a part",
       source("{match_on: [[full]], fields: {a: a, full: name}}"),
       {"hub.yaml:2:62: `sources.CRM.entities.client.match_on`: `b` is not pulled; add it to `fields`"}},
  });
}

TEST(Problems, AConstantIsOfAFieldThatIsNotMapped) {
  expect({
      {"mapped",
       mapped("{fields: {email: mail}, constants: {mail: x}}"),
       {"hub.yaml:5:60: `sources.CRM.entities.client.constants`: `mail` is what `email` is called there; a field has a "
        "constant or is mapped"}},
      {"the key",
       mapped("{key: no, constants: {no: x}}"),
       {"hub.yaml:5:46: `sources.CRM.entities.client.constants`: `no` is the key of the rows"}},
      {"ambiguous",
       mapped("{constants: {channel: 010}}"),
       {"hub.yaml:5:46: `sources.CRM.entities.client.constants`: `010` must be a whole number of at most 18 digits, "
        "`true`, `false` or text; quote it"}},
      {"no scalar",
       mapped("{constants: {channel: [web]}}"),
       {"hub.yaml:5:36: `sources.CRM.entities.client.constants` must be a map of keys and values, not a map"}},
  });
}

}  // namespace
}  // namespace tests::config
