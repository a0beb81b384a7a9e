#include "hub/model/record.hpp"

#include <algorithm>

namespace hub::model {

namespace {

template <class Cells>
auto position(Cells& cells, std::string_view name) {
  return std::lower_bound(cells.begin(), cells.end(), name,
                          [](const Cell& cell, std::string_view key) { return cell.name < key; });
}

}  // namespace

const Cell* Record::find(std::string_view name) const {
  const auto it = position(cells, name);
  return it != cells.end() && it->name == name ? &*it : nullptr;
}

Cell& Record::cell(std::string_view name) {
  auto it = position(cells, name);
  if (it == cells.end() || it->name != name) it = cells.insert(it, Cell{std::string(name), {}, {}});
  return *it;
}

Fields Record::fields() const {
  Fields values;
  values.reserve(cells.size());
  for (const Cell& cell : cells) values.push_back({cell.name, cell.value});
  return values;
}

std::string etag(const Record& record) {
  return std::to_string(record.version) + "." + std::to_string(record.row_version);
}

}  // namespace hub::model
