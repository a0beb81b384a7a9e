#pragma once

#include "syncline/plugin.h"
#include "syncline/types.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

/// The C++ face of the plugin contract: derive from Source, write one SYNCLINE_PLUGIN line. Header-only; the rules
/// (threads, ownership, what a repeat does) are those of plugin.h, in whose terms the tags below are meant. Every
/// string_view is valid only during the call that it is passed to.
namespace syncline {

/// What the hub hands into each call.
class Call {
 public:
  explicit Call(const syncline_call* call) : call_(call) {}

  /// [any-thread] True: end early; what was emitted and reported stays valid. Also when the budget is used up.
  [[nodiscard]] bool cancelled() const { return call_->cancelled(call_->ctx) != 0; }
  /// How long the whole call may take, counted from its start.
  [[nodiscard]] std::chrono::milliseconds budget() const { return std::chrono::milliseconds{call_->budget_ms}; }
  /// [any-thread] One line for the hub's log; no secrets, no bodies.
  void log(LogLevel level, std::string_view message) const {
    call_->log(call_->ctx, static_cast<std::int32_t>(level), detail::str(message));
  }

 private:
  const syncline_call* call_;
};

/// Where a pull puts what it finds. Both functions throw Stopped when the hub takes no more.
class ChangeSink {
 public:
  ChangeSink(const syncline_change_sink* sink, std::uint32_t limit) : sink_(sink), room_(limit) {}

  /// One change; copied before this returns.
  void emit(const Change& change) {
    const syncline_change c{sizeof(syncline_change),     change.op,
                            detail::str(change.entity),  detail::str(change.key),
                            detail::str(change.version), detail::str(change.body),
                            change.changed_at_ms,        detail::str(change.origin_tag)};
    if (sink_->emit(sink_->ctx, &c) != SYNCLINE_OK) throw Stopped{};
    if (room_ > 0) --room_;
  }
  /// A place to go on from: covers all that was emitted so far.
  void checkpoint(std::string_view cursor) {
    if (sink_->checkpoint(sink_->ctx, detail::str(cursor)) != SYNCLINE_OK) throw Stopped{};
  }
  /// How many more changes this pull may emit; stop at 0.
  [[nodiscard]] std::uint32_t room() const { return room_; }

 private:
  const syncline_change_sink* sink_;
  std::uint32_t room_;
};

/// The records of one push: iterate over the items, report each one once.
class PushBatch {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = PushItem;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = PushItem;

    Iterator(const PushBatch* batch, std::uint32_t index) : batch_(batch), index_(index) {}
    PushItem operator*() const { return (*batch_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++index_;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const PushBatch* batch_;
    std::uint32_t index_;
  };

  PushBatch(const syncline_push_item* items, std::uint32_t count, std::uint32_t stride,
            const syncline_result_sink* sink)
      : items_(items), count_(count), stride_(stride), sink_(sink) {}

  [[nodiscard]] std::uint32_t size() const { return count_; }
  /// Item `index`, below size().
  [[nodiscard]] PushItem operator[](std::uint32_t index) const {
    const auto* bytes = reinterpret_cast<const std::byte*>(items_) + std::size_t{index} * stride_;
    const auto& item = *reinterpret_cast<const syncline_push_item*>(bytes);
    return {index,
            static_cast<Op>(item.op),
            detail::view(item.entity),
            detail::view(item.key),
            detail::view(item.expected_version),
            detail::view(item.body),
            detail::view(item.idempotency_key),
            detail::view(item.origin_tag)};
  }
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, count_}; }

  /// The outcome of one item; the first report counts, an item without one comes again.
  void report(const PushItem& item, const Result& result) const {
    const syncline_push_result r{sizeof(syncline_push_result), result.status,
                                 detail::str(result.key),      detail::str(result.version),
                                 detail::str(result.body),     detail::str(result.message),
                                 result.retry_after.count()};
    sink_->report(sink_->ctx, item.index, &r);
  }

 private:
  const syncline_push_item* items_;
  std::uint32_t count_;
  std::uint32_t stride_;
  const syncline_result_sink* sink_;
};

/// Where text for a person goes.
class TextSink {
 public:
  explicit TextSink(const syncline_text_sink* sink) : sink_(sink) {}
  void write(std::string_view text) { sink_->write(sink_->ctx, detail::str(text)); }

 private:
  const syncline_text_sink* sink_;
};

/// One configured source. A derived class has a constructor (std::string_view instance, std::string_view settings) that
/// reads the settings and connects to nothing: [control]. It is told what to do by the functions below; each ends
/// well by returning and badly by throwing Error. A class that can pull and push at the same time says so with
/// `static constexpr std::uint32_t kMaxConcurrency = 2;`.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;  // [control]

  /// [io] Whether the source can be reached and has what the mapping needs. By default it has.
  virtual void check(const Call& /*call*/) {}

  /// [io] Emits at most request.limit changes and the checkpoints to go on from; see syncline_plugin.pull.
  virtual void pull(const PullRequest& /*request*/, ChangeSink& /*out*/, const Call& /*call*/) {
    throw Error(kUnsupported, "this plugin does not pull");
  }

  /// [io] Writes the records and reports each; see syncline_plugin.push. What it throws counts for the items that are
  /// not reported yet.
  virtual void push(const PushBatch& /*batch*/, const Call& /*call*/) {
    throw Error(kUnsupported, "this plugin does not push");
  }

  /// [pure] Whether `change` is the hub's own last write; see syncline_plugin.is_echo. By default the hub finds out.
  [[nodiscard]] virtual Origin is_echo(const Change& /*change*/, const Receipt& /*last*/) const {
    return Origin::kUnknown;
  }

  /// [io] What must be installed at the source, written to `out`, and with `apply` installed; see syncline_setup.
  virtual void setup(bool /*apply*/, TextSink& /*out*/, const Call& /*call*/) {
    throw Error(kUnsupported, "this source needs no set-up");
  }
};

}  // namespace syncline

#include "syncline/detail/trampoline.hpp"

/// Exports the class `type` as this library's plugin: its id and version for people, kCan… bits, and the JSON Schema of
/// its settings; all four constants with static storage. Once per library, outside of any namespace.
#define SYNCLINE_PLUGIN(type, plugin_id, plugin_version, plugin_capabilities, plugin_settings_schema)                 \
  extern "C" SYNCLINE_EXPORT const syncline_plugin* syncline_plugin_entry(std::uint32_t host_major, std::uint32_t) {  \
    static const syncline_plugin table =                                                                              \
        ::syncline::detail::make_table<type>(plugin_id, plugin_version, plugin_capabilities, plugin_settings_schema); \
    return host_major == SYNCLINE_ABI_MAJOR ? &table : nullptr;                                                       \
  }
