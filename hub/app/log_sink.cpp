#include "hub/app/log_sink.hpp"

#include "hub/app/table.hpp"
#include "hub/base/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

namespace hub::app {

namespace {

spdlog::level::level_enum level_of(base::LogLevel level) {
  switch (level) {
    case base::LogLevel::kDebug: return spdlog::level::debug;
    case base::LogLevel::kInfo: return spdlog::level::info;
    case base::LogLevel::kWarning: return spdlog::level::warn;
    case base::LogLevel::kError: return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

void log_to_stderr(const std::string& level) {
  // Shared between the copies of the sink.
  const auto logger = std::make_shared<spdlog::logger>("syncline", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(
      std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc));
  logger->set_level(spdlog::level::from_str(level));
  base::set_log_sink([logger](base::LogLevel line_level, std::string_view component, std::string_view message) {
    logger->log(level_of(line_level), "[{}] {}", component, printable(message));
  });
}

}  // namespace hub::app
