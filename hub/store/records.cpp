#include "hub/store/records.hpp"

#include "hub/store/encoding.hpp"

namespace hub::store {

namespace {

model::Record record_of(const Row& row) {
  model::Record record;
  record.key = {row.text(0), row.text(1)};
  record.version = row.integer(2);
  record.row_version = row.integer(3);
  record.deleted = row.integer(4) != 0;
  decode_cells(record, row.text(5), row.text(6));
  if (!row.is_null(7)) record.tombstone = decode_stamp(row.text(7));
  record.last_source = row.text(8);
  record.head_source = row.text(9);
  record.head_seq = row.integer(10);
  record.created_at_ms = row.integer(11);
  record.updated_at_ms = row.integer(12);
  record.merged_into = row.text(13);
  record.erased_at_ms = row.integer(14);
  return record;
}

model::Link link_of(const Row& row) {
  model::Link link;
  link.key = {row.text(0), row.text(1)};
  link.source = row.text(2);
  link.native_id = row.text(3);
  link.source_etag = row.text(4);
  link.base_version = row.integer(5);
  link.shadow = decode_fields(row.text(6), "source_links.shadow");
  link.from_delivery = row.integer(7) != 0;
  link.deleted = row.integer(8) != 0;
  link.pushed_at_ms = row.integer(9);
  link.updated_at_ms = row.integer(10);
  link.heard_seq = row.integer(11);
  return link;
}

template <class T, class Make>
std::optional<T> first(Session& session, std::string_view name, Params params, Make make) {
  std::optional<T> found;
  session.each(name, params, [&](const Row& row) { found = make(row); });
  return found;
}

}  // namespace

void read_records_ahead(Session& session, const std::vector<model::RecordKey>& keys) {
  std::vector<std::vector<std::string>> texts;
  for (const model::RecordKey& key : keys) texts.push_back({key.entity, key.external_id});
  session.read_ahead("load_record", texts);
  session.read_ahead("load_links", texts);
}

std::optional<model::Record> load_record(Session& session, const model::RecordKey& key) {
  return first<model::Record>(session, "load_record", {key.entity, key.external_id}, record_of);
}

bool record_exists(Session& session, const model::RecordKey& key) {
  return session.integer("record_exists", {key.entity, key.external_id}) != 0;
}

void add_record(Session& session, const model::Record& record, std::int64_t expected_row_version) {
  const std::string fields = encode_cell_values(record);
  const std::string provenance = encode_provenance(record);
  const std::string tombstone = record.tombstone ? encode_stamp(*record.tombstone) : std::string();
  if (expected_row_version == 0)
    session.add("insert_record",
                {record.key.entity, record.key.external_id, record.version, record.row_version, record.deleted, fields,
                 provenance, Param::or_null(tombstone), record.last_source, record.head_source, record.head_seq,
                 record.created_at_ms, record.updated_at_ms, Param::or_null(record.merged_into), record.erased_at_ms});
  else
    session.add("update_record", {record.version, record.row_version, record.deleted, fields, provenance,
                                  Param::or_null(tombstone), record.last_source, record.head_source, record.head_seq,
                                  record.updated_at_ms, Param::or_null(record.merged_into), record.erased_at_ms,
                                  record.key.entity, record.key.external_id, expected_row_version});
}

void flush_records(Session& session) {
  session.flush("insert_record");
  const std::int64_t expected = session.batch_size("update_record");
  if (expected == 0) return;
  session.flush("update_record", [expected](std::int64_t changed) {
    if (changed != expected)
      throw StoreError(StoreErrorKind::kConflict, "store: a record was changed by another writer meanwhile");
  });
}

void list_records(Session& session, std::string_view entity, const model::RecordKey& after, int limit, bool deleted,
                  const std::function<void(model::Record&&)>& visit) {
  session.each(entity.empty() ? "list_records" : "list_records_of",
               {entity.empty() ? Param(after.entity) : Param(entity), after.external_id, deleted, limit},
               [&](const Row& row) { visit(record_of(row)); });
}

std::optional<model::Record> load_base(Session& session, const model::RecordKey& key) {
  return first<model::Record>(session, "load_base", {key.entity, key.external_id}, record_of);
}

void put_base(Session& session, const model::Record& base) {
  session.soon("put_base", {base.key.entity, base.key.external_id, base.version, base.row_version, base.deleted,
                            encode_cell_values(base), encode_provenance(base),
                            base.tombstone ? Param(encode_stamp(*base.tombstone)) : Param(std::nullopt),
                            base.last_source, base.head_source, base.head_seq, base.created_at_ms, base.updated_at_ms});
}

void remove_base(Session& session, const model::RecordKey& key) {
  session.soon("remove_base", {key.entity, key.external_id});
}

std::vector<model::Link> load_links(Session& session, const model::RecordKey& key) {
  std::vector<model::Link> links;
  session.each("load_links", {key.entity, key.external_id}, [&](const Row& row) { links.push_back(link_of(row)); });
  return links;
}

std::optional<model::Link> load_link(Session& session, const model::RecordKey& key, std::string_view source) {
  return first<model::Link>(session, "load_link", {key.entity, key.external_id, source}, link_of);
}

std::optional<model::Link> find_link(Session& session, std::string_view source, std::string_view entity,
                                     std::string_view native_id) {
  return first<model::Link>(session, "find_link", {source, entity, native_id}, link_of);
}

bool gives_native_ids(Session& session, std::string_view source, std::string_view entity) {
  return session.integer("gives_native_ids", {source, entity}) != 0;
}

std::int64_t count_links(Session& session, std::string_view source, std::string_view entity) {
  return session.integer("count_links", {source, entity});
}

void add_link(Session& session, const model::Link& link) {
  session.add("put_link", {link.key.entity, link.key.external_id, link.source, Param::or_null(link.native_id),
                           Param::or_null(link.source_etag), link.base_version, encode_fields(link.shadow),
                           link.from_delivery, link.deleted, link.pushed_at_ms, link.updated_at_ms, link.heard_seq});
}

void flush_links(Session& session) { session.flush("put_link"); }

void remove_link(Session& session, const model::RecordKey& key, std::string_view source) {
  session.soon("remove_link", {key.entity, key.external_id, source});
}

}  // namespace hub::store
