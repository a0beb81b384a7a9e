#include "hub/sync/computing.hpp"

#include "hub/base/log.hpp"
#include "hub/store/matching.hpp"
#include "hub/store/records.hpp"

namespace hub::sync {

namespace {

constexpr std::string_view kSetting = "templates";
constexpr int kPage = 1000;

/// "client.fullName: {firstName} {lastName}; ": what the computed fields in the store were made by.
std::string fingerprint(const config::Config& config) {
  std::string text;
  for (const model::EntitySchema& entity : config.entities)
    for (const std::string& name : entity.computed) {
      const model::FieldSchema& field = *entity.find(name);
      text += entity.name + "." + name + ": ";
      for (const model::TemplatePart& part : field.parts)
        text += part.field.empty() ? part.text : "{" + part.field + "}";
      for (const model::Normaliser& step : field.normalisers)
        text += " |" + std::to_string(static_cast<int>(step.kind));
      text += "; ";
    }
  return text;
}

}  // namespace

void recompute_fields(const Surroundings& hub, Committer& committer, const Transaction::Trial* trial) {
  const std::string wanted = fingerprint(hub.config);
  const std::string present = hub.store.read([](store::Session& s) { return store::load_setting(s, kSetting); });
  if (wanted == present) return;
  base::log(base::LogLevel::kInfo, "hub", "templates have changed: making the computed fields anew");
  for (const model::EntitySchema& entity : hub.config.entities) {
    model::RecordKey last{entity.name, {}};
    for (int rows = entity.computed.empty() ? 0 : kPage; rows == kPage;)
      rows = committer.run([&](Transaction& transaction) {
        if (trial != nullptr) transaction.try_only(*trial);
        std::vector<model::RecordKey> page;
        store::list_records(transaction.session(), entity.name, last, kPage, false,
                            [&](model::Record&& record) { page.push_back(std::move(record.key)); });
        for (const model::RecordKey& key : page) transaction.recompute(key);
        if (!page.empty()) last = page.back();
        return static_cast<int>(page.size());
      });
  }
  hub.store.write([&](store::Session& session) { store::put_setting(session, kSetting, wanted); });
}

}  // namespace hub::sync
