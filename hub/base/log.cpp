#include "hub/base/log.hpp"

#include <cstdio>

namespace hub::base {

namespace {

void write_to_stderr(LogLevel level, std::string_view component, std::string_view message) {
  static constexpr const char* kNames[] = {"debug", "info", "warning", "error"};
  std::fprintf(stderr, "%s %.*s: %.*s\n", kNames[static_cast<int>(level)], static_cast<int>(component.size()),
               component.data(), static_cast<int>(message.size()), message.data());
}

LogSink& sink() {
  static LogSink current = write_to_stderr;
  return current;
}

}  // namespace

void set_log_sink(LogSink new_sink) { sink() = std::move(new_sink); }

void log(LogLevel level, std::string_view component, std::string_view message) { sink()(level, component, message); }

}  // namespace hub::base
