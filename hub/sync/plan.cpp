#include "hub/sync/plan.hpp"

#include "hub/store/conflicts.hpp"
#include "hub/store/encoding.hpp"
#include "hub/store/outbound.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/computing.hpp"
#include "hub/sync/mapping.hpp"
#include "hub/sync/matching.hpp"
#include "hub/sync/reading.hpp"
#include "hub/sync/reevaluation.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

constexpr int kPage = 2'000;

}  // namespace

Plan::Plan(const config::Config& config, store::Store& trial, store::Session* live, const base::Clock& clock,
           base::Rng& rng, int examples, plugin::Cancelled cancelled)
    : hub_{config, trial, clock, rng},
      live_(live),
      most_examples_(static_cast<std::size_t>(examples)),
      cancelled_(std::move(cancelled)),
      committer_(hub_, [](const std::set<std::string>&) {}),
      any_pending_(live != nullptr && !store::outbound_depths(*live).empty()),
      trial_{[this] { return examples_.size() < most_examples_; },
             [this](store::JournalRow&& row) { decided_ = std::move(row); },
             [this](const auto& target, const auto& mapping, const auto& record, const model::Link* held) {
               count_delivery(target, mapping, record, held);
             }} {
  for (const config::SourceConfig& source : config.sources) targets_[source.name];
  recompute_fields(hub_, committer_, &trial_);
  rebuild_match_keys(trial, config);
}

std::optional<std::string> Plan::pull(const config::SourceConfig& source, plugin::SourceClient& client) {
  for (const config::EntityMapping& mapping : source.entities) {
    Tally& tally = entities_[mapping.entity];
    const model::EntitySchema& schema = *hub_.config.entity(mapping.entity);
    const std::int64_t linked = hub_.store.read(
        [&](store::Session& session) { return store::count_links(session, source.name, mapping.entity); });
    std::int64_t known = 0;
    const auto prepare = [&](const plugin::PullPage& page) {
      std::vector<Submission> submissions;
      submissions.reserve(page.changes.size());
      for (const plugin::PulledChange& pulled : page.changes)
        submissions.push_back(submission_of(source, mapping, schema, pulled));
      return submissions;
    };
    const auto failed = read_all(source, mapping, client, cancelled_, prepare, [&](std::vector<Submission>&& page) {
      ++pages_;
      std::vector<Seen> seen = committer_.run([&](Transaction& transaction) {
        transaction.try_only(trial_);
        std::vector<Seen> results;
        results.reserve(page.size());
        for (const Submission& submission : page) {
          Result result = transaction.apply(submission);
          if (auto* answer = std::get_if<Answer>(&result))
            results.push_back({std::move(*answer), submission.change.op, submission.change.native_id,
                               std::move(decided_.at), std::move(decided_.decision)});
        }
        return results;
      });
      tally.read += static_cast<std::int64_t>(page.size());
      known += std::count_if(seen.begin(), seen.end(), [](const Seen& each) { return !each.answer.linked; });
      count(seen);
    });
    if (failed) return failed;
    if (client.capabilities().pull_snapshot) tally.missing = std::max<std::int64_t>(0, linked - known);
  }
  return std::nullopt;
}

void Plan::reevaluate() {
  if (live_ == nullptr) return;
  model::RecordKey after;
  for (bool more = true; more && !cancelled_();) {
    std::vector<Seen> seen;
    const Reevaluated done = committer_.run([&](Transaction& transaction) {
      transaction.try_only(trial_);
      return sync::reevaluate(transaction, *live_, hub_.config, {}, after, kPage, [&](const Answer& answer) {
        seen.push_back({answer, model::Op::kUpsert, {}, decided_.at, decided_.decision});
      });
    });
    count(seen);
    after = done.next;
    more = !after.entity.empty();
  }
}

void Plan::count(std::vector<Seen>& page) {
  for (Seen& seen : page) {
    const Answer& answer = seen.answer;
    Tally& tally = entities_[answer.key.entity];
    const auto as = [&](std::int64_t& number, const char* outcome) {
      ++number;
      if (outcome != nullptr) add_example(seen, outcome);
    };
    if (answer.linked && answer.resolution != model::Resolution::kNewRecord) ++tally.matched;
    switch (answer.state) {
      case model::ChangeState::kWaiting: as(tally.waiting, "waiting"); break;
      case model::ChangeState::kDead: as(tally.dead, "dead"); break;
      case model::ChangeState::kConflict:
        answer.key.external_id.starts_with('@') ? as(tally.ambiguous, "ambiguous") : as(tally.conflicts, "conflict");
        break;
      case model::ChangeState::kSuperseded: as(tally.lost, "lost"); break;
      case model::ChangeState::kNoChange: as(tally.same, answer.linked ? "matched" : nullptr); break;
      case model::ChangeState::kApplied:
        if (seen.op == model::Op::kDelete) {
          as(tally.deleted, "deleted");
        } else if (answer.resolution == model::Resolution::kNewRecord) {
          as(tally.created, "created");
        } else {
          as(answer.changed_fields.empty() ? tally.same : tally.changed, "changed");
          for (const std::string& field : answer.changed_fields) ++tally.overwritten[field];
        }
        break;
    }
  }
}

void Plan::add_example(Seen& seen, const char* outcome) {
  if (examples_.size() >= most_examples_) return;
  Example& example = examples_.emplace_back(Example{seen.answer.key, seen.native_id, outcome, {}, {}, {}});
  hub_.store.read([&](store::Session& session) {
    const store::JournalKey& at = seen.at;
    const auto record = store::load_record(session, seen.answer.key);
    if (!seen.decision.empty() && record)
      for (const model::FieldDecision& field : store::decode_decision(seen.decision)) {
        if (!field.differs) continue;
        const model::Cell* cell = record->find(field.field);
        const model::Value now = cell == nullptr ? model::Value{} : cell->value;
        example.fields.push_back({field.field, field.loser, now});
      }
    if (const auto conflict = store::load_conflict(session, at)) example.candidates = conflict->candidates;
    if (const auto letter = store::load_dead_letter(session, at.source, seen.answer.place))
      example.reason = letter->reason;
    if (seen.answer.state == model::ChangeState::kWaiting && !seen.answer.missing.empty())
      example.reason =
          "waits for " + seen.answer.missing.front().entity + " " + seen.answer.missing.front().external_id;
  });
}

void Plan::count_delivery(const config::SourceConfig& target, const config::EntityMapping& mapping,
                          const model::Record& record, const model::Link* held) {
  if (any_pending_)
    if (const auto waits = store::load_outbound(*live_, record.key, target.name);
        waits && waits->row_version == record.row_version)
      return;  // it is on its way already
  const std::size_t place = model::RecordKeyHash{}(record.key) * 31 + std::hash<std::string>{}(target.name);
  const bool first = deliveries_.insert(place).second;
  Writes& writes = targets_[target.name];
  const bool there = held != nullptr && !held->deleted;
  if (first) ++(record.deleted ? writes.deleted : there ? writes.changed : writes.created);
  const std::int64_t batch = std::max(1, target.push.batch);
  writes.calls = (writes.created + writes.changed + writes.deleted + batch - 1) / batch;
  if (!first || record.deleted || !there) return;
  for (const model::FieldValue& field : projection(mapping, record, held)) {
    const model::Value* known = model::find_field(held->shadow, field.name);
    if (known == nullptr || *known != field.value) ++writes.overwritten[field.name];
  }
}

bool Plan::changes_anything() const {
  const bool here = std::any_of(entities_.begin(), entities_.end(), [](const auto& entry) {
    const Tally& tally = entry.second;
    return tally.created + tally.matched + tally.changed + tally.deleted + tally.ambiguous + tally.conflicts +
               tally.waiting + tally.dead + tally.lost >
           0;
  });
  const bool there = std::any_of(targets_.begin(), targets_.end(), [](const auto& entry) {
    return entry.second.created + entry.second.changed + entry.second.deleted > 0;
  });
  return here || there;
}

}  // namespace hub::sync
