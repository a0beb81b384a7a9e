#include "hub/sync/plan.hpp"

#include "hub/store/conflicts.hpp"
#include "hub/store/encoding.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/mapping.hpp"
#include "hub/sync/matching.hpp"
#include "hub/sync/profile.hpp"
#include "hub/sync/reevaluation.hpp"

#include <algorithm>

namespace hub::sync {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLease{3'600'000};
constexpr int kPage = 2'000;

}  // namespace

Plan::Plan(const config::Config& config, store::Store& trial, store::Session* live, const base::Clock& clock,
           base::Rng& rng, int examples, plugin::Cancelled cancelled)
    : hub_{config, trial, clock, rng},
      live_(live),
      most_examples_(static_cast<std::size_t>(examples)),
      cancelled_(std::move(cancelled)),
      committer_(hub_, [](const std::set<std::string>&) {}),
      deliveries_(config, clock, rng) {
  rebuild_match_keys(trial, config);
}

std::optional<std::string> Plan::pull(const config::SourceConfig& source, plugin::SourceClient& client) {
  for (const config::EntityMapping& mapping : source.entities) {
    Tally& tally = entities_[mapping.entity];
    const model::EntitySchema& schema = *hub_.config.entity(mapping.entity);
    const std::int64_t linked = hub_.store.read(
        [&](store::Session& session) { return store::count_links(session, source.name, mapping.entity); });
    std::int64_t known = 0;
    const auto failed = read_all(source, mapping, client, cancelled_, [&](const plugin::PullPage& page) {
      ++pages_;
      const std::vector<Seen> seen = committer_.run([&](Transaction& transaction) {
        std::vector<Seen> results;
        for (const plugin::PulledChange& pulled : page.changes) {
          const Result result = transaction.apply(submission_of(source, mapping, schema, pulled));
          if (const auto* answer = std::get_if<Answer>(&result))
            results.push_back({*answer, pulled.op, pulled.native_id});
        }
        return results;
      });
      tally.read += static_cast<std::int64_t>(page.changes.size());
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
      return sync::reevaluate(transaction, *live_, hub_.config, {}, after, kPage, [&](const Answer& answer) {
        seen.push_back({answer, model::Op::kUpsert, {}});
      });
    });
    count(seen);
    after = done.next;
    more = !after.entity.empty();
  }
}

void Plan::count(const std::vector<Seen>& page) {
  for (const Seen& seen : page) {
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

void Plan::add_example(const Seen& seen, const char* outcome) {
  if (examples_.size() >= most_examples_) return;
  Example& example = examples_.emplace_back(Example{seen.answer.key, seen.native_id, outcome, {}, {}, {}});
  hub_.store.read([&](store::Session& session) {
    const auto at = store::journal_key_of(seen.answer.place);
    const auto row = store::load_journal(session, *at);
    const auto record = store::load_record(session, seen.answer.key);
    if (row && !row->decision.empty() && record)
      for (const model::FieldDecision& field : store::decode_decision(row->decision)) {
        if (!field.differs) continue;
        const model::Cell* cell = record->find(field.field);
        const model::Value now = cell == nullptr ? model::Value{} : cell->value;
        example.fields.push_back({field.field, field.loser, now});
      }
    if (const auto conflict = store::load_conflict(session, *at)) example.candidates = conflict->candidates;
    if (const auto letter = store::load_dead_letter(session, at->source, seen.answer.place))
      example.reason = letter->reason;
    if (seen.answer.state == model::ChangeState::kWaiting && !seen.answer.missing.empty())
      example.reason =
          "waits for " + seen.answer.missing.front().entity + " " + seen.answer.missing.front().external_id;
  });
}

void Plan::deliver() {
  for (bool more = true; more && !cancelled_();) {
    more = false;
    for (const config::SourceConfig& target : hub_.config.sources) {
      Writes& writes = targets_[target.name];
      hub_.store.write([&](store::Session& session) {
        const auto claimed = deliveries_.claim(session, target.name, kPage, kLease, "plan");
        std::vector<Receipt> receipts;
        for (const Delivery& delivery : claimed) {
          if (!is_pending(session, target.name, delivery)) count_delivery(writes, delivery);
          Receipt& receipt = receipts.emplace_back();
          receipt.delivery_id = delivery.id;
          receipt.status = plugin::Status::kOk;
          if (!delivery.known && !target.plugin.empty()) receipt.native_id = "new " + std::to_string(++made_);
        }
        static_cast<void>(deliveries_.settle(session, target.name, receipts, {}));
        more = more || !claimed.empty();
      });
      const std::int64_t batch = std::max(1, target.push.batch);
      writes.calls = (writes.created + writes.changed + writes.deleted + batch - 1) / batch;
    }
  }
}

bool Plan::is_pending(store::Session& trial, const std::string& target, const Delivery& delivery) {
  const auto waits = live_ == nullptr ? std::nullopt : store::load_outbound(*live_, delivery.key, target);
  return waits && waits->row_version == store::load_record(trial, delivery.key)->row_version;
}

void Plan::count_delivery(Writes& writes, const Delivery& delivery) {
  if (delivery.op == model::Op::kDelete) {
    ++writes.deleted;
  } else if (!delivery.known) {
    ++writes.created;
  } else {
    ++writes.changed;
    for (const model::FieldValue& field : delivery.changed) ++writes.overwritten[field.name];
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
