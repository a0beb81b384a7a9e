#include "plugins/localdb/sqlite/connection.hpp"
#include "plugins/localdb/tests/client_database.hpp"

#include <map>
#include <memory>
#include <optional>
#include <random>

namespace localdb::tests {
namespace {

using Record = std::map<std::string, Value>;
using Records = std::map<std::string, Record>;  // by native id

/// A hub of few words: it believes the last that it was told of a column, by a pull or by a receipt.
class Replica {
 public:
  void take(const Page& page) {
    for (const Change& change : page.changes) {
      if (change.deleted) {
        records_.erase(change.key);
      } else {
        write(change.key, change.body);
      }
    }
  }
  void take(const Item& item, const Pushed& result) {
    if (result.status != SYNCLINE_OK) return;
    if (item.op == SYNCLINE_DELETE) {
      records_.erase(item.key);
    } else {
      write(result.key, result.body);
    }
  }
  [[nodiscard]] const Records& records() const { return records_; }

 private:
  void write(const std::string& key, const std::string& body) {
    for (const auto& [column, value] : parse_body(body)) records_[key][column] = value;
  }
  Records records_;
};

/// One random history: an application and the hub write the same few rows, pages stay on their way while pushes go on,
/// and the hub is started again now and then.
class History {
 public:
  explicit History(unsigned seed) : random_(seed), host_(std::make_unique<Host>(settings_of(file_))) { set_up(*host_); }

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      const int what = pick(20);
      if (what < 9) {
        edit();
      } else if (what < 14) {
        push();
      } else if (what < 17) {
        pull(1 + static_cast<std::uint32_t>(pick(4)), false);
      } else if (what == 17) {
        pull(3, true);
      } else if (what == 18) {
        arrive();
      } else if (pick(3) == 0) {
        on_its_way_.reset();  // it was not committed
        host_ = std::make_unique<Host>(settings_of(file_));
      }
    }
    for (std::string before = "none"; before != cursor_; arrive()) {
      before = cursor_;
      pull(100, false);
    }
  }

  [[nodiscard]] const Records& replica() const { return replica_.records(); }

  [[nodiscard]] Records table() {
    Records records;
    Statement rows = application_.prepare("SELECT id, number, name, email FROM client");
    while (rows.step())
      records[rows.text(0)] = {{"number", rows.value(1)}, {"name", rows.value(2)}, {"email", rows.value(3)}};
    return records;
  }

 private:
  int pick(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  std::string id() { return std::to_string(1 + pick(5)); }
  std::string word() { return std::string(1, static_cast<char>((pick(2) == 0 ? 'a' : 'A') + pick(3))); }

  void edit() {
    const std::string statements[] = {
        "INSERT INTO client(number, name) VALUES('" + word() + "', '" + word() + "')",
        "INSERT OR REPLACE INTO client(id, name, email) VALUES(" + id() + ", '" + word() + "', '" + word() + "')",
        "UPDATE client SET name = '" + word() + "' WHERE id = " + id(),
        "UPDATE client SET email = '" + word() + "', number = '" + word() + "' WHERE id = " + id(),
        "UPDATE client SET email = NULL, private = 'x' WHERE id > " + id(),
        "UPDATE client SET id = id + 1 WHERE id = " + id(),
        "DELETE FROM client WHERE id = " + id(),
    };
    try {
      application_.run(statements[pick(std::size(statements))]);
    } catch (const sqlite::SqlError&) {
      // A key that is taken: the application is told so and goes on.
    }
  }

  void push() {
    const std::string key = "k" + std::to_string(++pushes_);
    const std::string known = replica_.records().empty() ? std::string{} : replica_.records().begin()->first;
    const Item items[] = {
        {SYNCLINE_UPSERT, "", "", R"({"number":")" + word() + R"(","name":")" + word() + "\"}", key},
        {SYNCLINE_UPSERT, id(), "", R"({"email":")" + word() + "\"}", key},
        {SYNCLINE_UPSERT, known, "", R"({"name":")" + word() + "\"}", key},
        {SYNCLINE_DELETE, id(), "", "{}", key},
    };
    const Item& item = items[pick(std::size(items))];
    replica_.take(item, host_->push("client", {item}).at(0));
  }

  void pull(std::uint32_t limit, bool snapshot) {
    arrive();
    on_its_way_ = host_->pull("client", snapshot ? "" : cursor_, limit, snapshot);
    if (snapshot) on_its_way_->cursor = cursor_;
    EXPECT_EQ(on_its_way_->status, SYNCLINE_OK) << on_its_way_->message;
  }

  /// The hub commits the page that is on its way.
  void arrive() {
    if (!on_its_way_) return;
    replica_.take(*on_its_way_);
    cursor_ = on_its_way_->cursor;
    on_its_way_.reset();
  }

  /// In memory where there is such a folder: nothing here depends on the disk, and its syncs would take all the time.
  static std::filesystem::path folder() {
    return std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
  }

  std::mt19937 random_;
  Application file_{kClientSchema, folder()};
  sqlite::Connection application_{file_.file(), std::chrono::seconds{5}};
  std::unique_ptr<Host> host_;
  Replica replica_;
  std::string cursor_;
  std::optional<Page> on_its_way_;
  int pushes_ = 0;
};

TEST(History, EndsWithBothSidesEqual) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    History history(seed);
    history.run(200);
    EXPECT_EQ(history.replica(), history.table()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace localdb::tests
