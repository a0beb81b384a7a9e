#pragma once

#include "hub/model/change.hpp"
#include "hub/model/record.hpp"

namespace hub::resolve {

enum class Heard : std::uint8_t {
  kNews,    // the change says something
  kRepeat,  // a source without versions says again what it said before
  kEcho,    // a source says what the hub wrote to it
};

/// Net 3 of SEMANTICS 6: compares a change with what its source is known to hold. Values are compared, never authors,
/// so that a person's edit right after a write of the hub is news.
[[nodiscard]] Heard listen(const model::Record* canonical, const model::Change& change, const model::Link* link);

/// True when the values that `link` knows tell which fields of a change without version were edited. They do not when
/// the source names a base that is newer than they are: what equals an old value may be a return to it.
[[nodiscard]] bool shadow_counts(const model::Change& change, const model::Link* link);

}  // namespace hub::resolve
