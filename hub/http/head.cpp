#include "hub/http/head.hpp"

#include <ctime>

namespace hub::http {

namespace {

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

void append_head(std::string& out, const Response& response, const Framing& framing) {
  out.append("HTTP/1.1 ")
      .append(std::to_string(response.status))
      .append(" ")
      .append(reason_of(response.status))
      .append("\r\n");
  const bool has_content = response.status != 204 && response.status != 304;
  if (has_content) append_header(out, "Content-Type", response.content_type);
  if (framing.length) {
    if (has_content) append_header(out, "Content-Length", std::to_string(*framing.length));
  } else if (!framing.old) {
    append_header(out, "Transfer-Encoding", "chunked");
  }
  append_header(out, "Date", framing.date);
  append_header(out, "X-Request-Id", framing.request_id);
  out += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  if (!framing.keep_alive) {
    append_header(out, "Connection", "close");
  } else if (framing.old) {
    append_header(out, "Connection", "keep-alive");
  }
  out += "\r\n";
}

std::string http_date(std::int64_t epoch_seconds) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(epoch_seconds);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  // Names by hand: strftime's follow the locale.
  char rest[32];
  const auto length = std::strftime(rest, sizeof rest, " %Y %H:%M:%S GMT", &utc);
  const std::string day = std::to_string(utc.tm_mday);
  return std::string(kDays[utc.tm_wday]) + ", " + (day.size() == 1 ? "0" : "") + day + " " + kMonths[utc.tm_mon] +
         std::string(rest, length);
}

}  // namespace hub::http
