#include "hub/store/matching.hpp"

namespace hub::store {

std::vector<std::string> find_matches(Session& session, std::string_view entity, const MatchKey& key) {
  std::vector<std::string> found;
  session.each("find_matches", {entity, key.fields, key.values}, [&](const Row& row) { found.push_back(row.text(0)); });
  return found;
}

void replace_match_keys(Session& session, const model::RecordKey& record, const std::vector<MatchKey>& keys, bool had) {
  if (had) session.run("remove_match_keys", {record.entity, record.external_id});
  for (const MatchKey& key : keys)
    session.run("insert_match_key", {record.entity, key.fields, key.values, record.external_id});
}

void remove_all_match_keys(Session& session) { session.run("remove_all_match_keys"); }

std::string load_setting(Session& session, std::string_view name) {
  std::string value;
  session.each("load_setting", {name}, [&](const Row& row) { value = row.text(0); });
  return value;
}

void put_setting(Session& session, std::string_view name, std::string_view value) {
  session.run("put_setting", {name, value});
}

}  // namespace hub::store
