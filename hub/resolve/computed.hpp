#pragma once

#include "hub/model/record.hpp"
#include "hub/model/schema.hpp"

namespace hub::resolve {

// Computed fields (`template` in the configuration) stand in a record like all others, so that everybody sees them, but
// no change brings them and no step of the ladder looks at them: they follow from the fields that sources write.

/// Makes the record's computed fields anew from the others. Each has the newest stamp of its parts: the highest
/// version, of two at one version the source whose name sorts first. One of whose parts nobody wrote any has no cell,
/// and a deleted record has none.
void compute(model::Record& record, const model::EntitySchema& schema);

/// Takes the computed fields out of the record.
void strip_computed(model::Record& record, const model::EntitySchema& schema);

/// Adds the computed fields that `fields` say everything of: all their parts are named.
void add_computed(model::Fields& fields, const model::EntitySchema& schema);

}  // namespace hub::resolve
