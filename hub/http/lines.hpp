#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hub::http {

/// How a streamed body is cut up.
struct LineLimits {
  std::size_t line_bytes = 256 << 10;    // a longer line is refused alone
  std::size_t window_lines = 1000;       // lines handed over at once …
  std::size_t window_bytes = 256 << 10;  // … and about how many bytes
};

/// Consecutive lines of a body that are handled together. Lines that cannot be handed over have their answer already.
struct LineWindow {
  struct Refused {
    std::size_t index;   // place among all lines of the window
    std::string answer;  // a problem, one line of JSON
  };
  std::vector<std::string> lines;  // the good ones, without line ends
  std::vector<Refused> refused;    // by index
  std::size_t bytes = 0;

  [[nodiscard]] std::size_t count() const { return lines.size() + refused.size(); }
};

/// Cuts a body into windows of lines, holding no more than one unfinished line. Lines end with LF or CRLF; the last
/// one may lack its end. An empty line and one longer than the limit get problems; the others go on.
class LineSplitter {
 public:
  explicit LineSplitter(LineLimits limits) : limits_(limits) {}

  /// Takes from the front of `bytes` until they or the window are full; gives how many it took.
  std::size_t feed(std::string_view bytes, LineWindow& window);
  /// The body has ended: a last line without an end joins the window.
  void finish(LineWindow& window);
  [[nodiscard]] bool full(const LineWindow& window) const;

 private:
  void end_line(LineWindow& window);

  LineLimits limits_;
  std::string line_;         // the unfinished line, cut off at the limit
  bool too_long_ = false;    // the unfinished line passed the limit
  std::int64_t number_ = 0;  // lines finished so far
};

/// Puts the answers of a handler and those of the refused lines in order, one a line, each with LF, and appends them to
/// `out`. A handler that did not give exactly one answer a line has failed all of them: each becomes a 500.
/// Gives false then.
bool append_answers(const std::vector<LineWindow::Refused>& refused, std::size_t expected,
                    const std::vector<std::string>& answers, std::string& out);

}  // namespace hub::http
