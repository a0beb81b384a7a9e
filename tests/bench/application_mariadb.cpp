#include "tests/bench/application.hpp"

#include <mysql.h>

#include <regex>
#include <stdexcept>

namespace bench {

namespace {

class Mariadb final : public Application {
 public:
  explicit Mariadb(const std::string& url) : connection_(mysql_init(nullptr)) {
    static const std::regex form("mysql://([^:]+):([^@]+)@([^:]+):([0-9]+)/(.+)");
    std::smatch part;
    if (!std::regex_match(url, part, form))
      throw std::runtime_error("mysql://USER:PASSWORD@HOST:PORT/DATABASE expected");
    if (mysql_real_connect(connection_.get(), part.str(3).c_str(), part.str(1).c_str(), part.str(2).c_str(),
                           part.str(5).c_str(), static_cast<unsigned>(std::stoul(part.str(4))), nullptr, 0) == nullptr)
      fail();
  }

  std::vector<std::string> run(const std::string& sql) override {
    if (mysql_real_query(connection_.get(), sql.data(), sql.size()) != 0) fail();
    std::vector<std::string> rows;
    const std::unique_ptr<MYSQL_RES, Free> result(mysql_store_result(connection_.get()));
    while (MYSQL_ROW row = result ? mysql_fetch_row(result.get()) : nullptr) rows.emplace_back(row[0]);
    return rows;
  }

  void prepare(const std::string& sql) override {
    statement_.reset(mysql_stmt_init(connection_.get()));
    if (mysql_stmt_prepare(statement_.get(), sql.data(), sql.size()) != 0) fail();
  }

  void write(const std::vector<std::string>& values) override {
    std::vector<MYSQL_BIND> bound(values.size(), MYSQL_BIND{});
    for (std::size_t i = 0; i < values.size(); ++i) {
      bound[i].buffer_type = MYSQL_TYPE_STRING;
      bound[i].buffer = const_cast<char*>(values[i].data());  // it is only read
      bound[i].buffer_length = values[i].size();
    }
    if (mysql_stmt_bind_param(statement_.get(), bound.data()) != 0 || mysql_stmt_execute(statement_.get()) != 0)
      throw std::runtime_error(mysql_stmt_error(statement_.get()));
  }

 private:
  struct Close {
    void operator()(MYSQL* connection) const { mysql_close(connection); }
    void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
  };
  struct Free {
    void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
  };

  [[noreturn]] void fail() const { throw std::runtime_error(mysql_error(connection_.get())); }

  std::unique_ptr<MYSQL, Close> connection_;
  std::unique_ptr<MYSQL_STMT, Close> statement_;
};

}  // namespace

std::unique_ptr<Application> connect_mariadb(const std::string& url) { return std::make_unique<Mariadb>(url); }

}  // namespace bench
