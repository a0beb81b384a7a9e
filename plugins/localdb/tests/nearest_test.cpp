#include "plugins/localdb/nearest.hpp"

#include <gtest/gtest.h>

namespace localdb {
namespace {

TEST(Nearest, NamesWhatIsSpelledAlike) {
  const std::string names[] = {"client", "order", "order_item"};
  EXPECT_EQ(did_you_mean("clients", names), "; did you mean 'client'?");
  EXPECT_EQ(did_you_mean("Order", names), "; did you mean 'order'?");
  EXPECT_EQ(did_you_mean("orderitem", names), "; did you mean 'order_item'?");
  EXPECT_EQ(did_you_mean("warehouse", names), "");
  EXPECT_EQ(did_you_mean("client", {}), "");
}

}  // namespace
}  // namespace localdb
