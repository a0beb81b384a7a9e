#pragma once

#include "hub/config/tree.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hub::config {

/// `text` with its references replaced: ${file:path} is a file's content without the line end at its end, ${env:NAME}
/// an environment variable, ${cred:name} the file of that name in $CREDENTIALS_DIRECTORY; $${ stands for ${. nullopt
/// when one cannot be had: `findings` then names the reference and `path`, never a value. A relative file counts from
/// `place`'s folder.
[[nodiscard]] std::optional<std::string> resolve_references(std::string_view text, const std::string& path,
                                                            const Place& place, Findings& findings);

/// Whether `text` holds a reference that resolve_references() would replace.
[[nodiscard]] bool has_reference(std::string_view text);

/// Whether a setting called `key` below one called `parent` sounds like a secret: token, password, secret, an API or
/// private key, the key of auth. What names a place of one (token_url, password_file) does not.
[[nodiscard]] bool sounds_secret(std::string_view key, std::string_view parent);

/// Whether `text` is a URL with a password in it.
[[nodiscard]] bool holds_password(std::string_view text);

}  // namespace hub::config
