#include "plugins/localdb/address.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace localdb {

namespace {

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] != '%') {
      out += text[i];
    } else if (const auto* digits = text.data() + i + 1;
               i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      throw std::invalid_argument("a '%' in it must be followed by two hex digits; write '%25' for a '%' itself");
    }
  }
  return out;
}

/// Takes what comes before `end` off the front of `rest`; all of it when `end` is not there.
std::string_view take(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view front = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return front;
}

/// The URL without its password and its parameters. Rather too little is shown than a part of a password that should
/// have been written with '%'.
std::string shown(std::string_view url) {
  const std::size_t login = url.find("://") + 3;
  const std::size_t at = url.rfind('@');
  if (at == std::string_view::npos) return std::string(url.substr(0, url.find('?')));
  const std::string_view server = url.substr(at, url.find('?', at) - at);
  return std::string(url.substr(0, std::min(url.find(':', login), at))).append(server);
}

void read_mariadb(std::string_view rest, Address& address) {
  std::string_view place = take(rest, '?');
  for (std::string_view options = rest; !options.empty();) {
    std::string_view value = take(options, '&');
    const std::string name = decoded(take(value, '='));
    address.options[name] = decoded(value);
  }
  std::string_view server = take(place, '/');
  if (const std::size_t at = server.rfind('@'); at != std::string_view::npos) {
    std::string_view login = server.substr(0, at);
    address.user = decoded(take(login, ':'));
    address.password = decoded(login);
    server.remove_prefix(at + 1);
  }
  if (const std::size_t colon = server.rfind(':'); colon != std::string_view::npos && !server.ends_with(']')) {
    const std::string_view port = server.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc{} || end != port.data() + port.size())
      throw std::invalid_argument("its port must be a number from 1 to 65535");
    server = server.substr(0, colon);
  }
  if (server.starts_with('[') && server.ends_with(']')) server = server.substr(1, server.size() - 2);
  address.host = decoded(server);
  address.database = decoded(place);
  if (address.database.empty())
    throw std::invalid_argument("it must name the database: mysql://USER@HOST:PORT/DATABASE");
}

}  // namespace

Address parse_address(std::string_view url) {
  const auto starts = [&](std::string_view scheme) { return url.starts_with(scheme); };
  Address address;
  if (starts("sqlite:")) {
    address.path = url.substr(std::string_view{"sqlite:"}.size());
    if (address.path.starts_with("///")) address.path.erase(0, 2);
    if (address.path.empty()) throw std::invalid_argument("it must name the file: sqlite:/srv/app/app.db");
    address.shown = address.path;
    return address;
  }
  if (starts("postgresql://") || starts("postgres://")) {
    address.kind = Address::Kind::kPostgresql;
    address.url = url;
  } else if (starts("mysql://") || starts("mariadb://")) {
    address.kind = Address::Kind::kMariadb;
    read_mariadb(url.substr(url.find("://") + 3), address);
  } else {
    throw std::invalid_argument(
        "must begin with sqlite:, postgresql:// or mysql://, such as postgresql://sync@db.example.org/shop");
  }
  address.shown = shown(url);
  return address;
}

}  // namespace localdb
