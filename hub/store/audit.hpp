#pragma once

#include "hub/store/session.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hub::store {

/// One contradiction in a store: which law is broken, where, and the two numbers that should agree.
struct AuditFinding {
  std::string law;
  std::string subject;  // a source, a record, a delivery
  std::int64_t expected = 0;
  std::int64_t found = 0;
};

/// Checks the conservation laws (SEMANTICS 2, PROMISES P4) on one snapshot: the named queries of
/// sql/queries/…/audit.sql, each of which must give no row. Reads the whole journal.
[[nodiscard]] std::vector<AuditFinding> audit(Session& session);

}  // namespace hub::store
