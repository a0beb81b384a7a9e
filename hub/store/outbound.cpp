#include "hub/store/outbound.hpp"

#include <cstdio>

namespace hub::store {

namespace {

OutboundRow outbound_of_row(const Row& row) {
  OutboundRow out;
  out.key = {row.text(0), row.text(1)};
  out.target = row.text(2);
  out.row_version = row.integer(3);
  out.merged = row.integer(4);
  out.delivery_id = row.text(5);
  out.payload = row.text(6);
  out.sent_version = row.integer(7);
  out.sent_row_version = row.integer(8);
  out.attempt = static_cast<int>(row.integer(9));
  out.due_at_ms = row.integer(10);
  out.lease = row.text(11);
  out.blocked_on = {row.text(12), row.text(13)};
  out.queued_at_ms = row.integer(14);
  out.last_error = row.text(15);
  return out;
}

FinishedDelivery finished_of_row(const Row& row) {
  return {{row.text(0), row.text(1)},       row.text(2),    row.text(3), row.integer(4), row.text(5),
          static_cast<int>(row.integer(6)), row.integer(7), row.text(8)};
}

}  // namespace

std::string delivery_id(const OutboundRow& row, std::int64_t row_version, std::uint32_t nonce) {
  char middle[48];
  std::snprintf(middle, sizeof middle, ":%lld-%08x:", static_cast<long long>(row_version), nonce);
  return row.target + middle + row.key.entity + ":" + row.key.external_id;
}

std::optional<DeliveryName> delivery_name_of(std::string_view id) {
  const auto first = id.find(':');
  const auto second = first == std::string_view::npos ? first : id.find(':', first + 1);
  const auto third = second == std::string_view::npos ? second : id.find(':', second + 1);
  if (third == std::string_view::npos) return std::nullopt;
  return DeliveryName{std::string(id.substr(0, first)),
                      {std::string(id.substr(second + 1, third - second - 1)), std::string(id.substr(third + 1))}};
}

void add_outbound(Session& session, const model::RecordKey& key, std::string_view target, std::int64_t row_version,
                  std::int64_t now_ms) {
  session.add("queue_outbound", {key.entity, key.external_id, target, row_version, now_ms});
}

void flush_outbound(Session& session) { session.flush("queue_outbound"); }

bool follow_outbound(Session& session, const model::RecordKey& key, std::string_view target, std::int64_t row_version) {
  return session.run("follow_outbound", {row_version, key.entity, key.external_id, target}) > 0;
}

std::vector<OutboundRow> due_outbound(Session& session, std::string_view target, std::int64_t now_ms, int limit) {
  std::vector<OutboundRow> rows;
  session.each("due_outbound", {target, now_ms, limit}, [&](const Row& row) { rows.push_back(outbound_of_row(row)); });
  return rows;
}

std::optional<std::int64_t> next_due(Session& session, std::string_view target) {
  const std::int64_t due = session.integer("next_due", {target}, -1);
  return due < 0 ? std::nullopt : std::optional(due);
}

std::optional<OutboundRow> load_outbound(Session& session, const model::RecordKey& key, std::string_view target) {
  std::optional<OutboundRow> found;
  session.each("load_outbound", {key.entity, key.external_id, target},
               [&](const Row& row) { found = outbound_of_row(row); });
  return found;
}

std::vector<std::string> unsettled_inserts(Session& session, std::string_view target, std::string_view entity) {
  std::vector<std::string> ids;
  session.each("unsettled_inserts", {target, entity}, [&](const Row& row) { ids.push_back(row.text(0)); });
  return ids;
}

std::vector<OutboundRow> outbound_of(Session& session, const model::RecordKey& key) {
  std::vector<OutboundRow> rows;
  session.each("outbound_of", {key.entity, key.external_id},
               [&](const Row& row) { rows.push_back(outbound_of_row(row)); });
  return rows;
}

void add_outbound_update(Session& session, const OutboundRow& row) {
  session.add("update_outbound",
              {row.row_version, row.merged, Param::or_null(row.delivery_id), Param::or_null(row.payload),
               row.sent_version, row.sent_row_version, row.attempt, row.due_at_ms, Param::or_null(row.lease),
               Param::or_null(row.blocked_on.entity), Param::or_null(row.blocked_on.external_id), row.queued_at_ms,
               Param::or_null(row.last_error), row.key.entity, row.key.external_id, row.target});
}

void flush_outbound_updates(Session& session) { session.flush("update_outbound"); }

void add_outbound_removal(Session& session, const model::RecordKey& key, std::string_view target) {
  session.add("remove_outbound", {key.entity, key.external_id, target});
}

void flush_outbound_removals(Session& session) { session.flush("remove_outbound"); }

void drop_leases(Session& session, std::string_view target, std::int64_t now_ms) {
  session.soon("drop_leases", {now_ms, target});
}

std::int64_t unblock_outbound(Session& session, std::string_view target, const model::RecordKey& key,
                              std::int64_t now_ms) {
  return session.run("unblock_outbound", {now_ms, target, key.entity, key.external_id});
}

void add_unblocking(Session& session, std::string_view target, const model::RecordKey& key, std::int64_t now_ms) {
  session.add("unblock_outbound", {now_ms, target, key.entity, key.external_id});
}

void flush_unblockings(Session& session) { session.flush("unblock_outbound"); }

std::vector<OutboundDepth> outbound_depths(Session& session) {
  std::vector<OutboundDepth> depths;
  session.each("outbound_depths", {}, [&](const Row& row) {
    depths.push_back({row.text(0), row.integer(1), row.integer(2)});
  });
  return depths;
}

void add_finished(Session& session, const FinishedDelivery& delivery) {
  session.add("insert_finished",
              {delivery.key.entity, delivery.key.external_id, delivery.target, delivery.delivery_id, delivery.version,
               delivery.status, delivery.attempts, delivery.finished_at_ms, Param::or_null(delivery.message)});
}

void flush_finished(Session& session) { session.flush("insert_finished"); }

std::vector<FinishedDelivery> finished_of(Session& session, const model::RecordKey& key, int limit) {
  std::vector<FinishedDelivery> rows;
  session.each("finished_of", {key.entity, key.external_id, limit},
               [&](const Row& row) { rows.push_back(finished_of_row(row)); });
  return rows;
}

std::optional<FinishedDelivery> load_finished(Session& session, const DeliveryName& name, std::string_view id) {
  std::optional<FinishedDelivery> found;
  session.each("load_finished", {name.key.entity, name.key.external_id, name.target, id},
               [&](const Row& row) { found = finished_of_row(row); });
  return found;
}

}  // namespace hub::store
