#pragma once

#include "hub/model/record.hpp"
#include "hub/store/outbound.hpp"

#include <string>

namespace hub::sync {

/// What a shadow says of a field of which nobody knows what the source holds: equal to no value that a source can send,
/// so the field is sent again, and as null where the record has none.
[[nodiscard]] inline model::Value unknown() { return model::Value::string(std::string(1, '\0')); }

/// What an outbound row keeps of what was sent, in the hub's fields, so that a receipt can move the shadow to it.
struct Payload {
  model::Op op = model::Op::kUpsert;
  std::int64_t heard_seq = 0;  // the last change of the target that the hub had heard when it was sent
  std::string source_etag;     // the target's version of the record that the hub knew then
  std::string native_id;       // the target's row that the last attempt was to change; empty: it was to make one
  model::Fields fields;
  model::Fields references;       // those of them that refer to records, as they were sent: in the target's own ids
  std::vector<std::string> sent;  // the fields that the target was not known to hold: only these are written there
};

[[nodiscard]] std::string encode_payload(const Payload& payload);
/// The payload of a row; of one that nothing was sent from, an empty one.
[[nodiscard]] Payload decode_payload(const std::string& text);

/// Back to "nothing was sent": the next claim takes the record's newest state.
void thaw(store::OutboundRow& row);

}  // namespace hub::sync
