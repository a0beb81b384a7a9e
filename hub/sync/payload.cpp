#include "hub/sync/payload.hpp"

#include "hub/model/json.hpp"
#include "hub/model/json_writer.hpp"

namespace hub::sync {

std::string encode_payload(const Payload& payload) {
  return model::JsonWriter()
      .begin_object()
      .member("op", model::to_string(payload.op))
      .member("heard", payload.heard_seq)
      .member("native", payload.native_id)
      .key("fields")
      .fields(payload.fields)
      .end_object()
      .take();
}

Payload decode_payload(const std::string& text) {
  Payload payload;
  const auto json = model::parse_json(text);
  if (!json.ok()) return payload;
  if (const model::Json* op = json.value().find("op")) payload.op = model::op_of(op->text).value_or(model::Op::kUpsert);
  if (const model::Json* heard = json.value().find("heard")) payload.heard_seq = std::stoll(heard->text);
  if (const model::Json* native = json.value().find("native")) payload.native_id = native->text;
  if (const model::Json* fields = json.value().find("fields"))
    for (const auto& [name, value] : fields->members) payload.fields.push_back({name, model::value_of(value)});
  return payload;
}

void thaw(store::OutboundRow& row) {
  row.delivery_id.clear();
  row.payload.clear();
  row.sent_version = row.sent_row_version = 0;
}

}  // namespace hub::sync
