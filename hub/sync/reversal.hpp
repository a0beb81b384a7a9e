#pragma once

#include "hub/model/record.hpp"
#include "hub/store/journal.hpp"

#include <functional>
#include <string>
#include <vector>

namespace hub::sync {

/// What takes some changes of a record back, without touching what others have written since.
struct Reversal {
  /// A field that stays as it is, because somebody else has written it since.
  struct Kept {
    std::string field;
    std::string source;
    std::string change_id;
  };

  model::Fields fields;  // what they were before; null where there was nothing
  bool removes = false;  // the record was not there before: it is deleted
  std::vector<Kept> kept;
  bool reaches_back = true;  // false: the journal does not reach back to what was before all of them

  [[nodiscard]] bool empty() const { return fields.empty() && !removes; }
};

/// Reads the record's past backwards, asking of each row (newest first) whether it is one of those to be taken back.
/// Throws StoreError.
[[nodiscard]] Reversal reversal_of(store::Session& session, const model::Record& record,
                                   const std::function<bool(const store::JournalRow&)>& chosen);

}  // namespace hub::sync
