#pragma once

#include "plugins/localdb/table.hpp"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace localdb {

/// What the places of a statement's template stand for.
using Places = std::map<std::string, std::string, std::less<>>;

/// What comes before the digest that tells one text of a trigger from another, and how long that is.
inline constexpr std::string_view kDigestMark = "syncline:";
inline constexpr std::size_t kDigestBytes = 16;

/// How one kind of database spells what every kind has. The statements themselves lie in sql/<name>.
class Dialect {
 public:
  Dialect() = default;
  Dialect(const Dialect&) = delete;
  Dialect& operator=(const Dialect&) = delete;
  virtual ~Dialect() = default;

  /// The folder of its statements.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Statement `name` of this dialect, without its last semicolon. Throws std::logic_error for an unknown name.
  [[nodiscard]] const std::string& sql(std::string_view name) const;

  /// A name as SQL has it, whatever characters it holds.
  [[nodiscard]] virtual std::string quoted(std::string_view name) const;
  [[nodiscard]] virtual std::string literal(std::string_view text) const;
  /// The longest name that it takes, in bytes.
  [[nodiscard]] virtual std::size_t name_bytes() const = 0;
  /// The table as statements name it.
  [[nodiscard]] virtual std::string qualified(const Table& table) const { return quoted(table.name); }
  /// The plugin's own object `name` (unquoted) as statements name it.
  [[nodiscard]] virtual std::string own(std::string_view name) const { return quoted(name); }

  /// A condition: old and new differ in `column`, by bytes, whatever its collation. A change of case is a change.
  [[nodiscard]] virtual std::string changed(const Column& column) const = 0;
  /// An expression: `text` where `condition` holds, else nothing.
  [[nodiscard]] std::string text_if(const std::string& condition, std::string_view text) const;
  [[nodiscard]] virtual std::string concatenated(const std::vector<std::string>& pieces) const;
  /// What only its own templates have a place for.
  virtual void add_places(const Table& table, Places& places) const = 0;

  /// The kinds of triggers that capture a table.
  [[nodiscard]] virtual std::span<const std::string_view> triggers() const = 0;
  /// Whether a trigger that was found as `installed` is the one that `text` makes.
  [[nodiscard]] virtual bool is_made_by(const std::string& installed, const std::string& text) const;
  /// What the plugin needs beside the tables': an object's name and the statement that makes it.
  struct Object {
    std::string_view name, statement;
  };
  [[nodiscard]] virtual std::span<const Object> objects() const = 0;
  /// The statements that make what one table's changes are kept in.
  [[nodiscard]] virtual std::span<const std::string_view> outbox_statements() const = 0;
  /// True: captured rows name their columns only, and are read with the row as it is. False: they hold the values.
  [[nodiscard]] virtual bool reads_rows_as_they_are() const { return true; }
  /// The statements that give captured changes their numbers, each one later than those that were given before. None:
  /// they have them.
  [[nodiscard]] virtual std::span<const std::string_view> numbering() const { return {}; }
  /// How a row that comes as JSON gets into a column: what the member `member` (an identifier) is declared as, and the
  /// expression for its value.
  struct Taken {
    std::string declared, value;
  };
  [[nodiscard]] virtual Taken taken(const Column& column, const std::string& member) const;
  /// Column `column` as the left side of an assignment in "update_rows".
  [[nodiscard]] virtual std::string assigned(std::string_view column) const { return quoted(column); }
  /// The statement that clears the mark of the hub's own writes, where it outlives the transaction; else null.
  [[nodiscard]] virtual const std::string* clear_mark() const { return nullptr; }
  /// The statements as a person can run them.
  [[nodiscard]] virtual std::string script(const std::vector<std::string>& statements) const;
};

/// Joins what `piece` makes of each name.
[[nodiscard]] std::string joined(std::span<const std::string> names, std::string_view separator,
                                 const std::function<std::string(const std::string&)>& piece);

/// What the plugin calls its own objects for a table, unquoted. Too long a name gets a digest in its place.
[[nodiscard]] std::string outbox_name(const Dialect& dialect, std::string_view table);
[[nodiscard]] std::string captured_name(const Dialect& dialect, std::string_view table);
[[nodiscard]] std::string trigger_name(const Dialect& dialect, std::string_view kind, std::string_view table);
/// SQLite: the outbox's column for column `column` of the table, unquoted.
[[nodiscard]] std::string outbox_column(std::string_view column);

}  // namespace localdb
