#pragma once

#include "hub/config/config.hpp"
#include "hub/model/record.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/waiting.hpp"

namespace hub::sync {

/// An insert that died without an answer may have made its row all the same. Its dead letter is in doubt until the
/// target has told of the row, so that no second one is made, and none stays of a record that is gone.

/// Whether the delivery, which dies, is such an insert. `unanswered`: the attempts that may have written.
[[nodiscard]] bool in_doubt(const store::OutboundRow& row, const model::Link* link, int unanswered);

/// Whether an insert in doubt is repeated before anything else of the record goes to `source`: where its row has to go
/// again, and where no key tells the source that it has the row.
[[nodiscard]] bool asks_first(const config::SourceConfig& source, const model::Record& record);

/// Gives the row back what the dead delivery was: its id, and what it carried.
void resume(store::OutboundRow& row, const store::DeadLetter& letter);

}  // namespace hub::sync
