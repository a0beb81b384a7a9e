#include "tests/unit/config/loaded.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace tests::config {
namespace {

using hub::config::Config;
using Lines = std::vector<std::string>;

/// An environment variable for the length of a test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

class Settings : public testing::Test {
 protected:
  /// Loads a file whose source S has `settings` from line 7 on, each line as it is.
  std::variant<Config, std::vector<hub::config::Problem>> load(const std::string& settings) const {
    return hub::config::load(
        folder_.write("hub.yaml",
                      "entities: {client: {fields: {email: {}}}}\nsources:\n  S:\n    priority: 1\n"
                      "    plugin: p\n    entities: {client: {}}\n    settings:" +
                          settings + "\n"));
  }
  std::string json(const std::string& settings) const {
    const auto loaded = load(settings);
    const Lines problems = problems_of(loaded, folder_.path().string());
    return problems.empty() ? std::get<Config>(loaded).sources[0].settings : problems[0];
  }
  Lines problems(const std::string& settings) const { return problems_of(load(settings), folder_.path().string()); }
  Lines warnings(const std::string& settings) const {
    const auto loaded = load(settings);
    EXPECT_EQ(loaded.index(), 0U);
    return loaded.index() == 0 ? std::get<Config>(loaded).warnings : Lines{};
  }
  support::TempDir folder_;
};

TEST_F(Settings, BecomeJsonByTheCoreSchema) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "{}"},
      {" {}", "{}"},
      {" {a: 5, b: '5', c: \"5\", d: !!str 5}", R"({"a":5,"b":"5","c":"5","d":"5"})"},
      {" {a: true, b: False, c: 'true', d: yes, e: on}", R"({"a":true,"b":false,"c":"true","d":"yes","e":"on"})"},
      {" {a: null, b: ~, c: , d: 'null', e: ''}", R"({"a":null,"b":null,"c":null,"d":"null","e":""})"},
      {" {a: -1.50, b: .5, c: 1e9, d: +7}", R"({"a":-1.50,"b":0.5,"c":1e9,"d":7})"},
      {" {a: 123456789012345678901234567890}", R"({"a":123456789012345678901234567890})"},
      {" {a: [1, x, {b: [c]}], d: {}, e: []}", R"({"a":[1,"x",{"b":["c"]}],"d":{},"e":[]})"},
      {" {z: 1, a: 2}", R"({"z":1,"a":2})"},
      {" {a: \"x\\ty\\\"\"}", R"({"a":"x\ty\""})"},
      {" {\"a\\\"b\": 1}", R"({"a\"b":1})"},
      {" {a: /abs, b: rel/x, c: http://h/./x}", R"({"a":"/abs","b":"rel/x","c":"http://h/./x"})"},
      {" {a: &x [1], b: *x}", R"({"a":[1],"b":[1]})"},
  };
  for (const auto& [yaml, expected] : cases) EXPECT_EQ(json(yaml), expected) << yaml;
}

TEST_F(Settings, RefuseWhatCannotBeKeptExactly) {
  for (const char* number : {"010", "-010", "0x1F", "0o7", ".inf", "-.inf", ".nan", "00.5"})
    EXPECT_EQ(problems(std::string(" {n: ") + number + "}"),
              Lines{"hub.yaml:7:19: `sources.S.settings.n` is a number that not every program reads alike; write it in "
                    "plain decimal, "
                    "or quote it if it is text"})
        << number;
  EXPECT_EQ(problems(" hunter2"),
            Lines{"hub.yaml:7:15: `sources.S.settings` must be a map of keys and values, not text"});
  EXPECT_EQ(problems(" {$mapping: 1}"),
            Lines{"hub.yaml:7:16: `sources.S.settings.$mapping`: keys that begin with $ are the hub's own"});
}

TEST_F(Settings, ResolveReferencesInAnyString) {
  const Variable one("SYNCLINE_TEST_ONE", "from env");
  const Variable credentials("CREDENTIALS_DIRECTORY", (folder_ / "creds").string());
  folder_.write("creds/token", "from cred\n");
  folder_.write("secret", "007\r\n");
  folder_.write("two lines", "a\nb\n\n");
  EXPECT_EQ(json("\n      a: ${env:SYNCLINE_TEST_ONE}"), R"({"a":"from env"})");
  EXPECT_EQ(json("\n      a: ${cred:token}"), R"({"a":"from cred"})");
  EXPECT_EQ(json("\n      a: ${file:secret}"), R"({"a":"007"})") << "a secret stays text, from the folder of its file";
  EXPECT_EQ(json("\n      a: ${file:" + (folder_ / "secret").string() + "}"), R"({"a":"007"})");
  EXPECT_EQ(json("\n      a: ${file:two lines}"), R"({"a":"a\nb\n"})") << "only the last line end is no part of it";
  EXPECT_EQ(json(" {a: ['Bearer ${file:secret}-${env:SYNCLINE_TEST_ONE}!']}"), R"({"a":["Bearer 007-from env!"]})");
  EXPECT_EQ(json(" {a: '$${file:secret} costs $5', b: '$${x} ${file:secret}'}"),
            R"({"a":"${file:secret} costs $5","b":"${x} 007"})");
}

TEST_F(Settings, DoNotReadSecretsAgain) {
  const Variable tricky("SYNCLINE_TEST_ONE", "../${env:HOME} $${x}");
  EXPECT_EQ(json("\n      a: ${env:SYNCLINE_TEST_ONE}"), R"({"a":"../${env:HOME} $${x}"})");
}

TEST_F(Settings, NameTheReferenceThatCannotBeHad) {
  ::unsetenv("CREDENTIALS_DIRECTORY");
  folder_.write("empty", "\n");
  folder_.write("binary", "\xFF");
  folder_.write("large", std::string(70'000, 'x'));
  const std::string at = "hub.yaml:8:10: `sources.S.settings.a`: ";
  const std::pair<const char*, const char*> cases[] = {
      {"${env:SYNCLINE_TEST_NONE}",
       "${env:SYNCLINE_TEST_NONE} cannot be resolved: the environment variable SYNCLINE_TEST_NONE is not set"},
      {"${file:none}", "${file:none} cannot be resolved: the file none cannot be read: No such file or directory"},
      {"${file:.}", "${file:.} cannot be resolved: the file  is a folder"},
      {"${file:empty}", "${file:empty} cannot be resolved: the file empty is empty"},
      {"${file:binary}", "${file:binary} cannot be resolved: what it holds is not UTF-8 text"},
      {"${file:large}", "${file:large} cannot be resolved: the file large is larger than 64 KiB"},
      {"${cred:token}",
       "${cred:token} cannot be resolved: $CREDENTIALS_DIRECTORY is not set; start the hub under systemd with "
       "LoadCredential="},
      {"${vault:x}",
       "${vault:x} cannot be resolved: write ${file:path}, ${env:NAME} or ${cred:name}, or $${ for the characters "
       "themselves"},
      {"${env:}",
       "${env:} cannot be resolved: write ${file:path}, ${env:NAME} or ${cred:name}, or $${ for the characters "
       "themselves"},
      {"x${env:Y", "a reference that begins with ${ has no } at its end"},
  };
  for (const auto& [reference, expected] : cases)
    EXPECT_EQ(problems(std::string("\n      a: ") + reference), Lines{at + expected}) << reference;
  const Variable credentials("CREDENTIALS_DIRECTORY", folder_.path().string());
  EXPECT_EQ(problems("\n      a: ${cred:../x}"),
            Lines{at + "${cred:../x} cannot be resolved: a credential's name has no slash"});
}

TEST_F(Settings, NeverShowAValue) {
  const Variable good("SYNCLINE_TEST_ONE", "hunter2");
  for (const std::string& line :
       problems(" {token: '${env:SYNCLINE_TEST_ONE}${env:SYNCLINE_TEST_NONE}', password: 012345, c: [hunter2, 0x1F]}"))
    EXPECT_TRUE(line.find("hunter2") == std::string::npos && line.find("12345") == std::string::npos) << line;
}

TEST_F(Settings, WarnOfSecretsWrittenOut) {
  const char* const kSecrets[] = {"token: x",        "apiToken: x",       "PASSWORD: x",        "db_password: 'x'",
                                  "password: 12345", "client_secret: x",  "api-key: x",         "private_key: x",
                                  "auth: {key: x}",  "secrets: {a: [x]}", "url: http://u:p@h/x"};
  for (const char* setting : kSecrets) {
    const Lines found = warnings(std::string("\n      ") + setting);
    ASSERT_EQ(found.size(), 1U) << setting;
    EXPECT_NE(found[0].find("looks like a secret written out; use ${file:…}, ${env:…} or ${cred:…}"), std::string::npos)
        << found[0];
    EXPECT_EQ(found[0].find(folder_.path().string() + "/hub.yaml:8:"), 0U) << found[0];
  }
  const Variable good("SYNCLINE_TEST_ONE", "x");
  const char* const kFine[] = {"token: ${env:SYNCLINE_TEST_ONE}",
                               "token_url: x",
                               "password_file: x",
                               "token: ''",
                               "token:",
                               "secret: true",
                               "key: x",
                               "user: x",
                               "url: http://u@h/x:y",
                               "url: http://h/a:b@c",
                               "url: http://u:${env:SYNCLINE_TEST_ONE}@h/x"};
  for (const char* setting : kFine) EXPECT_EQ(warnings(std::string("\n      ") + setting), Lines{}) << setting;
}

}  // namespace
}  // namespace tests::config
