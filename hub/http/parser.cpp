#include "hub/http/parser.hpp"

#include "hub/http/target.hpp"
#include "hub/http/text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>

namespace hub::http {

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

/// The most that may wait for the end of a chunk's header or of the trailers.
constexpr std::size_t kMaxUndecoded = 16 << 10;

std::string to_string(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct RequestParser::State {
  using Parser = beast::http::request_parser<beast::http::buffer_body>;
  std::optional<Parser> parser;  // a new one for every message
  bool expects_continue = false;
};

RequestParser::RequestParser() : state_(std::make_unique<State>()) {}
RequestParser::~RequestParser() = default;

std::variant<Request, Refusal> RequestParser::start(std::string_view head) {
  if (auto refusal = check_head(head)) return *refusal;
  auto& parser = state_->parser.emplace();
  parser.header_limit(kMaxHeadBytes + 1);
  parser.body_limit(boost::none);  // the session counts, and knows better what to answer
  beast::error_code error;
  parser.put(asio::buffer(head), error);
  if (error || !parser.is_header_done()) return Refusal{400, "the head is malformed: " + error.message()};
  Request request;
  const auto& message = parser.get();
  request.method = to_string(message.method_string());
  const auto target = message.target();
  if (target == "*") {
    request.path = "*";
  } else if (auto bad = parse_target({target.data(), target.size()}, request)) {
    return Refusal{400, bad->message};
  }
  for (const auto& field : message) {
    const auto name = lower({field.name_string().data(), field.name_string().size()});
    const auto known =
        std::find_if(request.headers.begin(), request.headers.end(), [&](const Named& h) { return h.first == name; });
    if (known == request.headers.end()) {
      request.headers.emplace_back(name, to_string(field.value()));
    } else {
      known->second.append(", ").append(field.value().data(), field.value().size());
    }
  }
  state_->expects_continue = request.header("expect") != nullptr && !is_old();
  parser.eager(true);
  return request;
}

bool RequestParser::has_body() const {
  const auto length = content_length();
  return state_->parser->chunked() || (length && *length > 0);
}

std::optional<std::uint64_t> RequestParser::content_length() const {
  const auto length = state_->parser->content_length();
  if (length) return *length;
  return std::nullopt;
}

bool RequestParser::expects_continue() const { return state_->expects_continue; }

bool RequestParser::keep_alive() const { return state_->parser->get().keep_alive(); }

bool RequestParser::is_old() const { return state_->parser->get().version() < 11; }

std::variant<std::size_t, Refusal> RequestParser::decode(std::string_view bytes, std::string& out) {
  auto& parser = *state_->parser;
  auto& body = parser.get().body();
  std::size_t consumed = 0;
  while (!parser.is_done()) {
    const auto rest = bytes.substr(consumed);
    const auto before = out.size();
    out.resize(before + rest.size());  // decoding never makes bytes more
    body.data = out.data() + before;
    body.size = rest.size();
    beast::error_code error;
    const auto taken = parser.put(asio::buffer(rest), error);
    out.resize(out.size() - body.size);
    consumed += taken;
    if (error && error != beast::http::error::need_more && error != beast::http::error::need_buffer)
      return Refusal{400, "the body's framing is malformed: " + error.message()};
    if (taken == 0) break;
  }
  if (!parser.is_done() && bytes.size() - consumed > kMaxUndecoded) return Refusal{400, "a chunk's header is too long"};
  return consumed;
}

bool RequestParser::done() const { return state_->parser->is_done(); }

}  // namespace hub::http
