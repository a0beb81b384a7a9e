#pragma once

#include "hub/model/record.hpp"
#include "hub/store/session.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// The canonical record of `key`, deleted ones included.
/// Reads ahead what load_record() and load_links() will be asked for (Session::read_ahead).
void read_records_ahead(Session& session, const std::vector<model::RecordKey>& keys);

[[nodiscard]] std::optional<model::Record> load_record(Session& session, const model::RecordKey& key);
/// Whether `key` has a canonical record that is not deleted.
[[nodiscard]] bool record_exists(Session& session, const model::RecordKey& key);

/// Adds the record to the batch of writes: an insert when `expected_row_version` is 0, else a compare-and-set on it.
/// `record.row_version` is the new one.
void add_record(Session& session, const model::Record& record, std::int64_t expected_row_version);
/// Writes what add_record() gathered; throws StoreError(kConflict) when a row had another row version.
void flush_records(Session& session);

/// Up to `limit` records of `entity` (empty: of all) after `after`, by key; `visit` for each. Deleted ones are left out
/// unless `deleted`.
void list_records(Session& session, std::string_view entity, const model::RecordKey& after, int limit, bool deleted,
                  const std::function<void(model::Record&&)>& visit);

/// The record as it was before the oldest change that is kept of it; nullopt: none of its past was purged.
[[nodiscard]] std::optional<model::Record> load_base(Session& session, const model::RecordKey& key);
/// Writes it at once.
void put_base(Session& session, const model::Record& base);
void remove_base(Session& session, const model::RecordKey& key);

/// What the hub knows of the record at its sources, by source.
[[nodiscard]] std::vector<model::Link> load_links(Session& session, const model::RecordKey& key);
/// What it knows of the record at one source.
[[nodiscard]] std::optional<model::Link> load_link(Session& session, const model::RecordKey& key,
                                                   std::string_view source);
/// The link of the record that `source` calls `native_id`.
[[nodiscard]] std::optional<model::Link> find_link(Session& session, std::string_view source, std::string_view entity,
                                                   std::string_view native_id);
/// Whether the source has ids of its own for its records of `entity`: any link has one.
[[nodiscard]] bool gives_native_ids(Session& session, std::string_view source, std::string_view entity);
/// How many records of `entity` the source holds. Reads every link of the entity.
[[nodiscard]] std::int64_t count_links(Session& session, std::string_view source, std::string_view entity);
/// Adds the link to the batch of writes (insert or replace).
void add_link(Session& session, const model::Link& link);
void flush_links(Session& session);
/// Forgets the link at once.
void remove_link(Session& session, const model::RecordKey& key, std::string_view source);

}  // namespace hub::store
