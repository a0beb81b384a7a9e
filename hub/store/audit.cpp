#include "hub/store/audit.hpp"

#include "hub/store/statements.hpp"

namespace hub::store {

std::vector<AuditFinding> audit(Session& session) {
  std::vector<AuditFinding> findings;
  for (const NamedStatement& statement : named_statements(session.dialect())) {
    if (!statement.name.starts_with("audit_")) continue;
    session.each(statement.name, {}, [&](const Row& row) {
      findings.push_back({statement.name.substr(6), row.text(0), row.integer(1), row.integer(2)});
    });
  }
  return findings;
}

}  // namespace hub::store
