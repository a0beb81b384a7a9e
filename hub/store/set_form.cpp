#include "hub/store/set_form.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace hub::store {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// `sql` with each parameter, such as ":entity", as `written` has the place of it among the statement's, from 0.
template <class Written>
std::string with_parameters(const NamedStatement& one, std::string_view sql, Written&& written) {
  std::string out;
  for (std::size_t i = 0; i < sql.size();) {
    if (sql[i] != ':' || i + 1 == sql.size() || !is_word(sql[i + 1])) {
      out += sql[i++];
      continue;
    }
    std::size_t end = i + 1;
    while (end < sql.size() && is_word(sql[end])) ++end;
    const std::string_view name = sql.substr(i + 1, end - i - 1);
    const auto column =
        std::find_if(one.in.begin(), one.in.end(), [&](const SqlColumn& candidate) { return candidate.name == name; });
    if (column == one.in.end())
      throw std::logic_error("statement " + one.name + " has no parameter " + std::string(name));
    out += written(column - one.in.begin());
    i = end;
  }
  return out;
}

/// `sql` with each parameter as the column of the row that holds it.
std::string by_row(const NamedStatement& one, std::string_view sql) {
  return with_parameters(one, sql, [](auto place) { return "r.p" + std::to_string(place); });
}

/// "json_to_recordset(cast(:rows as json)) as r(p0 text, p1 bigint)"
std::string rows_of(const NamedStatement& one, std::string_view before = {}) {
  std::string columns(before);
  for (std::size_t i = 0; i < one.in.size(); ++i)
    columns += (columns.empty() ? "p" : ", p") + std::to_string(i) + (one.in[i].integer ? " bigint" : " text");
  return "json_to_recordset(cast(:rows as json)) as r(" + columns + ")";
}

NamedStatement with_rows(const NamedStatement& one, std::string sql) {
  return {one.name, std::move(sql), {{"rows", false}}, {}};
}

std::size_t closing(std::string_view sql, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < sql.size(); ++i) {
    if (sql[i] == '(') ++depth;
    if (sql[i] == ')' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

}  // namespace

std::string positional(const NamedStatement& statement) {
  return with_parameters(statement, statement.sql, [](auto place) { return "$" + std::to_string(place + 1); });
}

NamedStatement writing_many(const NamedStatement& one) {
  const std::string_view sql = one.sql;
  if (sql.starts_with("insert ")) {
    const auto values = sql.find("values (");
    const auto end = values == std::string_view::npos ? values : closing(sql, values + 7);
    if (end != std::string_view::npos)
      return with_rows(one, std::string(sql.substr(0, values)) + "select " +
                                by_row(one, sql.substr(values + 8, end - values - 8)) + "\n  from " + rows_of(one) +
                                by_row(one, sql.substr(end + 1)));
  }
  if (sql.starts_with("update ")) {
    const auto where = sql.find("\n where ");
    if (where != std::string_view::npos)
      return with_rows(one,
                       by_row(one, sql.substr(0, where)) + "\n  from " + rows_of(one) + by_row(one, sql.substr(where)));
  }
  if (sql.starts_with("delete from ")) {
    const auto where = sql.find("where ");
    const std::string_view table = table_of(one);
    if (where != std::string_view::npos)
      return with_rows(one, "delete from " + std::string(table) + "\n using " + rows_of(one) + "\n " +
                                by_row(one, sql.substr(where)));
  }
  throw std::logic_error("statement " + one.name + " cannot be run for many rows");
}

NamedStatement reading_many(const NamedStatement& one) {
  NamedStatement many = with_rows(one, "select r.item, q.*\n  from " + rows_of(one, "item bigint") +
                                           "\n cross join lateral (" + by_row(one, one.sql) + ") q");
  many.out.push_back({"item", true});
  many.out.insert(many.out.end(), one.out.begin(), one.out.end());
  return many;
}

NamedStatement reading_rows(const Table& table, std::string_view condition) {
  std::string columns;
  for (const SqlColumn& column : table.columns) columns += (columns.empty() ? "" : ", ") + column.name;
  std::string sql = "select " + columns + " from " + table.name;
  if (!condition.empty()) (sql += " where ") += condition;
  return {"rows of " + table.name, std::move(sql), {}, table.columns};
}

NamedStatement inserting_row(const Table& table) {
  std::string columns;
  std::string values;
  for (const SqlColumn& column : table.columns) {
    columns += (columns.empty() ? "" : ", ") + column.name;
    values += (values.empty() ? ":" : ", :") + column.name;
  }
  return {"row of " + table.name,
          "insert into " + table.name + " (" + columns + ") values (" + values + ")",
          table.columns,
          {}};
}

std::string_view table_of(const NamedStatement& statement) {
  const std::string_view sql = statement.sql;
  for (const std::string_view verb : {"insert into ", "update ", "delete from ", "from "}) {
    const auto at = verb == "from " ? sql.find(verb) : (sql.starts_with(verb) ? 0 : std::string_view::npos);
    if (at == std::string_view::npos) continue;
    const auto start = at + verb.size();
    auto end = start;
    while (end < sql.size() && is_word(sql[end])) ++end;
    return sql.substr(start, end - start);
  }
  return {};
}

}  // namespace hub::store
