#pragma once

#include "hub/store/conflicts.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hub::sync {

/// What a preview of a decision on many conflicts was of: the decision, how many conflicts it met, and how far each
/// journal had come. Whatever moved on since has a later place in one of the journals.
struct Preview {
  std::string decision;
  std::int64_t matched = 0;
  std::map<std::string, std::int64_t, std::less<>> journal;

  [[nodiscard]] bool knows(const store::JournalKey& at) const {
    const auto it = journal.find(at.source);
    return it != journal.end() && at.seq <= it->second;
  }
};

[[nodiscard]] std::string token_of(const Preview& preview);
/// Nothing for a text that token_of() cannot give.
[[nodiscard]] std::optional<Preview> preview_of(std::string_view token);

/// How far such a decision has been carried out, from one request to the next.
struct Progress {
  store::ConflictCursor after;
  std::int64_t met = 0;                                     // of the conflicts that the preview was of
  std::vector<std::pair<std::int64_t, std::int64_t>> made;  // its own changes: from and to in the steward's journal

  void add(const store::JournalKey& at);
  [[nodiscard]] bool has_made(const store::JournalKey& at) const;
};

[[nodiscard]] std::string cursor_of(const Progress& progress);
/// The beginning for an empty text; nothing for one that cursor_of() cannot give.
[[nodiscard]] std::optional<Progress> progress_of(std::string_view cursor);

}  // namespace hub::sync
