#include "tests/bench/application.hpp"

namespace bench {

std::string Application::value(const std::string& sql) {
  const auto rows = run(sql);
  return rows.empty() ? "" : rows.front();
}

long Application::number(const std::string& sql) { return std::stol(value(sql)); }

std::unique_ptr<Application> connect(const std::string& url) {
  return url.starts_with("mysql:") ? connect_mariadb(url) : connect_postgres(url);
}

}  // namespace bench
