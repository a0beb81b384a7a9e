#include "tests/integration/tiny_disk.hpp"

#include "tests/integration/hub_process.hpp"
#include "tests/support/eventually.hpp"

namespace tests::integration {

namespace {

using nlohmann::json;

json change(int number, std::size_t size = 10) {
  const std::string id = std::to_string(number);
  return {{"source", "CRM"}, {"externalId", "C-" + id}, {"phone", std::string(size, 'x')}};
}

class TinyDiskTest : public HubTest {};

TEST_F(TinyDiskTest, AFullDiskStopsWritesOnlyAndOnlyWhileItIsFull) {
  const support::TempDir place;
  const TinyDisk disk(place.path(), 8 << 20);
  ASSERT_TRUE(disk.mounted()) << "a small disk must be mounted: be root, or allow user namespaces";
  hub.use_data(place / "data");
  hub.start();
  hub.sync({{"source", "CRM"}, {"externalId", "M-1"}, {"fullName", "one"}});
  hub.sync({{"source", "CRM"}, {"externalId", "M-1"}, {"fullName", "two"}});
  int sent = 0;
  for (; sent < 50; ++sent) ASSERT_EQ(hub.sync(change(sent)).status, 200);

  disk.fill();
  int accepted = sent;
  std::vector<int> refused;
  support::HttpResponse last;
  for (int more = 0; more < 400; ++more, ++sent) {
    last = hub.sync(change(sent, 4000));
    if (last.status == 200) {
      ++accepted;
      continue;
    }
    refused.push_back(sent);
    ASSERT_TRUE(last.status == 507 || last.status == 503) << last.status << last.body;
    if (refused.size() == 5) break;
  }
  ASSERT_EQ(refused.size(), 5U) << "the disk is never full";
  EXPECT_EQ(last.header("Content-Type").substr(0, 24), "application/problem+json");
  EXPECT_FALSE(last.header("Retry-After").empty());
  EXPECT_NE(last.body.find("disk"), std::string::npos) << last.body;
  ASSERT_TRUE(hub.running()) << hub.process().err();
  EXPECT_EQ(hub.get("/api/records/client/C-1").status, 200) << "reads must go on";
  EXPECT_EQ(hub.get("/api/records?limit=10").status, 200);
  EXPECT_EQ(hub.get("/healthz").status, 200);
  const int leased = hub.get("/api/outbound?source=ERP").status;
  EXPECT_TRUE(leased == 507 || leased == 503) << leased;
  for (const int number : refused) EXPECT_EQ(hub.get("/api/records/client/C-" + std::to_string(number)).status, 404);

  disk.make_space();
  EXPECT_TRUE(support::eventually([&] { return hub.sync(change(refused.front(), 4000)).status == 200; }))
      << "it must recover by itself: " << hub.process().err();
  EXPECT_FALSE(hub.ended_by_itself());
  hub.drain("ERP");
  EXPECT_EQ(hub.stop(), 0);
  EXPECT_EQ(hub.audit(), "");  // here, while the disk is still there
  EXPECT_EQ(hub.value("select count(*) from source_records"), std::to_string(accepted + 3));
}

TEST_F(TinyDiskTest, ADataFolderThatCannotBeWrittenIsNamed) {
  const support::TempDir place;
  const TinyDisk disk(place.path(), 8 << 20);
  ASSERT_TRUE(disk.mounted()) << "a small disk must be mounted: be root, or allow user namespaces";
  hub.use_data(place / "data");
  hub.start();
  EXPECT_EQ(hub.sync(change(1)).status, 200);
  EXPECT_EQ(hub.stop(), 0);

  ASSERT_TRUE(disk.set_read_only(true));
  hub.launch();
  const auto port = hub.listening();
  if (port) {
    EXPECT_EQ(hub.sync(change(2)).status, 503);
    EXPECT_EQ(hub.get("/api/records/client/C-1").status, 200);
    hub.kill();
  } else {
    EXPECT_EQ(hub.process().wait(), 3) << hub.process().err();
    EXPECT_NE(hub.process().err().find(hub.data().string()), std::string::npos) << hub.process().err();
  }

  ASSERT_TRUE(disk.set_read_only(false));
  hub.start();
  EXPECT_EQ(hub.sync(change(2)).status, 200);
  EXPECT_EQ(hub.stop(), 0);
}

}  // namespace

}  // namespace tests::integration
