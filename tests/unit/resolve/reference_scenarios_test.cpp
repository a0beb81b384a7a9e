// SEMANTICS 10, as far as the ladder alone decides it.
#include "tests/unit/resolve/builders.hpp"

#include <gtest/gtest.h>

namespace hub::resolve::testing {

namespace {

TEST(ReferenceScenarios, Cust001TheBetterPriorityTakesBothFields) {
  Desk desk;
  desk.send(upsert("ERP", 1, {{"name", "Acme GmbH"}, {"email", "info@acme.example"}}));
  const auto decision = desk.send(upsert("CRM", 1, {{"name", "Acme"}, {"email", "hello@acme.example"}}));
  EXPECT_EQ(decision.resolution, model::Resolution::kPriorityWin);
  EXPECT_EQ(describe(desk.record), "1 CRM {email=hello@acme.example@1:CRM name=Acme@1:CRM}");
}

TEST(ReferenceScenarios, Cust002TheLowerVersionIsSkipped) {
  Desk desk;
  desk.send(upsert("CRM", 2, {{"name", "A"}}));
  EXPECT_EQ(desk.send(upsert("Portal", 1, {{"name", "B"}})).resolution, model::Resolution::kStaleSkip);
  EXPECT_EQ(describe(desk.record), "2 CRM {name=A@2:CRM}");
}

TEST(ReferenceScenarios, Cust003TwoFieldsOfOneVersionMerge) {
  Desk desk;
  desk.send(upsert("CRM", 3, {{"name", "A"}}));
  EXPECT_EQ(desk.send(upsert("ERP", 3, {{"email", "e"}})).resolution, model::Resolution::kFieldMerge);
  EXPECT_EQ(describe(desk.record), "3 ERP {email=e@3:ERP name=A@3:CRM}");
}

TEST(ReferenceScenarios, Cust004OneSourceContradictsItselfUntilAHigherVersion) {
  Desk desk;
  desk.send(upsert("CRM", 5, {{"name", "A"}}));
  EXPECT_EQ(desk.send(upsert("CRM", 5, {{"name", "B"}})).resolution, model::Resolution::kManual);
  EXPECT_EQ(describe(desk.record), "5 CRM {name=A@5:CRM}");
  EXPECT_EQ(desk.send(upsert("CRM", 6, {{"name", "B"}})).resolution, model::Resolution::kVersionWin);
  EXPECT_EQ(describe(desk.record), "6 CRM {name=B@6:CRM}");
}

TEST(ReferenceScenarios, Cust005TheFirstChangeMakesTheRecord) {
  Desk desk;
  EXPECT_EQ(desk.send(upsert("CRM", 1, {{"name", "A"}})).resolution, model::Resolution::kNewRecord);
  EXPECT_EQ(describe(desk.record), "1 CRM {name=A@1:CRM}");
}

}  // namespace

}  // namespace hub::resolve::testing
