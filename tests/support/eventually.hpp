#pragma once

#include <chrono>
#include <functional>

namespace tests::support {

/// Asks `holds` every few milliseconds until it is true; false when it was not within `timeout`. For waiting on what
/// other processes and threads do: the wait ends as soon as the condition holds, so a generous timeout costs nothing.
[[nodiscard]] bool eventually(const std::function<bool()>& holds,
                              std::chrono::milliseconds timeout = std::chrono::seconds{20});

}  // namespace tests::support
