#include "hub/sync/plan.hpp"

#include "hub/store/records.hpp"
#include "hub/store/trial.hpp"
#include "hub/sync/mapping.hpp"
#include "hub/sync/reevaluation.hpp"
#include "tests/unit/sync/fake_source.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

namespace tests {
namespace {

using nlohmann::json;

/// A source's tables as a plugin would read them.
class Tables final : public BareSource {
 public:
  std::map<std::string, std::vector<std::pair<std::string, json>>> rows;  // by remote entity: native id and fields

  [[nodiscard]] hub::plugin::Capabilities capabilities() const override {
    hub::plugin::Capabilities can;
    can.pull_snapshot = true;
    return can;
  }
  [[nodiscard]] hub::plugin::PullPage pull(const hub::plugin::PullRequest& request,
                                           const hub::plugin::Cancelled&) override {
    hub::plugin::PullPage page;
    const auto& all = rows[request.remote];
    std::size_t next = request.cursor.empty() ? 0 : std::stoul(request.cursor);
    for (; next < all.size() && static_cast<int>(page.changes.size()) < request.limit; ++next) {
      hub::plugin::PulledChange& change = page.changes.emplace_back();
      change.native_id = all[next].first;
      change.body = all[next].second.dump();
    }
    page.cursor = std::to_string(next);
    return page;
  }
};

hub::config::Config matched() {
  auto config = Pipeline::reference_config();
  config.sources[3].entities[0].match_on = {{"email"}};
  config.sources[3].plugin = "tables";
  return config;
}

/// A plan over a copy of the hub's store.
struct Trial {
  Trial(Pipeline& hub, const hub::config::Config& config)
      : file(hub.place.folder() / "trial.db"),
        copied((hub::store::copy_for_trial(hub.place.location(), file, hub.clock), true)),
        store(hub::store::trial_in(file), hub.clock),
        live(hub.place.location(), hub::store::Session::Mode::kRead),
        plan(config, store, &live, hub.clock, rng, 1000, [] { return false; }) {}

  const std::filesystem::path file;
  const bool copied;
  hub::base::SeededRng rng{7};
  hub::store::Store store;
  hub::store::Session live;
  hub::sync::Plan plan;
};

/// Every record's values, without the ids that each run draws for itself.
std::multiset<std::string> values_of(hub::store::Store& store) {
  std::multiset<std::string> values;
  store.read([&](hub::store::Session& session) {
    hub::store::list_records(session, {}, {}, 10'000, true, [&](hub::model::Record&& record) {
      std::string text = record.key.entity + (record.deleted ? " deleted" : "");
      for (const auto& cell : record.cells)
        if (cell.name != "clientId") text += " " + cell.name + "=" + cell.value.text();
      values.insert(std::move(text));
    });
  });
  return values;
}

TEST(Plan, SaysWhatAFirstSyncWouldDo) {
  Pipeline hub(matched());
  const auto post = [&](const std::string& id, json fields) {
    hub.post(
        {{"source", "CRM"}, {"entity", "client"}, {"externalId", id}, {"version", 1}, {"fields", std::move(fields)}});
  };
  post("C-1", {{"fullName", "Ann M."}, {"email", "ann@x.org"}});
  post("C-2", {{"fullName", "Dup"}, {"email", "dup@x.org"}});
  post("C-3", {{"fullName", "Dup"}, {"email", "dup@x.org"}});
  hub.drain();
  Tables tables;
  tables.rows["client"] = {{"1", {{"fullName", "Ann"}, {"email", "ann@x.org"}, {"phone", "1"}}},
                           {"2", {{"fullName", "Bob"}, {"email", "bob@x.org"}}},
                           {"3", {{"fullName", "Dee"}, {"email", "dup@x.org"}}},
                           {"4", {{"fullName", 17.5}}}};
  tables.rows["order"] = {{"1", {{"clientId", "2"}, {"total", "1.00"}}}, {"2", {{"clientId", "9"}}}};
  const auto before = values_of(hub.store);
  hub.store.write([](hub::store::Session& session) {  // nobody knows LocalDB yet
    for (const char* id : {"C-1", "C-2", "C-3"}) hub::store::remove_link(session, {"client", id}, "LocalDB");
  });
  Trial trial(hub, hub.config);
  ASSERT_EQ(trial.plan.pull(hub.config.sources[3], tables), std::nullopt);

  const auto& client = trial.plan.entities().at("client");
  EXPECT_EQ(client.read, 4);
  EXPECT_EQ(client.matched, 1);
  EXPECT_EQ(client.created, 1);
  EXPECT_EQ(client.ambiguous, 1);
  EXPECT_EQ(client.dead, 1);
  const auto& order = trial.plan.entities().at("order");
  EXPECT_EQ(order.created, 1);
  EXPECT_EQ(order.waiting, 1);
  EXPECT_EQ(trial.plan.targets().at("CRM").created, 2) << "Bob and his order";
  EXPECT_EQ(trial.plan.targets().at("CRM").changed, 1) << "Ann has a phone now";
  EXPECT_EQ(trial.plan.targets().at("CRM").overwritten.at("phone"), 1);
  EXPECT_TRUE(trial.plan.changes_anything());
  EXPECT_EQ(values_of(hub.store), before) << "nothing was changed";
  bool ambiguous = false;
  for (const auto& example : trial.plan.examples())
    if (example.outcome == "ambiguous") {
      ambiguous = true;
      EXPECT_EQ(example.candidates, (std::vector<std::string>{"C-2", "C-3"}));
    }
  EXPECT_TRUE(ambiguous);
}

TEST(Plan, OfWhatIsThereAlreadySaysNothing) {
  Pipeline hub(matched());
  hub.post({{"source", "CRM"}, {"externalId", "C-1"}, {"version", 1}, {"fullName", "Ann"}, {"email", "ann@x.org"}});
  Trial trial(hub, hub.config);
  trial.plan.reevaluate();
  EXPECT_FALSE(trial.plan.changes_anything()) << "what is on its way already is no news";
}

TEST(Plan, OfAnotherConfigurationIsWhatAResyncThenDoes) {
  Pipeline hub(Pipeline::reference_config());
  hub.post({{"source", "CRM"}, {"externalId", "C-1"}, {"version", 1}, {"fullName", "Ann"}, {"email", "Ann@X.org"}});
  hub.post({{"source", "ERP"}, {"externalId", "C-1"}, {"version", 1}, {"fullName", "Anna"}});
  hub.drain();
  hub.post({{"source", "ERP"}, {"externalId", "C-2"}, {"version", 1}, {"email", "B@X.org"}});
  hub.drain();
  auto config = hub.config;
  config.entities[0].fields[1].normalisers = {{hub::model::NormaliserKind::kEmail, 0}};
  Trial trial(hub, config);
  trial.plan.reevaluate();
  EXPECT_EQ(trial.plan.entities().at("client").changed, 2);
  EXPECT_EQ(trial.plan.targets().at("Portal").overwritten.at("email"), 2);

  hub.config = config;
  const json done = hub.json_of(hub::sync::resync_page(hub.committer, hub.config, ""));
  EXPECT_EQ(done["changed"], 2);
  EXPECT_EQ(done["records"], 2);
  EXPECT_EQ(hub.record("client", "C-1")["fields"], json({{"fullName", "Ann"}, {"email", "ann@x.org"}}))
      << "and what a source lost, or was given since, does not come back";
  EXPECT_EQ(values_of(hub.store), values_of(trial.store));
  EXPECT_EQ(hub.json_of(hub::sync::resync_page(hub.committer, hub.config, ""))["changed"], 0);
}

TEST(Resync, AnotherPolicyLetsTheLoserSpeakAgain) {
  Pipeline hub(Pipeline::reference_config());
  hub.config.sources[1].repair = false;  // the ERP keeps what it has
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 1}, {"fullName", "Ann"}});
  hub.post({{"source", "ERP"}, {"externalId", "C"}, {"version", 1}, {"fullName", "Anna"}});
  ASSERT_EQ(hub.record("client", "C")["fields"]["fullName"], "Ann");
  hub.config.entities[0].fields[0].policy = {hub::model::PolicyKind::kOwner, {"ERP"}};
  static_cast<void>(hub::sync::resync_page(hub.committer, hub.config, ""));
  EXPECT_EQ(hub.record("client", "C")["fields"]["fullName"], "Anna");
}

TEST(Resync, ANewSourceIsOfferedEverything) {
  auto config = Pipeline::reference_config();
  config.sources.resize(3);
  Pipeline hub(config);
  hub.post({{"source", "CRM"}, {"externalId", "C"}, {"version", 1}, {"fullName", "Ann"}});
  hub.drain();
  hub.config = Pipeline::reference_config();
  static_cast<void>(hub::sync::resync_page(hub.committer, hub.config, ""));
  EXPECT_EQ(hub.claim("LocalDB").size(), 1U);
  EXPECT_TRUE(hub.claim("Portal").empty()) << "it has it already";
}

/// The plan is the engine: what it says of a random first sync is what the sync then does.
RC_GTEST_PROP(PlanProperty, SaysExactlyWhatARunThenDoes, ()) {
  Pipeline hub(matched(), false);
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto letter = [&] { return std::string(1, static_cast<char>('a' + pick(4))); };
  for (int i = pick(12); i > 0; --i) {
    json body{
        {"source", pick(2) == 0 ? "CRM" : "ERP"}, {"entity", "client"}, {"externalId", "C" + std::to_string(pick(5))}};
    if (pick(2) == 0) body["version"] = 1 + pick(4);
    for (const char* field : {"fullName", "email"})
      if (pick(2) == 0) body["fields"][field] = letter();
    if (pick(8) == 0) body["op"] = "delete", body.erase("fields");
    if (body.contains("fields") || body.contains("op")) hub.post(body);
  }
  hub.store.write([](hub::store::Session& session) {  // it is a first sync: LocalDB has had nothing yet
    for (int i = 0; i < 5; ++i) hub::store::remove_link(session, {"client", "C" + std::to_string(i)}, "LocalDB");
  });
  Tables tables;
  for (int i = pick(8); i > 0; --i)
    tables.rows["client"].push_back({std::to_string(i), {{"fullName", letter()}, {"email", letter()}}});
  for (int i = pick(4); i > 0; --i)
    tables.rows["order"].push_back({std::to_string(i), {{"clientId", std::to_string(1 + pick(8))}, {"total", "1.00"}}});

  Trial trial(hub, hub.config);
  const hub::config::SourceConfig& source = hub.config.sources[3];
  RC_ASSERT(trial.plan.pull(source, tables) == std::nullopt);

  hub::sync::rebuild_match_keys(hub.store, hub.config);
  std::map<std::string, std::int64_t> outcomes;
  for (const auto& mapping : source.entities) {
    std::vector<hub::sync::Submission> page;
    for (const auto& [native, fields] : tables.rows[mapping.remote]) {
      hub::plugin::PulledChange pulled;
      pulled.native_id = native;
      pulled.body = fields.dump();
      page.push_back(hub::sync::submission_of(source, mapping, *hub.config.entity(mapping.entity), pulled));
    }
    for (const auto& result : hub.pulled(page))
      ++outcomes[std::string(hub::model::to_string(std::get<hub::sync::Answer>(result).state))];
  }
  RC_ASSERT(values_of(hub.store) == values_of(trial.store));
  std::map<std::string, std::int64_t> planned;
  for (const auto& [entity, tally] : trial.plan.entities()) {
    planned["waiting"] += tally.waiting;
    planned["conflict"] += tally.ambiguous + tally.conflicts;
    planned["superseded"] += tally.lost;
    planned["dead"] += tally.dead;
  }
  for (const auto& [state, count] : planned) RC_ASSERT(outcomes[state] == count);
}

}  // namespace
}  // namespace tests
