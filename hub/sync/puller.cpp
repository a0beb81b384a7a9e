#include "hub/sync/puller.hpp"

#include "hub/base/backoff.hpp"
#include "hub/base/failpoint.hpp"
#include "hub/base/log.hpp"
#include "hub/store/records.hpp"
#include "hub/sync/mapping.hpp"

#include <algorithm>
#include <future>

namespace hub::sync {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBudget{30'000};  // of one page
constexpr milliseconds kPaused{1'000};
constexpr milliseconds kQueueFull{20};
constexpr int kReleasePage = 500;  // deletes in one transaction

/// Whether the source has no more for now.
bool ends(const plugin::PullPage& page, int limit) {
  return page.status == plugin::Status::kOk && static_cast<int>(page.changes.size()) < limit;
}

}  // namespace

Puller::Puller(const Surroundings& hub, const config::SourceConfig& source, plugin::SourceClient& client,
               Committer& committer)
    : hub_(hub), source_(source), client_(client), committer_(committer) {
  for (const config::EntityMapping& mapping : source.entities) held_before_.insert(mapping.entity);
}

milliseconds Puller::step(const plugin::Cancelled& cancelled) {
  const bool paused = hub_.store.read([&](store::Session& session) {
    const auto state = store::load_source_state(session, source_.name);
    return state.paused;
  });
  if (paused) return kPaused;
  const plugin::Capabilities can = client_.capabilities();
  if (!can.pull_delta && !can.pull_snapshot) return source_.pull.every;

  run_ = std::max(run_ + 1, run_id(hub_.clock.now_ms()));
  bool failed = false;
  retry_after_ = milliseconds{0};
  for (const config::EntityMapping& mapping : source_.entities) {
    Page page = Page::kMore;
    while (page == Page::kMore && !cancelled()) page = pull_page(mapping, cancelled);
    if (page == Page::kEnd && !cancelled() && holds_.erase(mapping.entity) + held_before_.erase(mapping.entity) > 0)
      brake(mapping.entity);
    failed = failed || page == Page::kFailed;
  }
  if (cancelled()) return milliseconds{0};
  if (!failed) {
    failures_ = 0;
    last_success_ms_ = hub_.clock.now_ms();
    return source_.pull.every;
  }
  const base::Backoff backoff{milliseconds{1000}, std::max(source_.pull.every, milliseconds{60'000})};
  return std::max(retry_after_, backoff.draw(++failures_, hub_.rng));
}

Puller::Page Puller::pull_page(const config::EntityMapping& mapping, const plugin::Cancelled& cancelled) {
  HUB_FAILPOINT("pull.before");
  plugin::PullRequest request;
  request.remote = mapping.remote;
  request.cursor = hub_.store.read(
      [&](store::Session& session) { return store::load_cursor(session, source_.name, mapping.entity); });
  request.limit = source_.pull.limit;
  request.budget = kBudget;
  const plugin::PullPage page = client_.pull(request, cancelled);
  HUB_FAILPOINT("pull.emitted");

  std::optional<Committer::CursorMove> move;
  if (page.cursor && *page.cursor != request.cursor) move = {source_.name, mapping.entity, *page.cursor};
  if (!page.changes.empty() || move)
    if (!commit(submissions_of(mapping, page, ends(page, request.limit)), std::move(move), cancelled))
      return Page::kFailed;

  switch (page.status) {
    case plugin::Status::kOk: return ends(page, request.limit) ? Page::kEnd : Page::kMore;
    case plugin::Status::kCancelled: return Page::kEnd;
    case plugin::Status::kUnauthenticated:
    case plugin::Status::kMisconfigured:
      hub_.store.write([&](store::Session& session) { store::put_paused(session, source_.name, true, page.message); });
      base::log(base::LogLevel::kError, "source " + source_.name,
                "paused: " + page.message + "; mend it, then: syncline sources resume " + source_.name);
      return Page::kFailed;
    default:
      base::log(base::LogLevel::kWarning, "source " + source_.name,
                "pulling " + mapping.entity + " failed and is tried again: " + page.message);
      retry_after_ = std::max(retry_after_, page.retry_after.value_or(milliseconds{0}));
      return Page::kFailed;
  }
}

std::vector<Submission> Puller::submissions_of(const config::EntityMapping& mapping, const plugin::PullPage& page,
                                               bool last) {
  const model::EntitySchema& schema = *hub_.config.entity(mapping.entity);
  const auto deletes = std::count_if(page.changes.begin(), page.changes.end(), [](const plugin::PulledChange& change) {
    return change.op == model::Op::kDelete;
  });
  return hub_.store.read([&](store::Session& session) {
    const bool hold =
        deletes > 0 && (!last || holds_.contains(mapping.entity) || too_many(session, mapping.entity, deletes));
    if (hold) holds_.insert(mapping.entity);
    std::vector<Submission> submissions;
    for (const plugin::PulledChange& pulled : page.changes) {
      Submission& submission = submissions.emplace_back(submission_of(source_, mapping, schema, pulled));
      submission.run = run_;
      submission.hold = hold && pulled.op == model::Op::kDelete;
      const auto link = store::find_link(session, source_.name, mapping.entity, pulled.native_id);
      if (!link || link->pushed_at_ms == 0) continue;
      const plugin::LastReceipt last_receipt{link->source_etag, remote_body(mapping, link->shadow), link->pushed_at_ms};
      submission.echo = client_.origin(mapping.remote, pulled, last_receipt) == plugin::Origin::kEcho;
    }
    return submissions;
  });
}

bool Puller::too_many(store::Session& session, const std::string& entity, std::int64_t deletes) const {
  return deletes > source_.pull.max_deletes_count &&
         deletes * 100 > source_.pull.max_deletes_percent * store::count_links(session, source_.name, entity);
}

void Puller::brake(const std::string& entity) {
  const model::RecordKey held = store::held_deletes(source_.name, entity);
  const auto [count, trips] = hub_.store.read([&](store::Session& session) {
    const std::int64_t deletes = store::count_waiting_for(session, held);
    return std::pair(deletes, too_many(session, entity, deletes));
  });
  if (!trips) {
    release_deletes(committer_, source_.name, entity);
    return;
  }
  base::log(base::LogLevel::kError, "source " + source_.name,
            "the brake holds " + std::to_string(count) + " deletes of " + entity +
                ": more than pull.max_deletes allows one pull; look at `syncline waiting`, then let them through with "
                "`syncline sources approve-deletes " +
                source_.name + "`, or bring the records back at the source");
}

std::int64_t release_deletes(Committer& committer, const std::string& source, const std::string& entity) {
  const model::RecordKey held = store::held_deletes(source, entity);
  std::int64_t released = 0;
  for (std::int64_t page = 1; page > 0; released += page)
    page = committer.run([&](Transaction& transaction) {
      const std::int64_t before = store::count_waiting_for(transaction.session(), held);
      for (const store::WaitingRow& row : store::waiting_for(transaction.session(), held, kReleasePage))
        transaction.release(row, false);
      return before - store::count_waiting_for(transaction.session(), held);
    });
  return released;
}

bool Puller::commit(std::vector<Submission> changes, std::optional<Committer::CursorMove> cursor,
                    const plugin::Cancelled& cancelled) {
  for (;;) {
    std::promise<bool> committed;
    const bool queued = committer_.submit(
        changes,
        [&](std::vector<Result>&& results) {
          // A page shares one transaction: a failure of it is everybody's.
          committed.set_value(results.empty() || std::none_of(results.begin(), results.end(), [](const Result& result) {
                                const auto* refusal = std::get_if<Refusal>(&result);
                                return refusal != nullptr && refusal->status >= 500;
                              }));
        },
        cursor);
    if (queued) return committed.get_future().get();
    if (cancelled()) return false;
    std::this_thread::sleep_for(kQueueFull);
  }
}

}  // namespace hub::sync
