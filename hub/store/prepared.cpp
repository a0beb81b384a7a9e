#include "hub/store/connection.hpp"
#include "hub/store/json_rows.hpp"

#include <stdexcept>

namespace hub::store {

void check_count(const NamedStatement& statement, Arguments arguments) {
  if (arguments.size() != statement.in.size())
    throw std::logic_error("statement " + statement.name + " takes " + std::to_string(statement.in.size()) +
                           " parameters");
}

Prepared::Prepared(soci::session& session, const NamedStatement& named)
    : named_(named), in_(named.in.size()), out_(named.out.size()), statement_(session) {
  for (std::size_t i = 0; i < in_.size(); ++i) {
    if (named.in[i].integer)
      statement_.exchange(soci::use(in_[i].number, in_[i].indicator, named.in[i].name));
    else
      statement_.exchange(soci::use(in_[i].text, in_[i].indicator, named.in[i].name));
  }
  for (std::size_t i = 0; i < out_.size(); ++i) {
    if (named.out[i].integer)
      statement_.exchange(soci::into(out_[i].number, out_[i].indicator));
    else
      statement_.exchange(soci::into(out_[i].text, out_[i].indicator));
  }
  statement_.alloc();
  statement_.prepare(named.sql);
  statement_.define_and_bind();
}

std::int64_t Prepared::run(Arguments arguments) {
  set(arguments);
  statement_.execute(true);
  return statement_.get_affected_rows();
}

void Prepared::each(Arguments arguments, const std::function<void(const Row&)>& row) {
  set(arguments);
  for (bool found = statement_.execute(true); found; found = statement_.fetch()) row(*this);
}

const std::string& Prepared::text(std::size_t column) const {
  static const std::string empty;
  return is_null(column) ? empty : out_[column].text;
}

void Prepared::set(Arguments arguments) {
  check_count(named_, arguments);
  std::size_t i = 0;
  for (const Param& param : arguments) {
    Slot& slot = in_[i++];
    slot.indicator = param.is_null() ? soci::i_null : soci::i_ok;
    if (param.is_integer())
      slot.number = param.number();
    else if (param.text().find('\0') == std::string_view::npos)
      slot.text.assign(param.text());
    else
      slot.text = without_nul(param.text());
  }
}

}  // namespace hub::store
