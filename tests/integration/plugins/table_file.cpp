// A system that can only show all that it has: `<path>/<entity>.json` holds its rows by id, {"7": {"name": "Ada"}}. It
// gives snapshots and no changes, as a nightly export does.
#include <syncline/source.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace {

using nlohmann::json;

class TableFile final : public syncline::Source {
 public:
  TableFile(std::string_view /*instance*/, std::string_view settings)
      : folder_(json::parse(settings).at("path").get<std::string>()) {}

  void check(const syncline::Call&) override {}

  void pull(const syncline::PullRequest& request, syncline::ChangeSink& out, const syncline::Call& call) override {
    const json rows = read(request.entity);
    for (const auto& [id, row] : rows.items()) {
      if (id <= request.cursor) continue;
      if (out.room() == 0) return;
      if (call.cancelled()) throw syncline::Error(syncline::kCancelled, "cancelled");
      out.emit({.entity = request.entity, .key = id, .body = row.dump()});
      out.checkpoint(id);
    }
  }

  void push(const syncline::PushBatch& batch, const syncline::Call&) override {
    for (const auto& item : batch) {
      json rows = read(item.entity);
      const std::string id = item.key.empty() ? "made-" + std::to_string(rows.size()) : std::string(item.key);
      if (item.op == syncline::kDelete)
        rows.erase(id);
      else
        rows[id].update(json::parse(item.body));
      write(item.entity, rows);
      batch.report(item, syncline::applied(id));
    }
  }

 private:
  [[nodiscard]] std::filesystem::path file(std::string_view entity) const {
    return folder_ / (std::string(entity) + ".json");
  }
  [[nodiscard]] json read(std::string_view entity) const {
    std::ifstream in(file(entity));
    if (!in) throw syncline::Error(syncline::kRetry, "there is no " + file(entity).string());
    return json::parse(in);
  }
  void write(std::string_view entity, const json& rows) const {
    const auto aside = file(entity).string() + ".new";
    std::ofstream(aside) << rows;
    std::filesystem::rename(aside, file(entity));
  }

  std::filesystem::path folder_;
};

}  // namespace

SYNCLINE_PLUGIN(TableFile, "test.table_file", "1.0.0",
                syncline::kCanPullSnapshot | syncline::kCanPush | syncline::kCanDelete, R"({"type": "object"})")
