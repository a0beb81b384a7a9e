#pragma once

#include "syncline/source.hpp"

#include <exception>
#include <string_view>

/// Between the C table and a Source: the one place where a plugin's exceptions end. Included by source.hpp only.
namespace syncline::detail {

inline Source& source_of(syncline_source* source) { return *reinterpret_cast<Source*>(source); }
inline const Source& source_of(const syncline_source* source) { return *reinterpret_cast<const Source*>(source); }

inline syncline_status fail(const syncline_call* call, Status status, std::string_view message,
                            std::int64_t retry_after_ms) {
  call->fail(call->ctx, str(message), retry_after_ms);
  return status;
}

/// Runs `work`; what it throws becomes a status with its text. `other` is the status of exceptions that are no Error.
template <class Work>
syncline_status guarded(const syncline_call* call, Status other, Work&& work) noexcept {
  try {
    work();
    return SYNCLINE_OK;
  } catch (const Error& error) {
    return fail(call, error.status(), error.what(), error.retry_after().count());
  } catch (const Stopped&) {
    return SYNCLINE_CANCELLED;
  } catch (const std::exception& error) {
    return fail(call, other, error.what(), 0);
  } catch (...) {
    return fail(call, other, "an exception that is no std::exception", 0);
  }
}

template <class T>
syncline_status create(syncline_str instance, syncline_str settings, const syncline_call* call, syncline_source** out) {
  *out = nullptr;
  return guarded(call, kMisconfigured, [&] {
    Source* source = new T(view(instance), view(settings));
    *out = reinterpret_cast<syncline_source*>(source);
  });
}

inline void destroy(syncline_source* source) { delete reinterpret_cast<Source*>(source); }

inline syncline_status check(syncline_source* source, const syncline_call* call) {
  return guarded(call, kInternal, [&] { source_of(source).check(Call{call}); });
}

inline syncline_status pull(syncline_source* source, const syncline_call* call, const syncline_pull_request* request,
                            const syncline_change_sink* sink) {
  return guarded(call, kInternal, [&] {
    ChangeSink out{sink, request->limit};
    source_of(source).pull({view(request->entity), view(request->cursor), request->snapshot != 0, request->limit}, out,
                           Call{call});
  });
}

inline syncline_status push(syncline_source* source, const syncline_call* call, const syncline_push_item* items,
                            std::uint32_t count, std::uint32_t stride, const syncline_result_sink* sink) {
  return guarded(call, kInternal, [&] { source_of(source).push(PushBatch{items, count, stride, sink}, Call{call}); });
}

inline syncline_origin is_echo(const syncline_source* source, const syncline_change* change,
                               const syncline_receipt* last) {
  try {
    return static_cast<syncline_origin>(source_of(source).is_echo(
        {static_cast<Op>(change->op), view(change->entity), view(change->key), view(change->version),
         view(change->body), change->changed_at_ms, view(change->origin_tag)},
        {view(last->version), view(last->body), view(last->origin_tag), last->pushed_at_ms}));
  } catch (...) {
    return SYNCLINE_ORIGIN_UNKNOWN;  // the hub compares values: the safe answer to a hook that fails
  }
}

template <bool apply>
syncline_status setup(syncline_source* source, const syncline_call* call, const syncline_text_sink* sink) {
  return guarded(call, kInternal, [&] {
    TextSink out{sink};
    source_of(source).setup(apply, out, Call{call});
  });
}

inline const void* extension(syncline_str name) {
  static constexpr syncline_setup kSetup{sizeof(syncline_setup), 0, &setup<false>, &setup<true>};
  return view(name) == SYNCLINE_EXT_SETUP ? &kSetup : nullptr;
}

template <class T>
constexpr std::uint32_t max_concurrency() {
  if constexpr (requires { T::kMaxConcurrency; }) return T::kMaxConcurrency;
  return 1;
}

template <class T>
syncline_plugin make_table(std::string_view id, std::string_view version, std::uint32_t capabilities,
                           std::string_view settings_schema) {
  return {sizeof(syncline_plugin),
          SYNCLINE_ABI_MAJOR,
          SYNCLINE_ABI_MINOR,
          capabilities,
          max_concurrency<T>(),
          0,
          str(id),
          str(version),
          str(settings_schema),
          &create<T>,
          &destroy,
          &check,
          &pull,
          &push,
          &is_echo,
          &extension};
}

}  // namespace syncline::detail
