#include "tests/chaos/load.hpp"

#include "tests/integration/local_file.hpp"

#include <chrono>
#include <sstream>

namespace tests::chaos {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr int kClients = 60;
constexpr std::size_t kBatch = 20;
constexpr std::size_t kProblemsKept = 2000;  // characters

int number(std::mt19937& random, int most) { return std::uniform_int_distribution<int>(0, most)(random); }

}  // namespace

Load::Load(const integration::HubProcess& hub, std::uint32_t seed) : hub_(hub), local_random_(seed) {
  for (const char* source : {"CRM", "ERP", "Portal"}) {
    Connector& connector = connectors_.emplace_back();
    connector.source = source;
    connector.random.seed(++seed);
  }
}

Load::~Load() { stop(); }

void Load::start() {
  stopping_ = false;
  for (Connector& connector : connectors_) threads_.emplace_back([this, &connector] { connect(connector); });
  threads_.emplace_back([this] { edit_local_file(); });
}

void Load::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Load::post_the_rest() {
  support::HttpClient client(port_);
  for (Connector& connector : connectors_)
    while (!connector.unanswered.empty()) {
      post(client, connector);
      if (!problems().empty()) return;
    }
}

std::set<ChangeName> Load::take_acknowledged() {
  const std::lock_guard lock(mutex_);
  return std::exchange(acknowledged_, {});
}

std::string Load::problems() const {
  const std::lock_guard lock(mutex_);
  return problems_;
}

void Load::connect(Connector& connector) {
  while (!stopping_) {
    const std::uint16_t port = port_;
    if (port == 0) {
      std::this_thread::sleep_for(milliseconds{1});
      continue;
    }
    support::HttpClient client(port, std::chrono::seconds{10});
    try {
      while (!stopping_ && port_ == port) {
        const int changes = number(connector.random, 2) == 0 ? static_cast<int>(kBatch) : 1;
        for (int i = 0; i < changes; ++i) connector.unanswered.push_back(draw(connector));
        post(client, connector);
        if (number(connector.random, 3) == 0) deliver(client, connector);
      }
    } catch (const std::runtime_error&) {
      // The hub was killed: what it did with the last request is not known. A dead port would be asked all too often.
      std::this_thread::sleep_for(milliseconds{2});
    }
  }
}

json Load::draw(Connector& connector) {
  std::mt19937& random = connector.random;
  const std::string id = connector.source + "-" + std::to_string(++connector.next);
  const std::string client = "C-" + std::to_string(number(random, kClients));
  json change{{"source", connector.source}, {"changeId", id}};
  if (number(random, 3) == 0) {
    change["entity"] = "order";
    // Some orders are of clients that come later, so that changes wait and are woken.
    change["externalId"] = "O-" + std::to_string(number(random, kClients));
    change["fields"] = {{"clientId", client}, {"total", std::to_string(number(random, 999)) + ".50"}};
  } else {
    change["entity"] = "client";
    change["externalId"] = client;
    change["fields"] = {{number(random, 1) == 0 ? "fullName" : "email", id + "@x.org"}};
  }
  return change;
}

void Load::post(support::HttpClient& client, Connector& connector) {
  auto& unanswered = connector.unanswered;
  if (unanswered.size() == 1) {
    const auto response = client.post("/api/sync", unanswered.front().dump());
    acknowledged(unanswered.front(), json::parse(response.body, nullptr, false), response.status);
    unanswered.clear();
    return;
  }
  std::string lines;
  for (const json& change : unanswered) lines += change.dump() + "\n";
  const auto response = client.post("/api/sync/batch", lines, {{"Content-Type", "application/x-ndjson"}});
  std::istringstream answers(response.body);
  std::size_t at = 0;
  for (std::string line; at < unanswered.size() && std::getline(answers, line); ++at) {
    const json answer = json::parse(line, nullptr, false);
    acknowledged(unanswered[at], answer, answer.is_object() ? answer.value("status", 0) : 0);
  }
  if (at < unanswered.size())
    problem("a batch of " + std::to_string(unanswered.size()) + " was answered: " + response.body);
  unanswered.clear();
}

void Load::deliver(support::HttpClient& client, Connector& connector) {
  const auto response = client.get("/api/outbound?lease=1&limit=50&source=" + connector.source);
  if (response.status != 200) return problem("outbound: " + response.body);
  json receipts = json::array();
  for (const json& delivery : response.json().at("deliveries")) {
    const bool applied = number(connector.random, 20) != 0;
    receipts.push_back({{"deliveryId", delivery.at("deliveryId")}, {"status", applied ? "applied" : "retry"}});
  }
  if (receipts.empty()) return;
  const auto answer =
      client.post("/api/outbound/ack", json{{"source", connector.source}, {"receipts", receipts}}.dump());
  if (answer.status != 200) problem("ack: " + answer.body);
}

void Load::edit_local_file() {
  integration::LocalFile file(hub_.local_db());
  while (!stopping_) {
    const std::string number_of = std::to_string(number(local_random_, kClients));
    file.transaction([&] {
      const std::string stamp = std::to_string(local_random_());
      file.query(
          "insert into clients (account_no, full_name) values (?, ?) "
          "on conflict (account_no) do update set full_name = excluded.full_name",
          {"C-" + number_of, "local " + stamp});
      if (number(local_random_, 4) == 0)
        file.query(
            "insert into orders (order_no, client_id, total) select 'L-' || account_no, id, 7.25 from clients "
            "where account_no = ? on conflict (order_no) do update set total = total + 1",
            {"C-" + number_of});
    });
    std::this_thread::sleep_for(milliseconds{5});
  }
}

void Load::acknowledged(const json& change, const json& answer, int status) {
  if (status == 429) return;  // refused, as the hub may when it is overloaded: not acknowledged
  if ((status != 200 && status != 409) || !answer.is_object() || answer.value("changeId", "") != change.at("changeId"))
    return problem(change.dump() + " was answered with " + std::to_string(status) + ": " + answer.dump());
  ++answered_;
  const std::lock_guard lock(mutex_);
  acknowledged_.emplace(change.at("source"), change.at("changeId"));
}

void Load::problem(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (problems_.size() < kProblemsKept) problems_ += text + "\n";
}

}  // namespace tests::chaos
