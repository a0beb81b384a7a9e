#pragma once

#include "hub/config/config.hpp"
#include "tests/sim/chance.hpp"

#include <map>
#include <string>

namespace tests::sim {

/// What a simulated source is like, beside what the configuration says of it.
struct Manners {
  bool connector = false;      // speaks over the API and fetches its deliveries itself; else it has a plugin
  bool versions = false;       // a connector that claims shared versions
  bool idempotent = false;     // a repeat of a write with the same key writes once
  bool conditional = false;    // refuses a write over an edit that the hub has not seen
  bool echoes = true;          // its pulls bring back what the hub wrote
  bool gullible_hook = false;  // its echo hook looks at the author alone
  bool etags = false;
  bool reports = false;     // a receipt says what the row really holds
  bool whole_rows = true;   // a pull brings every field of a row, else those that were written since
  bool reuses_ids = false;  // the id of a deleted row goes to the next new one
  int longest_name = 0;     // longer names are cut; 0: none is
  bool rounds = false;      // a total has one digit after the point here
  int clock_ahead_ms = 0;   // how far its clock is off
};

/// How often things go wrong, in a hundred: drawn anew for each seed, so that some runs are calm in most respects and
/// wild in one.
struct Faults {
  int push_fails = 0;  // nothing was written, and nobody is told why
  int push_lost = 0;   // it was written, and the answer is lost
  int push_twice = 0;  // the network delivers the write twice
  int throttled = 0;
  int late = 0;          // the answer takes its time, and the others do not wait
  int very_late = 0;     // longer than any lease
  int stale = 0;         // without a reason
  int rejected = 0;      // this write will never be taken
  int locked_out = 0;    // the credentials are refused
  int pull_fails = 0;    // after what was emitted so far
  int pull_repeats = 0;  // a pull goes back and tells again
  int pull_stops = 0;    // a page ends early, or its checkpoint lags behind
  int post_lost = 0;     // a connector never gets the answer to what it posted
  int fetch_lost = 0;    // … or to what it fetched or acknowledged
  int down = 0;          // a source is away for a while
  int bad_values = 0;    // a source writes what the hub cannot read
  int crashes = 0;       // the hub dies, at a failpoint or between two steps
  int errors = 0;        // a step of the hub fails, before or after it has done its work
  int clock_jumps = 0;   // of the hub and of the sources
  int mass_deletes = 0;
  int steward = 0;  // a person edits, decides, approves, or changes a priority in between
};

/// One run: what is configured, what the sources are like, what goes wrong and how much happens.
struct Scenario {
  hub::config::Config config;
  std::map<std::string, Manners> manners;  // by source
  Faults faults;
  int edits = 0;  // that people make at the sources
};

/// Draws a scenario.
[[nodiscard]] Scenario make_scenario(Chance& chance);

/// The scenario in a line, for a trace.
[[nodiscard]] std::string to_string(const Scenario& scenario);

}  // namespace tests::sim
