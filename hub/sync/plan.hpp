#pragma once

#include "hub/plugin/source_client.hpp"
#include "hub/sync/committer.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace hub::sync {

/// What a first sync, or another configuration, would do: the changes go through the real engine over a store to try
/// things on (hub/store/trial.hpp), and what they bring about is counted. One thread. Throws StoreError.
class Plan {
 public:
  /// `trial` is written to; `live` is the store that it was made from, null when there is none yet. `examples`: how
  /// many records are told in full. `cancelled` ends it early, between pages.
  Plan(const config::Config& config, store::Store& trial, store::Session* live, const base::Clock& clock,
       base::Rng& rng, int examples, plugin::Cancelled cancelled);

  /// What the changes of one entity come to.
  struct Tally {
    std::int64_t read = 0;
    std::int64_t created = 0;  // new records
    std::int64_t matched = 0;  // first seen at the source, and of a record that there was
    std::int64_t changed = 0;  // records that get other values
    std::int64_t deleted = 0;
    std::int64_t lost = 0;                            // the source's value loses and will be put right there
    std::int64_t same = 0;                            // nothing to do
    std::int64_t ambiguous = 0;                       // a person must say which record it is
    std::int64_t conflicts = 0;                       // a person must settle
    std::int64_t waiting = 0;                         // for a record that is not there
    std::int64_t dead = 0;                            // the hub cannot take it
    std::int64_t missing = 0;                         // linked, and not among what was read
    std::map<std::string, std::int64_t> overwritten;  // by field of the canonical records
  };
  /// What would be written to one source.
  struct Writes {
    std::int64_t created = 0;
    std::int64_t changed = 0;
    std::int64_t deleted = 0;
    std::int64_t calls = 0;                           // of its plugin or connector, by its batch size
    std::map<std::string, std::int64_t> overwritten;  // by field: another value stands there
  };
  /// One record in full.
  struct Example {
    model::RecordKey key;
    std::string native_id;
    std::string outcome;  // "created", "matched", …
    struct Field {
      std::string name;
      model::Value from;
      model::Value to;
    };
    std::vector<Field> fields;
    std::vector<std::string> candidates;  // of an ambiguous one
    std::string reason;                   // of a dead one
  };

  /// Reads everything that `source` has and takes it through the engine. Gives why it could not, nothing when all is
  /// well; an error leaves what was read before it in the plan.
  [[nodiscard]] std::optional<std::string> pull(const config::SourceConfig& source, plugin::SourceClient& client);
  /// Re-evaluates what the sources last said (hub/sync/reevaluation.hpp).
  void reevaluate();
  [[nodiscard]] const std::map<std::string, Tally>& entities() const { return entities_; }
  [[nodiscard]] const std::map<std::string, Writes>& targets() const { return targets_; }
  [[nodiscard]] const std::vector<Example>& examples() const { return examples_; }
  [[nodiscard]] std::int64_t pages() const { return pages_; }
  [[nodiscard]] bool changes_anything() const;

 private:
  struct Seen {
    Answer answer;
    model::Op op;
    std::string native_id;
    store::JournalKey at;
    std::string decision;  // as long as examples are wanted
  };
  void count(std::vector<Seen>& page);
  void add_example(Seen& seen, const char* outcome);
  void count_delivery(const config::SourceConfig& target, const config::EntityMapping& mapping,
                      const model::Record& record, const model::Link* held);

  const Surroundings hub_;
  store::Session* const live_;
  const std::size_t most_examples_;
  const plugin::Cancelled cancelled_;
  Committer committer_;
  std::map<std::string, Tally> entities_;
  std::map<std::string, Writes> targets_;
  std::vector<Example> examples_;
  std::int64_t pages_ = 0;
  const bool any_pending_;                      // in the live store
  std::unordered_set<std::size_t> deliveries_;  // hashes of target and record: each is counted once
  store::JournalRow decided_;                   // the newest
  Transaction::Trial trial_;
};

}  // namespace hub::sync
