#include "hub/http/gate.hpp"

#include "hub/http/text.hpp"

#include <algorithm>
#include <array>

namespace hub::http {

namespace {

constexpr std::string_view kCrLf = "\r\n";
constexpr std::size_t kMaxLengthDigits = 18;  // more cannot be a body that anybody sends, and would not fit 64 bits

/// The headers whose meaning depends on there being one of them.
struct Singles {
  static constexpr std::array<std::string_view, 7> kNames{
      "host", "content-length", "transfer-encoding", "expect", "content-type", "authorization", "x-request-id"};
  enum Index : std::size_t { kHost, kContentLength, kTransferEncoding, kExpect };
  std::array<std::optional<std::string_view>, kNames.size()> values;
};

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view(".-_~:[]%").find(c) != std::string_view::npos;
  });
}

std::optional<Refusal> check_target(std::string_view method, std::string_view target) {
  if (target.size() > kMaxTargetBytes) return Refusal{414, "the request target is too long"};
  const bool visible = std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!visible || target.empty()) return Refusal{400, "the request target holds characters that must be escaped"};
  const bool understood = target.front() == '/' || same_ignoring_case(target.substr(0, 7), "http://") ||
                          (target == "*" && method == "OPTIONS");
  if (!understood) return Refusal{400, "the request target is no absolute path"};
  return std::nullopt;
}

/// Checks the request line; `old` tells HTTP/1.0.
std::optional<Refusal> check_request_line(std::string_view line, bool& old) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Refusal{400, "the request line is malformed"};
  const auto method = line.substr(0, first);
  if (!is_token(method)) return Refusal{400, "the method is malformed"};
  const auto version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool other = version.starts_with("HTTP/") && version.size() == 8;
    return other ? Refusal{505, "the hub speaks HTTP/1.1"} : Refusal{400, "the HTTP version is malformed"};
  }
  old = version == "HTTP/1.0";
  return check_target(method, line.substr(first + 1, last - first - 1));
}

std::optional<Refusal> check_header(std::string_view line, Singles& singles) {
  if (line.front() == ' ' || line.front() == '\t') return Refusal{400, "a header is folded over two lines"};
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return Refusal{400, "a header's name is malformed"};
  const auto value = trim(line.substr(colon + 1));
  const bool clean =
      std::all_of(value.begin(), value.end(), [](char c) { return c == '\t' || !((c >= 0 && c < 0x20) || c == 0x7f); });
  if (!clean) return Refusal{400, "a header's value holds a control character"};
  for (std::size_t i = 0; i < Singles::kNames.size(); ++i) {
    if (!same_ignoring_case(line.substr(0, colon), Singles::kNames[i])) continue;
    if (singles.values[i]) return Refusal{400, "header " + std::string(Singles::kNames[i]) + " is given twice"};
    singles.values[i] = value;
  }
  return std::nullopt;
}

std::optional<Refusal> check_framing(const Singles& singles, bool old) {
  const auto& length = singles.values[Singles::kContentLength];
  const auto& encoding = singles.values[Singles::kTransferEncoding];
  if (encoding) {
    if (old) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
    if (length) return Refusal{400, "Transfer-Encoding and Content-Length exclude each other"};
    if (!same_ignoring_case(*encoding, "chunked")) return Refusal{400, "the only Transfer-Encoding is chunked"};
  }
  if (length) {
    if (!is_digits(*length)) return Refusal{400, "Content-Length is no number"};
    if (length->size() > kMaxLengthDigits) return Refusal{413, "the body is too large"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_singles(const Singles& singles, bool old) {
  const auto& host = singles.values[Singles::kHost];
  if (!host && !old) return Refusal{400, "header Host is missing"};
  if (host && !is_host(*host)) return Refusal{400, "header Host is malformed"};
  const auto& expect = singles.values[Singles::kExpect];
  if (expect && !same_ignoring_case(*expect, "100-continue"))
    return Refusal{417, "the only expectation is 100-continue"};
  return check_framing(singles, old);
}

}  // namespace

HeadScanner::Found HeadScanner::feed(std::string_view bytes) {
  const auto refuse = [](int status, std::string detail) { return Found{0, 0, Refusal{status, std::move(detail)}}; };
  if (!bytes.empty() && bytes.front() != '\r' && !is_token(bytes.substr(0, 1)))
    return refuse(400, "this is no HTTP request");
  for (auto end = bytes.find('\n', scanned_); end != std::string_view::npos; end = bytes.find('\n', scanned_)) {
    if (end == line_ || bytes[end - 1] != '\r') return refuse(400, "a line ends without CR");
    const bool empty = end == line_ + 1;
    scanned_ = end + 1;
    if (empty && line_ != begin_)
      return end < begin_ + kMaxHeadBytes ? Found{begin_, end + 1, {}} : refuse(431, "the head is too large");
    if (empty) {
      if (begin_ != 0) return refuse(400, "empty lines stand before the request");
      begin_ = end + 1;
    }
    line_ = end + 1;
  }
  scanned_ = bytes.size();
  if (bytes.size() < begin_ + kMaxHeadBytes) return {begin_, 0, {}};
  return line_ == begin_ ? refuse(414, "the request line is too long") : refuse(431, "the head is too large");
}

std::optional<Refusal> check_head(std::string_view head) {
  bool old = false;
  Singles singles;
  std::size_t headers = 0;
  for (std::size_t begin = 0; begin < head.size();) {
    const auto end = head.find(kCrLf, begin);
    const auto line = head.substr(begin, end - begin);
    if (line.find('\r') != std::string_view::npos) return Refusal{400, "a CR stands alone"};
    if (begin == 0) {
      if (auto refusal = check_request_line(line, old)) return refusal;
    } else if (!line.empty()) {
      if (++headers > kMaxHeaders)
        return Refusal{431, "there are more than " + std::to_string(kMaxHeaders) + " headers"};
      if (auto refusal = check_header(line, singles)) return refusal;
    }
    begin = end == std::string_view::npos ? head.size() : end + kCrLf.size();
  }
  return check_singles(singles, old);
}

}  // namespace hub::http
