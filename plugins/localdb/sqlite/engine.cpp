#include "plugins/localdb/sqlite/engine.hpp"

#include "plugins/localdb/sqlite/catalog.hpp"
#include "plugins/localdb/sqlite/connection.hpp"
#include "plugins/localdb/sqlite/pusher.hpp"

#include <syncline/source.hpp>

#include <sqlite3.h>

#include <algorithm>

namespace localdb::sqlite {

std::unique_ptr<localdb::Connection> Engine::connect(const syncline::Call& call) const {
  return std::make_unique<Connection>(settings_.address.path, std::min(settings_.busy_timeout, call.budget()));
}

std::optional<Table> Engine::read_table(localdb::Connection& connection, const std::string& name,
                                        const TableMapping& mapping, std::vector<std::string>& problems) const {
  return sqlite::read_table(connection, name, mapping, problems);
}

std::vector<syncline::Result> Engine::push(const Pushing& pushing, std::span<const syncline::PushItem> items) const {
  return Pusher(pushing).push(items);
}

syncline::Error Engine::error_of(const localdb::SqlError& error) const {
  const auto* own = dynamic_cast<const SqlError*>(&error);
  switch (own == nullptr ? SQLITE_OK : own->code() & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return localdb::Engine::error_of({error.fault(), "another program holds the lock of the database"});
    case SQLITE_FULL: return localdb::Engine::error_of({error.fault(), "the disk is full"});
    case SQLITE_READONLY:
      return localdb::Engine::error_of({error.fault(), "the database cannot be written: " + std::string(error.what())});
    case SQLITE_NOTADB: return localdb::Engine::error_of({error.fault(), "this is no SQLite database"});
    case SQLITE_CORRUPT:
      return localdb::Engine::error_of({error.fault(), "the database is damaged: " + std::string(error.what())});
    default: return localdb::Engine::error_of(error);
  }
}

}  // namespace localdb::sqlite
