#include "hub/app/table.hpp"

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <stdexcept>

namespace hub::app {

namespace {

constexpr std::size_t kMaxWidth = 60;

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::size_t width(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

std::string cut(std::string text) {
  if (width(text) <= kMaxWidth) return text;
  std::size_t at = 0;
  for (std::size_t characters = 0; at < text.size(); ++at)
    if (!continues(text[at]) && ++characters == kMaxWidth) break;
  return text.substr(0, at) + "…";
}

void append_escaped(std::string& out, unsigned char byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += "\\x";
  out += kDigits[byte >> 4U];
  out += kDigits[byte & 0xFU];
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are control characters too, C2 80 to C2 9F in UTF-8.
    const bool c1 = byte == 0xC2U && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0U;
    if (byte == '\n' || byte == '\t' || byte == '\r') {
      out += ' ';
    } else if (byte < 0x20U || byte == 0x7FU) {
      append_escaped(out, byte);
    } else if (c1) {
      append_escaped(out, static_cast<unsigned char>(text[++i]));
    } else {
      out += text[i];
    }
  }
  return out;
}

void Table::add(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) throw std::logic_error("a table's row has the wrong number of cells");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = printable(cells[i]);
    if (columns_[i].fit == Fit::kCut) cells[i] = cut(std::move(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

void Table::print(std::ostream& out) const {
  if (rows_.empty()) return;
  std::vector<std::size_t> widths;
  std::vector<std::string> titles;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    titles.push_back(columns_[i].title);
    widths.push_back(width(titles.back()));
    for (const auto& row : rows_) widths[i] = std::max(widths[i], width(row[i]));
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string fill(widths[i] - width(cells[i]), ' ');
      text += (i == 0 ? "" : "  ") + (columns_[i].fit == Fit::kRight ? fill + cells[i] : cells[i] + fill);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out << text << '\n';
  };
  if (std::any_of(titles.begin(), titles.end(), [](const std::string& title) { return !title.empty(); })) line(titles);
  for (const auto& row : rows_) line(row);
}

}  // namespace hub::app
