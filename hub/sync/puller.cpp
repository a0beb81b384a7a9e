#include "hub/sync/puller.hpp"

#include "hub/base/backoff.hpp"
#include "hub/base/failpoint.hpp"
#include "hub/base/log.hpp"
#include "hub/store/hubs.hpp"
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
constexpr int kDeletePage = 500;  // deletes in one transaction

/// Whether the source has no more for now.
bool ends(const plugin::PullPage& page, int limit) {
  return page.status == plugin::Status::kOk && !page.cut && static_cast<int>(page.changes.size()) < limit;
}

bool is_delete(const plugin::PulledChange& change) { return change.op == model::Op::kDelete; }

}  // namespace

Puller::Puller(const Surroundings& hub, const config::SourceConfig& source, plugin::SourceClient& client,
               Committer& committer)
    : hub_(hub), source_(source), client_(client), committer_(committer), brake_(hub, source, committer) {
  for (const config::EntityMapping& mapping : source.entities) parked_.insert(mapping.entity);
}

milliseconds Puller::step(const plugin::Cancelled& cancelled, std::int64_t epoch) {
  epoch_ = epoch;
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
  for (const config::EntityMapping& mapping : source_.entities)
    failed = pull(mapping, can, cancelled) == Page::kFailed || failed;
  if (cancelled()) return milliseconds{0};
  if (!failed) {
    failures_ = 0;
    last_success_ms_ = hub_.clock.now_ms();
    ++rounds_;
    return source_.pull.every;
  }
  const base::Backoff backoff{milliseconds{1000}, std::max(source_.pull.every, milliseconds{60'000})};
  return std::max(retry_after_, backoff.draw(++failures_, hub_.rng));
}

Puller::Page Puller::pull(const config::EntityMapping& mapping, const plugin::Capabilities& can,
                          const plugin::Cancelled& cancelled) {
  const auto under_way = [&] {
    return hub_.store.read(
        [&](store::Session& session) { return store::load_snapshot(session, source_.name, mapping.entity); });
  };
  store::Snapshot snapshot = can.pull_snapshot ? under_way() : store::Snapshot{};
  if (!can.pull_delta && !snapshot.under_way)
    snapshot = hub_.store.write([&](store::Session& session) {
      require_lease(session);
      return store::begin_snapshot(session, source_.name, mapping.entity);
    });
  Page page = Page::kMore;
  for (; snapshot.under_way && page == Page::kMore && !cancelled(); snapshot = under_way())
    page = pull_snapshot_page(mapping, snapshot, cancelled);
  const bool failed = page == Page::kFailed;  // which does not hold up what the source can tell by itself
  if (can.pull_delta)
    for (page = Page::kMore; page == Page::kMore && !cancelled();) page = pull_page(mapping, cancelled);
  if (page == Page::kEnd && parked_.contains(mapping.entity)) {
    brake_.judge(mapping.entity);
    parked_.erase(mapping.entity);  // only now: where judging fails, the next round has to
  }
  return failed ? Page::kFailed : page;
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

  Committer::Pulled pulled{source_.name, mapping.entity, page.cursor, epoch_};
  if (pulled.cursor == request.cursor) pulled.cursor.reset();
  auto submissions = submissions_of(mapping, page);
  const auto deletes = std::count_if(page.changes.begin(), page.changes.end(), is_delete);
  const auto too_many = [&] {
    return hub_.store.read([&](store::Session& session) { return brake_.too_many(session, mapping.entity, deletes); });
  };
  if (deletes > 0 && (!ends(page, request.limit) || parked_.contains(mapping.entity) || too_many())) {
    parked_.insert(mapping.entity);
    for (Submission& submission : submissions)
      if (submission.change.op == model::Op::kDelete) submission.hold = DeleteHold::kUnjudged;
  }
  if ((!submissions.empty() || pulled.cursor) && !commit(std::move(submissions), std::move(pulled), cancelled))
    return Page::kFailed;
  return ends(page, request.limit) ? Page::kEnd : end_of(mapping, page);
}

Puller::Page Puller::pull_snapshot_page(const config::EntityMapping& mapping, const store::Snapshot& snapshot,
                                        const plugin::Cancelled& cancelled) {
  HUB_FAILPOINT("pull.before");
  plugin::PullRequest request;
  request.remote = mapping.remote;
  request.cursor = snapshot.cursor;
  request.snapshot = true;
  request.limit = source_.pull.limit;
  request.budget = kBudget;
  plugin::PullPage page = client_.pull(request, cancelled);
  HUB_FAILPOINT("pull.emitted");
  std::erase_if(page.changes, is_delete);  // what is gone is not in a snapshot

  const auto submissions = submissions_of(mapping, page);
  const bool taken = committer_.run([&](Transaction& transaction) {
    require_lease(transaction.session());
    if (!is_current(transaction.session(), mapping, snapshot)) return false;
    for (const Submission& submission : submissions) transaction.observe(submission, snapshot.run);
    store::move_snapshot(transaction.session(), source_.name, mapping.entity,
                         {snapshot.run, true, page.cursor.value_or(snapshot.cursor)});
    return true;
  });
  if (!taken) return Page::kMore;
  if (!ends(page, request.limit) || cancelled()) return end_of(mapping, page);
  delete_absent(mapping, snapshot);
  return Page::kEnd;
}

bool Puller::is_current(store::Session& session, const config::EntityMapping& mapping,
                        const store::Snapshot& snapshot) const {
  return store::load_snapshot(session, source_.name, mapping.entity).run == snapshot.run;
}

void Puller::delete_absent(const config::EntityMapping& mapping, const store::Snapshot& snapshot) {
  struct Judged {
    std::int64_t absent;
    bool empty, too_many;
  };
  const Judged judged = hub_.store.read([&](store::Session& session) -> Judged {
    const std::int64_t absent = store::count_absent(session, source_.name, mapping.entity, snapshot.run);
    const bool saw_any = store::snapshot_saw_any(session, source_.name, mapping.entity, snapshot.run);
    return {absent, absent > 0 && !saw_any, brake_.too_many(session, mapping.entity, absent)};
  });
  const model::EntitySchema& schema = *hub_.config.entity(mapping.entity);
  std::int64_t deletes = 0;
  std::string after;
  for (bool more = judged.absent > 0; more;)
    more = committer_.run([&](Transaction& transaction) {
      store::Session& session = transaction.session();
      require_lease(session);
      if (!is_current(session, mapping, snapshot)) return false;
      const auto page = store::list_absent(session, source_.name, mapping.entity, snapshot.run, after, kDeletePage);
      for (const std::string& native_id : page) {
        plugin::PulledChange gone;
        gone.op = model::Op::kDelete;
        gone.native_id = after = native_id;
        gone.body = "{}";
        Submission submission = submission_of(source_, mapping, schema, gone);
        submission.run = run_;
        if (judged.empty || judged.too_many) submission.hold = DeleteHold::kHeld;
        static_cast<void>(transaction.apply(submission));
      }
      deletes += static_cast<std::int64_t>(page.size());
      return page.size() == kDeletePage;
    });
  hub_.store.write([&](store::Session& session) {
    require_lease(session);
    if (is_current(session, mapping, snapshot))
      store::end_snapshot(session, source_.name, mapping.entity, snapshot, !client_.capabilities().pull_delta);
  });
  if (deletes > 0 && (judged.empty || judged.too_many))
    brake_.engage(mapping.entity, deletes,
                  judged.empty ? "its snapshot is empty" : "more than pull.max_deletes allows one pull");
}

Puller::Page Puller::end_of(const config::EntityMapping& mapping, const plugin::PullPage& page) {
  switch (page.status) {
    case plugin::Status::kOk: return Page::kMore;
    case plugin::Status::kCancelled: return Page::kCancelled;
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

std::vector<Submission> Puller::submissions_of(const config::EntityMapping& mapping, const plugin::PullPage& page) {
  const model::EntitySchema& schema = *hub_.config.entity(mapping.entity);
  return hub_.store.read([&](store::Session& session) {
    std::vector<Submission> submissions;
    for (const plugin::PulledChange& pulled : page.changes) {
      Submission& submission = submissions.emplace_back(submission_of(source_, mapping, schema, pulled));
      submission.run = run_;
      submission.guarded = client_.capabilities().conditional_push;
      const auto link = store::find_link(session, source_.name, mapping.entity, pulled.native_id);
      if (!link || link->pushed_at_ms == 0) continue;
      const plugin::LastReceipt last_receipt{link->source_etag, remote_body(mapping, link->shadow), link->pushed_at_ms};
      submission.echo = client_.origin(mapping.remote, pulled, last_receipt) == plugin::Origin::kEcho;
    }
    return submissions;
  });
}

void Puller::require_lease(store::Session& session) const {
  store::require_lease(session, source_.name, hub_.store.hub(), epoch_);
}

bool Puller::commit(std::vector<Submission> changes, Committer::Pulled page, const plugin::Cancelled& cancelled) {
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
        page);
    if (queued) return committed.get_future().get();
    if (cancelled()) return false;
    std::this_thread::sleep_for(kQueueFull);
  }
}

}  // namespace hub::sync
