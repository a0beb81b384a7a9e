#include "hub/config/secrets.hpp"

#include "hub/config/yaml.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <utility>

namespace hub::config {
namespace {

constexpr std::size_t kLargest = 64 << 10;  // bytes of a secret's file

struct Secret {
  std::string value;
  std::string problem;  // empty: `value` is good
};

Secret from_file(const std::filesystem::path& file) {
  const std::string name = "the file " + file.string();
  if (std::filesystem::is_directory(file)) return {{}, name + " is a folder"};
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return {{}, name + " cannot be read: " + std::generic_category().message(errno)};
  std::string value(kLargest + 1, '\0');
  in.read(value.data(), static_cast<std::streamsize>(value.size()));
  value.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad()) return {{}, name + " cannot be read: " + std::generic_category().message(errno)};
  if (value.size() > kLargest) return {{}, name + " is larger than 64 KiB"};
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  if (value.empty()) return {{}, name + " is empty"};
  return {std::move(value), {}};
}

Secret from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return {{}, "the environment variable " + name + " is not set"};
  return {value, {}};
}

Secret from_credentials(const std::string& name) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0')
    return {{}, "$CREDENTIALS_DIRECTORY is not set; start the hub under systemd with LoadCredential="};
  if (name.find('/') != std::string::npos || name == "." || name == "..")
    return {{}, "a credential's name has no slash"};
  return from_file(std::filesystem::path(folder) / name);
}

Secret look_up(const std::string& reference, const Place& place) {
  const auto colon = reference.find(':');
  const std::string kind = reference.substr(0, colon);
  const std::string name = colon == std::string::npos ? std::string{} : reference.substr(colon + 1);
  Secret secret{{}, "write ${file:path}, ${env:NAME} or ${cred:name}, or $${ for the characters themselves"};
  if (name.empty()) return secret;
  if (kind == "file") secret = from_file(absolute_at(place, name));
  if (kind == "env") secret = from_environment(name);
  if (kind == "cred") secret = from_credentials(name);
  if (secret.problem.empty() && bad_text(secret.value)) secret.problem = "what it holds is not UTF-8 text";
  return secret;
}

/// Where the next reference begins at or after `from`; an escaped one is none.
std::size_t next_reference(std::string_view text, std::size_t from) {
  auto at = text.find("${", from);
  while (at != std::string_view::npos && at > from && text[at - 1] == '$') at = text.find("${", at + 2);
  return at;
}

std::string unescaped(std::string_view text) {
  std::string plain(text);
  for (auto at = plain.find("$${"); at != std::string::npos; at = plain.find("$${", at + 2)) plain.erase(at, 1);
  return plain;
}

}  // namespace

bool has_reference(std::string_view text) { return next_reference(text, 0) != std::string_view::npos; }

std::optional<std::string> resolve_references(std::string_view text, const std::string& path, const Place& place,
                                              Findings& findings) {
  std::string resolved;
  std::size_t done = 0;
  bool good = true;
  for (auto at = next_reference(text, 0); at != std::string_view::npos; at = next_reference(text, done)) {
    resolved += unescaped(text.substr(done, at - done));
    const auto end = text.find('}', at);
    if (end == std::string_view::npos) {
      findings.problem(place, "`" + path + "`: a reference that begins with ${ has no } at its end");
      return std::nullopt;
    }
    const std::string reference(text.substr(at + 2, end - at - 2));
    const Secret secret = look_up(reference, place);
    if (!secret.problem.empty()) {
      findings.problem(place, "`" + path + "`: ${" + reference + "} cannot be resolved: " + secret.problem);
      good = false;
    }
    resolved += secret.value;
    done = end + 1;
  }
  resolved += unescaped(text.substr(done));
  return good ? std::optional(std::move(resolved)) : std::nullopt;
}

bool sounds_secret(std::string_view key, std::string_view parent) {
  std::string name(key);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::tolower(c)); });
  for (const char* place : {"_url", "_uri", "_file", "_path", "_field", "_header", "_name", "url", "file", "path"})
    if (name.ends_with(place)) return false;
  if (name == "key") return parent == "auth";
  for (const char* word : {"token", "password", "passwd", "passphrase", "secret", "credential", "api_key", "apikey",
                           "private_key", "privatekey", "access_key", "accesskey"})
    if (name.find(word) != std::string::npos) return true;
  return false;
}

bool holds_password(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view authority = text.substr(scheme + 3, text.find_first_of("/?#", scheme + 3) - scheme - 3);
  const auto at = authority.rfind('@');
  const auto colon = authority.find(':');
  return at != std::string_view::npos && colon != std::string_view::npos && colon + 1 < at;
}

}  // namespace hub::config
