#include "hub/store/matching.hpp"

#include <algorithm>

namespace hub::store {

std::vector<std::string> find_matches(Session& session, std::string_view entity, const MatchKey& key) {
  std::vector<std::string> found;
  session.each("find_matches", {entity, key.fields, key.values}, [&](const Row& row) { found.push_back(row.text(0)); });
  return found;
}

void add_match_keys(Session& session, const model::RecordKey& record, const std::vector<MatchKey>& before,
                    const std::vector<MatchKey>& now) {
  const auto for_each_only_in = [](const auto& keys, const auto& others, const auto& visit) {
    for (const MatchKey& key : keys)
      if (std::find(others.begin(), others.end(), key) == others.end()) visit(key);
  };
  for_each_only_in(before, now, [&](const MatchKey& key) {
    session.soon("remove_match_key", {record.entity, key.fields, key.values, record.external_id});
  });
  for_each_only_in(now, before, [&](const MatchKey& key) {
    session.add("insert_match_key", {record.entity, key.fields, key.values, record.external_id});
  });
}

void flush_match_keys(Session& session) { session.flush("insert_match_key"); }

void remove_all_match_keys(Session& session) { session.soon("remove_all_match_keys"); }

std::string load_setting(Session& session, std::string_view name) {
  std::string value;
  session.each("load_setting", {name}, [&](const Row& row) { value = row.text(0); });
  return value;
}

void put_setting(Session& session, std::string_view name, std::string_view value) {
  session.soon("put_setting", {name, value});
}

}  // namespace hub::store
