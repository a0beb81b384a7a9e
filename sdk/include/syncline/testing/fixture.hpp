#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace syncline::testing {

/// What the conformance suite must know of a source to test its plugin: how to reach it, and how an application of that
/// system, which knows nothing of the hub, adds, edits and removes a record. One object is one source, fresh, empty and
/// of its own; its destructor removes it. Texts and ids are short ASCII words.
class SourceFixture {
 public:
  SourceFixture() = default;
  SourceFixture(const SourceFixture&) = delete;
  SourceFixture& operator=(const SourceFixture&) = delete;
  virtual ~SourceFixture() = default;

  /// The plugin's settings for this source: a JSON object, without "$mapping".
  virtual std::string settings() = 0;
  /// The source's name of the entity under test, which has records with a text field.
  virtual std::string entity() = 0;
  /// The name of that text field.
  virtual std::string text_field() = 0;
  /// The source field that is the external id; empty when there is none.
  virtual std::string key_field() { return {}; }

  /// Adds a record as an application does; `id` goes into the key field, if there is one. Gives the source's own id.
  virtual std::string add(const std::string& id, const std::string& text) = 0;
  /// Sets the text of a record as an application does.
  virtual void edit(const std::string& native_id, const std::string& text) = 0;
  /// Removes a record as an application does.
  virtual void remove(const std::string& native_id) = 0;
  /// The text of a record, nothing when there is no such record.
  virtual std::optional<std::string> read(const std::string& native_id) = 0;

  /// What a push sends for a record: a JSON object. By default the key field, if there is one, and the text field.
  virtual std::string body(const std::string& id, const std::string& text) {
    const std::string key = key_field().empty() ? "" : "\"" + key_field() + "\":\"" + id + "\",";
    return "{" + key + "\"" + text_field() + "\":\"" + text + "\"}";
  }
  /// Settings that create must refuse, each with a word that its message must name (the JSON pointer).
  virtual std::vector<std::pair<std::string, std::string>> bad_settings() { return {}; }
  /// False when the source leaves no trace of what is removed.
  virtual bool reports_deletes() { return true; }
};

/// A plugin under test: its file, and how to make a source for it.
struct Suite {
  std::string plugin_path;
  std::function<std::unique_ptr<SourceFixture>()> make;
};

}  // namespace syncline::testing
