#include "hub/http/lines.hpp"

#include "hub/http/problem.hpp"

#include <algorithm>

namespace hub::http {

std::size_t LineSplitter::feed(std::string_view bytes, LineWindow& window) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !full(window)) {
    const auto rest = bytes.substr(taken);
    const auto end = rest.find('\n');
    const auto part = rest.substr(0, end);
    // One byte over the limit is kept for the CR of a CRLF.
    const auto room = limits_.line_bytes + 1 - std::min(line_.size(), limits_.line_bytes + 1);
    line_.append(part.substr(0, room));
    too_long_ = too_long_ || part.size() > room;
    taken += part.size();
    if (end != std::string_view::npos) {
      ++taken;
      end_line(window);
    }
  }
  return taken;
}

void LineSplitter::finish(LineWindow& window) {
  if (!line_.empty()) end_line(window);
}

bool LineSplitter::full(const LineWindow& window) const {
  return window.count() >= limits_.window_lines || window.bytes >= limits_.window_bytes;
}

void LineSplitter::end_line(LineWindow& window) {
  ++number_;
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  if (too_long_ || line_.size() > limits_.line_bytes) {
    window.refused.push_back(
        {window.count(), Problem(413, "the line is longer than " + std::to_string(limits_.line_bytes) + " bytes")
                             .member("line", number_)
                             .json()});
  } else if (line_.empty()) {
    window.refused.push_back({window.count(), Problem(400, "the line is empty").member("line", number_).json()});
  } else {
    window.bytes += line_.size();
    window.lines.push_back(std::move(line_));
  }
  line_.clear();
  too_long_ = false;
}

bool append_answers(const std::vector<LineWindow::Refused>& refused, std::size_t expected,
                    const std::vector<std::string>& answers, std::string& out) {
  const bool complete = answers.size() == expected;
  const std::string failed = complete ? std::string{} : Problem(500, "the hub failed on this line").json();
  auto next_refused = refused.begin();
  for (std::size_t index = 0, taken = 0; index < expected + refused.size(); ++index) {
    if (next_refused != refused.end() && next_refused->index == index) {
      out += (next_refused++)->answer;
    } else {
      out += complete ? answers[taken++] : failed;
    }
    out += '\n';
  }
  return complete;
}

}  // namespace hub::http
