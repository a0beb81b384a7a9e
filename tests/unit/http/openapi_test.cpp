#include "hub/http/operations.hpp"
#include "tests/unit/http/api.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace hub::http {
namespace {

using nlohmann::json;

/// Every "$ref" in the document.
void collect_references(const json& node, std::set<std::string>& found) {
  for (const auto& [key, value] : node.items()) {
    if (key == "$ref") found.insert(value.get<std::string>());
    if (value.is_structured()) collect_references(value, found);
  }
}

/// The path with something in each placeholder.
std::string filled(std::string path) {
  for (auto open = path.find('{'); open != std::string::npos; open = path.find('{'))
    path.replace(open, path.find('}') - open + 1, "x");
  return path;
}

TEST(Openapi, IsADocumentWhoseReferencesLeadSomewhere) {
  Api api;
  const auto document = json_of(api.get("/openapi.json"));
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  std::set<std::string> references;
  collect_references(document, references);
  EXPECT_GT(references.size(), 20U);
  for (const auto& reference : references) {
    ASSERT_TRUE(reference.starts_with("#")) << reference;
    EXPECT_TRUE(document.contains(json::json_pointer(reference.substr(1)))) << reference;
  }
  for (const auto& [name, schema] : document.at("components").at("schemas").items())
    EXPECT_TRUE(references.count("#/components/schemas/" + name) == 1) << name << " is used nowhere";
}

TEST(Openapi, NamesEveryOperationOnceAndEachIsServed) {
  Api api;
  const auto document = json_of(api.get("/openapi.json"));
  std::set<std::string> ids;
  std::size_t count = 0;
  for (const auto& operation : operations()) {
    ++count;
    EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
    std::string method = operation.method;
    std::transform(method.begin(), method.end(), method.begin(),
                   [](char c) { return static_cast<char>(c + 'a' - 'A'); });
    const auto& described = document.at("paths").at(operation.path).at(method);
    EXPECT_EQ(described.at("operationId"), operation.id);
    EXPECT_TRUE(described.at("responses").contains(std::to_string(operation.status))) << operation.id;
    auto request = make_request(operation.method, filled(operation.path)).value();
    EXPECT_TRUE(std::holds_alternative<const Route*>(api.router.find(request)))
        << operation.method << " " << operation.path;
  }
  std::size_t described = 0;
  for (const auto& [path, methods] : document.at("paths").items()) described += methods.size();
  EXPECT_EQ(described, count);
}

TEST(Openapi, DescribesTheParametersOfAPath) {
  const auto document = json::parse(openapi());
  const auto& parameters =
      document.at("paths").at("/api/records/{entity}/{externalId}/history").at("get").at("parameters");
  ASSERT_EQ(parameters.size(), 5U);
  EXPECT_EQ(parameters[0].at("name"), "entity");
  EXPECT_EQ(parameters[0].at("required"), true);
  EXPECT_EQ(parameters[1].at("name"), "externalId");
  EXPECT_EQ(parameters[4].at("schema").at("maximum"), 1000);
  const auto& edit = document.at("paths").at("/api/records/{entity}/{externalId}").at("patch");
  EXPECT_EQ(edit.at("parameters").back().at("name"), "If-Match");
  EXPECT_TRUE(edit.at("requestBody").at("content").contains("application/merge-patch+json"));
}

}  // namespace
}  // namespace hub::http
