#include "tests/integration/connector.hpp"

namespace tests::integration {

namespace {

using nlohmann::json;

constexpr std::size_t kBatch = 200;

}  // namespace

void Connector::edit(int edits) {
  for (int i = 0; i < edits; ++i) edit_one();
}

void Connector::edit_one() {
  ++edits_;
  const std::string stamp = source_ + " " + std::to_string(edits_);
  if (draw(4) == 0) {
    const std::string id = "O-" + std::to_string(draw(kOrders - 1));
    json fields{{"total", std::to_string(draw(9999)) + ".25"}};
    json& held = state_[{"order", id}];
    if (held.is_null() || draw(3) == 0) fields["clientId"] = "C-" + std::to_string(draw(kReferenced - 1));
    held.update(fields);
    unsent_.push_back(change("order", id, std::move(fields)));
    return;
  }
  const int number = draw(kClients - 1);
  const std::string id = "C-" + std::to_string(number);
  const auto held = state_.find({"client", id});
  if (held != state_.end() && number >= kReferenced && draw(19) == 0) {
    state_.erase(held);
    json deletion = change("client", id, nullptr);
    deletion["op"] = "delete";
    unsent_.push_back(std::move(deletion));
    return;
  }
  json fields;
  if (draw(1) == 0) fields["fullName"] = stamp;
  if (draw(2) == 0)
    fields["email"] = draw(9) == 0 ? json("shared@x.org")
                                   : json(std::to_string(edits_) + "@" + (source_ == "ERP" ? "erp" : "x") + ".org");
  if (fields.empty() || draw(3) == 0) fields["phone"] = draw(9) == 0 ? json() : json(std::to_string(draw(99)));
  state_[{"client", id}].update(fields);
  unsent_.push_back(change("client", id, std::move(fields)));
}

json Connector::change(const std::string& entity, const std::string& id, json fields) {
  json body{{"source", source_}, {"entity", entity}, {"externalId", id}};
  body["changeId"] = source_ + "/" + std::to_string(edits_) + "/" + std::to_string(posted_back_);
  if (!fields.is_null()) body["fields"] = std::move(fields);
  return body;
}

std::string Connector::send(HubProcess& hub) {
  std::string problems;
  while (!unsent_.empty()) {
    const auto end = unsent_.begin() + static_cast<std::ptrdiff_t>(std::min(kBatch, unsent_.size()));
    const std::vector<json> lines(unsent_.begin(), end);
    std::vector<json> answers = hub.batch(lines);
    if (clumsy(10)) {
      const auto first = std::move(answers);
      answers = hub.batch(lines);
      for (std::size_t i = 0; i < answers.size(); ++i) {
        const bool parked = first.at(i).value("state", "") == "waiting";  // it may have been released meanwhile
        const bool same = parked || answers[i].at("resolution") == first.at(i).at("resolution");
        if (!same || !answers[i].value("duplicate", false))
          problems += "a repeat was answered otherwise: " + first.at(i).dump() + answers[i].dump() + "\n";
      }
    }
    if (answers.size() != lines.size()) problems += "answers are missing\n";
    for (const json& answer : answers)
      if (answer.at("status") != 200 && answer.at("status") != 409) problems += answer.dump() + "\n";
    unsent_.erase(unsent_.begin(), end);
  }
  return problems;
}

std::size_t Connector::receive(HubProcess& hub) {
  const json deliveries = hub.lease(source_, 1);
  if (clumsy(12)) return deliveries.size();  // the answer was lost: the lease must end by itself
  json receipts = json::array();
  for (const json& delivery : deliveries) {
    apply(delivery);
    json receipt{{"deliveryId", delivery.at("deliveryId")}, {"status", "applied"}};
    // A system with ids of its own for its clients.
    if (delivery.at("entity") == "client")
      receipt["nativeId"] = source_ + ":" + delivery.at("externalId").get<std::string>();
    if (!clumsy(25)) receipts.push_back(std::move(receipt));
  }
  if (receipts.empty()) return deliveries.size();
  const std::string body = json{{"source", source_}, {"receipts", receipts}}.dump();
  const int times = clumsy(10) ? 2 : 1;
  for (int i = 0; i < times; ++i) {
    const auto answer = hub.post("/api/outbound/ack", body);
    if (answer.status != 200) throw std::runtime_error("ack: " + answer.body);
  }
  for (const json& delivery : deliveries)
    if (clumsy(10)) post_back(delivery);
  return deliveries.size();
}

void Connector::apply(const json& delivery) {
  const std::pair<std::string, std::string> key{delivery.at("entity"), delivery.at("externalId")};
  if (delivery.at("op") == "delete") {
    state_.erase(key);
    return;
  }
  json fields = delivery.at("fields");
  if (key.first == "order") {
    // A reference travels as this system's own id, where it has one.
    std::string client = fields.at("clientId");
    const std::string prefix = source_ + ":";
    fields["clientId"] = client.starts_with(prefix) ? client.substr(prefix.size()) : client;
  }
  state_[key].update(fields);
}

void Connector::post_back(const json& delivery) {
  const std::pair<std::string, std::string> key{delivery.at("entity"), delivery.at("externalId")};
  if (delivery.at("op") == "delete" || key.first == "order" || !state_.contains(key)) return;
  ++posted_back_;
  unsent_.push_back(change(key.first, key.second, delivery.at("fields")));
}

}  // namespace tests::integration
