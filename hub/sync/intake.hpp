#pragma once

#include "hub/config/config.hpp"
#include "hub/model/json.hpp"
#include "hub/sync/submission.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace hub::sync {

/// The name that a person's edits carry as their source.
inline constexpr std::string_view kSteward = "steward";

/// The door of the pipeline: checks a body against SEMANTICS 2 and the configuration and gives the change in canonical
/// form. Pure; any thread. The configuration must outlive it.
class Intake {
 public:
  explicit Intake(const config::Config& config) : config_(config) {}

  /// A change in the full form of SEMANTICS 2, or in the flat form of SEMANTICS 9 (no `entity` and no `fields`: every
  /// other key is a field, and an absent, null or empty one says nothing). 400 names every bad member by its pointer;
  /// 403 an unknown source or an entity that it does not have. `now_ms` bounds observedAt: more than a day ahead is
  /// refused (PROMISES P7).
  [[nodiscard]] std::variant<Submission, Refusal> read(std::string_view body, std::int64_t now_ms) const;

  /// The same for a change of `source` that is in the journal already: how a parked change is read again.
  [[nodiscard]] std::variant<Submission, Refusal> reread(std::string_view body) const;

  /// The `fields` object of a person's edit of `entity`, in canonical form.
  [[nodiscard]] std::variant<model::Fields, Refusal> read_fields(const model::EntitySchema& schema,
                                                                 const model::Json& fields,
                                                                 std::string_view pointer) const;

 private:
  /// A person's decision as Review wrote it into the journal.
  [[nodiscard]] std::variant<Submission, Refusal> read_decision(const model::Json& decision,
                                                                std::string_view body) const;

  const config::Config& config_;
};

}  // namespace hub::sync
