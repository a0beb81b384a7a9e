#include "hub/sync/doubt.hpp"

#include "hub/sync/payload.hpp"

namespace hub::sync {

bool in_doubt(const store::OutboundRow& row, const model::Link* link, int unanswered) {
  if (unanswered == 0 || (link != nullptr && !link->deleted)) return false;
  const Payload payload = decode_payload(row.payload);
  return payload.op == model::Op::kUpsert && payload.native_id.empty();
}

bool asks_first(const config::SourceConfig& source, const model::Record& record) {
  const config::EntityMapping* mapping = source.find(record.key.entity);
  return record.deleted || (mapping != nullptr && !source.plugin.empty() && mapping->key.empty());
}

void resume(store::OutboundRow& row, const store::DeadLetter& letter) {
  row.delivery_id = letter.id;
  row.payload = letter.payload;
  row.sent_version = letter.version;
  row.sent_row_version = letter.row_version;
}

}  // namespace hub::sync
