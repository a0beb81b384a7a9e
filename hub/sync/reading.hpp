#pragma once

#include "hub/config/config.hpp"
#include "hub/plugin/source_client.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace hub::sync {

/// Reads everything that `source` has of the mapping's entity, as a snapshot where the plugin can give one; nothing is
/// written anywhere. While `take` deals with one page, on the calling thread, the next is pulled and goes through
/// `prepare` on another. Gives why reading failed, nothing when all was read; what came before the failure was taken.
template <class Prepare, class Take>
[[nodiscard]] std::optional<std::string> read_all(const config::SourceConfig& source,
                                                  const config::EntityMapping& mapping, plugin::SourceClient& client,
                                                  const plugin::Cancelled& cancelled, Prepare prepare, Take take) {
  constexpr int kPage = 2'000;
  plugin::PullRequest request;
  request.remote = mapping.remote;
  request.snapshot = client.capabilities().pull_snapshot;
  request.limit = std::max(source.pull.limit, kPage);
  const auto read = [&] {
    plugin::PullPage page = client.pull(request, cancelled);
    const bool full = page.cut || static_cast<int>(page.changes.size()) >= request.limit;
    auto prepared = prepare(page);
    return std::tuple(std::move(page), full, std::move(prepared));
  };
  auto next = std::async(std::launch::async, read);
  for (;;) {
    auto [page, full, prepared] = next.get();
    const bool more = page.status == plugin::Status::kOk && full;
    if (page.cursor) request.cursor = *page.cursor;
    if (more) next = std::async(std::launch::async, read);
    take(std::move(prepared));
    if (page.status != plugin::Status::kOk) return mapping.entity + ": " + page.message;
    if (!more) return std::nullopt;
  }
}

}  // namespace hub::sync
