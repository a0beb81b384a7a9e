#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace bench {

/// What became of the changes of a run.
struct Tally {
  std::uint64_t settled = 0;  // changes that the target answered for, each a line of a batch's answer
  std::uint64_t errors = 0;   // answers that settle nothing: refusals, failures, nonsense
  std::string first_error;    // the first of them, cut to 400 bytes
  std::map<std::string, std::uint64_t, std::less<>> resolutions;  // by the hub's word; empty for the bare hub
};

/// Reads the HTTP/1.1 answers of one connection as their bytes come in and tallies the lines of their bodies. It keeps
/// no more than one line. Framing by Content-Length or chunks; anything else, and a line above 1 MiB, throws
/// std::runtime_error.
class AnswerReader {
 public:
  /// Adds what `bytes` say to `tally`. True when they ended an answer; no byte may follow it, as the next request goes
  /// out only then.
  [[nodiscard]] bool read(std::string_view bytes, Tally& tally);

 private:
  enum class State : std::uint8_t { kStatus, kHeader, kBody, kChunkSize, kChunk, kChunkEnd, kTrailer, kDone };

  /// What follows after a whole line of the protocol, without its CRLF.
  [[nodiscard]] State after_line(std::string_view line);
  void take_header(std::string_view line);
  void take_body(std::string_view bytes, Tally& tally);
  void tally_line(std::string_view line, Tally& tally);
  void finish(Tally& tally);

  State state_ = State::kStatus;
  std::string line_;        // the begin of a protocol line that is not complete
  std::string body_line_;   // the begin of a line of the body that is not complete
  std::string status_;      // as in "200 OK"
  std::uint64_t left_ = 0;  // bytes of the body or chunk still to come
  bool chunked_ = false;
  bool said_something_ = false;  // the body had a line
};

}  // namespace bench
