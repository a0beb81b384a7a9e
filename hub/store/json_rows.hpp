#pragma once

#include "hub/store/session.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hub::store {

/// Rows of parameters as one JSON text: [{"p0":"client","p1":7},…], nulls left out (hub/store/set_form.hpp). A NUL in a
/// text, which PostgreSQL does not keep, becomes U+FFFD; only what others say in messages can hold one.
class JsonRows {
 public:
  void add(std::span<const Param> cells);
  /// The same of texts, with the row's number from 0 as member "item".
  void add_numbered(const std::vector<std::string>& texts);
  [[nodiscard]] std::int64_t size() const { return rows_; }
  /// The whole array; from then on there are no rows.
  [[nodiscard]] std::string take();
  void clear() noexcept;

 private:
  void add_member(std::size_t column, const Param& param, bool first);
  std::string text_ = "[";
  std::int64_t rows_ = 0;
};

/// `text` as PostgreSQL can keep it.
[[nodiscard]] std::string without_nul(std::string_view text);

}  // namespace hub::store
