#pragma once

#include "hub/config/config.hpp"
#include "hub/model/change.hpp"
#include "tests/sim/chance.hpp"
#include "tests/sim/scenario.hpp"

#include <string>

namespace tests::sim {

/// What a person writes into a field: from few words, so that they meet, in all spellings that the hub takes for one.
[[nodiscard]] hub::model::Value invent(Chance& chance, const hub::model::FieldSchema& field);

/// What a source with these manners keeps of a value that it is given, the hub's names.
[[nodiscard]] hub::model::Value kept(const Manners& manners, const std::string& field, const hub::model::Value& value);

}  // namespace tests::sim
