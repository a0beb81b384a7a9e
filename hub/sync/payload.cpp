#include "hub/sync/payload.hpp"

#include "hub/model/json.hpp"
#include "hub/model/json_writer.hpp"

namespace hub::sync {

std::string encode_payload(const Payload& payload) {
  model::JsonWriter json;
  json.begin_object()
      .member("op", model::to_string(payload.op))
      .member("heard", payload.heard_seq)
      .member("etag", payload.source_etag)
      .member("native", payload.native_id)
      .key("fields")
      .fields(payload.fields)
      .key("references")
      .fields(payload.references)
      .key("sent")
      .begin_array();
  for (const std::string& field : payload.sent) json.text(field);
  return json.end_array().end_object().take();
}

Payload decode_payload(const std::string& text) {
  Payload payload;
  const auto json = model::parse_json(text);
  if (!json.ok()) return payload;
  if (const model::Json* op = json.value().find("op")) payload.op = model::op_of(op->text).value_or(model::Op::kUpsert);
  if (const model::Json* heard = json.value().find("heard")) payload.heard_seq = std::stoll(heard->text);
  if (const model::Json* etag = json.value().find("etag")) payload.source_etag = etag->text;
  if (const model::Json* native = json.value().find("native")) payload.native_id = native->text;
  const auto read_fields = [&](std::string_view name, model::Fields& into) {
    if (const model::Json* fields = json.value().find(name))
      for (const auto& [field, value] : fields->members) into.push_back({field, model::value_of(value)});
  };
  read_fields("fields", payload.fields);
  read_fields("references", payload.references);
  if (const model::Json* sent = json.value().find("sent"))
    for (const model::Json& field : sent->items) payload.sent.push_back(field.text);
  return payload;
}

void thaw(store::OutboundRow& row) {
  row.delivery_id.clear();
  row.payload.clear();
  row.sent_version = row.sent_row_version = 0;
}

}  // namespace hub::sync
