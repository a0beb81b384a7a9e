#include "hub/model/json_writer.hpp"

#include "hub/model/json.hpp"

#include <gtest/gtest.h>

namespace hub::model {

namespace {

TEST(JsonWriter, PutsTheCommas) {
  JsonWriter json;
  json.begin_object().member("a", 1).member("b", "x\"").key("c").begin_array();
  json.begin_object().end_object().begin_array().end_array().null().boolean(true).number(-5).text("");
  json.end_array().member("d", false).key("e").raw("{\"f\":[1,2]}").end_object();
  EXPECT_EQ(json.take(), R"({"a":1,"b":"x\"","c":[{},[],null,true,-5,""],"d":false,"e":{"f":[1,2]}})");
}

TEST(JsonWriter, WritesValuesFieldsAndTimes) {
  JsonWriter json;
  json.begin_object().key("v").value(Value::integer(7));
  json.key("f").fields({{"a", Value{}}, {"b", Value::string("x")}, {"c", Value::boolean(true)}});
  json.time("t", 1).time("never", 0).member_or_null("m", "").member_or_null("n", "y").end_object();
  EXPECT_EQ(json.take(), R"({"v":7,"f":{"a":null,"b":"x","c":true},"t":"1970-01-01T00:00:00.001Z","never":null,)"
                         R"("m":null,"n":"y"})");
}

}  // namespace

}  // namespace hub::model
