#pragma once

#include "hub/base/clock.hpp"
#include "hub/store/location.hpp"
#include "hub/store/session.hpp"

namespace hub::store {

/// The schema version that this binary brings a store to.
[[nodiscard]] int latest_schema_version();

/// The schema version of what is at the session's place, which must be `location`; 0: there is no store yet. Throws
/// StoreError(kUnavailable) that says what to do when the session's role may not read it, or when what is there is none
/// of Syncline's.
[[nodiscard]] int schema_version(Session& session, const Location& location);

/// Makes the schema, or brings it up to date, inside a write transaction. Throws StoreError that says what to do: as
/// above, and for a schema that is newer than this binary, or that the role may not make, change or write to.
void bring_up_to_date(Session& session, const Location& location, const base::Clock& clock);

/// For who only reads. Throws StoreError(kUnavailable) that says what to do when the schema is not this binary's.
void require_latest_schema(Session& session, const Location& location);

}  // namespace hub::store
