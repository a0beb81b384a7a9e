#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hub::config {

/// What may stand at a key.
enum class Type : std::uint8_t {
  kSection,   // a map with the keys of the table
  kNames,     // a map whose keys are names that the user gives; what each holds is the row `<path>.*`
  kSettings,  // a map that only the plugin understands
  kString,
  kName,  // 1 to 64 of A-Z a-z 0-9 _ -
  kPath,
  kListen,  // host:port
  kStore,   // `sqlite` or the URL of a PostgreSQL database
  kChoice,  // one of `choices`
  kBoolean,
  kInteger,
  kDuration,     // in milliseconds when read
  kAge,          // the same; `off` is 0
  kSize,         // in bytes when read
  kRate,         // per second when read; `unlimited` is 0
  kStrings,      // a list of strings
  kNormalisers,  // a list of normalisers
  kPolicy,       // `newest`, `manual`, or a map with one of its keys
  kMatchOn,      // a list of lists of field names
  kFilter,       // a map of field names to lists of strings
  kField,        // a string, short for the key `field` of its section; or the section
  kValues,       // a map of strings to scalars
};

/// One key of the configuration. Everything that is said about a key is said here: the checks, the defaults, the
/// reference page and the JSON Schema are made from it.
struct Key {
  std::string_view path;  // dotted; * stands for a name that the user gives
  Type type = Type::kSection;
  bool required = false;
  std::string_view unit = {};      // what a number counts; durations, sizes and rates carry their unit in the text
  std::string_view fallback = {};  // the default as YAML text; empty: none
  std::string_view min = {};       // the range of a number, as it is written; both ends belong to it
  std::string_view max = {};
  std::string_view choices = {};  // kChoice, kPolicy: the words that are allowed, separated by |
  std::string_view text;          // one sentence or two for the reference
  std::string_view way_out = {};  // added to the message when the value is refused
};

/// All keys; a section comes before what is in it.
[[nodiscard]] std::span<const Key> keys();
/// The row of a path pattern; it must exist.
[[nodiscard]] const Key& key_at(std::string_view pattern);
/// The rows right below a pattern ("" for the root), in order.
[[nodiscard]] std::vector<const Key*> children_of(std::string_view pattern);
/// The last part of a row's path.
[[nodiscard]] std::string_view last_part(std::string_view path);
/// The words of `choices`.
[[nodiscard]] std::vector<std::string> words(std::string_view choices);

}  // namespace hub::config
