#include "plugins/localdb/settings.hpp"
#include "plugins/localdb/sqlite/capture.hpp"
#include "plugins/localdb/sqlite/puller.hpp"
#include "plugins/localdb/sqlite/pusher.hpp"
#include "plugins/localdb/sqlite/session.hpp"

#include <syncline/source.hpp>

#include <embedded_sql.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace localdb {
namespace {

/// A database that an application writes with plain SQL, on the same machine.
class LocalDb final : public syncline::Source {
 public:
  static constexpr std::uint32_t kMaxConcurrency = 2;

  LocalDb(std::string_view instance, std::string_view settings) : settings_(parse_settings(instance, settings)) {}

  void check(const syncline::Call& call) override {
    guarded([&] {
      sqlite::Session session(settings_);
      session.open(call);
      const std::vector<sqlite::Table> tables = session.tables();
      if (settings_.setup == SetupMode::kAuto) return;  // the first pull or push installs what is missing
      for (const sqlite::Table& table : tables) static_cast<void>(session.ready(table.name));
    });
  }

  void pull(const syncline::PullRequest& request, syncline::ChangeSink& out, const syncline::Call& call) override {
    guarded([&] {
      sqlite::Connection& connection = pulls_.open(call);
      sqlite::Puller(pulls_, connection, call, coverage_, settings_.keep_captured).pull(request, out);
    });
  }

  void push(const syncline::PushBatch& batch, const syncline::Call& call) override {
    guarded([&] {
      const std::vector<syncline::PushItem> items(batch.begin(), batch.end());
      sqlite::Connection& connection = pushes_.open(call);
      const std::vector<syncline::Result> results =
          sqlite::Pusher(pushes_, connection, call, coverage_, settings_.remember_pushes).push(items);
      for (const syncline::PushItem& item : items) batch.report(item, results[item.index]);
    });
  }

  void setup(bool apply, syncline::TextSink& out, const syncline::Call& call) override {
    guarded([&] {
      sqlite::Session session(settings_);
      session.open(call);
      for (const std::string& statement : session.setup(apply)) out.write(statement + ";\n\n");
    });
  }

 private:
  /// Runs `work`; what SQLite refuses becomes a status with its words.
  template <class Work>
  void guarded(Work&& work) const {
    try {
      work();
    } catch (const sqlite::SqlError& error) {
      throw sqlite::error_of(error, settings_.path);
    }
  }

  const Settings settings_;
  sqlite::Coverage coverage_;
  // One connection each, so that a pull and a push run beside each other.
  sqlite::Session pulls_{settings_};
  sqlite::Session pushes_{settings_};
};

std::string_view settings_schema() {
  const auto files = sql_files();
  return std::find_if(files.begin(), files.end(), [](const SqlFile& file) { return file.name.ends_with(".json"); })
      ->text;
}

constexpr std::uint32_t kCapabilities = syncline::kCanPullDelta | syncline::kCanPullSnapshot | syncline::kCanPush |
                                        syncline::kCanDelete | syncline::kCanIdempotentPush |
                                        syncline::kCanConditionalPush;

}  // namespace
}  // namespace localdb

SYNCLINE_PLUGIN(localdb::LocalDb, "syncline.localdb", "0.1.0", localdb::kCapabilities, localdb::settings_schema())
