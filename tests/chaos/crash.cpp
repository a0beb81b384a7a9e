#include "tests/chaos/crash.hpp"

#include "tests/integration/local_file.hpp"
#include "tests/support/eventually.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <sstream>
#include <utility>

namespace tests::chaos {

int figure(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

std::uint32_t seed() {
  static const auto drawn =
      static_cast<std::uint32_t>(figure("SYNCLINE_CHAOS_SEED", static_cast<int>(::time(nullptr))));
  return drawn;
}

namespace {

using integration::LocalFile;

constexpr std::size_t kNamed = 10;  // of the changes that are missing

/// The deliveries that are left, as the hub tells.
int pending(integration::HubProcess& hub) {
  int sum = 0;
  const auto sources = hub.get("/api/sources").json();
  for (const auto& source : sources.at("items")) sum += source.at("pending").get<int>();
  return sum;
}

}  // namespace

std::string does_not_work_on(integration::HubProcess& hub, const std::vector<std::filesystem::path>& local_files) {
  const auto drained = [&] {
    for (const char* source : {"CRM", "ERP", "Portal"}) hub.drain(source);
    return pending(hub) == 0;
  };
  if (!support::eventually(drained, std::chrono::seconds{60}))
    return "deliveries are left: " + hub.get("/api/sources").body;
  const auto sent = hub.sync({{"source", "CRM"}, {"externalId", "FRESH"}, {"fullName", "after the storm"}});
  if (sent.status != 200) return "a fresh change: " + sent.body;
  for (const char* source : {"ERP", "Portal"}) {
    bool handed_out = false;
    const auto arrives = [&] {
      for (const auto& delivery : hub.lease(source)) {
        handed_out = handed_out || delivery.at("externalId") == "FRESH";
        hub.acknowledge(source, delivery);
      }
      return handed_out;
    };
    if (!support::eventually(arrives)) return std::string(source) + " never got the fresh change";
  }
  for (const auto& file : local_files) {
    LocalFile local(file);
    const bool arrived = support::eventually(
        [&] { return local.value("select full_name from clients where account_no = 'FRESH'") == "after the storm"; });
    if (!arrived) return file.string() + " never got the fresh change";
  }
  return "";
}

void prepare(integration::HubProcess& hub) {
  integration::create_local_tables(hub.local_db());
  for (const std::string source : {"CRM", "ERP", "Portal", "LocalDB"})
    hub.set("sources." + source + ".push", "{max_attempts: 1000000, backoff: {first: 10ms, max: 100ms}}");
}

std::string lost_or_doubled(const integration::HubProcess& hub, const std::set<ChangeName>& acknowledged) {
  std::ostringstream wrong;
  {
    LocalFile store(hub.store(), LocalFile::Mode::kReadOnly);
    std::size_t missing = 0;
    for (const auto& [source, change_id] : acknowledged) {
      const auto rows =
          store.query("select count(*) from source_records where source = ? and change_id = ?", {source, change_id});
      if (rows.front().front() != "1" && ++missing <= kNamed)
        wrong << "acknowledged " << source << " " << change_id << " is there " << *rows.front().front() << " times\n";
    }
    if (missing > 0) wrong << missing << " of " << acknowledged.size() << " acknowledged changes are wrong\n";
    for (const auto& row : store.query("select source, change_id, count(*) from source_records "
                                       "where change_id is not null group by 1, 2 having count(*) > 1"))
      wrong << "twice: " << *row[0] << " " << *row[1] << "\n";
  }
  return wrong.str() + hub.audit();
}

void expect_to_work_on(integration::HubProcess& hub, Load& load, std::set<ChangeName> acknowledged) {
  hub.start();
  load.use_ports({hub.port()});
  load.post_the_rest();
  EXPECT_EQ(load.problems(), "");
  EXPECT_EQ(does_not_work_on(hub, {hub.local_db()}), "");
  EXPECT_EQ(hub.stop(), 0) << hub.process().err();
  acknowledged.merge(load.take_acknowledged());
  EXPECT_EQ(lost_or_doubled(hub, acknowledged), "");
}

}  // namespace tests::chaos
