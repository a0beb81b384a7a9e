#include "hub/http/target.hpp"

#include "hub/http/text.hpp"

namespace hub::http {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

base::Result<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return base::Error{{}, "the request target has a bad percent escape"};
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  if (has_control(out)) return base::Error{{}, "the request target holds a control character"};
  if (!is_utf8(out)) return base::Error{{}, "the request target is no valid UTF-8"};
  return out;
}

std::optional<base::Error> parse_query(std::string_view text, Request& request) {
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = decode(pair.substr(0, equals), true);
    if (!name) return name.error();
    auto value = decode(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
    if (!value) return value.error();
    if (request.query_value(*name) != nullptr) return base::Error{{}, "query parameter '" + *name + "' is given twice"};
    request.query.emplace_back(std::move(*name), std::move(*value));
  }
  return std::nullopt;
}

}  // namespace

std::optional<base::Error> parse_target(std::string_view target, Request& request) {
  constexpr std::string_view kScheme = "http://";
  if (same_ignoring_case(target.substr(0, kScheme.size()), kScheme)) {
    const auto slash = target.find('/', kScheme.size());
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  if (target.find('#') != std::string_view::npos) return base::Error{{}, "the request target has a fragment"};
  const auto question = target.find('?');
  std::string_view path = target.substr(0, question);
  if (path.empty() || path.front() != '/') return base::Error{{}, "the request target is no absolute path"};
  request.path.clear();
  request.segments.clear();
  request.query.clear();
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = path.find('/');
    auto segment = decode(path.substr(0, end), false);
    if (!segment) return segment.error();
    request.path.append("/").append(*segment);
    request.segments.push_back(std::move(*segment));
    path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
  }
  return question == std::string_view::npos ? std::nullopt : parse_query(target.substr(question + 1), request);
}

std::string percent_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
        c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

}  // namespace hub::http
