#include "hub/store/audit.hpp"

#include "hub/store/journal.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/store_place.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hub::store {

namespace {

/// A store with three changes of one source and a delivery; then somebody tampers with it.
class AuditTest : public testing::Test {
 protected:
  AuditTest() {
    store_.write([](Session& session) {
      Counts counts;
      for (int seq = 1; seq <= 3; ++seq) {
        JournalRow row;
        row.at = {"CRM", seq};
        row.key = {"client", "C-" + std::to_string(seq)};
        row.body = "{}";
        row.state = model::ChangeState::kNoChange;
        add_journal(session, row);
        for (const auto name : {kJournalRows, kAcknowledged, model::to_string(row.state)}) counts.add("CRM", name);
      }
      flush_journal(session);
      counts.flush(session);
    });
  }
  std::set<std::string> laws_after(const std::string& sql) {
    place_.sql(sql);
    std::set<std::string> laws;
    store_.read([&](Session& session) {
      for (const AuditFinding& finding : audit(session)) laws.insert(finding.law);
    });
    return laws;
  }

  tests::support::StorePlace place_;
  tests::support::FakeClock clock_;
  Store store_{{place_.location(), true}, clock_};
};

using Laws = std::set<std::string>;

TEST_F(AuditTest, AnUntouchedStoreIsClean) { EXPECT_EQ(laws_after(""), Laws{}); }

TEST_F(AuditTest, ARemovedRowShows) {
  for (const char* seq : {"1", "2", "3"}) {
    SCOPED_TRACE(seq);
    EXPECT_EQ(laws_after(std::string("delete from source_records where seq = ") + seq),
              (Laws{"journal_is_whole", "journal_without_gap", "states_match_journal"}));
  }
}

TEST_F(AuditTest, ARowTooManyShows) {
  EXPECT_EQ(laws_after("insert into source_records (source, seq, entity, external_id, op, body, received_at_ms, state, "
                       "version, row_version) values ('ERP', 1, 'client', 'X', 'upsert', '{}', 0, 'no_change', 0, 0)"),
            (Laws{"journal_is_whole", "states_match_journal"}));
}

TEST_F(AuditTest, WhatWasPurgedIsNotMissed) {
  EXPECT_EQ(laws_after("delete from source_records where seq = 1; insert into counters values ('CRM', "
                       "'purged_no_change', 1), ('CRM', 'last_purged', 1)"),
            Laws{});
  EXPECT_EQ(laws_after("delete from source_records where seq = 2"),
            (Laws{"journal_is_whole", "journal_without_gap", "states_match_journal"}));
}

TEST_F(AuditTest, ABaseWithoutItsRecordShows) {
  EXPECT_EQ(laws_after("insert into record_bases values ('client', 'C-1', 1, 1, 0, '{}', '{}', null, 'CRM', 'CRM', 1, "
                       "0, 0)"),
            Laws{"base_has_its_record"});
}

TEST_F(AuditTest, AForgottenCountShows) {
  EXPECT_EQ(laws_after("update counters set value = 4 where name = 'acknowledged'"),
            Laws{"acknowledged_is_sum_of_states"});
}

TEST_F(AuditTest, ALostDeliveryShows) {
  EXPECT_EQ(laws_after("insert into counters values ('ERP', 'deliveries_created', 1)"),
            Laws{"deliveries_are_conserved"});
}

TEST_F(AuditTest, ARecordWithoutItsJournalShows) {
  EXPECT_EQ(
      laws_after("insert into canonical_records values ('client', 'C-1', 1, 1, 0, '{}', '{}', null, 'CRM', 'CRM', "
                 "9, 0, 0, null, 0)"),
      Laws{"record_has_its_journal"});
}

}  // namespace

}  // namespace hub::store
