#include "tests/sim/words.hpp"

namespace tests::sim {

using hub::model::FieldType;
using hub::model::Value;

Value invent(Chance& chance, const hub::model::FieldSchema& field) {
  if (!field.required && chance.percent(5)) return {};
  if (!field.allowed.empty()) return Value::string(chance.pick(field.allowed));
  if (field.type == FieldType::kDecimal)
    return Value::string(std::to_string(chance.between(0, 20)) + "." + std::to_string(chance.between(10, 99)));
  if (field.name == "email") {
    const std::string name = chance.pick<std::string>({"ann", "bob", "cy", "dan", "eve", "fay", "gus"});
    return Value::string(name + chance.pick<std::string>({"@x.org", "@X.ORG ", "@y.org"}));
  }
  if (field.name == "tier") return Value::string(chance.pick<std::string>({"gold", "silver", "tin"}));
  if (field.name == "phone") return Value::string("+" + std::to_string(chance.between(1, 9)));
  return Value::string(chance.pick<std::string>(
      {"Ann Archer", "Bob Bee", " Bob Bee ", "Cy", "Dan Dee", "Eve Eland", "Fay", "Gus Gander-Green", "Zoe"}));
}

Value kept(const Manners& manners, const std::string& field, const Value& value) {
  std::string text = value.text();
  if (value.is_null()) return value;
  if (field == "fullName" && manners.longest_name > 0)
    text = text.substr(0, static_cast<std::size_t>(manners.longest_name));
  else if (field == "total" && manners.rounds)
    text = text.substr(0, text.find('.') + 2);
  else
    return value;
  return Value::string(text);
}

}  // namespace tests::sim
