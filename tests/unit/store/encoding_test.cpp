#include "hub/store/encoding.hpp"

#include "hub/store/error.hpp"

#include <gtest/gtest.h>

namespace hub::store {

namespace {

using model::Rule;
using model::Value;

model::Record record_with(std::vector<model::Cell> cells) {
  model::Record record;
  record.cells = std::move(cells);
  return record;
}

model::Record stored(const model::Record& record) {
  model::Record read;
  decode_cells(read, encode_cell_values(record), encode_provenance(record));
  return read;
}

const model::Stamp kByCrm{3, "CRM", 17, 1714560000000, {}};
const model::Stamp kByErp{2, "ERP", 4, 1714550000000, 1714540000000};

TEST(Encoding, ARecordComesBackWithTheStampOfEachField) {
  const auto record = record_with({{"city", Value::string("Köln \"am Rhein\""), kByCrm},
                                   {"credit", Value::integer(9223372036854775807), kByErp},
                                   {"email", Value(), kByCrm},
                                   {"vip", Value::boolean(true), kByErp}});
  EXPECT_EQ(stored(record), record);
  EXPECT_EQ(stored(record_with({})), record_with({}));
}

TEST(Encoding, FieldsOfOneWriteShareItsStamp) {
  const auto record = record_with({{"city", {}, kByCrm}, {"email", {}, kByErp}, {"phone", {}, kByCrm}});
  EXPECT_EQ(encode_provenance(record), R"({"3 CRM 17 1714560000000":["city","phone"],)"
                                       R"("2 ERP 4 1714550000000 1714540000000":["email"]})");
}

TEST(Encoding, ProvenanceThatDoesNotFitTheFieldsIsDamage) {
  for (const char* provenance : {"{}", R"({"3 CRM 17 1":["city","email"]})", R"({"3 CRM 17 1":["email"]})",
                                 R"({"3 CRM":["city"]})", R"({"x CRM 17 1":["city"]})", "[]", "nothing"}) {
    model::Record record;
    EXPECT_THROW(decode_cells(record, R"({"city":"Bonn"})", provenance), StoreError) << provenance;
  }
}

TEST(Encoding, ADecisionComesBackByField) {
  const std::vector<model::FieldDecision> fields{{"city", true, false, Rule::kHigherVersion, {}},
                                                 {"email", false, true, Rule::kPriority, Value::string("a@b")},
                                                 {"phone", true, true, Rule::kHigherVersion, Value()}};
  EXPECT_EQ(encode_decision(fields),
            R"({"taken higher_version":["city",["phone",null]],"kept priority":[["email","a@b"]]})");
  const auto read = decode_decision(encode_decision(fields));
  ASSERT_EQ(read.size(), fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    EXPECT_EQ(read[i].field, fields[i].field);
    EXPECT_EQ(read[i].taken, fields[i].taken);
    EXPECT_EQ(read[i].differs, fields[i].differs);
    EXPECT_EQ(read[i].rule, fields[i].rule);
    EXPECT_EQ(read[i].loser, fields[i].loser);
  }
  EXPECT_TRUE(decode_decision("{}").empty());
  EXPECT_THROW(decode_decision(R"({"taken by_magic":["city"]})"), StoreError);
}

}  // namespace

}  // namespace hub::store
