#include "hub/http/wire.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>

#include <array>

namespace hub::http {

namespace {

constexpr std::size_t kLingerBytes = 1 << 20;
constexpr std::chrono::milliseconds kLinger{1'000};
constexpr std::size_t kKeptBytes = 16 << 10;

}  // namespace

std::string_view Wire::buffered() const {
  const auto data = buffer_.data();
  return {static_cast<const char*>(data.data()), data.size()};
}

void Wire::shrink() {
  if (buffer_.size() == 0 && buffer_.capacity() > kKeptBytes) buffer_.shrink_to_fit();
}

Awaitable<Io> Wire::fill(SteadyClock::time_point deadline, std::size_t at_most) {
  reading_.deadline = deadline;
  boost::system::error_code error;
  const auto count =
      co_await socket_.async_read_some(buffer_.prepare(at_most), asio::redirect_error(UseAwaitable{}, error));
  buffer_.commit(count);
  co_return reading_.end(error);
}

Awaitable<Io> Wire::write(std::string_view first, std::string_view second, std::chrono::milliseconds patience) {
  std::array<asio::const_buffer, 2> rest{asio::buffer(first), asio::buffer(second)};
  while (asio::buffer_size(rest) != 0) {
    writing_.deadline = SteadyClock::now() + patience;
    boost::system::error_code error;
    auto count = co_await socket_.async_write_some(rest, asio::redirect_error(UseAwaitable{}, error));
    if (const auto io = writing_.end(error); io != Io::kOk) co_return io;
    for (auto& part : rest) {
      const auto step = std::min(count, part.size());
      part += step;
      count -= step;
    }
  }
  co_return Io::kOk;
}

Awaitable<> Wire::close(bool linger) {
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  const auto deadline = SteadyClock::now() + kLinger;
  for (std::size_t dropped = 0; linger && dropped < kLingerBytes;) {
    consume(buffered().size());
    const auto io = co_await fill(deadline, 64 << 10);
    if (io != Io::kOk) break;
    dropped += buffered().size();
  }
  socket_.close(ignored);
}

void Wire::expire(SteadyClock::time_point now) {
  for (auto* limit : {&reading_, &writing_}) {
    if (now < limit->deadline) continue;
    limit->deadline = SteadyClock::time_point::max();
    limit->expired = true;
    cancel();
  }
}

void Wire::cancel() {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Wire::abort() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

Io Wire::Limit::end(const boost::system::error_code& error) {
  deadline = SteadyClock::time_point::max();
  const bool late = std::exchange(expired, false);
  if (!error) return Io::kOk;  // it ended by itself, even if the sweep was at it
  return late ? Io::kTimedOut : Io::kClosed;
}

}  // namespace hub::http
