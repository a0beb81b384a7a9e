#pragma once

#include "hub/sync/committer.hpp"

namespace hub::sync {

/// Makes every record's computed fields anew, if the templates are others than those that the store was last used with:
/// reads the records of the entities that have any, in transactions of a page, and queues what follows for the sources;
/// with `trial`, tells it instead.
/// A crash in between does no harm: the next call begins again. Throws StoreError.
void recompute_fields(const Surroundings& hub, Committer& committer, const Transaction::Trial* trial = nullptr);

}  // namespace hub::sync
