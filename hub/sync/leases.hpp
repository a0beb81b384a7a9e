#pragma once

#include "hub/store/hubs.hpp"
#include "hub/store/store.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::sync {

/// Which sources this hub speaks for, where several share a store: each has one hub at a time, by a lease that runs out
/// when the hub is not heard of for kLease. They are spread over the hubs that live; when one comes or goes, those that
/// it should have, or had, move (docs/adr/0012-many-hubs.md). Where the store is this hub's alone, so are all sources.
class Leases {
 public:
  static constexpr std::chrono::milliseconds kLease{5'000};  // so that a takeover takes less than 10 s
  static constexpr std::chrono::milliseconds kRenewEvery{1'500};

  /// `sources`: what is shared out. `self.id` is this hub's name in the store. None of them is its own yet.
  Leases(store::Store& store, const base::Clock& clock, const std::vector<std::string>& sources, store::HubRow self);

  /// Says that this hub lives, makes what it holds last, takes what it should have and gives back what another one
  /// should; then nothing is left to do for the time that it gives. One thread.
  std::chrono::milliseconds renew();
  /// Makes what is held last, and nothing else, for the time that it gives: renew() waits for its turn among those who
  /// write, which may take longer than a lease lasts where the server is slow. One thread, another one than renew()'s.
  std::chrono::milliseconds keep();
  /// Gives everything back. After renew() and keep() have been called for the last time.
  void end();

  /// Under which epoch this hub may speak for the source now; nothing when it may not. 0: the store is not shared. Any
  /// thread.
  [[nodiscard]] std::optional<std::int64_t> epoch(std::string_view source) const;

  /// Whether the source is shared out and not this hub's now. Any thread.
  [[nodiscard]] bool is_elsewhere(std::string_view source) const;

  /// Marks the source as in use under its epoch, if this hub may speak for it: until the object's end it is not given
  /// to another hub for no need.
  class Use {
   public:
    explicit Use(std::atomic<int>* users) : users_(users) {
      if (users_ != nullptr) ++*users_;
    }
    ~Use() {
      if (users_ != nullptr) --*users_;
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    std::atomic<int>* users_;
  };
  [[nodiscard]] Use use(std::string_view source) const;

  /// Where this hub is reached, for people.
  void set_url(const std::string& url);

 private:
  struct Tenure {
    std::int64_t epoch = 0;                         // 0: not held
    std::chrono::steady_clock::time_point until{};  // by this machine's clock, counted from before it was asked for
    bool leaving = false;                           // another hub should have it
    mutable std::unique_ptr<std::atomic<int>> users = std::make_unique<std::atomic<int>>(0);
  };

  store::Store& store_;
  const base::Clock& clock_;
  const bool shared_;
  mutable std::mutex mutex_;
  store::HubRow self_;                                  // its url guarded by mutex_
  std::map<std::string, Tenure, std::less<>> tenures_;  // guarded by mutex_
};

/// What a hub says to the one that has the source (store::call_hubs): that there is something to deliver, or to pull.
[[nodiscard]] std::string call_to_push(std::string_view source);
[[nodiscard]] std::string call_to_pull(std::string_view source);

/// Which of the hubs, by their ids, should have the source: the same answer everywhere, and another hub more or less
/// moves as few sources as can be. Empty when there are no hubs.
[[nodiscard]] std::string preferred_hub(std::string_view source, const std::vector<store::HubRow>& hubs);

}  // namespace hub::sync
