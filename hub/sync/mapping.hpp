#pragma once

#include "hub/config/config.hpp"
#include "hub/model/change.hpp"
#include "hub/model/record.hpp"
#include "hub/plugin/source_client.hpp"
#include "hub/sync/submission.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hub::sync {

/// A plugin's change in the hub's words. A change that cannot be taken (a value of the wrong type, no id) becomes a
/// submission with dead_reason, so that it is kept and holds nobody else up. `base_version` stays empty: the link has
/// it.
[[nodiscard]] Submission submission_of(const config::SourceConfig& source, const config::EntityMapping& mapping,
                                       const model::EntitySchema& schema, const plugin::PulledChange& pulled);

/// The same from the body that submission_of() wrote into the journal; nullopt when `body` is no such one.
[[nodiscard]] std::optional<Submission> submission_from_journal(const config::Config& config, std::string_view body);

/// What `source` should hold of the record: the values of the fields that its mapping sends there, hub names. Fields
/// that nobody wrote are left out.
[[nodiscard]] model::Fields projection(const config::EntityMapping& mapping, const model::Record& record,
                                       const model::Link* link);

/// Whether the record has any field that the mapping sends to the source.
[[nodiscard]] bool sends_any(const config::EntityMapping& mapping, const model::Record& record);

/// Whether the record is one that the source wants (its filter).
[[nodiscard]] bool passes(const config::EntityMapping& mapping, const model::Record& record);

/// Whether the source has the record, and has said nothing of a field that it should have.
[[nodiscard]] bool lacks_any(const config::EntityMapping& mapping, const model::Record& record,
                             const model::Link* link);

/// Whether the source is known to hold the record's state already: nothing need be sent. `link` may be null.
[[nodiscard]] bool holds(const config::EntityMapping& mapping, const model::Record& record, const model::Link* link);

/// Hub values in the source's words, as a JSON object: mapped names and values. For a row that is to be made,
/// `external_id` is not empty: then also the key field, where the mapping has one, and the mapping's constants.
[[nodiscard]] std::string remote_body(const config::EntityMapping& mapping, const model::Fields& fields,
                                      std::string_view external_id = {});

/// The other way: which hub fields a source's JSON object speaks of. Unknown members and those that are only sent are
/// left out; a value that the field cannot hold is left out too (it cannot be equal to a canonical one).
[[nodiscard]] model::Fields hub_fields(const config::EntityMapping& mapping, const model::EntitySchema& schema,
                                       std::string_view body);

}  // namespace hub::sync
