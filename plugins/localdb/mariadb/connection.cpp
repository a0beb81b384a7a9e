#include "plugins/localdb/mariadb/connection.hpp"

#include "plugins/localdb/statements.hpp"

#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <vector>

namespace localdb::mariadb {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kKeptStatements = 256;
constexpr milliseconds kSchemaPoll{1'000};
constexpr unsigned kBinary = 63;  // the character set of what is no text

const std::string& sql(std::string_view name) { return localdb::sql("mariadb", name); }

Fault fault_of(unsigned code, std::string_view state) {
  switch (code) {
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
    case ER_MUST_CHANGE_PASSWORD_LOGIN:
    case ER_HOST_NOT_PRIVILEGED: return Fault::kLogin;
    case ER_DBACCESS_DENIED_ERROR:
    case ER_BAD_DB_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
    case ER_SPECIFIC_ACCESS_DENIED_ERROR:
    case ER_BINLOG_CREATE_ROUTINE_NEED_SUPER:
    case CR_SSL_CONNECTION_ERROR:
    case CR_UNKNOWN_HOST: return Fault::kMisconfigured;
    case ER_ROW_IS_REFERENCED:
    case ER_ROW_IS_REFERENCED_2:
    case ER_NO_REFERENCED_ROW:
    case ER_NO_REFERENCED_ROW_2: return Fault::kReferred;
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_LOCK_DEADLOCK:
    case ER_CHECKREAD:
    case ER_DISK_FULL:
    case ER_RECORD_FILE_FULL:
    case ER_OPTION_PREVENTS_STATEMENT:
    case ER_STATEMENT_TIMEOUT:
    case ER_QUERY_INTERRUPTED:
    case ER_CON_COUNT_ERROR:
    case ER_SERVER_SHUTDOWN: return Fault::kUnavailable;
    default: break;
  }
  if (code >= CR_MIN_ERROR && code <= CR_MAX_ERROR) return Fault::kUnavailable;  // the client's own: the line is cut
  return state.starts_with("08") || state.starts_with("40") ? Fault::kUnavailable : Fault::kRow;
}

std::string words_for(unsigned code, const std::string& message) {
  if (code == ER_BINLOG_CREATE_ROUTINE_NEED_SUPER)
    return message +
           "; the server writes a binary log: let its administrator set log_bin_trust_function_creators=1, or "
           "run the set-up as a user who may";
  if (code == ER_TABLEACCESS_DENIED_ERROR || code == ER_DBACCESS_DENIED_ERROR ||
      code == ER_SPECIFIC_ACCESS_DENIED_ERROR || code == ER_COLUMNACCESS_DENIED_ERROR)
    return message + "; let the database's administrator grant the plugin's user what it needs";
  return message;
}

[[noreturn]] void fail(Connection& connection, unsigned code, const char* state, const char* message) {
  const Fault fault = fault_of(code, state);
  if (fault == Fault::kUnavailable && code >= CR_MIN_ERROR && code <= CR_MAX_ERROR) connection.lose();
  throw SqlError(fault, words_for(code, message));
}

/// "2026-01-31 09:30:00" as RFC 3339 has it; the session's time zone is UTC.
std::string instant(std::string_view text) {
  if (text.size() < 19 || text[10] != ' ') return std::string(text);
  while (text.find('.') != std::string_view::npos && (text.back() == '0' || text.back() == '.')) text.remove_suffix(1);
  return std::string(text.substr(0, 10)) + 'T' + std::string(text.substr(11)) + 'Z';
}

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// One column of a result: where the client library puts its value.
struct Cell {
  std::vector<char> bytes;
  unsigned long size = 0;
  my_bool is_null = 0;
  float single = 0;
};

/// A statement that the server has prepared, made ready for its next use at the end.
class Prepared final : public Statement::Work {
 public:
  Prepared(Connection& connection, std::shared_ptr<MYSQL_STMT> statement)
      : connection_(connection), statement_(std::move(statement)) {
    parameters_.resize(mysql_stmt_param_count(statement_.get()));
  }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared() override { mysql_stmt_free_result(statement_.get()); }

  void bind(int index, const Value& value) override { parameters_.at(static_cast<std::size_t>(index) - 1) = value; }

  bool step() override {
    if (!executed_) execute();
    if (columns_ == 0) return false;
    const int code = mysql_stmt_fetch(statement_.get());
    if (code == MYSQL_NO_DATA) return false;
    if (code != 0 && code != MYSQL_DATA_TRUNCATED) refuse();
    return true;
  }

  [[nodiscard]] Value value(int index) const override {
    const auto place = static_cast<std::size_t>(index);
    const Cell& cell = cells_[place];
    if (cell.is_null != 0) return Null{};
    return held_value(fields_[place], cell);
  }

 private:
  /// What of a column's description tells how to read its values.
  struct Field {
    enum_field_types type;
    bool text;
    unsigned scale;
  };

  static Value held_value(const Field& field, const Cell& cell) {
    std::string text(cell.bytes.data(), std::min<std::size_t>(cell.size, cell.bytes.size()));
    switch (field.type) {
      case MYSQL_TYPE_TINY:
      case MYSQL_TYPE_SHORT:
      case MYSQL_TYPE_LONG:
      case MYSQL_TYPE_INT24:
      case MYSQL_TYPE_LONGLONG:
      case MYSQL_TYPE_YEAR:
        if (const auto number = integer(text)) return *number;
        return Digits{text};
      case MYSQL_TYPE_DECIMAL:
      case MYSQL_TYPE_NEWDECIMAL:
        if (const auto number = field.scale == 0 ? integer(text) : std::nullopt) return *number;
        return text;
      case MYSQL_TYPE_FLOAT: {
        std::array<char, 32> digits;
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size() - 1, cell.single).ptr;
        return std::strtod(std::string(digits.data(), end).c_str(), nullptr);
      }
      case MYSQL_TYPE_DOUBLE: {
        double real = 0;
        std::copy_n(cell.bytes.data(), sizeof real, reinterpret_cast<char*>(&real));
        return real;
      }
      case MYSQL_TYPE_DATETIME:
      case MYSQL_TYPE_TIMESTAMP: return instant(std::move(text));
      case MYSQL_TYPE_BIT: {
        std::uint64_t bits = 0;
        for (const char byte : text) bits = (bits << 8U) | static_cast<unsigned char>(byte);
        return static_cast<std::int64_t>(bits);
      }
      default: break;
    }
    if (!field.text) return Blob{std::move(text)};
    return text;
  }

  void execute() {
    executed_ = true;
    if (connection_.cancelled()) throw SqlError(Fault::kCancelled, "cancelled");
    std::vector<MYSQL_BIND> binds(parameters_.size());
    for (std::size_t i = 0; i < binds.size(); ++i) bind_parameter(parameters_[i], binds[i]);
    if (!binds.empty() && mysql_stmt_bind_param(statement_.get(), binds.data()) != 0) refuse();
    const my_bool on = 1;
    mysql_stmt_attr_set(statement_.get(), STMT_ATTR_UPDATE_MAX_LENGTH, &on);
    if (mysql_stmt_execute(statement_.get()) != 0) refuse();
    columns_ = mysql_stmt_field_count(statement_.get());
    if (columns_ == 0) return;
    if (mysql_stmt_store_result(statement_.get()) != 0) {
      // The error took the place of the rows, and has been read. The client library forgets to note that, and would
      // wait for the rows when the statement is freed.
      statement_->state = MYSQL_STMT_PREPARED;
      refuse();
    }
    bind_result();
  }

  static void bind_parameter(Value& value, MYSQL_BIND& bind) {
    bind.buffer_type = MYSQL_TYPE_NULL;
    if (auto* number = std::get_if<std::int64_t>(&value)) {
      bind.buffer_type = MYSQL_TYPE_LONGLONG;
      bind.buffer = number;
    } else if (auto* digits = std::get_if<Digits>(&value)) {
      value = std::string(std::move(digits->text));
    }
    auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return;
    bind.buffer_type = MYSQL_TYPE_STRING;
    bind.buffer = text->data();
    bind.buffer_length = text->size();
  }

  void bind_result() {
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> about(mysql_stmt_result_metadata(statement_.get()),
                                                                         &mysql_free_result);
    if (!about) refuse();
    const MYSQL_FIELD* fields = mysql_fetch_fields(about.get());
    cells_.resize(columns_);
    std::vector<MYSQL_BIND> binds(columns_);
    for (std::size_t i = 0; i < columns_; ++i) {
      fields_.push_back({fields[i].type,
                         fields[i].charsetnr != kBinary || fields[i].type == MYSQL_TYPE_DATE ||
                             fields[i].type == MYSQL_TYPE_NEWDATE || fields[i].type == MYSQL_TYPE_TIME,
                         fields[i].decimals});
      Cell& cell = cells_[i];
      cell.bytes.resize(std::max<std::size_t>(fields[i].max_length, 64));
      MYSQL_BIND& bind = binds[i];
      bind.buffer_type = fields[i].type == MYSQL_TYPE_DOUBLE  ? MYSQL_TYPE_DOUBLE
                         : fields[i].type == MYSQL_TYPE_FLOAT ? MYSQL_TYPE_FLOAT
                                                              : MYSQL_TYPE_STRING;
      bind.buffer = fields[i].type == MYSQL_TYPE_FLOAT ? static_cast<void*>(&cell.single) : cell.bytes.data();
      bind.buffer_length = cell.bytes.size();
      bind.length = &cell.size;
      bind.is_null = &cell.is_null;
    }
    if (mysql_stmt_bind_result(statement_.get(), binds.data()) != 0) refuse();
  }

  [[noreturn]] void refuse() {
    fail(connection_, mysql_stmt_errno(statement_.get()), mysql_stmt_sqlstate(statement_.get()),
         mysql_stmt_error(statement_.get()));
  }

  Connection& connection_;
  std::shared_ptr<MYSQL_STMT> statement_;  // shared with the connection, which may forget it earlier
  std::vector<Value> parameters_;
  bool executed_ = false;
  unsigned columns_ = 0;
  std::vector<Field> fields_;
  std::vector<Cell> cells_;
};

std::string ssl_mode(const std::map<std::string, std::string>& options) {
  const auto found = options.find("sslmode");
  return found == options.end() ? "prefer" : found->second;
}

bool must_encrypt(const std::map<std::string, std::string>& options) {
  const std::string mode = ssl_mode(options);
  return mode != "disable" && mode != "prefer";
}

void encrypt(MYSQL* connection, const std::map<std::string, std::string>& options) {
  const auto option = [&](const char* name) {
    const auto found = options.find(name);
    return found == options.end() ? nullptr : found->second.c_str();
  };
  for (const auto& [name, value] : options)
    if (name != "sslmode" && name != "sslrootcert" && name != "sslcert" && name != "sslkey" && name != "socket")
      throw SqlError(Fault::kMisconfigured,
                     "the setting 'url' has an option '" + name +
                         "' that is unknown; there are sslmode, sslrootcert, sslcert, sslkey and socket");
  if (!must_encrypt(options)) return;
  const std::string mode = ssl_mode(options);
  if (mode != "require" && mode != "verify-full")
    throw SqlError(Fault::kMisconfigured, "the setting 'url' must have sslmode=disable, require or verify-full");
  const my_bool on = 1;
  const my_bool verify = mode == "verify-full" ? 1 : 0;
  mysql_ssl_set(connection, option("sslkey"), option("sslcert"), option("sslrootcert"), nullptr, nullptr);
  mysql_optionsv(connection, MYSQL_OPT_SSL_ENFORCE, &on);
  mysql_optionsv(connection, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
}

}  // namespace

void Connection::Close::operator()(MYSQL* connection) const { mysql_close(connection); }

Connection::Connection(const Address& address, milliseconds lock_timeout, milliseconds budget)
    : connection_(mysql_init(nullptr)) {
  if (!connection_) throw SqlError(Fault::kUnavailable, "out of memory");
  const auto seconds = static_cast<unsigned>(std::max<std::int64_t>(budget.count() / 1'000, 1));
  const unsigned connect_s = std::min(seconds, 10U);
  const unsigned lock_s = static_cast<unsigned>(std::max<std::int64_t>(lock_timeout.count() / 1'000, 1));
  mysql_optionsv(get(), MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
  mysql_optionsv(get(), MYSQL_OPT_READ_TIMEOUT, &seconds);
  mysql_optionsv(get(), MYSQL_OPT_WRITE_TIMEOUT, &seconds);
  mysql_optionsv(get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
  encrypt(get(), address.options);
  const auto socket = address.options.find("socket");
  if (mysql_real_connect(get(), address.host.empty() ? nullptr : address.host.c_str(), address.user.c_str(),
                         address.password.c_str(), address.database.c_str(), address.port,
                         socket == address.options.end() ? nullptr : socket->second.c_str(),
                         CLIENT_FOUND_ROWS) == nullptr)
    fail(*this, mysql_errno(get()), mysql_sqlstate(get()), mysql_error(get()));
  if (must_encrypt(address.options) && mysql_get_ssl_cipher(get()) == nullptr)
    throw SqlError(Fault::kMisconfigured, "the setting 'url' demands SSL, which the server does not offer");
  if (mysql_get_server_version(get()) < 100'600)
    throw SqlError(Fault::kMisconfigured, "the server is older than MariaDB 10.6; update it");
  run(sql("prepare_connection") + ", innodb_lock_wait_timeout = " + std::to_string(lock_s) +
      ", max_statement_time = " + std::to_string(seconds));
}

Connection::~Connection() { statements_.clear(); }

Statement Connection::prepare(const std::string& text) {
  auto& kept = statements_[text];
  if (!kept) {
    std::shared_ptr<MYSQL_STMT> statement(mysql_stmt_init(get()), [](MYSQL_STMT* s) {
      if (s != nullptr) mysql_stmt_close(s);
    });
    if (!statement || mysql_stmt_prepare(statement.get(), text.data(), text.size()) != 0) {
      statements_.erase(text);
      if (!statement) throw SqlError(Fault::kUnavailable, "out of memory");
      fail(*this, mysql_stmt_errno(statement.get()), mysql_stmt_sqlstate(statement.get()),
           mysql_stmt_error(statement.get()));
    }
    if (statements_.size() > kKeptStatements) {
      statements_.clear();
      return Statement(std::make_unique<Prepared>(*this, statements_[text] = std::move(statement)));
    }
    kept = std::move(statement);
  }
  return Statement(std::make_unique<Prepared>(*this, kept));
}

void Connection::run(const std::string& text) {
  if (mysql_real_query(get(), text.data(), text.size()) != 0)
    fail(*this, mysql_errno(get()), mysql_sqlstate(get()), mysql_error(get()));
}

bool Connection::in_transaction() const {
  unsigned status = 0;
  mariadb_get_infov(get(), MARIADB_CONNECTION_SERVER_STATUS, &status);
  return (status & SERVER_STATUS_IN_TRANS) != 0;
}

void Connection::begin_call(milliseconds, milliseconds, std::function<bool()> cancelled) {
  cancelled_ = std::move(cancelled);
}

bool Connection::usable() { return !lost_ && !in_transaction(); }

std::string Connection::schema_version() {
  if (Clock::now() - schema_asked_ < kSchemaPoll) return schema_version_;
  Statement row = prepare(sql("schema_version"));
  schema_version_ = row.step() ? row.text(0) : std::string{};
  schema_asked_ = Clock::now();
  return schema_version_;
}

}  // namespace localdb::mariadb
