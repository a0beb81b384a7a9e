#include "hub/http/line_stream.hpp"

#include "hub/base/log.hpp"
#include "hub/http/lane.hpp"
#include "hub/http/problem.hpp"

#include <boost/asio/co_spawn.hpp>

#include <charconv>

namespace hub::http {

namespace {

constexpr std::size_t kRead = 64 << 10;
constexpr std::size_t kMostInFlight = 2;

std::string chunk_head(std::size_t size) {
  char digits[16];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, size, 16);
  static_cast<void>(error);
  return std::string(digits, end) + "\r\n";
}

}  // namespace

LineStream::LineStream(Context& context, Lane& lane, Wire& wire, RequestParser& parser, const Route& route,
                       Request request, Framing framing)
    : context_(context),
      lane_(lane),
      wire_(wire),
      parser_(parser),
      route_(route),
      request_(std::make_shared<const Request>(std::move(request))),
      framing_(framing),
      strand_(context.workers.strand()),
      splitter_(context.line_limits()) {
  const auto length = parser.content_length();
  whole_ = length && *length <= context.options.window_bytes;
}

Awaitable<bool> LineStream::run() {
  asio::co_spawn(lane_.executor(), write(), [this](std::exception_ptr error) {
    writer_error_ = std::move(error);
    writer_done_ = true;
    if (writer_error_) wire_.abort();  // nobody takes windows any more: end the reader
    room_.set();
    written_.set();  // the last step: this object may be gone afterwards
  });
  std::exception_ptr reader_error;
  try {
    co_await read();
  } catch (const std::exception&) {
    // The writer still refers to this object: it has to end first.
    reader_error = std::current_exception();
    failure_ = Refusal{500, "the hub failed on this request"};
  }
  ended_ = true;
  arrival_.set();
  while (!writer_done_) co_await written_.wait();
  if (reader_error) std::rethrow_exception(reader_error);
  if (writer_error_) std::rethrow_exception(writer_error_);
  co_return !broken_ && !failure_ && (chunked_ || framing_.length);
}

void LineStream::abandon() {
  // Each step runs the writer, which takes its window out; the last may end this object.
  const auto windows = in_flight_;
  for (const auto& window : windows) window.slot->abandon();
}

Awaitable<> LineStream::read() {
  for (std::string decoded;; decoded.clear()) {
    const auto step = parser_.decode(wire_.buffered(), decoded);
    if (const auto* refusal = std::get_if<Refusal>(&step)) {
      failure_ = *refusal;
      co_return;
    }
    wire_.consume(std::get<std::size_t>(step));
    for (std::string_view rest = decoded; !rest.empty();) {
      rest.remove_prefix(splitter_.feed(rest, window_));
      if (!splitter_.full(window_)) continue;
      co_await wait_for_room();
      dispatch();
    }
    if (parser_.done()) break;
    dispatch_if_idle();
    const auto io = co_await wire_.fill(SteadyClock::now() + context_.options.api.body_timeout, kRead);
    if (io != Io::kOk) {
      failure_ = body_ended(io);
      co_return;
    }
  }
  splitter_.finish(window_);
  if (window_.count() == 0) co_return;
  co_await wait_for_room();
  dispatch();
}

Awaitable<> LineStream::wait_for_room() {
  while (in_flight_.size() >= kMostInFlight && !writer_done_) co_await room_.wait();
}

void LineStream::dispatch() {
  auto window = std::exchange(window_, {});
  auto slot = std::make_shared<Slot<Answers>>(lane_.inbox());
  in_flight_.push_back({slot, std::move(window.refused), window.lines.size()});
  if (window.lines.empty()) {
    slot->answer()({});
  } else {
    asio::post(strand_, [&route = route_, request = request_, lines = std::move(window.lines),
                         reply = slot->answer()]() mutable {
      Router::run_lines(route, *request, std::move(lines), std::move(reply));
    });
  }
  arrival_.set();
}

void LineStream::dispatch_if_idle() {
  if (!whole_ && !ended_ && in_flight_.empty() && window_.count() != 0) dispatch();
}

Awaitable<> LineStream::write() {
  for (;;) {
    while (in_flight_.empty() && !ended_) co_await arrival_.wait();
    if (in_flight_.empty()) break;
    const auto& window = in_flight_.front();
    const auto taken = co_await window.slot->take();
    std::string text;
    const bool complete = append_answers(window.refused, window.expected, taken.value, text);
    if (taken.outcome == Outcome::kDropped || (taken.outcome == Outcome::kAnswered && !complete))
      base::log(base::LogLevel::kError, "http",
                request_->path + " (request " + request_->id + "): the handler did not answer each line; they get 500");
    if (taken.outcome == Outcome::kAbandoned) broken_ = true;
    if (!broken_) {
      const auto io = co_await write_answers(text);
      broken_ = io != Io::kOk;
    }
    if (broken_) wire_.abort();  // ends the reader as well
    in_flight_.pop_front();
    room_.set();
    dispatch_if_idle();
  }
  if (broken_) co_return;
  const auto io = co_await write_end();
  broken_ = io != Io::kOk;
}

Awaitable<Io> LineStream::write_answers(std::string& text) {
  std::string head;
  if (!std::exchange(started_, true)) {
    if (ended_ && !failure_ && in_flight_.size() == 1) {
      framing_.length = text.size();
    } else {
      chunked_ = !framing_.old;
      framing_.keep_alive = framing_.keep_alive && chunked_;
    }
    append_head(head, {200, "application/x-ndjson", {}, {}}, framing_);
  }
  if (chunked_) {
    head += chunk_head(text.size());
    text += "\r\n";
  }
  co_return co_await wire_.write(head, text, context_.options.api.body_timeout);
}

Awaitable<Io> LineStream::write_end() {
  const auto patience = context_.options.api.body_timeout;
  if (started_ && failure_) {
    auto line = Problem(failure_->status, failure_->detail).json() + "\n";
    co_return co_await write_answers(line);
  }
  if (started_) {
    const std::string_view end = chunked_ ? "0\r\n\r\n" : "";
    co_return co_await wire_.write(end, {}, patience);
  }
  // There was no line at all.
  Response response{200, "application/x-ndjson", {}, {}};
  if (failure_) {
    response = Problem(failure_->status, failure_->detail).response();
    framing_.keep_alive = false;
  }
  framing_.length = response.body.size();
  std::string head;
  append_head(head, response, framing_);
  co_return co_await wire_.write(head, response.body, patience);
}

}  // namespace hub::http
