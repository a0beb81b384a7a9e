#include "tests/chaos/hub_pair.hpp"

#include "tests/chaos/crash.hpp"
#include "tests/integration/local_file.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/postgres_server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <sstream>

namespace tests::chaos {

namespace {

using integration::LocalFile;
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::array kLocal{"North", "South", "West"};
constexpr std::chrono::seconds kPatience{120};
constexpr std::size_t kShown = 10;

std::string configuration(const std::string& store, const std::vector<std::filesystem::path>& files) {
  std::string yaml = R"(
hub: {name: pair, listen: "127.0.0.1:0", store: ")" +
                     store + R"("}
api: {default_entity: client}
entities:
  client:
    fields:
      fullName: {type: string, max_length: 200}
      email: {type: string, normalise: [email]}
  order:
    fields:
      clientId: {references: client, required: true}
      total: {type: decimal, scale: 2}
sources:
  CRM: {priority: 1, max_writes_per_minute: 1000000, entities: {client: {}, order: {}}}
  ERP: {priority: 2, max_writes_per_minute: 1000000, entities: {client: {}, order: {}}}
  Portal: {priority: 3, max_writes_per_minute: 1000000, entities: {client: {}, order: {}}}
)";
  for (std::size_t i = 0; i < files.size(); ++i)
    yaml += "  " + std::string(kLocal[i]) + R"(:
    priority: )" +
            std::to_string(4 + i) + R"(
    max_writes_per_minute: 1000000
    plugin: localdb
    pull: {every: 100ms, limit: 100, max_deletes: {count: 1000000, percent: 100}}
    push: {batch: 20, max_attempts: 1000000, backoff: {first: 10ms, max: 100ms}}
    settings: {path: ")" +
            files[i].string() + R"(", setup: auto}
    entities:
      client: {remote: clients, key: account_no, fields: {fullName: full_name, email: email}}
      order: {remote: orders, key: order_no, fields: {clientId: client_id, total: total}}
)";
  return yaml;
}

std::vector<std::filesystem::path> local_files(const support::TempDir& folder) {
  std::vector<std::filesystem::path> files;
  for (const std::string name : kLocal) integration::create_local_tables(files.emplace_back(folder / (name + ".db")));
  return files;
}

/// All records in one form: what a LocalDB holds, and what is canonical.
using Records = std::set<std::string>;

Records held_by(const std::filesystem::path& file) {
  LocalFile local(file);
  Records records;
  for (const auto& row : local.query("select account_no || '|' || coalesce(full_name, '') || '|' || "
                                     "coalesce(email, '') from clients union all select order_no || '|' || "
                                     "account_no || '|' || printf('%.2f', total) from orders o join clients c "
                                     "on c.id = o.client_id"))
    records.insert(row.front().value_or("a row without a number"));
  return records;
}

std::string text(const json& fields, const char* name) {
  const json value = fields.value(name, json());
  return value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump();
}

json without_nulls(json fields) {
  for (auto field = fields.begin(); field != fields.end();) field = field->is_null() ? fields.erase(field) : ++field;
  return fields;
}

std::string difference(const Records& expected, const Records& found) {
  std::ostringstream text;
  std::size_t shown = 0;
  const auto show = [&](const Records& some, const Records& others, const char* what) {
    for (const std::string& record : some)
      if (!others.contains(record) && ++shown <= kShown) text << what << record << '\n';
  };
  show(expected, found, "is missing: ");
  show(found, expected, "is not canonical: ");
  return text.str();
}

std::string port_of(const json& source) {
  const json url = source.value("hub", json());
  return url.is_string() ? url.get<std::string>().substr(url.get<std::string>().rfind(':') + 1) : std::string();
}

}  // namespace

HubPair::HubPair(std::string store, const std::array<std::string, kHubs>& ways)
    : store_(std::move(store)), files_(local_files(folder_)), load_(files_, seed()) {
  load_.expect_outages();
  for (std::size_t i = 0; i < kHubs; ++i) {
    hubs_[i] = std::make_unique<integration::HubProcess>(configuration(ways[i], files_));
    hubs_[i]->start();
  }
  use_hubs_that_run();
  load_.start();
  expect_all_pulled();
  expect_answers();
}

HubPair::~HubPair() {
  if (!testing::Test::HasFailure()) return;
  for (const auto& hub : hubs_)
    if (hub && hub->started()) std::cerr << "a hub said:\n" << hub->process().err() << '\n';
}

void HubPair::use_hubs_that_run() {
  std::vector<std::uint16_t> ports;
  for (const auto& hub : hubs_)
    if (hub->running()) ports.push_back(hub->port());
  load_.use_ports(std::move(ports));
}

void HubPair::start(std::size_t index) {
  hubs_[index]->start();
  use_hubs_that_run();
}

void HubPair::kill(std::size_t index) {
  hubs_[index]->kill();
  use_hubs_that_run();
}

json HubPair::sources(std::size_t index) {
  const auto response = hubs_[index]->get("/api/sources");
  return response.status == 200 ? response.json().at("items") : json::array();
}

std::set<std::string> HubPair::sources_of(std::size_t index) {
  std::set<std::string> names;
  for (const json& source : sources(index))
    if (port_of(source) == std::to_string(hubs_[index]->port()) && source.contains("lastPullAt") &&
        !source.at("lastPullAt").is_null())
      names.insert(source.at("name"));
  return names;
}

milliseconds HubPair::takes_over(std::size_t index, const std::set<std::string>& wanted) {
  const auto begun = steady_clock::now();
  std::map<std::string, json> before;
  for (const json& source : sources(index)) before[source.at("name")] = source.value("lastPullAt", json());
  const auto has_all = [&] {
    std::size_t found = 0;
    for (const json& source : sources(index))
      if (wanted.contains(source.at("name")) && port_of(source) == std::to_string(hubs_[index]->port()) &&
          source.value("lastPullAt", json()) != before[source.at("name")])
        ++found;
    return found == wanted.size();
  };
  EXPECT_TRUE(support::eventually(has_all, kPatience)) << sources(index).dump();
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun);
}

void HubPair::expect_all_pulled() {
  const auto all_are_pulled = [&] { return sources_of(0).size() + sources_of(1).size() == kLocal.size(); };
  EXPECT_TRUE(support::eventually(all_are_pulled, kPatience)) << sources(0).dump();
}

void HubPair::expect_answers() {
  const int before = load_.answered();
  EXPECT_TRUE(support::eventually([&] { return load_.answered() > before + 20; }, kPatience)) << "nobody is answered";
  EXPECT_EQ(load_.problems(), "");
}

std::string HubPair::lost_or_doubled() {
  std::map<ChangeName, int> journal;
  for (const json& row : support::psql_rows(store_,
                                            "select source, change_id, count(*) from source_records "
                                            "where change_id is not null group by 1, 2"))
    journal[{row.at("source"), row.at("change_id")}] = row.at("count");
  const auto acknowledged = load_.take_acknowledged();
  std::ostringstream wrong;
  std::size_t missing = 0;
  for (const auto& change : acknowledged)
    if (!journal.contains(change) && ++missing <= kShown)
      wrong << "acknowledged and lost: " << change.first << " " << change.second << "\n";
  if (missing > 0) wrong << missing << " of " << acknowledged.size() << " acknowledged changes are lost\n";
  for (const auto& [change, times] : journal)
    if (times != 1) wrong << times << " times: " << change.first << " " << change.second << "\n";
  tell(std::to_string(acknowledged.size()) + " changes acknowledged, " + std::to_string(missing) + " lost, " +
       std::to_string(load_.repeated()) + " sent again after they had been stored");
  return wrong.str();
}

std::string HubPair::differing() {
  Records canonical;
  std::string wrong;
  for (const json& row : support::psql_rows(store_,
                                            "select entity, external_id from canonical_records "
                                            "where deleted = 0 and merged_into is null")) {
    const std::string id = row.at("external_id");
    const json record = hubs_[0]->record(row.at("entity").get<std::string>(), id);
    const json& fields = record.at("fields");
    canonical.insert(id + (row.at("entity") == "client"
                               ? "|" + text(fields, "fullName") + "|" + text(fields, "email")
                               : "|" + text(fields, "clientId") + "|" + text(fields, "total")));
    for (const json& link : record.at("links"))
      if (without_nulls(link.at("shadow")) != without_nulls(fields))
        wrong += link.at("source").get<std::string>() + " was left with " + link.dump() + ", canonical is " +
                 record.dump() + "\n";
  }
  for (const auto& file : files_) {
    const std::string differs = difference(canonical, held_by(file));
    if (!differs.empty()) wrong += file.filename().string() + ":\n" + differs;
  }
  return wrong;
}

void HubPair::expect_nothing_lost() {
  load_.stop();
  load_.post_the_rest();
  EXPECT_EQ(load_.problems(), "");
  EXPECT_EQ(does_not_work_on(*hubs_[0], files_), "");
  EXPECT_TRUE(support::eventually([&] { return differing().empty(); }, kPatience)) << differing();
  for (const auto& hub : hubs_) {
    EXPECT_FALSE(hub->ended_by_itself()) << hub->process().err();
    EXPECT_EQ(hub->stop(), 0) << hub->process().err();
  }
  EXPECT_EQ(lost_or_doubled(), "");
  EXPECT_EQ(hubs_[0]->audit(), "");
}

void tell(const std::string& line) {
  std::printf("  %s\n", line.c_str());
  std::fflush(stdout);
}

void tell(const std::string& what, std::vector<milliseconds> times) {
  if (times.empty()) return;
  std::sort(times.begin(), times.end());
  const auto ms = [](milliseconds time) { return std::to_string(time.count()) + " ms"; };
  tell(what + ": " + std::to_string(times.size()) + " times, " + ms(times.front()) + " at least, " +
       ms(times[times.size() / 2]) + " in the middle, " + ms(times.back()) + " at most");
}

}  // namespace tests::chaos
