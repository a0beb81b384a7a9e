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

}  // namespace

Puller::Puller(const Surroundings& hub, const config::SourceConfig& source, plugin::SourceClient& client,
               Committer& committer)
    : hub_(hub), source_(source), client_(client), committer_(committer) {}

milliseconds Puller::step(const plugin::Cancelled& cancelled) {
  const bool paused = hub_.store.read([&](store::Session& session) {
    const auto state = store::load_source_state(session, source_.name);
    return state.paused;
  });
  if (paused) return kPaused;
  const plugin::Capabilities can = client_.capabilities();
  if (!can.pull_delta && !can.pull_snapshot) return source_.pull.every;

  bool failed = false;
  retry_after_ = milliseconds{0};
  for (const config::EntityMapping& mapping : source_.entities) {
    Page page = Page::kMore;
    while (page == Page::kMore && !cancelled()) page = pull_page(mapping, cancelled);
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
    if (!commit(submissions_of(mapping, page), std::move(move), cancelled)) return Page::kFailed;

  switch (page.status) {
    case plugin::Status::kOk: return static_cast<int>(page.changes.size()) >= request.limit ? Page::kMore : Page::kEnd;
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

std::vector<Submission> Puller::submissions_of(const config::EntityMapping& mapping, const plugin::PullPage& page) {
  const model::EntitySchema& schema = *hub_.config.entity(mapping.entity);
  return hub_.store.read([&](store::Session& session) {
    std::vector<Submission> submissions;
    for (const plugin::PulledChange& pulled : page.changes) {
      submissions.push_back(submission_of(source_, mapping, schema, pulled));
      const auto link = store::find_link(session, source_.name, mapping.entity, pulled.native_id);
      if (!link || link->pushed_at_ms == 0) continue;
      const plugin::LastReceipt last{link->source_etag, remote_body(mapping, link->shadow), link->pushed_at_ms};
      submissions.back().echo = client_.origin(mapping.remote, pulled, last) == plugin::Origin::kEcho;
    }
    return submissions;
  });
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
