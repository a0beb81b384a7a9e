#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace hub::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// Takes one finished line; called from any thread, one call at a time is not promised.
using LogSink = std::function<void(LogLevel, std::string_view component, std::string_view message)>;

/// Says where log lines go; the composition root calls it once before any thread starts. Until then they go to
/// standard error.
void set_log_sink(LogSink sink);

/// Writes one line. `component` is the layer or source that speaks ("http", "source CRM"). A message names the
/// record, the attempt and what happens next; it never holds a secret or a body. Any thread.
void log(LogLevel level, std::string_view component, std::string_view message);

}  // namespace hub::base
