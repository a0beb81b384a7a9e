#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace hub::app {

/// How a column stands.
enum class Fit : std::uint8_t {
  kLeft,
  kRight,  // numbers
  kCut,    // left, and a cell of more than 60 characters is cut with "…": what nobody types in again
};

/// Rows in aligned columns for people to read: titles in the first line, two spaces between columns. Cells are UTF-8;
/// what a terminal could take for a command is shown escaped.
class Table {
 public:
  struct Column {
    std::string title;
    Fit fit = Fit::kLeft;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell for each column.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// The title line is left out when no column has a title. A table without rows prints nothing.
  void print(std::ostream& out) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// `text` in one line without control characters: line ends and tabs become spaces, others \xNN.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace hub::app
