#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hub::http {

/// Why a message is not taken: the status of the problem and what is wrong. The connection closes after it, for
/// nobody knows where the next message would begin.
struct Refusal {
  int status = 400;
  std::string detail;
};

inline constexpr std::size_t kMaxHeadBytes = 16 << 10;
inline constexpr std::size_t kMaxHeaders = 100;
inline constexpr std::size_t kMaxTargetBytes = 8 << 10;

/// Finds where the head of the next message ends while its bytes come in. Looks at each byte once.
class HeadScanner {
 public:
  struct Found {
    std::size_t begin = 0;           // behind an empty line that some clients send before a request
    std::size_t end = 0;             // behind the empty line that ends the head; 0 while it is not there
    std::optional<Refusal> refusal;  // what came can't become a head that check_head would let pass
  };
  /// `bytes` is all that has come since reset(): what an earlier call got, and more.
  [[nodiscard]] Found feed(std::string_view bytes);
  void reset() { *this = HeadScanner{}; }

 private:
  std::size_t begin_ = 0;
  std::size_t line_ = 0;     // where the current line begins
  std::size_t scanned_ = 0;  // everything before was seen
};

/// The strict gate in front of the parser: refuses every head that two readers could understand in different ways
/// (RFC 9112), before anybody acts on it. `head` is one whole head with its empty line.
[[nodiscard]] std::optional<Refusal> check_head(std::string_view head);

}  // namespace hub::http
