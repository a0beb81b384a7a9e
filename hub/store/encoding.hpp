#pragma once

#include "hub/model/decision.hpp"
#include "hub/model/record.hpp"

#include <string>
#include <string_view>

namespace hub::store {

/// How the model's parts are kept in text columns. Each decode function throws StoreError(kOther) for a text that its
/// encode function cannot have written, naming `what`.

/// {"email": "a@b", "fullName": null}
[[nodiscard]] std::string encode_fields(const model::Fields& fields);
[[nodiscard]] model::Fields decode_fields(std::string_view json, std::string_view what);

/// ["CUST-001", "CUST-002"]
[[nodiscard]] std::string encode_names(const std::vector<std::string>& names);
[[nodiscard]] std::vector<std::string> decode_names(std::string_view json, std::string_view what);

/// The values of a record's cells, and the fields that each stamp wrote: {"3 CRM 17 1714560000000": ["email",
/// "phone"]}.
[[nodiscard]] std::string encode_cell_values(const model::Record& record);
[[nodiscard]] std::string encode_provenance(const model::Record& record);
void decode_cells(model::Record& record, std::string_view fields, std::string_view provenance);

/// "version source seq at_ms [observed_at_ms]"
[[nodiscard]] std::string encode_stamp(const model::Stamp& stamp);
[[nodiscard]] model::Stamp decode_stamp(std::string_view text);

/// The fields by outcome and rule: {"taken higher_version": ["city", ["email", "a@b"]], "kept stale": [["phone",
/// null]]}. A field stands in an array, with the value that lost, where the two values differed. Decoded, they are in
/// the order of the names.
[[nodiscard]] std::string encode_decision(const std::vector<model::FieldDecision>& fields);
[[nodiscard]] std::vector<model::FieldDecision> decode_decision(std::string_view json);

}  // namespace hub::store
