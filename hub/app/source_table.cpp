#include "hub/app/source_table.hpp"

#include "hub/app/cells.hpp"
#include "hub/app/table.hpp"

#include <algorithm>
#include <ostream>

namespace hub::app {

namespace {

std::string state(const model::Json& source) {
  if (cell(source, "paused") == "true") return "paused: " + cell(source, "pauseReason");
  const std::string held = cell(source, "heldDeletes");
  if (held != "0" && held != "-") return held + " deletes held";
  if (const model::Json* approval = source.find("deleteApproval"))
    return "ok, " + cell(*approval, "remaining") + " deletes approved";
  const std::string breaker = cell(source, "breaker");
  return breaker == "-" || breaker == "closed" ? "ok" : "breaker " + breaker;
}

}  // namespace

void write_sources(std::ostream& out, const model::Json& sources) {
  const bool shared = std::any_of(sources.items.begin(), sources.items.end(),
                                  [](const model::Json& source) { return cell(source, "hub") != "-"; });
  std::vector<Table::Column> columns{
      {"SOURCE"},    {"PLUGIN"},  {"PRIORITY", Fit::kRight}, {"STATE"}, {"PENDING", Fit::kRight}, {"OLDEST"},
      {"LAST PULL"}, {"ENTITIES"}};
  if (shared) columns.push_back({"HUB"});
  Table table(std::move(columns));
  for (const model::Json& source : sources.items) {
    std::vector<std::string> row{cell(source, "name"),
                                 cell(source, "plugin"),
                                 cell(source, "priority"),
                                 state(source),
                                 cell(source, "pending"),
                                 time_cell(source, "oldestPendingAt"),
                                 time_cell(source, "lastPullAt"),
                                 cell(source, "entities")};
    if (shared) row.push_back(cell(source, "hub"));
    table.add(std::move(row));
  }
  table.print(out);
  if (table.empty()) out << "no sources are configured\n";
}

}  // namespace hub::app
