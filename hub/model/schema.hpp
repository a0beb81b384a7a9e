#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hub::model {

enum class FieldType : std::uint8_t { kString, kInteger, kDecimal, kBoolean, kDate, kDatetime, kReference };

/// `on_blank`: what an empty string means for a field (SEMANTICS 3).
enum class OnBlank : std::uint8_t { kValue, kClear, kIgnore };

enum class NormaliserKind : std::uint8_t { kTrim, kLower, kEmail, kPhone, kDecimal, kDate };

/// One step applied to a value before it is compared and stored. `digits` is the N of "decimal:N".
struct Normaliser {
  NormaliserKind kind = NormaliserKind::kTrim;
  int digits = 0;

  friend bool operator==(const Normaliser&, const Normaliser&) = default;
};

enum class PolicyKind : std::uint8_t { kPriority, kPrefer, kOwner, kNewest, kManual };

/// A field's own way out of an overlap, tried before the priority step. kPriority: it has none.
struct FieldPolicy {
  PolicyKind kind = PolicyKind::kPriority;
  std::vector<std::string> sources;  // kPrefer: best first; kOwner: exactly one

  friend bool operator==(const FieldPolicy&, const FieldPolicy&) = default;
};

/// A piece of the template of a computed field: the value of another field, or text that stands as it is.
struct TemplatePart {
  std::string field;  // empty: `text` stands here
  std::string text;

  friend bool operator==(const TemplatePart&, const TemplatePart&) = default;
};

/// A typed field of an entity, as YAML declares it.
struct FieldSchema {
  std::string name;
  FieldType type = FieldType::kString;
  std::string references;  // kReference: the entity referred to
  bool required = false;
  std::optional<int> max_length;     // characters (code points)
  std::optional<int> scale;          // kDecimal: digits after the point; more are refused, fewer are filled up
  std::vector<std::string> allowed;  // `enum`; empty: any
  std::vector<Normaliser> normalisers;
  OnBlank on_blank = OnBlank::kValue;
  FieldPolicy policy;
  std::vector<TemplatePart> parts;  // `template`; empty: the field is written by sources

  /// Whether the hub makes the value from other fields, and nobody writes it.
  [[nodiscard]] bool computed() const { return !parts.empty(); }
};

enum class MergeMode : std::uint8_t { kRecord, kField };
enum class DeleteMode : std::uint8_t { kPropagate, kIgnore, kManual };

/// How long a change waits for a record that it references.
struct WaitingPolicy {
  std::chrono::milliseconds retry_every{30'000};
  int max_attempts = 5;
  std::chrono::milliseconds max_age{std::chrono::hours{24 * 7}};
};

/// An entity: its fields and how its records are merged.
struct EntitySchema {
  std::string name;
  std::vector<FieldSchema> fields;    // in the order of the configuration, names unique
  std::vector<std::string> computed;  // the computed ones, each after those that it is made of
  MergeMode merge = MergeMode::kRecord;
  DeleteMode deletes = DeleteMode::kPropagate;
  WaitingPolicy waiting;
  std::chrono::milliseconds clock_tolerance{2'000};  // for the policy `newest`

  [[nodiscard]] const FieldSchema* find(std::string_view field) const;
  [[nodiscard]] bool is_computed(std::string_view field) const;
};

}  // namespace hub::model
