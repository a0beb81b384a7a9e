#include "embedded_sql.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

namespace tests::support {

TEST(EmbedSql, KeepsEveryByteAndTheOrderOfTheList) {
  const auto files = sql::sql_files();
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[0].name, "queries/traps.sql");
  EXPECT_EQ(files[1].name, "empty.sql");
  EXPECT_EQ(files[2].name, "long.sql");
  for (const auto& file : files)
    EXPECT_EQ(file.text, read_file(std::filesystem::path(EMBED_SAMPLES) / file.name)) << file.name;
  EXPECT_GT(files[2].text.size(), 65'536U);
}

}  // namespace tests::support
