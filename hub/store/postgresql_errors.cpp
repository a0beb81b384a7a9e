#include "hub/store/postgresql_errors.hpp"

#include "hub/base/nearest.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <vector>

namespace hub::store {

namespace {

/// A piece of a message, and what to do about it. ROLE and DATABASE stand for those of the URL.
struct Advice {
  std::string_view says;
  std::string_view does;
};

constexpr std::string_view kSetPassword =
    "put the role's password into the URL (in hub.store as ${file:…}), or set it on the server: alter role ROLE "
    "password '…'";
constexpr std::string_view kStandby =
    "name all servers in the URL, host1,host2, with target_session_attrs=read-write, so that the one that takes writes "
    "is found";
constexpr std::string_view kAllowMore =
    "raise max_connections of the server; a hub keeps up to ten connections, and some more while it is busy";
constexpr std::string_view kPool =
    "a pool between the hub and the server takes its session away: use the pool in session mode, or none";

// The first that fits counts. What the server says is in the language of its lc_messages: then its words stand alone.
constexpr Advice kOnConnecting[] = {
    {"password authentication failed", kSetPassword},
    {"no password supplied", kSetPassword},
    {"too many", kAllowMore},
    {"remaining connection slots", kAllowMore},
    {"no pg_hba.conf entry",
     "let this machine in by a line of the server's pg_hba.conf: hostssl DATABASE ROLE ADDRESS scram-sha-256; then run "
     "select pg_reload_conf();"},
    {"is not permitted to log in", "let an administrator run: alter role ROLE login;"},
    {"permission denied for database", "let the database's owner run: grant connect on database DATABASE to ROLE;"},
    {"role \"", "let an administrator run: create role ROLE login password '…';"},
    {"database \"", "let an administrator run: create database DATABASE owner ROLE;"},
    {"starting up", "try again in a moment"},
    {"shutting down", "try again in a moment"},
    {"read-only", kStandby},
    {"hot standby", kStandby},
    {"unsupported startup parameter", kPool},
    {"does not support SSL", "switch ssl on at the server, or take sslmode out of the URL"},
    {"certificate",
     "sslrootcert=FILE in the URL names the authority that signed the server's certificate, which must be for the host "
     "in the URL"},
    {"translate host name", "check the host in the URL"},
    {"Connection refused", "check host and port in the URL; does the server run, and listen there (listen_addresses)?"},
    {"timeout expired",
     "check host and port in the URL; does the server run, and does a firewall let this machine in?"},
    {"No route to host", "check the host in the URL, and the network"},
};

constexpr Advice kOnStates[] = {
    {"25006", kStandby},
    {"26000", kPool},
    {"42P05", kPool},
    {"42501", "the role lacks a right that it had: `syncline audit` and the start of `syncline run` say which"},
    {"42P01", "the schema was changed by hand, or by a restore that is not complete: restore the database"},
    {"42703", "the schema was changed by hand, or by a restore that is not complete: restore the database"},
    {"53100", "make room on the server's disk; a hub goes on by itself"},
    {"53300", kAllowMore},
};

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

std::string value_of(const Options& options, std::string_view name) {
  for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr; ++option)
    if (option->keyword == name && option->val != nullptr) return option->val;
  return {};
}

Options parsed(const std::string& url, std::string& problem) {
  char* reason = nullptr;
  Options options(PQconninfoParse(url.c_str(), &reason), PQconninfoFree);
  if (!options) problem = reason == nullptr ? "out of memory" : reason;
  PQfreemem(reason);
  return options;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  if (what.empty()) return;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

/// The last line that libpq gave, of the last server that it tried.
std::string line_of(std::string_view reason) {
  std::string line(reason);
  while (!line.empty() && line.back() == '\n') line.pop_back();
  replace_all(line, "\n\t", " ");
  replace_all(line, "\n", "; ");
  return line;
}

std::vector<std::string> known_parameters() {
  std::vector<std::string> names;
  const Options defaults(PQconndefaults(), PQconninfoFree);
  for (const PQconninfoOption* option = defaults.get(); option != nullptr && option->keyword != nullptr; ++option)
    names.emplace_back(option->keyword);
  return names;
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return text.empty() || (read.ec == std::errc{} && read.ptr == text.data() + text.size() && port > 0 && port < 65536);
}

/// The first of several ports ("5432,x") that is none.
std::optional<std::string> bad_port(std::string_view ports) {
  for (;;) {
    const auto comma = ports.find(',');
    if (!is_port(ports.substr(0, comma))) return std::string(ports.substr(0, comma));
    if (comma == std::string_view::npos) return std::nullopt;
    ports.remove_prefix(comma + 1);
  }
}

}  // namespace

std::string url_problem(const std::string& url) {
  constexpr std::string_view kEncode =
      "a character of the user's name or password that means something in a URL (: / ? # [ ] @ % and blank) is to be "
      "written as %3A, %2F, %3F, %23, %5B, %5D, %40, %25 and %20";
  if (Location::postgresql(url).shown().ends_with(kHidden)) return std::string(kEncode);
  std::string problem;
  const Options options = parsed(url, problem);
  if (!options) {
    constexpr std::string_view kParameter = "invalid URI query parameter: \"";
    if (!problem.starts_with(kParameter)) return "it is no URL of a database: " + std::string(kEncode);
    const std::string name =
        problem.substr(kParameter.size(), problem.find('"', kParameter.size()) - kParameter.size());
    return "it has no parameter " + name + base::did_you_mean(name, known_parameters());
  }
  for (const std::string_view name : {"host", "dbname"})
    if (value_of(options, name).find('@') != std::string::npos) return std::string(kEncode);
  if (const auto port = bad_port(value_of(options, "port")))
    // What stands behind a colon may be the end of a password.
    return url.find('@') == std::string::npos
               ? "its port " + *port + " is none: a number from 1 to 65535"
               : "its port is none: a number from 1 to 65535. Or " + std::string(kEncode);
  return {};
}

StoreError refused_connection(const Location& location, std::string_view reason) {
  std::string ignored;
  const Options options = parsed(location.url(), ignored);
  std::string text = line_of(reason);
  const auto advice = std::find_if(std::begin(kOnConnecting), std::end(kOnConnecting),
                                   [&](const Advice& one) { return text.find(one.says) != std::string::npos; });
  if (advice != std::end(kOnConnecting)) {
    std::string does(advice->does);
    const std::string user = value_of(options, "user");
    const std::string database = value_of(options, "dbname");
    replace_all(does, "ROLE", user.empty() ? "ROLE" : '"' + user + '"');
    replace_all(does, "DATABASE", database.empty() ? "DATABASE" : '"' + database + '"');
    text += ". To do: " + does;
  }
  return {StoreErrorKind::kUnavailable, "store: cannot connect to " + location.shown() + ": " + text};
}

StoreErrorKind kind_of(std::string_view sqlstate) {
  if (sqlstate.starts_with("08") || sqlstate.starts_with("57P") || sqlstate == "25P03")
    return StoreErrorKind::kUnavailable;
  if (sqlstate.starts_with("40") || sqlstate == "55P03") return StoreErrorKind::kBusy;
  if (sqlstate == "53100") return StoreErrorKind::kFull;
  if (sqlstate == "25006" || sqlstate == "42501") return StoreErrorKind::kReadOnly;
  if (sqlstate.starts_with("23")) return StoreErrorKind::kConstraint;
  return StoreErrorKind::kOther;
}

std::string advice_on(std::string_view sqlstate) {
  const auto advice =
      std::find_if(std::begin(kOnStates), std::end(kOnStates), [&](const Advice& one) { return one.says == sqlstate; });
  return advice == std::end(kOnStates) ? std::string() : ". To do: " + std::string(advice->does);
}

}  // namespace hub::store
