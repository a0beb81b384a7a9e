#include "hub/sync/foreseen.hpp"

#include "hub/sync/body.hpp"
#include "hub/sync/cursor.hpp"
#include "hub/sync/intake.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

std::int64_t number_or_0(std::string_view text) { return number_of(text).value_or(0); }

/// Visits "name=number" for each of those that a text lists, each with a blank behind it.
template <class Visit>
void for_each_mark(std::string_view marks, Visit visit) {
  while (!marks.empty()) {
    const auto end = std::min(marks.find(' '), marks.size() - 1);
    const std::string_view mark = marks.substr(0, end);
    if (const auto equals = mark.find('='); equals != std::string_view::npos)
      visit(mark.substr(0, equals), number_or_0(mark.substr(equals + 1)));
    marks.remove_prefix(end + 1);
  }
}

void append_mark(std::string& marks, const std::string& name, std::int64_t number) {
  marks += name + "=" + std::to_string(number) + " ";
}

}  // namespace

std::string token_of(const Preview& preview) {
  std::string marks;
  for (const auto& [source, seq] : preview.journal) append_mark(marks, source, seq);
  return make_cursor({preview.decision, std::to_string(preview.matched), marks});
}

std::optional<Preview> preview_of(std::string_view token) {
  const auto parts = open_cursor(token, 3);
  if (!parts) return std::nullopt;
  Preview preview{(*parts)[0], number_or_0((*parts)[1]), {}};
  for_each_mark((*parts)[2], [&](std::string_view source, std::int64_t seq) { preview.journal.emplace(source, seq); });
  return preview;
}

void Progress::add(const store::JournalKey& at) {
  if (at.source != kSteward) return;
  if (!made.empty() && made.back().second + 1 == at.seq)
    made.back().second = at.seq;
  else
    made.emplace_back(at.seq, at.seq);
}

bool Progress::has_made(const store::JournalKey& at) const {
  return at.source == kSteward && std::any_of(made.begin(), made.end(), [&](const auto& range) {
           return range.first <= at.seq && at.seq <= range.second;
         });
}

std::string cursor_of(const Progress& progress) {
  std::string marks;
  for (const auto& [first, last] : progress.made) append_mark(marks, std::to_string(first), last);
  return make_cursor({std::to_string(progress.after.opened_at_ms), progress.after.at.source,
                      std::to_string(progress.after.at.seq), std::to_string(progress.met), marks});
}

std::optional<Progress> progress_of(std::string_view cursor) {
  const auto parts = open_cursor(cursor, 5);
  if (!parts) return std::nullopt;
  Progress progress{{number_or_0((*parts)[0]), {(*parts)[1], number_or_0((*parts)[2])}}, number_or_0((*parts)[3]), {}};
  for_each_mark((*parts)[4], [&](std::string_view first, std::int64_t last) {
    progress.made.emplace_back(number_or_0(first), last);
  });
  return progress;
}

}  // namespace hub::sync
