#include "tests/sim/source.hpp"

#include "hub/model/json_writer.hpp"

#include <algorithm>
#include <charconv>

namespace tests::sim {

using namespace hub::plugin;
using hub::model::Op;

namespace {

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::string body_of(const Row& row, std::int64_t seq, const std::string& key) {
  hub::model::JsonWriter json;
  json.begin_object();
  for (const auto& [name, held] : row.values)
    if (held.seq >= seq || name == key) json.key(name).value(held.value);
  return json.end_object().take();
}

Source::Source(const Surroundings& around, const hub::config::Config& config, const hub::config::SourceConfig& mapped,
               const Manners& manners)
    : around_(around), config_(config), mapped_(mapped), manners_(manners) {
  for (const hub::config::EntityMapping& mapping : mapped.entities)
    tables_[mapping.remote] = {&mapping, config.entity(mapping.entity), {}, -1};
}

Capabilities Source::capabilities() const {
  Capabilities can;
  can.pull_delta = can.push = can.erase = true;
  can.idempotent_push = manners_.idempotent;
  can.conditional_push = manners_.conditional;
  can.tag_origin = manners_.gullible_hook;
  return can;
}

Status Source::check(std::chrono::milliseconds, std::string&) { return Status::kOk; }

bool Source::is_down() const { return around_.clock.now_ms() < down_until_ms_; }

void Source::go_down(int ms) {
  around_.trace.say(mapped_.name, "goes down");
  down_until_ms_ = around_.clock.now_ms() + ms;
}

void Source::take_time(int rate) {
  if (!around_.chance.percent(rate)) return;
  const bool beyond_lease = around_.chance.percent(around_.faults.very_late);
  around_.pass(beyond_lease ? 100'000 : around_.chance.between(50, 8'000));
}

PullPage Source::pull(const PullRequest& request, const Cancelled&) {
  Chance& chance = around_.chance;
  const Faults& faults = around_.faults;
  Table& from = table(request.remote);
  PullPage page;
  if (chance.percent(faults.locked_out)) return {Status::kUnauthenticated, "the credentials are refused", {}, {}, {}};
  if (is_down()) return {Status::kRetry, "it is down", {}, {}, {}};

  std::int64_t after = request.cursor.empty() ? -1 : number_of(request.cursor);
  from.confirmed = std::max(from.confirmed, after);
  const bool all = manners_.whole_rows || after < 0;
  // An id that went to another row must not be told of out of order.
  if (!manners_.reuses_ids && chance.percent(faults.pull_repeats)) after -= chance.between(1, 10);
  std::vector<const Row*> rows;
  for (const Row& row : from.rows)
    if (row.seq > after) rows.push_back(&row);
  std::sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) { return a->seq < b->seq; });
  std::size_t limit = static_cast<std::size_t>(request.limit);
  if (chance.percent(faults.pull_stops)) limit = static_cast<std::size_t>(chance.between(1, request.limit));
  if (rows.size() > limit) rows.resize(limit);
  const bool fails = chance.percent(faults.pull_fails);
  if (fails) rows.resize(static_cast<std::size_t>(chance.below(static_cast<int>(rows.size()) + 1)));

  std::int64_t told = -1;
  for (const Row* row : rows) {
    PulledChange& change = page.changes.emplace_back();
    change.op = row->deleted ? Op::kDelete : Op::kUpsert;
    change.native_id = row->native_id;
    if (manners_.etags) change.etag = "r" + std::to_string(row->revision);
    change.body = body_of(*row, all || row->deleted ? 0 : row->untold, from.mapping->key);
    change.changed_at_ms = row->changed_at_ms;
    if (row->by_hub) change.origin_tag = "hub";
    told = row->seq;
    around_.trace.say(mapped_.name, (row->deleted ? "tells of the end of " : "tells of ") + request.remote + " " +
                                        row->native_id + " " + change.body);
  }
  if (told >= 0 && rows.size() > 1 && chance.percent(faults.pull_stops)) told = rows[rows.size() / 2]->seq;
  if (told > number_of(request.cursor.empty() ? "-1" : request.cursor)) page.cursor = std::to_string(told);
  if (fails) {
    page.status = Status::kRetry;
    page.message = "the connection broke";
  }
  // A page that was read before a write and comes after its receipt is put right by the next telling of the row; who
  // never tells of the hub's writes must not be late.
  if (manners_.echoes) take_time(faults.late / 2);
  return page;
}

std::vector<PushResult> Source::push(const std::vector<PushItem>& items, std::chrono::milliseconds, const Cancelled&) {
  take_time(around_.faults.late / 2);
  std::vector<PushResult> results;
  for (const PushItem& item : items) {
    results.push_back(push_one(item));
    around_.trace.say(mapped_.name,
                      std::string(item.op == Op::kDelete ? "is told to delete " : "is sent ") + item.remote + " " +
                          item.native_id + " " + item.body + " as " + item.idempotency_key + " and answers " +
                          std::to_string(static_cast<int>(results.back().status)) + " " + results.back().native_id);
  }
  take_time(around_.faults.late / 2);
  return results;
}

PushResult Source::push_one(const PushItem& item) {
  Chance& chance = around_.chance;
  const Faults& faults = around_.faults;
  PushResult nothing;
  nothing.message = "no answer";
  if (is_down() || chance.percent(faults.push_fails)) return nothing;
  if (chance.percent(faults.throttled)) {
    nothing.status = Status::kThrottled;
    nothing.retry_after = std::chrono::milliseconds(chance.between(100, 5'000));
    return nothing;
  }
  // Who knows a write by its key says of a repeat what became of the write: it was taken, so it is not refused.
  const bool taken = written_.contains(item.idempotency_key);
  if (chance.percent(faults.locked_out))
    nothing.status = Status::kUnauthenticated;
  else if (chance.percent(faults.rejected) && !taken)
    nothing.status = Status::kRejected;
  else if (manners_.conditional && !item.native_id.empty() && chance.percent(faults.stale))
    nothing.status = Status::kStale;
  if (nothing.status != Status::kRetry) return nothing;
  if (chance.percent(faults.push_twice)) static_cast<void>(write_item(item));
  PushResult result = write_item(item);
  return chance.percent(faults.push_lost) ? nothing : result;
}

PushResult Source::write_item(const PushItem& item) {
  if (manners_.idempotent)
    if (const auto known = written_.find(item.idempotency_key); known != written_.end()) return known->second;
  Table& into = table(item.remote);
  Row* row = item.native_id.empty() ? nullptr : find(into, item.native_id);
  PushResult result;
  if (item.op == Op::kDelete) {
    result.status = Status::kOk;
    if (row != nullptr && is_stale(item, *row))
      result = stale(*row);
    else if (row != nullptr)
      remove(into, *row, true);
  } else {
    const auto body = hub::model::parse_json(item.body);
    const hub::model::Json* key = into.mapping->key.empty() ? nullptr : body.value().find(into.mapping->key);
    if (row == nullptr && item.native_id.empty() && key != nullptr) row = find_by_key(into, key->text);
    if (row == nullptr && !item.native_id.empty()) {
      result.status = Status::kNotFound;
    } else if (row != nullptr && is_stale(item, *row)) {
      result = stale(*row);
    } else {
      if (row != nullptr && manners_.conditional && item.expected_etag.empty() && !item.native_id.empty() &&
          !row->by_hub)
        around_.fail(mapped_.name + " " + item.remote + " " + item.native_id +
                     ": a person's last edit is written over unseen, although the source can refuse that");
      if (row == nullptr) row = &insert(into);
      ++last_seq_;
      for (const auto& [name, json] : body.value().members) write(*row, name, hub::model::value_of(json));
      touch(into, *row, true);
      result = done(*row);
    }
  }
  if (manners_.idempotent && result.status == Status::kOk) written_[item.idempotency_key] = result;
  return result;
}

bool Source::is_stale(const PushItem& item, const Row& row) const {
  return manners_.conditional && !item.expected_etag.empty() &&
         item.expected_etag != "r" + std::to_string(row.revision);
}

PushResult Source::stale(const Row& row) const {
  PushResult result;
  result.status = Status::kStale;
  result.etag = "r" + std::to_string(row.revision);
  return result;
}

PushResult Source::done(const Row& row) {
  PushResult result;
  result.status = Status::kOk;
  result.native_id = row.native_id;
  if (manners_.etags) result.etag = "r" + std::to_string(row.revision);
  if (manners_.reports) result.body = body_of(row);
  return result;
}

Origin Source::origin(const std::string&, const PulledChange& change, const LastReceipt& last) const {
  if (manners_.gullible_hook && change.origin_tag == "hub") return Origin::kEcho;
  return manners_.etags && !last.etag.empty() && last.etag == change.etag ? Origin::kEcho : Origin::kUnknown;
}

}  // namespace tests::sim
