#pragma once

#include <string>

namespace hub::app {

/// Sends log lines of `level` ("debug", "info", "warning", "error") and above to standard error, one line each:
/// "2026-01-02T03:04:05.006Z info [http] …". Once, before any thread starts.
void log_to_stderr(const std::string& level);

}  // namespace hub::app
