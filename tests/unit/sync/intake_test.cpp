#include "tests/unit/sync/pipeline.hpp"

#include <gtest/gtest.h>

namespace tests {
namespace {

using hub::sync::Intake;
using hub::sync::Refusal;
using hub::sync::Submission;

struct Bad {
  std::string name;
  std::string body;
  int status;
  std::string pointer;
};

class BadBody : public testing::TestWithParam<Bad> {};

TEST_P(BadBody, IsRefusedByItsPlace) {
  const auto config = Pipeline::reference_config();
  const auto result = Intake(config).read(GetParam().body, 1'767'225'600'000);
  const auto* refusal = std::get_if<Refusal>(&result);
  ASSERT_NE(refusal, nullptr) << GetParam().body;
  EXPECT_EQ(refusal->status, GetParam().status) << refusal->detail;
  const bool named = std::any_of(refusal->errors.begin(), refusal->errors.end(),
                                 [&](const auto& error) { return error.pointer == GetParam().pointer; });
  EXPECT_TRUE(named || GetParam().pointer == "-") << refusal->detail;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadBody,
    testing::Values(
        Bad{"NoJson", "{", 400, ""}, Bad{"Array", "[]", 400, "-"},
        Bad{"Nul", std::string("{\"source\":\"CRM\"}\0", 17), 400, ""},
        Bad{"TwiceTheSameKey", R"({"source":"CRM","source":"ERP","externalId":"C","fullName":"N"})", 400, "/source"},
        Bad{"NaN", R"({"source":"CRM","externalId":"C","version":NaN,"fullName":"N"})", 400, ""},
        Bad{"NoSource", R"({"externalId":"C","version":1,"fullName":"N"})", 400, "/source"},
        Bad{"UnknownSource", R"({"source":"SAP","externalId":"C","version":1,"fullName":"N"})", 403, "/source"},
        Bad{"StewardIsNoSource", R"({"source":"steward","externalId":"C","version":1,"fullName":"N"})", 403, "/source"},
        Bad{"UnknownEntity", R"({"source":"CRM","entity":"invoice","externalId":"C","fields":{"a":1}})", 403,
            "/entity"},
        Bad{"NoId", R"({"source":"CRM","version":1,"fullName":"N"})", 400, "/externalId"},
        Bad{"EmptyId", R"({"source":"CRM","externalId":"","version":1,"fullName":"N"})", 400, "/externalId"},
        Bad{"ControlInId", "{\"source\":\"CRM\",\"externalId\":\"a\\u0007\",\"version\":1,\"fullName\":\"N\"}", 400,
            "/externalId"},
        Bad{"LongId", R"({"source":"CRM","externalId":")" + std::string(257, 'x') + R"(","fullName":"N"})", 400,
            "/externalId"},
        Bad{"ZeroVersion", R"({"source":"CRM","externalId":"C","version":0,"fullName":"N"})", 400, "/version"},
        Bad{"NegativeVersion", R"({"source":"CRM","externalId":"C","version":-1,"fullName":"N"})", 400, "/version"},
        Bad{"FractionVersion", R"({"source":"CRM","externalId":"C","version":1.0,"fullName":"N"})", 400, "/version"},
        Bad{"TextVersion", R"({"source":"CRM","externalId":"C","version":"1","fullName":"N"})", 400, "/version"},
        Bad{"HugeVersion", R"({"source":"CRM","externalId":"C","version":9223372036854775808,"fullName":"N"})", 400,
            "/version"},
        Bad{"VersionAndBase", R"({"source":"CRM","externalId":"C","version":2,"baseVersion":1,"fullName":"N"})", 400,
            "/baseVersion"},
        Bad{"UnknownField", R"({"source":"CRM","externalId":"C","version":1,"fullNam":"N"})", 400, "/fullNam"},
        Bad{"WrongType", R"({"source":"CRM","externalId":"C","version":1,"fullName":7})", 400, "/fullName"},
        Bad{"NothingToSay", R"({"source":"CRM","externalId":"C","version":1})", 400, ""},
        Bad{"OnlyBlanks", R"({"source":"CRM","externalId":"C","version":1,"fullName":"","email":null})", 400, ""},
        Bad{"UnknownMember",
            R"({"source":"CRM","entity":"client","externalId":"C","fields":{"fullName":"N"},"verion":1})", 400,
            "/verion"},
        Bad{"FieldsNoObject", R"({"source":"CRM","entity":"client","externalId":"C","fields":[]})", 400, "/fields"},
        Bad{"BadOp", R"({"source":"CRM","entity":"client","externalId":"C","op":"drop","fields":{"fullName":"N"}})",
            400, "/op"},
        Bad{"DeleteWithFields",
            R"({"source":"CRM","entity":"client","externalId":"C","op":"delete","fields":{"fullName":"N"}})", 400,
            "/fields"},
        Bad{"Tomorrow", R"({"source":"CRM","externalId":"C","observedAt":"2026-01-02T00:00:01Z","fullName":"N"})", 400,
            "/observedAt"},
        Bad{"LongDecimal",
            R"({"source":"CRM","entity":"order","externalId":"O","fields":{"clientId":"C","total":1.005}})", 400,
            "/fields/total"},
        Bad{"RequiredNull", R"({"source":"CRM","entity":"order","externalId":"O","fields":{"clientId":null}})", 400,
            "/fields/clientId"}),
    [](const auto& of) { return of.param.name; });

TEST(Intake, NamesEveryProblemAtOnce) {
  const auto config = Pipeline::reference_config();
  const auto result =
      Intake(config).read(R"({"source":"CRM","externalId":"C","version":0,"fullName":7,"emial":"x"})", 0);
  EXPECT_EQ(std::get<Refusal>(result).errors.size(), 3U);
}

TEST(Intake, NullClearsInTheFullBodyAndSaysNothingInTheFlatOne) {
  const auto config = Pipeline::reference_config();
  const auto full = Intake(config).read(
      R"({"source":"CRM","entity":"client","externalId":"C","fields":{"email":null,"fullName":"N"}})", 0);
  EXPECT_EQ(std::get<Submission>(full).change.fields.size(), 2U);
  const auto flat = Intake(config).read(R"({"source":"CRM","externalId":"C","email":null,"fullName":"N"})", 0);
  EXPECT_EQ(std::get<Submission>(flat).change.fields.size(), 1U);
}

TEST(Intake, KeepsBigNumbersExactly) {
  const auto config = Pipeline::reference_config();
  const auto result = Intake(config).read(
      R"({"source":"CRM","entity":"order","externalId":"O","version":9223372036854775807,"fields":{"clientId":"C","total":12345678901234567890123.10}})",
      0);
  const auto& change = std::get<Submission>(result).change;
  EXPECT_EQ(change.version, 9223372036854775807);
  EXPECT_EQ(hub::model::find_field(change.fields, "total")->text(), "12345678901234567890123.10");
}

}  // namespace
}  // namespace tests
