#pragma once

#include "hub/base/clock.hpp"
#include "hub/base/rng.hpp"
#include "hub/config/config.hpp"
#include "hub/resolve/ladder.hpp"
#include "hub/store/conflicts.hpp"
#include "hub/store/holds.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/waiting.hpp"
#include "hub/sync/intake.hpp"
#include "hub/sync/matching.hpp"
#include "hub/sync/submission.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hub::sync {

/// T1: any number of changes decided in order inside one write transaction of the store. Journal, canonical records,
/// links, deliveries, conflicts, parked changes and counters move together or not at all. Not thread-safe; lives
/// inside Store::write(). Throws StoreError.
class Transaction {
 public:
  Transaction(const config::Config& config, store::Session& session, const base::Clock& clock, base::Rng& rng);

  /// Where a trial's outcome goes instead of the journal and the queues. Of the journal only what is parked is written.
  struct Trial {
    std::function<bool()> asks;  // whether decided() is to be told the decision too
    std::function<void(store::JournalRow&&)> decided;
    std::function<void(const config::SourceConfig& target, const config::EntityMapping& mapping,
                       const model::Record& record, const model::Link* held)>
        queued;
  };
  /// Makes this a trial; before the first change. `trial` outlives this.
  void try_only(const Trial& trial) { trial_ = &trial; }

  /// Asks for what deciding these changes will read, in few round trips: by what they say, before there is a
  /// Transaction; and by what that tells of their rows, before the first is decided. Both change nothing but the time
  /// it takes, where the store is a server.
  static void read_ahead(store::Session& session, const config::Config& config,
                         const std::vector<const Submission*>& changes);
  void read_rows_ahead(const std::vector<const Submission*>& changes);
  /// Decides one change and stages what it brings. A refusal has no effect.
  [[nodiscard]] Result apply(const Submission& submission);
  /// Looks at one row of the snapshot `run` of a source (hub/store/snapshots.hpp). It is a change when it says another
  /// thing than the source is known to hold, and another than the snapshots before; then it is applied. What it says
  /// counts for nothing when the hub has written to the row since the snapshot began.
  void observe(const Submission& row, std::int64_t run);
  /// Tries a parked change again, and then those of the same record and source that are parked behind it: because its
  /// time has come (`by_timer` counts an attempt and may end it as a dead letter), or because what it waited for is
  /// there. One that is behind another itself stays.
  void release(const store::WaitingRow& parked, bool by_timer);
  /// Tries a dead change again, as its journal row or as `mended` says.
  [[nodiscard]] Result revive(const store::DeadLetter& letter, const std::optional<model::Fields>& mended);
  /// Makes the computed fields of a record anew and brings them to its sources: the configuration has changed.
  void recompute(const model::RecordKey& key);
  /// Writes to a record as a person does: on top of what it is now, whatever it is. `about`, when not empty, is a JSON
  /// object that says why; it is kept in the journal. `settles`, when not empty, is the source whose conflict the
  /// person settles so.
  [[nodiscard]] Result edit(const model::RecordKey& key, model::Op op, const model::Fields& fields,
                            std::string_view about = {}, std::string_view settles = {});
  /// What a merge has done, or will do when it is taken back.
  struct Merge {
    model::RecordKey survivor;
    model::RecordKey alias;
    model::Fields filled;                     // what the survivor takes over
    std::vector<model::Link> moved;           // rows that stand for the survivor from now on, as the alias had them
    std::vector<model::Link> removed;         // rows of sources that have one of the survivor too: they are deleted
    std::vector<model::RecordKey> repointed;  // records that referred to the alias
  };
  /// Makes one record of two: `alias` is deleted and from then on another name of `survivor`, which takes over its
  /// rows, the records that refer to it, and its values in the fields in which it has none itself or that `take` names.
  [[nodiscard]] std::variant<Merge, Refusal> merge(const model::RecordKey& survivor, const model::RecordKey& alias,
                                                   const std::vector<std::string>& take);
  /// Takes a merge back: the alias is a record of its own again, with its rows and values, and with what its sources
  /// have said since.
  [[nodiscard]] std::variant<Merge, Refusal> unmerge(const model::RecordKey& alias);
  /// Takes the values of a record out of the store: out of itself, of `changes` (all that are about it), and of
  /// whatever else holds them. Its sources are told to delete it, unless they are to keep it.
  [[nodiscard]] Result erase(const model::RecordKey& key, const std::vector<store::JournalKey>& changes,
                             std::string_view reason, bool keep_at_sources);
  /// Ends a hold and decides what came meanwhile. False when there was none.
  bool release_hold(const model::RecordKey& key, std::string_view field);

  /// Whether the change, whose record is known, would be taken. Does nothing.
  [[nodiscard]] bool would_apply(const Submission& submission);
  /// Has every source looked at that should hold the record and may not hold it as it is now.
  void offer(const model::RecordKey& key) { state(key).changed = true; }

  /// Moves the cursor of a pull in this transaction.
  void move_cursor(std::string_view source, std::string_view entity, std::string_view cursor);
  /// The record as this transaction has it, null when there is none. Valid until the next call.
  [[nodiscard]] const model::Record* record(const model::RecordKey& key);

  /// A person has said what these fields are to be: no open conflict asks about them any more.
  void answered(const model::RecordKey& key, const model::Fields& fields, const std::string& by);
  /// Nobody knows what the source holds in these fields: it gets the agreed values.
  void forget(const model::RecordKey& key, const std::string& source, const std::vector<std::string>& fields);
  /// Releases what waited for the records that are new so far.
  void wake();

  /// Releases what waited for the records that are new, queues the deliveries and writes everything. Call it once,
  /// last.
  void finish();

  /// After finish(): targets that got deliveries.
  [[nodiscard]] const std::set<std::string>& targets() const { return targets_; }
  [[nodiscard]] store::Session& session() { return session_; }
  [[nodiscard]] std::int64_t now_ms() const { return now_ms_; }
  [[nodiscard]] store::Counts& counts() { return counts_; }
  /// Something beside a change has put a delivery into the queue of `target`.
  void wake_target(const std::string& target) { targets_.insert(target); }

 private:
  /// A record as this transaction sees it.
  struct State {
    model::Record record;
    bool exists = false;
    std::int64_t stored_row_version = 0;  // what the compare-and-set expects; 0: to be inserted
    bool written = false;                 // the row must be written
    bool changed = false;                 // the agreed state may be another: everybody's deliveries are looked at
    std::vector<model::Link> links;
    std::set<std::string> moved_links;
    std::vector<store::MatchKey> stored_keys;  // by which the store finds the record
    std::vector<store::MatchKey> keys;         // by which it is to be found
    std::set<std::string> spoke;               // sources whose own copy may need repair
    std::set<std::string> apart;               // sources whose filter the record did not pass when it was deleted
  };
  /// An idempotency key seen in this transaction.
  struct Seen {
    Answer answer;
    std::string body;
  };

  State& state(const model::RecordKey& key);
  model::Link* link(State& state, std::string_view source);
  model::Link& make_link(State& state, std::string_view source);
  std::int64_t next_seq(const std::string& source);

  std::optional<Result> answer_again(const Submission& submission);
  std::optional<Refusal> decide(const Submission& submission, store::JournalRow& row, Answer& answer,
                                const store::WaitingRow* parked);
  bool says_nothing(const Submission& row);
  model::Decision resolve(State& target, const model::Change& change, const Submission& submission);
  /// What becomes of the change, a delete: its source's mapping may say otherwise than the entity.
  [[nodiscard]] model::DeleteMode delete_mode(const model::Change& change, const model::EntitySchema& schema) const;
  /// Says which record the change is about, by its external id, its link, or match_on. Gives the records that it may be
  /// about when that cannot be told: then nothing may be done with it.
  /// `known` is the record that its row is linked to.
  std::vector<std::string> identify(model::Change& change, const std::optional<std::string>& known);
  /// Closes the question which record the change's row is.
  void answer_identity(const model::Change& change);
  /// The deliveries of which one may have made the row that the change tells of, or what earlier changes of that row
  /// wait for: until then nobody knows whether the row is a record that there is already. Names the record
  /// "@source:row".
  std::vector<model::RecordKey> row_in_doubt(model::Change& change, const std::optional<std::string>& known,
                                             const store::WaitingRow* parked);
  /// The records that match_on finds; `told` says whether the change is about the only one.
  struct Match {
    std::vector<std::string> records;
    bool told = true;
  };
  Match match(const model::Change& change, const config::EntityMapping& mapping);
  std::vector<std::string> find_matches(std::string_view entity, const store::MatchKey& key);
  const std::vector<MatchFields>& steps(const std::string& entity);
  /// The record that `key` is an alias of, itself when it is none.
  model::RecordKey survivor_of(model::RecordKey key);
  /// Turns a change of an alias to its survivor. False when it speaks of a row that the survivor does not stand for at
  /// this source: what it says counts, but it is not what the source holds in the survivor's row.
  bool follow_alias(model::Change& change);
  [[nodiscard]] bool on_hold(const model::Change& change);
  void move_row(State& from, State& to, const std::string& source, model::Link link);
  std::vector<std::pair<model::RecordKey, std::string>> referrers(const model::RecordKey& key);
  std::vector<model::RecordKey> missing(model::Change& change, bool native_references);
  /// What changes of the same record and source wait for that are parked before this one. Of those, a delete that the
  /// brake holds says nothing any more: it is dropped.
  std::vector<model::RecordKey> missing_before(const model::Change& change);
  void drop(const store::WaitingRow& held);
  std::optional<std::string> linked(std::string_view source, std::string_view entity, std::string_view native_id);
  bool exists(const model::RecordKey& key);
  bool in_cycle(const model::RecordKey& start, const std::vector<model::RecordKey>& missing);
  /// The fields of the change that refer to records in `absent`.
  [[nodiscard]] std::vector<std::string> references_to(const model::Change& change,
                                                       const std::vector<model::RecordKey>& absent) const;
  void park(const store::JournalRow& row, std::vector<model::RecordKey> missing, const store::WaitingRow* parked);
  void bury(store::JournalRow& row, std::string reason, int attempts);
  void write_record(State& state, const model::Change& change, const model::Decision& decision,
                    const store::JournalRow& row);
  /// The record's row is to be written, and everybody to be told.
  void touch(State& state);
  /// Remembers which sources a delete of the record is not for: it had left their filter before.
  void keep_apart(State& state);
  /// True when the link is new.
  bool move_link(State& state, const model::Change& change, const model::Decision& decision,
                 const store::JournalRow& row);
  /// Whether a change that the plugin's hook took for an echo is the very write that the last receipt speaks of: the
  /// values say so, or the source's version where that can stand for no edit beside the write. A hook that errs must
  /// not cost a person's edit.
  static bool is_echo(const model::Link* link, const Submission& submission, const model::Change& change);
  /// Opens a conflict about `fields`, in place of an older one of the source.
  void log_conflict(State& state, const model::Change& change, const model::Decision& decision,
                    const store::JournalRow& row, std::string_view kind, std::vector<std::string> fields,
                    std::vector<std::string> candidates = {});
  /// Closes a conflict because a later change has settled it or taken its place.
  void overtake(store::ConflictRow& conflict, std::string by);
  /// Takes out of the record's open conflicts what the change, which is decided, has settled in them.
  void revise_conflicts(const State& state, const model::Change& change, const model::Decision& decision,
                        const store::JournalKey& at);
  /// Takes fields out of a conflict; false when it then asks nothing any more. The caller closes it.
  bool withdraw(store::ConflictRow& open, const std::set<std::string>& names, std::string by);
  void erase_change(const store::JournalKey& at);
  void erase_deliveries(const model::RecordKey& key);
  /// The record that the change is about, when its values were erased.
  [[nodiscard]] const model::Record* erased_record(const model::Change& change);
  [[nodiscard]] static Refusal erased(const model::Record& record);
  void queue_deliveries(const config::SourceConfig& target, const std::vector<State*>& states);
  void settle(const store::JournalRow& row, model::ChangeState from);
  bool release_one(const store::WaitingRow& parked, bool by_timer);
  /// Counts an attempt of a parked change that is behind another and cannot be tried.
  void put_off(store::WaitingRow parked);

  const config::Config& config_;
  store::Session& session_;
  const Trial* trial_ = nullptr;
  base::Rng& rng_;
  Intake intake_;
  std::int64_t now_ms_;
  resolve::Priorities priorities_;
  store::Counts counts_;
  bool any_waiting_ = false;
  bool any_conflict_ = false;
  bool any_blocked_ = false;
  bool any_doubt_ = false;
  bool any_hold_ = false;
  bool any_erased_ = false;
  std::unordered_map<model::RecordKey, State, model::RecordKeyHash> states_;
  std::map<std::string, std::int64_t> last_seqs_;
  std::map<std::pair<std::string, std::string>, Seen> seen_;
  using Row = std::tuple<std::string, std::string, std::string>;    // source, entity, native id
  std::map<Row, std::string, std::less<>> native_ids_;              // to the external id, new here; empty: to none
  std::map<std::string, std::vector<MatchFields>> steps_;           // of match_on, by entity
  std::unordered_multimap<std::size_t, const State*> new_matches_;  // what may be found by a key of that hash
  std::vector<model::RecordKey> arrived_;                           // what a parked change may wait for
  std::set<std::string> targets_;
  std::map<std::pair<std::string, std::int64_t>, store::Run> runs_;
};

}  // namespace hub::sync
