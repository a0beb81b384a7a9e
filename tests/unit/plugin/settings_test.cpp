#include "hub/plugin/settings.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hub::plugin {
namespace {

constexpr const char* kSchema = R"({
  "type": "object",
  "required": ["url", "token"],
  "additionalProperties": false,
  "properties": {
    "url": {"type": "string", "minLength": 3},
    "token": {"type": "string"},
    "mode": {"type": "string", "enum": ["fast", "safe"]},
    "retries": {"type": "integer", "minimum": 0, "maximum": 9},
    "share": {"type": "number", "maximum": 0.5},
    "strict": {"type": "boolean", "default": true},
    "note": {"type": ["string", "null"]},
    "hosts": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    "proxy": {"type": "object", "required": ["host"], "properties": {"host": {"type": "string"}}}
  }
})";

struct Case {
  const char* name;
  const char* settings;
  const char* problems;  // "where message" of each, one a line
};

constexpr Case kCases[] = {
    {"fits", R"({"url": "http://x", "token": "t"})", ""},
    {"fits in full",
     R"({"url": "abc", "token": "", "mode": "safe", "retries": 9, "share": 0.5, "strict": false, "note": null,
                         "hosts": ["a"], "labels": {"any": "text"}, "proxy": {"host": "h", "more": 1}})",
     ""},
    {"mapping is the hub's", R"({"url": "abc", "token": "", "$mapping": {"x": 1}})", ""},
    {"no object", R"([])", " must be of type object\n"},
    {"all problems at once", R"({"tokn": "s3cret"})",
     "/url is required\n/token is required\n/tokn is not known; did you mean 'token'?\n"},
    {"nothing near", R"({"url": "abc", "token": "", "zzzzzzzz": 1})",
     "/zzzzzzzz is not known; known are url, token, mode, retries, share, strict, note, hosts, labels, proxy\n"},
    {"type", R"({"url": 7, "token": "", "strict": "yes", "note": 1})",
     "/url must be of type string\n/strict must be of type boolean\n/note must be of type string or null\n"},
    {"integer", R"({"url": "abc", "token": "", "retries": 1.5})", "/retries must be of type integer\n"},
    {"range", R"({"url": "abc", "token": "", "retries": -1, "share": 0.51})",
     "/retries must be at least 0\n/share must be at most 0.5\n"},
    {"range above", R"({"url": "abc", "token": "", "retries": 10})", "/retries must be at most 9\n"},
    {"enum", R"({"url": "abc", "token": "", "mode": "Fast"})", "/mode must be one of fast, safe\n"},
    {"length in characters", R"({"url": "éé", "token": ""})", "/url must have at least 3 characters\n"},
    {"items", R"({"url": "abc", "token": "", "hosts": ["a", "", 3]})",
     "/hosts/1 must have at least 1 character\n/hosts/2 must be of type string\n"},
    {"named members", R"({"url": "abc", "token": "", "labels": {"a/b": 1}})", "/labels/a~1b must be of type string\n"},
    {"nested", R"({"url": "abc", "token": "", "proxy": {}})", "/proxy/host is required\n"},
};

TEST(CheckSettings, NamesEveryProblem) {
  const model::Json schema = model::parse_json(kSchema).value();
  for (const Case& c : kCases) {
    std::string problems;
    for (const base::Error& error : check_settings(schema, model::parse_json(c.settings).value()))
      problems += error.where + " " + error.message + "\n";
    EXPECT_EQ(problems, c.problems) << c.name;
  }
}

TEST(CheckSettings, NeverShowsAValue) {
  const model::Json schema = model::parse_json(kSchema).value();
  const auto settings =
      model::parse_json(R"({"url": "s3", "token": ["s3cret"], "mode": "s3cret", "retries": 77123})").value();
  for (const base::Error& error : check_settings(schema, settings)) {
    EXPECT_EQ(error.message.find("s3"), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find("77123"), std::string::npos) << error.message;
  }
}

TEST(WithMapping, AddsTheReservedMember) {
  EXPECT_EQ(
      with_mapping(R"({"path": "/a\"b", "limit": 12345678901234567890})",
                   {{"orders", "order", "number", {"number", "client_id"}, {{"client_id", "clients"}}},
                    {"notes", "note", "", {}, {}}}),
      R"({"path":"/a\"b","limit":12345678901234567890,"$mapping":{)"
      R"("orders":{"entity":"order","key":"number","fields":["number","client_id"],"references":{"client_id":"clients"}},)"
      R"("notes":{"entity":"note","key":"","fields":[],"references":{}}}})");
  EXPECT_EQ(with_mapping("{}", {}), R"({"$mapping":{}})");
}

}  // namespace
}  // namespace hub::plugin
