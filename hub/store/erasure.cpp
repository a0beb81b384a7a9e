#include "hub/store/erasure.hpp"

namespace hub::store {

std::vector<std::string> aliases_of(Session& session, const model::RecordKey& key) {
  std::vector<std::string> ids;
  session.each("aliases_of", {key.entity, key.external_id}, [&](const Row& row) { ids.push_back(row.text(0)); });
  return ids;
}

std::vector<JournalKey> changes_about(Session& session, std::string_view source, std::int64_t seq,
                                      std::int64_t last_seq, const model::RecordKey& key, std::string_view native_id) {
  std::vector<JournalKey> changes;
  session.each("changes_about", {source, seq, last_seq, key.entity, key.external_id, native_id}, [&](const Row& row) {
    changes.push_back({std::string(source), row.integer(0)});
  });
  return changes;
}

void blank_change(Session& session, const JournalKey& at, std::string_view body, std::string_view decision) {
  session.soon("blank_change", {body, Param::or_null(decision), at.source, at.seq});
}

void blank_conflict(Session& session, const JournalKey& at) { session.soon("blank_conflict", {at.source, at.seq}); }

void blank_finished(Session& session, const model::RecordKey& key) {
  session.soon("blank_finished", {key.entity, key.external_id});
}

}  // namespace hub::store
