#include "hub/sync/reevaluation.hpp"

#include "hub/model/json_writer.hpp"
#include "hub/store/encoding.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/body.hpp"
#include "hub/sync/cursor.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

constexpr int kPage = 500;

/// What the source's last words say today, reduced to what is its own and says something; nothing when there is none.
std::optional<Submission> image_of(store::Session& images, const Intake& intake, const model::Record& record,
                                   const model::Link& link) {
  const auto row = store::load_journal(images, {link.source, link.heard_seq});
  if (!row || row->op != model::Op::kUpsert) return std::nullopt;
  auto read = intake.reread(row->body);
  auto* submission = std::get_if<Submission>(&read);
  if (submission == nullptr || !submission->dead_reason.empty()) return std::nullopt;
  model::Change& change = submission->change;
  change.key = record.key;
  change.native_id = link.native_id;
  change.change_id.clear();
  change.version.reset();
  change.base_version = link.base_version;
  const auto decided =
      row->decision.empty() ? std::vector<model::FieldDecision>{} : store::decode_decision(row->decision);
  std::erase_if(change.fields, [&](const model::FieldValue& field) {
    const model::Cell* cell = record.find(field.name);
    const model::Value* held = model::find_field(link.shadow, field.name);
    if (cell == nullptr) return held != nullptr && link.from_delivery;
    if (cell->value == field.value) return true;
    if (held == nullptr || cell->stamp.source == link.source) return false;  // mapped since, or read in another way
    // Another source's value stands. If that came later, it has seen this one; if this one lost to it, they meet again.
    const auto lost = [&](const model::FieldDecision& was) { return was.field == field.name && !was.taken; };
    return link.from_delivery || std::none_of(decided.begin(), decided.end(), lost);
  });
  submission->again = true;
  return change.fields.empty() ? std::nullopt : std::optional(std::move(*submission));
}

}  // namespace

Reevaluated reevaluate(Transaction& transaction, store::Session& images, const config::Config& config,
                       std::string_view source, const model::RecordKey& after, int limit,
                       const std::function<void(const Answer&)>& applied) {
  const Intake intake(config);
  std::vector<model::Record> page;
  store::list_records(transaction.session(), {}, after, limit, true,
                      [&](model::Record&& record) { page.push_back(std::move(record)); });
  Reevaluated done;
  for (const model::Record& record : page) {
    ++done.records;
    if (!record.deleted && config.entity(record.key.entity) != nullptr)
      for (const model::Link& link : store::load_links(transaction.session(), record.key)) {
        if (link.deleted || (!source.empty() && link.source != source)) continue;
        if (link.heard_seq == 0) {
          ++done.without_image;
          continue;
        }
        const auto image = image_of(images, intake, record, link);
        if (!image || !transaction.would_apply(*image)) continue;
        if (const auto result = transaction.apply(*image); const auto* answer = std::get_if<Answer>(&result))
          applied(*answer);
      }
    transaction.offer(record.key);
  }
  if (static_cast<int>(page.size()) == limit) done.next = page.back().key;
  return done;
}

Outcome resync_page(Committer& committer, const config::Config& config, std::string_view body) {
  auto object = read_object(body, {"source", "cursor"});
  if (auto* refusal = std::get_if<Refusal>(&object)) return *refusal;
  const model::Json& json = std::get<model::Json>(object);
  const std::string source = text_of(json, "source");
  if (!source.empty() && config.source(source) == nullptr) return refused(404, "there is no source " + source);
  const auto after = open_cursor(text_of(json, "cursor"), 2);
  if (!after) return bad_cursor();
  std::int64_t changed = 0;
  const Reevaluated done = committer.run([&](Transaction& transaction) {
    return reevaluate(transaction, transaction.session(), config, source, {(*after)[0], (*after)[1]}, kPage,
                      [&](const Answer&) { ++changed; });
  });
  model::JsonWriter answer;
  answer.begin_object().member("records", done.records).member("changed", changed);
  answer.member("withoutImage", done.without_image);
  const std::string next =
      done.next.entity.empty() ? std::string() : make_cursor({done.next.entity, done.next.external_id});
  return View{200, answer.member_or_null("next", next).end_object().take(), {}, 0};
}

}  // namespace hub::sync
