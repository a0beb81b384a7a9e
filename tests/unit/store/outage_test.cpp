#include "hub/base/clock.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/store.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/tcp_proxy.hpp"

#include <gtest/gtest.h>

namespace hub::store {

namespace {

/// A store on PostgreSQL behind a proxy.
class Outage : public testing::Test {
 protected:
  void count_one() {
    store_.write([](Session& session) {
      session.add("add_counter", {"S", "n", 1});
      session.flush("add_counter");
    });
  }
  std::int64_t counted() {
    return store_.read([](Session& session) { return load_counter(session, "S", "n"); });
  }
  tests::support::PostgresSchema schema_;
  tests::support::TcpProxy proxy_{tests::support::port_of(schema_.url())};
  base::SystemClock clock_;
  Store store_{{Location::postgresql(tests::support::through(proxy_, schema_.url())), true}, clock_};
};

TEST_F(Outage, ALostAnswerToACommitIsAskedFor) {
  for (int round = 1; round <= 5; ++round) {
    proxy_.cut();
    proxy_.allow();
    proxy_.lose_answer_after(std::string("commit\0", 7));  // as it is prepared and run at once
    count_one();                                           // returns: it is known to be stored
    EXPECT_EQ(proxy_.lost(), round);
    EXPECT_EQ(counted(), round);
  }
}

TEST_F(Outage, ACommitThatTheServerNeverGotWasNone) {
  proxy_.lose_request_after(std::string("commit\0", 7));
  proxy_.cut();
  proxy_.allow();
  EXPECT_THROW(count_one(), StoreError);
  EXPECT_EQ(proxy_.lost(), 1);
  EXPECT_EQ(counted(), 0);
  count_one();
  EXPECT_EQ(counted(), 1);
}

TEST_F(Outage, WhatWasBegunIsNotStoredAndTheStoreGoesOnAfterwards) {
  count_one();
  EXPECT_THROW(store_.write([&](Session& session) {
    session.add("add_counter", {"S", "n", 1});
    session.flush("add_counter");
    proxy_.cut();
    while (session.usable()) static_cast<void>(session.integer("load_counter", {"S", "n"}));
  }),
               StoreError);
  try {
    count_one();
    ADD_FAILURE() << "the server cannot be reached";
  } catch (const StoreError& e) {
    EXPECT_EQ(e.kind(), StoreErrorKind::kUnavailable) << e.what();
  }
  EXPECT_TRUE(store_.healthy());
  proxy_.allow();
  count_one();
  EXPECT_EQ(counted(), 2);
}

TEST_F(Outage, AConnectionThatTheServerHasDroppedMeanwhileCostsNothing) {
  count_one();
  EXPECT_EQ(counted(), 1);
  proxy_.cut();
  proxy_.allow();
  EXPECT_EQ(counted(), 1);
  count_one();
  EXPECT_EQ(counted(), 2);
}

TEST_F(Outage, WhoStopsInATransactionIsCutOff) {
  Store other({Location::postgresql(schema_.url()), true}, clock_);
  EXPECT_THROW(store_.write([&](Session& session) {
    session.add("add_counter", {"S", "n", 1});
    session.flush("add_counter");
    other.write([](Session& meanwhile) {  // waits for the lock until the server has ended the one that holds it
      meanwhile.add("add_counter", {"S", "n", 10});
      meanwhile.flush("add_counter");
    });
  }),
               StoreError);
  EXPECT_EQ(counted(), 10);
}

}  // namespace

}  // namespace hub::store
