#include "tests/integration/hub_process.hpp"

#include <algorithm>
#include <random>
#include <sstream>

namespace tests::integration {

namespace {

using nlohmann::json;

struct Case {
  std::string name;
  std::string method;
  std::string target;
  std::string body;
  int status;
  std::string pointer = {};  // of one of the problem's errors
  support::Headers headers = {};
};

std::string sync_body(const std::string& members) {
  return R"({"source":"CRM","entity":"client","externalId":"C-1",)" + members + "}";
}

std::vector<Case> cases() {
  const std::string sync = "/api/sync";
  const std::string fields = R"("fields":{"fullName":"x"})";
  const auto post = [&](std::string name, std::string body, int status, std::string pointer = {}) {
    return Case{std::move(name), "POST", sync, std::move(body), status, std::move(pointer)};
  };
  return {
      post("empty", "", 400),
      post("cut", R"({"source":)", 400),
      post("array", "[]", 400),
      post("number", "7", 400),
      post("after the end", sync_body(fields) + "x", 400),
      post("zero byte", sync_body(fields) + std::string(1, '\0'), 400),
      post("NaN", sync_body(R"("version":NaN,)" + fields), 400),
      post("duplicate key", sync_body(R"("externalId":"C-2",)" + fields), 400, "/externalId"),
      post("invalid UTF-8", sync_body("\"fields\":{\"fullName\":\"\xC3\x28\"}"), 400),
      post("lone surrogate", sync_body(R"("fields":{"fullName":"\ud800"})"), 400),
      post("deep", std::string(5000, '[') + std::string(5000, ']'), 400),
      post("version 0", sync_body(R"("version":0,)" + fields), 400, "/version"),
      post("version -1", sync_body(R"("version":-1,)" + fields), 400, "/version"),
      post("version 1.5", sync_body(R"("version":1.5,)" + fields), 400, "/version"),
      post("version text", sync_body(R"("version":"1",)" + fields), 400, "/version"),
      post("version beyond 64 bits", sync_body(R"("version":9223372036854775808,)" + fields), 400, "/version"),
      post("no field", sync_body(R"("fields":{})"), 400, "/fields"),
      post("fields no object", sync_body(R"("fields":[])"), 400, "/fields"),
      post("unknown field", sync_body(R"("fields":{"fulName":"x"})"), 400, "/fields/fulName"),
      post("field of wrong type", sync_body(R"("fields":{"fullName":{"a":1}})"), 400, "/fields/fullName"),
      post("field too long", sync_body(R"("fields":{"fullName":")" + std::string(201, 'x') + "\"}"), 400,
           "/fields/fullName"),
      post("unknown member", sync_body(R"("verison":1,)" + fields), 400, "/verison"),
      post("bad op", sync_body(R"("op":"merge",)" + fields), 400, "/op"),
      post("bad time", sync_body(R"("observedAt":"yesterday",)" + fields), 400, "/observedAt"),
      post("externalId empty", R"({"source":"CRM","externalId":"","fullName":"x"})", 400, "/externalId"),
      post("externalId missing", R"({"source":"CRM","fullName":"x"})", 400, "/externalId"),
      post("externalId control", R"({"source":"CRM","externalId":"a\u0000b","fullName":"x"})", 400, "/externalId"),
      post("externalId long", R"({"source":"CRM","fullName":"x","externalId":")" + std::string(257, 'x') + "\"}", 400,
           "/externalId"),
      post("source missing", R"({"externalId":"C-1","fullName":"x"})", 400, "/source"),
      post("source unknown", R"({"source":"SAP","externalId":"C-1","fullName":"x"})", 403, "/source"),
      post("entity unknown", R"({"source":"CRM","entity":"car","externalId":"C-1","fields":{"a":1}})", 403, "/entity"),
      post("too large", sync_body(R"("fields":{"fullName":")" + std::string(2'000'000, 'x') + "\"}"), 413),
      {"form", "POST", sync, "a=b", 415, "", {{"Content-Type", "application/x-www-form-urlencoded"}}},
      {"batch as json", "POST", "/api/sync/batch", "{}", 415, ""},
      {"no such path", "GET", "/api/nothing", "", 404},
      {"no such record", "GET", "/api/records/client/none", "", 404},
      {"no such entity", "GET", "/api/records/car/none", "", 404},
      {"no such conflict", "GET", "/api/conflicts/nothing", "", 404},
      {"no such letter", "GET", "/api/dead-letters/nothing", "", 404},
      {"no such source", "GET", "/api/sources/SAP", "", 404},
      {"wrong method", "DELETE", sync, "", 405},
      {"wrong method on records", "POST", "/api/records", "{}", 405},
      {"limit 0", "GET", "/api/records?limit=0", "", 400, "?limit"},
      {"limit text", "GET", "/api/records?limit=many", "", 400, "?limit"},
      {"bad cursor", "GET", "/api/records?cursor=%00%ff", "", 400},
      {"odd cursor", "GET", "/api/records?cursor=abc", "", 400},
      {"unknown parameter", "GET", "/api/records?limt=5", "", 400, "?limt"},
      {"outbound without source", "GET", "/api/outbound", "", 400, "?source"},
      {"outbound of nobody", "GET", "/api/outbound?source=SAP", "", 404},
      {"ack of nobody", "POST", "/api/outbound/ack", R"({"source":"SAP","receipts":[]})", 403, "/source"},
      {"ack without receipts", "POST", "/api/outbound/ack", R"({"source":"CRM"})", 400, "/receipts"},
      {"ack of numbers", "POST", "/api/outbound/ack", R"({"source":"CRM","receipts":[1]})", 400,
       "/receipts/0/deliveryId"},
      {"ack of odd status", "POST", "/api/outbound/ack",
       R"({"source":"CRM","receipts":[{"deliveryId":"x","status":"fine"}]})", 400, "/receipts/0/status"},
      {"priority text", "PUT", "/api/sources/CRM/priority", R"({"priority":"best"})", 400, "/priority"},
      {"priority -1", "PUT", "/api/sources/CRM/priority", R"({"priority":-1})", 400, "/priority"},
      {"pull without plugin", "POST", "/api/sources/CRM/pull", "", 409},
      {"edit without If-Match", "PATCH", "/api/records/client/C-1", R"({"fullName":"x"})", 428},
      {"edit of nothing", "PATCH", "/api/records/client/C-1", R"({"fullName":"x"})", 404, "", {{"If-Match", "*"}}},
      {"replay of nothing", "POST", "/api/dead-letters/CRM:1/replay", "", 404},
  };
}

class BadInput : public HubTest {
 protected:
  void SetUp() override { hub.start(); }
  void expect_nothing_stored() {
    for (const char* table : {"source_records", "canonical_records", "source_links", "outbound_changes", "conflict_log",
                              "waiting_changes", "dead_letters"})
      EXPECT_EQ(hub.value("select count(*) from " + std::string(table)), "0") << table;
  }
};

TEST_F(BadInput, IsRefusedWholeAndNamesThePlace) {
  for (const Case& bad : cases()) {
    SCOPED_TRACE(bad.name);
    const auto response = hub.request(bad.method, bad.target, bad.body, bad.headers);
    EXPECT_EQ(response.status, bad.status) << response.body;
    EXPECT_EQ(response.header("Content-Type").substr(0, 24), "application/problem+json");
    const json problem = response.json();
    EXPECT_EQ(problem.value("status", 0), bad.status);
    if (bad.pointer.empty()) continue;
    const json errors = problem.value("errors", json::array());
    EXPECT_TRUE(std::any_of(errors.begin(), errors.end(), [&](const json& error) {
      return error.value("pointer", "") == bad.pointer;
    })) << response.body;
  }
  expect_nothing_stored();
}

TEST_F(BadInput, InOneLineOfABatchLeavesTheOthersAlone) {
  const std::string lines = sync_body(R"("version":1,"fields":{"fullName":"x"})") + "\n{nonsense\n" +
                            sync_body(R"("version":0,"fields":{"fullName":"x"})") + "\n" +
                            R"({"source":"SAP","externalId":"C-2","fullName":"x"})" + "\n" +
                            R"({"source":"ERP","externalId":"C-3","version":1,"fullName":"y"})" + "\n";
  const auto response = hub.request("POST", "/api/sync/batch", lines, {{"Content-Type", "application/x-ndjson"}});
  ASSERT_EQ(response.status, 200) << response.body;
  std::vector<int> statuses;
  std::istringstream stream(response.body);
  for (std::string line; std::getline(stream, line);) statuses.push_back(json::parse(line).at("status"));
  EXPECT_EQ(statuses, (std::vector<int>{200, 400, 400, 403, 200}));
  EXPECT_EQ(hub.value("select count(*) from source_records"), "2");
}

TEST_F(BadInput, ExactValuesAreKeptExactly) {
  hub.sync({{"source", "CRM"}, {"externalId", "C-1"}, {"version", 9223372036854775807}, {"fullName", "  Żółć 日本  "}});
  const json record = hub.record("client", "C-1");
  EXPECT_EQ(record.at("version"), 9223372036854775807);
  EXPECT_EQ(record.at("fields").at("fullName"), "Żółć 日本");
  const auto order = [&](const std::string& total) {
    return hub.post("/api/sync", R"({"source":"CRM","entity":"order","externalId":"O-)" + std::to_string(total.size()) +
                                     R"(","fields":{"clientId":"C-1","total":)" + total + "}}");
  };
  const std::string longest = "1234567890123456789012345678901234.25";
  const auto kept = order(longest);
  if (kept.status == 200)
    EXPECT_EQ(hub.record("order", "O-" + std::to_string(longest.size())).at("fields").at("total"), longest);
  else
    EXPECT_EQ(kept.status, 400) << kept.body;
  EXPECT_EQ(order("1.005").status, 400);
  EXPECT_EQ(order("1e400").status, 400);
}

TEST_F(BadInput, AFloodOfOddBytesNeverFailsTheHub) {
  std::mt19937 random(20260101);
  const auto number = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  const std::vector<std::string> targets{
      "/api/sync",          "/api/sync/batch", "/api/outbound/ack", "/api/records?cursor=",
      "/api/dead-letters/", "/api/conflicts/", "/api/sources/",     "/"};
  const std::string sample = sync_body(R"("version":1,"fields":{"fullName":"x","email":"a@b.c"})");
  for (int round = 0; round < 1500; ++round) {
    std::string body = sample;
    for (int edit = number(6); edit >= 0; --edit) {
      const auto at = static_cast<std::size_t>(number(static_cast<int>(body.size())));
      const char byte = static_cast<char>(number(255));
      if (number(2) == 0)
        body.insert(at, static_cast<std::size_t>(number(3)), byte);
      else if (at < body.size())
        body[at] = byte;
    }
    std::string target = targets[static_cast<std::size_t>(number(static_cast<int>(targets.size()) - 1))];
    for (int more = number(3); more > 0; --more) {
      const char* kHex = "0123456789ABCDEF";
      target += std::string("%") + kHex[number(15)] + kHex[number(15)];
    }
    const bool lines = target.starts_with("/api/sync/batch");
    const auto response = hub.request(number(3) == 0 ? "GET" : "POST", target, body,
                                      {{"Content-Type", lines ? "application/x-ndjson" : "application/json"}});
    ASSERT_LT(response.status, 500) << target << "\n" << body << "\n" << response.body;
    if (lines) {
      EXPECT_EQ(response.body.find("\"status\":500"), std::string::npos) << body;
    }
  }
}

TEST_F(BadInput, AFloodOfBrokenRequestsNeverFailsTheHub) {
  std::mt19937 random(20260102);
  const auto number = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  const std::string sample =
      "POST /api/sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
  for (int round = 0; round < 300; ++round) {
    std::string bytes = sample;
    for (int edit = number(4); edit >= 0; --edit)
      bytes[static_cast<std::size_t>(number(static_cast<int>(bytes.size()) - 1))] = static_cast<char>(number(255));
    support::HttpClient raw(hub.port(), std::chrono::milliseconds{20});
    raw.send_raw(bytes);
    try {
      EXPECT_LT(raw.read_response().status, 506) << bytes;
    } catch (const std::runtime_error&) {  // closed, or still waiting for the rest: as good an answer as any
    }
    raw.disconnect();
  }
  EXPECT_EQ(hub.get("/healthz").status, 200);
  expect_nothing_stored();
}

}  // namespace

}  // namespace tests::integration
