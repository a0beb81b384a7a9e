#include "plugins/localdb/table_sql.hpp"

#include "plugins/localdb/value.hpp"

namespace localdb {

TableSql::TableSql(const Dialect& dialect, const Table& table) : dialect_(&dialect) {
  const auto quoted = [&](const auto& name) { return dialect.quoted(name); };
  std::string names_json;
  std::string any_changed;
  std::vector<std::string> changed_names;
  for (const Column& column : table.columns) {
    std::string name;
    append_json_string(name, column.name);
    names_json += (names_json.empty() ? "" : ",") + name;
    any_changed += (any_changed.empty() ? "" : "\n  OR ") + dialect.changed(column);
    changed_names.push_back(dialect.text_if(dialect.changed(column), ',' + name));
  }
  const std::string outbox = outbox_name(dialect, table.name);
  places_ = {
      {"table", dialect.qualified(table)},
      {"table_text", dialect.literal(table.name)},
      {"pk", dialect.quoted(table.pk)},
      {"pk_type", table.pk_column.type},
      {"key", dialect.quoted(table.key)},
      {"outbox", dialect.own(outbox)},
      {"outbox_text", dialect.literal(outbox)},
      {"captured", dialect.own(captured_name(dialect, table.name))},
      {"columns", joined(table.names, ", ", quoted)},
      {"all_names", dialect.literal('[' + names_json + ']')},
      {"any_changed", any_changed},
      {"changed_names", dialect.concatenated(changed_names)},
  };
  for (const std::string_view kind : dialect.triggers())
    places_[std::string(kind) + "_trigger"] = dialect.quoted(trigger_name(dialect, kind, table.name));
  dialect.add_places(table, places_);
}

std::string TableSql::fill(std::string_view text, const Places& places, const Places& more) {
  std::string out;
  for (std::size_t open = 0; (open = text.find("{{")) != std::string_view::npos;) {
    const std::size_t close = text.find("}}", open);
    const std::string_view place = text.substr(open + 2, close - open - 2);
    const auto own = more.find(place);
    out.append(text.substr(0, open)).append(own != more.end() ? own->second : places.at(std::string(place)));
    text.remove_prefix(close + 2);
  }
  return out.append(text);
}

const std::string& TableSql::render(std::string_view name) const {
  if (const auto known = rendered_.find(name); known != rendered_.end()) return known->second;
  return rendered_.emplace(name, fill(dialect_->sql(name), places_, {})).first->second;
}

std::string TableSql::render(std::string_view name, const Places& more) const {
  return fill(dialect_->sql(name), places_, more);
}

std::string TableSql::render_trigger(std::string_view kind) const {
  const std::string name = std::string(kind) + "_trigger";
  const std::string blank(kDigestBytes, '0');
  const std::string mark(kDigestMark);
  return render(name, {{"digest", mark + digest(render(name, {{"digest", mark + blank}}))}});
}

}  // namespace localdb
