#include "hub/http/openapi_schemas.hpp"
#include "hub/http/operations.hpp"
#include "hub/model/json_writer.hpp"

#include <map>
#include <set>

namespace hub::http {

namespace {

using model::JsonWriter;

constexpr std::string_view kListSuffix = "List";

/// What every operation may answer beside its own.
constexpr int kCommonProblems[] = {400, 500, 503};

std::string reference(std::string_view schema) {
  return R"({"$ref":"#/components/schemas/)" + std::string(schema) + R"("})";
}

/// The schema of the items of a list that is called `list`.
std::string item_of(std::string_view list) {
  if (list == "RecordList") return "RecordState";
  if (list == "ConflictList") return "ConflictState";
  if (list == "DeadLetterList") return "DeadLetterState";
  return std::string(list.substr(0, list.size() - kListSuffix.size()));
}

bool is_list(std::string_view schema) { return schema.ends_with(kListSuffix); }

void write_list_schema(JsonWriter& json, std::string_view list) {
  json.key(list)
      .begin_object()
      .member("type", "object")
      .key("required")
      .raw(R"(["items","next"])")
      .key("properties")
      .begin_object();
  json.key("items").begin_object().member("type", "array").key("items").raw(reference(item_of(list))).end_object();
  json.key("next").raw(R"({"type":["string","null"],"description":"cursor of the next page; null: this is the last"})");
  json.end_object().end_object();
}

void write_query_schema(JsonWriter& json, const QueryParam& param) {
  json.key("schema").begin_object();
  switch (param.kind) {
    case QueryKind::kText: json.member("type", "string"); break;
    case QueryKind::kFlag: json.member("type", "boolean").member("default", false); break;
    case QueryKind::kNumber:
      json.member("type", "integer").member("minimum", param.least).member("maximum", param.most);
      json.member("default", param.fallback);
      break;
    case QueryKind::kWord:
      json.key("enum").begin_array();
      for (const auto& word : param.words) json.text(word);
      json.end_array();
      break;
  }
  json.end_object();
}

void write_parameters(JsonWriter& json, const Operation& operation) {
  json.key("parameters").begin_array();
  for (auto open = operation.path.find('{'); open != std::string::npos; open = operation.path.find('{', open + 1)) {
    const auto name = operation.path.substr(open + 1, operation.path.find('}', open) - open - 1);
    json.begin_object().member("name", name).member("in", "path").member("required", true);
    json.key("schema").raw(R"({"type":"string"})").end_object();
  }
  for (const auto& param : operation.query) {
    json.begin_object().member("name", param.name).member("in", "query").member("required", param.required);
    json.member("description", param.description);
    write_query_schema(json, param);
    json.end_object();
  }
  if (operation.if_match != IfMatch::kNone) {
    json.begin_object().member("name", "If-Match").member("in", "header");
    json.member("required", operation.if_match == IfMatch::kRequired);
    json.member("description", "the ETag of the record as it was shown")
        .key("schema")
        .raw(R"({"type":"string"})")
        .end_object();
  }
  json.end_array();
}

void write_body(JsonWriter& json, const Operation& operation) {
  if (operation.body.empty()) return;
  json.key("requestBody").begin_object().key("content").begin_object();
  for (const auto& media : operation.media)
    json.key(media).begin_object().key("schema").raw(reference(operation.body)).end_object();
  json.end_object().end_object();
}

void write_answers(JsonWriter& json, const Operation& operation) {
  const bool streamed = operation.media.front() == "application/x-ndjson";
  json.key("responses").begin_object().key(std::to_string(operation.status)).begin_object();
  json.member("description", reason_of(operation.status)).key("content").begin_object();
  json.key(streamed ? "application/x-ndjson" : "application/json").begin_object();
  json.key("schema").raw(reference(operation.answer)).end_object().end_object().end_object();
  std::map<int, std::string_view> problems;
  for (const int status : kCommonProblems) problems[status] = reason_of(status);
  for (const int status : operation.problems) problems[status] = reason_of(status);
  if (!operation.body.empty())
    for (const int status : {413, 415}) problems[status] = reason_of(status);
  for (const auto& [status, reason] : problems) {
    json.key(std::to_string(status))
        .begin_object()
        .member("description", std::string(reason))
        .key("content")
        .begin_object();
    json.key("application/problem+json").begin_object().key("schema").raw(reference("Problem")).end_object();
    json.end_object().end_object();
  }
  json.end_object();
}

std::string lower(std::string_view method) {
  std::string text(method);
  for (char& c : text) c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

std::string openapi() {
  std::map<std::string, std::vector<const Operation*>> by_path;
  for (const auto& operation : operations()) by_path[operation.path].push_back(&operation);
  JsonWriter json;
  json.begin_object().member("openapi", "3.1.0").key("info").begin_object().member("title", "Syncline");
  json.member("version", "1").member("summary", "A two-way data synchronisation hub").end_object();
  json.key("paths").begin_object();
  for (const auto& [path, list] : by_path) {
    json.key(path).begin_object();
    for (const Operation* operation : list) {
      json.key(lower(operation->method)).begin_object().member("operationId", operation->id);
      json.member("summary", operation->summary).key("tags").begin_array().text(operation->tag).end_array();
      write_parameters(json, *operation);
      write_body(json, *operation);
      write_answers(json, *operation);
      json.end_object();
    }
    json.end_object();
  }
  json.end_object().key("components").begin_object().key("schemas").begin_object();
  std::set<std::string_view> lists;
  for (const auto& operation : operations())
    if (is_list(operation.answer)) lists.insert(operation.answer);
  for (const auto list : lists) write_list_schema(json, list);
  json.raw(openapi_schemas());
  return json.end_object().end_object().end_object().take();
}

}  // namespace hub::http
