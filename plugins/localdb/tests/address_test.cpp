#include "plugins/localdb/address.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace localdb {
namespace {

TEST(Address, IsReadFromAUrl) {
  EXPECT_EQ(parse_address("sqlite:/srv/app.db").path, "/srv/app.db");
  EXPECT_EQ(parse_address("sqlite:///srv/app.db").path, "/srv/app.db");
  EXPECT_EQ(parse_address("postgresql://sync@db/shop?sslmode=verify-full").url,
            "postgresql://sync@db/shop?sslmode=verify-full");
  const Address address =
      parse_address("mysql://sy%40nc:p%3Aw%2F@db.example.org:3307/shop?sslmode=verify-full&sslrootcert=/etc/ca.pem");
  EXPECT_EQ(address.kind, Address::Kind::kMariadb);
  EXPECT_EQ(address.user, "sy@nc");
  EXPECT_EQ(address.password, "p:w/");
  EXPECT_EQ(address.host, "db.example.org");
  EXPECT_EQ(address.port, 3307);
  EXPECT_EQ(address.database, "shop");
  EXPECT_EQ(address.options.at("sslmode"), "verify-full");
  EXPECT_EQ(address.options.at("sslrootcert"), "/etc/ca.pem");
  EXPECT_EQ(parse_address("mariadb://[::1]/shop").host, "::1");
}

TEST(Address, ShowsNoSecret) {
  const std::pair<const char*, const char*> cases[] = {
      {"postgresql://sync:secret@db:5432/shop", "postgresql://sync@db:5432/shop"},
      {"postgresql://sync:secret@db/shop?password=secret", "postgresql://sync@db/shop"},
      {"postgresql://sync:se/cr@et@db/shop", "postgresql://sync@db/shop"},
      {"postgresql://sync:se?secret@db/shop", "postgresql://sync@db/shop"},
      {"postgresql://db/shop?user=sync&password=secret", "postgresql://db/shop"},
      {"mysql://sync:secret@db/shop?sslmode=require", "mysql://sync@db/shop"},
      {"mysql://sync@db/shop", "mysql://sync@db/shop"},
  };
  for (const auto& [url, shown] : cases) EXPECT_EQ(parse_address(url).shown, shown) << url;
}

TEST(Address, SaysWhatIsWrongAndQuotesNothing) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "must begin with"},
      {"oracle://sync:secret@db/shop", "must begin with"},
      {"sqlite:", "name the file"},
      {"mysql://sync:secret@db", "name the database"},
      {"mysql://sync:secret@db:port/shop", "port must be a number"},
      {"mysql://sync:sec%ret@db/shop", "two hex digits"},
  };
  for (const auto& [url, words] : cases) try {
      static_cast<void>(parse_address(url));
      ADD_FAILURE() << url << " was taken";
    } catch (const std::invalid_argument& problem) {
      EXPECT_NE(std::string(problem.what()).find(words), std::string::npos) << url << ": " << problem.what();
      EXPECT_EQ(std::string(problem.what()).find("secret"), std::string::npos) << problem.what();
    }
}

}  // namespace
}  // namespace localdb
