#include "hub/store/ahead.hpp"

#include "hub/store/set_form.hpp"

namespace hub::store {

namespace {

std::string key_of(const std::vector<std::string>& texts) {
  std::string key;
  for (const std::string& text : texts) (key += text) += '\0';
  return key;
}

/// Nothing when one of them is null: then it was not read ahead.
std::optional<std::string> key_of(const Params& parameters) {
  std::string key;
  for (const Param& parameter : parameters) {
    if (parameter.is_null()) return std::nullopt;
    if (parameter.is_integer())
      key += std::to_string(parameter.number());
    else
      key += parameter.text();
    key += '\0';
  }
  return key;
}

}  // namespace

KeptRow::KeptRow(const Row& row, const std::vector<SqlColumn>& columns, std::size_t first) {
  for (std::size_t i = first; i < columns.size(); ++i)
    cells_.push_back(columns[i].integer ? Cell{row.is_null(i), row.integer(i), {}}
                                        : Cell{row.is_null(i), 0, row.text(i)});
}

std::vector<KeptRow>* Ahead::add(const NamedStatement& query, const std::vector<std::string>& parameters) {
  Query& known = queries_[query.name];
  known.table = table_of(query);
  const auto [entry, is_new] = known.rows.try_emplace(key_of(parameters));
  return is_new ? &entry->second : nullptr;
}

const std::vector<KeptRow>* Ahead::find(std::string_view query, const Params& parameters) const {
  const auto known = queries_.find(query);
  const auto key = known == queries_.end() ? std::nullopt : key_of(parameters);
  if (!key) return nullptr;
  const auto rows = known->second.rows.find(*key);
  return rows == known->second.rows.end() ? nullptr : &rows->second;
}

void Ahead::forget(const NamedStatement& statement) {
  if (queries_.empty()) return;
  const std::string_view table = table_of(statement);
  std::erase_if(queries_, [&](const auto& query) { return query.second.table == table; });
}

}  // namespace hub::store
