#include "hub/store/journal.hpp"

#include <charconv>

namespace hub::store {

namespace {

JournalRow journal_of(const Row& row) {
  JournalRow entry;
  entry.at = {row.text(0), row.integer(1)};
  entry.key = {row.text(2), row.text(3)};
  entry.native_id = row.text(4);
  entry.op = model::op_of(row.text(5)).value_or(model::Op::kUpsert);
  entry.change_id = row.text(6);
  entry.body = row.text(7);
  entry.received_at_ms = row.integer(8);
  entry.settled_at_ms = row.is_null(9) ? entry.received_at_ms : row.integer(9);
  entry.state = model::change_state_of(row.text(10)).value_or(model::ChangeState::kDead);
  entry.resolution = model::resolution_of(row.text(11));
  entry.version = row.integer(12);
  entry.row_version = row.integer(13);
  entry.decision = row.text(14);
  entry.previous = {row.text(15), row.integer(16)};
  entry.run = row.integer(17);
  return entry;
}

Param resolution_param(const JournalRow& row) {
  return row.resolution ? Param(model::to_string(*row.resolution)) : Param(std::nullopt);
}

Param settled_at(const JournalRow& row) {
  return row.settled_at_ms == row.received_at_ms ? Param(std::nullopt) : Param(row.settled_at_ms);
}

Param previous_seq(const JournalRow& row) {
  return row.previous.seq == 0 ? Param(std::nullopt) : Param(row.previous.seq);
}

}  // namespace

std::string to_string(const JournalKey& key) { return key.source + ":" + std::to_string(key.seq); }

std::optional<JournalKey> journal_key_of(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  JournalKey key{std::string(text.substr(0, colon)), 0};
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), key.seq);
  if (error != std::errc{} || end != digits.data() + digits.size() || key.seq <= 0) return std::nullopt;
  return key;
}

void add_journal(Session& session, const JournalRow& row) {
  session.add(
      "insert_journal",
      {row.at.source, row.at.seq, row.key.entity, row.key.external_id, Param::or_null(row.native_id),
       model::to_string(row.op), Param::or_null(row.change_id), row.body, row.received_at_ms, settled_at(row),
       model::to_string(row.state), resolution_param(row), row.version, row.row_version, Param::or_null(row.decision),
       Param::or_null(row.previous.source), previous_seq(row), row.run == 0 ? Param(std::nullopt) : Param(row.run)});
}

void flush_journal(Session& session) { session.flush("insert_journal"); }

void settle_journal(Session& session, const JournalRow& row) {
  session.soon("settle_journal", {row.key.external_id, settled_at(row), model::to_string(row.state),
                                  resolution_param(row), row.version, row.row_version, Param::or_null(row.decision),
                                  Param::or_null(row.previous.source), previous_seq(row), row.at.source, row.at.seq});
}

std::optional<JournalRow> load_journal(Session& session, const JournalKey& at) {
  std::optional<JournalRow> found;
  session.each("load_journal", {at.source, at.seq}, [&](const Row& row) { found = journal_of(row); });
  return found;
}

std::optional<JournalRow> find_journal(Session& session, std::string_view source, std::string_view change_id) {
  std::optional<JournalRow> found;
  session.each("find_journal", {source, change_id}, [&](const Row& row) { found = journal_of(row); });
  return found;
}

std::string change_id_of(const JournalRow& row) { return row.change_id.empty() ? to_string(row.at) : row.change_id; }

std::int64_t visit_journal(Session& session, std::string_view source, std::int64_t seq, std::int64_t since_ms,
                           std::int64_t run, int limit, const std::function<void(const JournalRow&)>& visit) {
  std::int64_t last = 0;
  session.each("journal_of_source", {source, seq, since_ms, run, limit}, [&](const Row& row) {
    visit(journal_of(row));
    last = row.integer(1);
  });
  return last;
}

void count_run(Session& session, const Run& run) {
  session.soon("count_run", {run.source, run.id, run.kind, run.started_at_ms, run.changes});
}

std::vector<Run> list_runs(Session& session, std::string_view source, std::int64_t before, int limit) {
  std::vector<Run> runs;
  session.each("list_runs", {source, before, limit}, [&](const Row& row) {
    runs.push_back({row.text(0), row.integer(1), row.text(2), row.integer(3), row.integer(4)});
  });
  return runs;
}

}  // namespace hub::store
