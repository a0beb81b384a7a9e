#include "tests/integration/connector.hpp"
#include "tests/integration/hub_process.hpp"
#include "tests/integration/local_file.hpp"
#include "tests/support/eventually.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

namespace tests::integration {

namespace {

using nlohmann::json;

int from_environment(const char* name, int fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::atoi(text);
}

/// The application that owns LocalDB: SQL in transactions, nothing of the hub.
class Application {
 public:
  Application(const std::filesystem::path& file, std::uint32_t seed) : file_(file), random_(seed) {}

  void edit(int edits) {
    file_.transaction([&] {
      for (int i = 0; i < edits; ++i) edit_one();
    });
  }
  [[nodiscard]] int edits() const { return edits_; }

  [[nodiscard]] State state() {
    State state;
    for (const auto& row : file_.query("select account_no, full_name, email, phone from clients"))
      state[{"client", row[0].value_or("(no key)")}] = {
          {"fullName", json_of(row[1])}, {"email", json_of(row[2])}, {"phone", json_of(row[3])}};
    for (const auto& row : file_.query("select order_no, account_no, printf('%.2f', total), placed_at from orders "
                                       "left join clients on clients.id = client_id"))
      state[{"order", row[0].value_or("(no key)")}] = {
          {"clientId", json_of(row[1])}, {"total", json_of(row[2])}, {"placedAt", json_of(row[3])}};
    return state;
  }

 private:
  static json json_of(const std::optional<std::string>& text) { return text ? json(*text) : json(); }
  int draw(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }

  void edit_one() {
    ++edits_;
    const std::string stamp = std::to_string(edits_);
    const int number = draw(kClients - 1);
    const std::string client = "C-" + std::to_string(number);
    const std::string referenced = "C-" + std::to_string(draw(kReferenced - 1));
    switch (draw(9)) {
      case 0:
        file_.query(
            "insert into orders (order_no, client_id, total) select ?, id, ? from clients where account_no = ? "
            "on conflict (order_no) do update set total = excluded.total",
            {"O-" + std::to_string(draw(kOrders - 1)), std::to_string(draw(9999)) + ".75", referenced});
        return;
      case 1:
        file_.query(
            "update orders set client_id = (select id from clients where account_no = ?) where order_no = ? "
            "and exists (select 1 from clients where account_no = ?)",
            {referenced, "O-" + std::to_string(draw(kOrders - 1)), referenced});
        return;
      case 2:
        if (number >= kReferenced && draw(1) == 0) {
          file_.query("delete from clients where account_no = ?", {client});
          return;
        }
        [[fallthrough]];
      case 3:
        file_.query("update clients set email = ?, note = ? where account_no = ?",
                    {stamp + "@local.org", stamp, client});
        return;
      case 4:
        file_.query("update clients set phone = ? where account_no = ?",
                    {draw(4) == 0 ? std::nullopt : std::optional(std::to_string(draw(99))), client});
        return;
      default:
        file_.query(
            "insert into clients (account_no, full_name) values (?, ?) "
            "on conflict (account_no) do update set full_name = excluded.full_name",
            {client, "local " + stamp});
    }
  }

  LocalFile file_;
  std::mt19937 random_;
  int edits_ = 0;
};

/// Deliveries that are not held by an open conflict of their target.
constexpr const char* kUnderWay =
    "select count(*) from outbound_changes o where not exists (select 1 from conflict_log c where c.state = 'open' "
    "and c.entity = o.entity and c.external_id = o.external_id and c.source = o.target)";

class History : public HubTest {
 protected:
  History() : HubTest(kWithLocalDb) {}

  void SetUp() override {
    create_local_tables(hub.local_db());
    for (const std::string source : {"CRM", "ERP", "Portal", "LocalDB"})
      hub.set("sources." + source + ".push", "{max_attempts: 1000000, backoff: {first: 10ms, max: 100ms}}");
    hub.set("sources.LocalDB.pull.limit", "7");  // many pages in a pull, whose deletes are held until its end
    hub.start();
  }

  /// Does `work` against the hub until it is done, whatever becomes of the hub meanwhile.
  template <typename Work>
  void insist(Work&& work) {
    for (;;) {
      try {
        work();
        return;
      } catch (const std::runtime_error&) {
        if (!hub.told_to_end()) throw;
        if (killer_.joinable()) killer_.join();
        hub.start();
      }
    }
  }

  /// kill -9 in a moment, in the middle of whatever comes next.
  void kill_soon(int milliseconds) {
    if (killer_.joinable()) killer_.join();
    if (!hub.running()) hub.start();
    killer_ = std::thread([this, milliseconds] {
      std::this_thread::sleep_for(std::chrono::milliseconds{milliseconds});
      hub.kill();
    });
  }

  void TearDown() override {
    if (killer_.joinable()) killer_.join();
    HubTest::TearDown();
  }

  State canonical() {
    State state;
    for (std::string cursor;;) {
      const auto page = hub.get("/api/records?limit=1000" + (cursor.empty() ? "" : "&cursor=" + cursor)).json();
      for (const json& item : page.at("items")) state[{item.at("entity"), item.at("externalId")}] = item.at("fields");
      if (page.at("next").is_null()) return state;
      cursor = page.at("next");
    }
  }

  std::thread killer_;
};

/// What differs between a source and the canonical records, a few of it; a field that is not there is null.
std::string difference(const State& canonical, const State& source) {
  std::string text;
  int found = 0;
  const auto tell = [&](const auto& key, const std::string& what) {
    if (++found <= 5) text += key.first + " " + key.second + ": " + what + "\n";
  };
  for (const auto& [key, fields] : canonical) {
    const auto held = source.find(key);
    if (held == source.end()) {
      tell(key, "missing, should be " + fields.dump());
      continue;
    }
    for (const auto& [name, value] : fields.items())
      if (held->second.value(name, json()) != value)
        tell(key, name + " is " + held->second.dump() + ", should be " + fields.dump());
    for (const auto& [name, value] : held->second.items())
      if (!value.is_null() && fields.value(name, json()) != value)
        tell(key, name + " is " + held->second.dump() + ", should be " + fields.dump());
  }
  for (const auto& [key, fields] : source)
    if (!canonical.contains(key)) tell(key, "should not be there: " + fields.dump());
  return found == 0 ? text : std::to_string(found) + " differences\n" + text;
}

/// SYNCLINE_HISTORY_SEED and SYNCLINE_HISTORY_EDITS choose another history.
TEST_F(History, OfFourSourcesConverges) {
  const auto seed = static_cast<std::uint32_t>(from_environment(
      "SYNCLINE_HISTORY_SEED", static_cast<int>(std::chrono::system_clock::now().time_since_epoch().count() & 0xFFFF)));
  const int edits = from_environment("SYNCLINE_HISTORY_EDITS", hub.is_on_postgresql() ? 2'500 : 20'000);
  std::printf("%d edits, SYNCLINE_HISTORY_SEED=%u\n", edits, seed);
  std::mt19937 random(seed);
  const auto draw = [&](int least, int most) { return std::uniform_int_distribution<int>(least, most)(random); };
  std::vector<Connector> connectors;
  for (const char* source : {"CRM", "ERP", "Portal"})
    connectors.emplace_back(source, seed + static_cast<std::uint32_t>(connectors.size()));
  Application application(hub.local_db(), seed);

  const int kKills = 12;
  int kills = 0;
  int done = 0;
  while (done < edits) {
    if (done > edits * kills / kKills) {
      ++kills;
      kill_soon(draw(0, 60));
    }
    if (draw(0, 3) == 0) application.edit(draw(1, 60));
    Connector& connector = connectors[static_cast<std::size_t>(draw(0, 2))];
    connector.edit(draw(1, 60));
    insist([&] { EXPECT_EQ(connector.send(hub), ""); });
    if (draw(0, 1) == 0) insist([&] { connector.receive(hub); });
    done = application.edits();
    for (const Connector& each : connectors) done += each.edits();
    ASSERT_FALSE(HasFailure());
  }
  if (killer_.joinable()) killer_.join();
  if (!hub.running()) hub.start();

  // Quiet: nobody edits any more.
  for (Connector& connector : connectors) connector.be_careful();
  const auto quiet = [&] {
    std::size_t moved = 0;
    for (Connector& connector : connectors) {
      EXPECT_EQ(connector.send(hub), "");
      moved += connector.receive(hub);
    }
    return moved == 0 && hub.value(kUnderWay) == "0";
  };
  const auto settle = [&] { return support::eventually(quiet, std::chrono::seconds{60}); };
  ASSERT_TRUE(settle()) << hub.rows("select * from outbound_changes limit 5").dump(1);
  const std::string undelivered = hub.value("select count(*) from dead_letters");
  EXPECT_EQ(undelivered, "0") << hub.rows("select * from dead_letters limit 5").dump(1);
  for (json open = hub.get("/api/conflicts?state=open&limit=1000").json().at("items"); !open.empty();
       open = hub.get("/api/conflicts?state=open&limit=1000").json().at("items"))
    for (const json& conflict : open) {
      const auto settled =
          hub.request("POST", "/api/conflicts/" + conflict.at("id").get<std::string>() + "/resolve",
                      draw(0, 1) == 0 ? R"({"take":"incoming"})" : R"({"take":"canonical"})", {{"If-Match", "*"}});
      ASSERT_LT(settled.status, 300) << settled.body << conflict.dump();
    }
  ASSERT_TRUE(settle()) << hub.rows("select * from outbound_changes limit 5").dump(1);
  EXPECT_EQ(hub.value("select count(*) from waiting_changes w where exists (select 1 from canonical_records c where "
                      "c.entity = w.missing_entity and c.external_id = w.missing_external_id and c.deleted = 0)"),
            "0");

  const auto all_equal = [&] {
    quiet();
    const State truth = canonical();
    if (!difference(truth, application.state()).empty()) return false;
    return std::all_of(connectors.begin(), connectors.end(),
                       [&](const Connector& each) { return difference(truth, each.state()).empty(); });
  };
  if (!support::eventually(all_equal, std::chrono::seconds{30})) {
    const State truth = canonical();
    EXPECT_EQ(difference(truth, application.state()), "") << "LocalDB";
    for (const Connector& each : connectors) EXPECT_EQ(difference(truth, each.state()), "") << each.source();
  }

  // Nothing goes round: with all at rest no delivery is made any more, and there never were more than three (one for
  // each other source, or one repair) for a change.
  const std::string created = "select sum(value) from counters where name = 'deliveries_created'";
  const std::string before = hub.value(created);
  const std::string pulled = hub.get("/api/sources/LocalDB").json().at("lastPullAt");
  ASSERT_TRUE(support::eventually([&] { return hub.get("/api/sources/LocalDB").json().at("lastPullAt") != pulled; }));
  EXPECT_EQ(hub.value(created), before);
  const int changes = std::stoi(hub.value("select count(*) from source_records where state <> 'no_change'"));
  EXPECT_LE(std::stoi(before), 4 * changes);
  std::printf("%d kills, %d changes journalled with an effect, %s deliveries\n", kills, changes, before.c_str());
}

}  // namespace

}  // namespace tests::integration
