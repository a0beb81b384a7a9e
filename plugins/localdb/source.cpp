#include "plugins/localdb/engine.hpp"
#include "plugins/localdb/puller.hpp"
#include "plugins/localdb/session.hpp"
#include "plugins/localdb/settings.hpp"

#include <syncline/source.hpp>

#include <embedded_sql.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace localdb {
namespace {

/// A database that an application writes with plain SQL.
class LocalDb final : public syncline::Source {
 public:
  static constexpr std::uint32_t kMaxConcurrency = 2;

  LocalDb(std::string_view instance, std::string_view settings) : settings_(parse_settings(instance, settings)) {}

  void check(const syncline::Call& call) override {
    guarded([&] {
      Session session(settings_, *engine_);
      session.open(call);
      const std::vector<Table> tables = session.tables();
      if (settings_.setup == SetupMode::kAuto) return;  // the first pull or push installs what is missing
      for (const Table& table : tables) static_cast<void>(session.ready(table.name));
    });
  }

  void pull(const syncline::PullRequest& request, syncline::ChangeSink& out, const syncline::Call& call) override {
    guarded([&] {
      Connection& connection = pulls_.open(call);
      Puller(pulls_, connection, call, settings_, coverage_, quiet_).pull(request, out);
    });
  }

  void push(const syncline::PushBatch& batch, const syncline::Call& call) override {
    guarded([&] {
      const std::vector<syncline::PushItem> items(batch.begin(), batch.end());
      Connection& connection = pushes_.open(call);
      const std::vector<syncline::Result> results =
          engine_->push({pushes_, connection, call, coverage_, put_off_, settings_.remember_pushes}, items);
      for (const syncline::PushItem& item : items) batch.report(item, results[item.index]);
    });
  }

  void setup(bool apply, syncline::TextSink& out, const syncline::Call& call) override {
    guarded([&] {
      Session session(settings_, *engine_);
      session.open(call);
      out.write(engine_->dialect().script(session.setup(apply)));
    });
  }

 private:
  /// Runs `work`; what the database refuses becomes a status with its words.
  template <class Work>
  void guarded(Work&& work) const {
    try {
      work();
    } catch (const SqlError& error) {
      throw engine_->error_of(error);
    }
  }

  const Settings settings_;
  const std::unique_ptr<Engine> engine_ = make_engine(settings_);
  Coverage coverage_;
  PutOff put_off_;
  Quiet quiet_;  // of the pulls, which come one at a time
  // One connection each, so that a pull and a push run beside each other.
  Session pulls_{settings_, *engine_};
  Session pushes_{settings_, *engine_};
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
