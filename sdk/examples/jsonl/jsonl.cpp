// A complete plugin in one file. The "system" is a folder of logs, one per entity: `<path>/<entity>.jsonl`. Whoever
// appends a line has written:
//   {"id": "7", "row": {"name": "Ada"}}       sets fields of record 7
//   {"id": "7", "deleted": true}              deletes it
// Lines that this plugin appends also say who wrote ("by") and which push it was ("write"). Writers hold a flock.
#include <syncline/source.hpp>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace {

using nlohmann::json;

constexpr std::string_view kSettings = R"({
  "type": "object",
  "required": ["path"],
  "additionalProperties": false,
  "properties": {"path": {"type": "string", "minLength": 1, "description": "Folder that holds <entity>.jsonl files"}}
})";

/// What the lines of a log add up to for one record.
struct Record {
  std::string version;  // where its newest line begins
  bool deleted = false;
  json row = json::object();
};

/// A log, opened for reading and appending and locked until this object ends. A last line without its newline is still
/// being written and is left alone.
class Log {
 public:
  explicit Log(const std::filesystem::path& path)
      : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
    if (fd_ < 0 || ::flock(fd_, LOCK_EX) != 0) {
      if (fd_ >= 0) ::close(fd_);
      throw syncline::Error(syncline::kRetry, "cannot open " + path.string());
    }
    std::ifstream file(path, std::ios::binary);
    text_.assign(std::istreambuf_iterator<char>(file), {});
    text_.resize(text_.rfind('\n') + 1);  // npos + 1 is 0
  }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log() { ::close(fd_); }

  [[nodiscard]] std::size_t size() const { return text_.size(); }

  /// Calls visit(begin, end, line) for each line from byte `from` on, until it returns false.
  template <class Visit>
  void each(std::size_t from, Visit visit) const {
    for (std::size_t end = 0; from < text_.size(); from = end) {
      end = text_.find('\n', from) + 1;
      if (!visit(from, end, json::parse(text_.substr(from, end - from)))) return;
    }
  }

  /// Appends one line; gives the place where it begins.
  std::string append(const json& line) {
    const std::string text = line.dump() + "\n";
    if (::write(fd_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      throw syncline::Error(syncline::kRetry, "cannot write the log");
    text_ += text;
    return std::to_string(text_.size() - text.size());
  }

 private:
  int fd_;
  std::string text_;
};

class JsonLines final : public syncline::Source {
 public:
  JsonLines(std::string_view /*instance*/, std::string_view settings) {
    const json parsed = json::parse(settings);
    if (!parsed.contains("path") || !parsed["path"].is_string())
      throw syncline::Error(syncline::kMisconfigured, "/path: must be the folder of the logs");
    folder_ = parsed["path"].get<std::string>();
    const json mapping = parsed.value("$mapping", json::object());
    for (const auto& [entity, mapped] : mapping.items()) keys_[entity] = mapped.value("key", "");
  }

  void check(const syncline::Call&) override {
    if (!std::filesystem::is_directory(folder_))
      throw syncline::Error(syncline::kMisconfigured, "/path: there is no folder " + folder_.string());
  }

  void pull(const syncline::PullRequest& request, syncline::ChangeSink& out, const syncline::Call& call) override {
    const Log log(path(request.entity));
    if (request.snapshot) return snapshot(log, request, out);
    // The log is the load and the deltas at once, so a cursor is simply a place in it.
    std::size_t from = request.cursor.empty() ? 0 : std::stoull(std::string(request.cursor));
    if (from > log.size()) from = 0;  // another, shorter log: load it again
    log.each(from, [&](std::size_t begin, std::size_t end, const json& line) {
      if (out.room() == 0 || call.cancelled()) return false;
      const bool deleted = line.value("deleted", false);
      out.emit({.op = deleted ? syncline::kDelete : syncline::kUpsert,
                .entity = request.entity,
                .key = line.at("id").get<std::string>(),
                .version = std::to_string(begin),
                .body = line.value("row", json::object()).dump(),
                .origin_tag = line.value("by", "")});
      out.checkpoint(std::to_string(end));
      return true;
    });
  }

  void push(const syncline::PushBatch& batch, const syncline::Call&) override {
    for (const auto& item : batch) {
      try {
        batch.report(item, write(item));
      } catch (const json::exception& error) {
        batch.report(item, syncline::rejected(error.what()));
      }
    }
  }

  syncline::Origin is_echo(const syncline::Change& change, const syncline::Receipt& last) const override {
    return change.version == last.version ? syncline::Origin::kEcho : syncline::Origin::kUnknown;
  }

 private:
  [[nodiscard]] std::filesystem::path path(std::string_view entity) const {
    return folder_ / (std::string(entity) + ".jsonl");
  }

  static std::map<std::string, Record> records(const Log& log) {
    std::map<std::string, Record> all;
    log.each(0, [&](std::size_t begin, std::size_t, const json& line) {
      Record& record = all[line.at("id").get<std::string>()];
      record.version = std::to_string(begin);
      record.deleted = line.value("deleted", false);
      if (record.deleted) record.row = json::object();
      record.row.update(line.value("row", json::object()));
      return true;
    });
    return all;
  }

  static void snapshot(const Log& log, const syncline::PullRequest& request, syncline::ChangeSink& out) {
    const auto all = records(log);
    for (auto at = all.upper_bound(std::string(request.cursor)); at != all.end() && out.room() > 0; ++at) {
      const auto& [id, record] = *at;
      if (record.deleted) continue;
      out.emit({.entity = request.entity, .key = id, .version = record.version, .body = record.row.dump()});
      out.checkpoint(id);
    }
  }

  [[nodiscard]] syncline::Result write(const syncline::PushItem& item) const {
    Log log(path(item.entity));
    const json row = json::parse(item.body);
    std::string id(item.key);
    if (id.empty()) {
      const auto key = keys_.find(item.entity);
      id = key == keys_.end() || key->second.empty() ? "line-" + std::to_string(log.size())
                                                     : row.at(key->second).get<std::string>();
    }

    // A push that came through before is answered, not repeated: the log remembers which push made a line.
    std::optional<syncline::Result> before;
    log.each(0, [&](std::size_t begin, std::size_t, const json& line) {
      if (line.value("write", "") == item.idempotency_key)
        before = syncline::applied(line.at("id").get<std::string>(), std::to_string(begin));
      return !before;
    });
    if (before) return *before;

    const auto all = records(log);
    const auto found = all.find(id);
    const bool exists = found != all.end() && !found->second.deleted;
    if (item.op == syncline::kDelete && !exists) return syncline::applied(id);
    if (!item.key.empty() && !exists) return syncline::not_found("there is no record " + id);
    if (!item.expected_version.empty() && (!exists || found->second.version != item.expected_version))
      return syncline::stale("record " + id + " was written meanwhile");

    json line{{"id", id}, {"by", item.origin_tag}, {"write", item.idempotency_key}};
    item.op == syncline::kDelete ? line["deleted"] = true : line["row"] = row;
    return syncline::applied(id, log.append(line));
  }

  std::filesystem::path folder_;
  std::map<std::string, std::string, std::less<>> keys_;  // entity to the source field that is the external id
};

}  // namespace

SYNCLINE_PLUGIN(JsonLines, "example.jsonl", "1.0.0",
                syncline::kCanPullDelta | syncline::kCanPullSnapshot | syncline::kCanPush | syncline::kCanDelete |
                    syncline::kCanIdempotentPush | syncline::kCanConditionalPush | syncline::kCanTagOrigin,
                kSettings)
