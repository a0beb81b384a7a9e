#pragma once

#include "syncline/testing/fixture.hpp"
#include "tests/support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

/// The example plugin's "system": a log that an application appends to.
class JsonLines : public syncline::testing::SourceFixture {
 public:
  std::string settings() override { return R"({"path": ")" + folder_.path().string() + R"("})"; }
  std::string entity() override { return "clients"; }
  std::string text_field() override { return "name"; }
  std::string key_field() override { return "number"; }

  std::string add(const std::string& id, const std::string& text) override {
    append({{"id", id}, {"row", {{"number", id}, {"name", text}}}});
    return id;
  }
  void edit(const std::string& id, const std::string& text) override {
    append({{"id", id}, {"row", {{"name", text}}}});
  }
  void remove(const std::string& id) override { append({{"id", id}, {"deleted", true}}); }

  std::optional<std::string> read(const std::string& id) override {
    std::optional<std::string> name;
    std::ifstream log(path());
    for (std::string text; std::getline(log, text);) {
      const auto line = nlohmann::json::parse(text);
      if (line.at("id") != id) continue;
      if (line.value("deleted", false))
        name.reset();
      else if (line.at("row").contains("name"))
        name = line["row"]["name"].get<std::string>();
    }
    return name;
  }

  std::vector<std::pair<std::string, std::string>> bad_settings() override {
    return {{"{}", "/path"}, {R"({"path": 7})", "/path"}};
  }

 private:
  std::filesystem::path path() { return folder_ / "clients.jsonl"; }
  void append(const nlohmann::json& line) { std::ofstream(path(), std::ios::app) << line.dump() + "\n"; }

  tests::support::TempDir folder_;
};
