#include "hub/store/session.hpp"

#include "hub/base/clock.hpp"
#include "hub/store/sources.hpp"
#include "hub/store/store.hpp"
#include "tests/support/store_place.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace hub::store {

namespace {

class SessionTest : public testing::Test {
 protected:
  tests::support::StorePlace place_;
  base::SystemClock clock_;
  Store store_{{place_.location(), true}, clock_};
};

template <class Body>
StoreErrorKind kind_of(Body&& body) {
  try {
    body();
  } catch (const StoreError& e) {
    return e.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return StoreErrorKind::kOther;
}

TEST_F(SessionTest, TextsAndNumbersComeBackAsTheyWent) {
  const std::string text = "a'b\"c\n\xF0\x9F\x90\xA7";
  store_.write([&](Session& session) { put_cursor(session, "S", "e", text, 9007199254740993); });
  store_.read([&](Session& session) { EXPECT_EQ(load_cursor(session, "S", "e"), text); });
}

TEST_F(SessionTest, NullIsNotEmpty) {
  store_.write([](Session& session) {
    put_paused(session, "S", true, "");
    session.each("load_source_state", {"S"}, [](const Row& row) {
      EXPECT_TRUE(row.is_null(1));
      EXPECT_EQ(row.text(1), "");
    });
  });
}

TEST_F(SessionTest, ABatchRunsInOrderAndCountsItsRows) {
  store_.write([](Session& session) {
    for (const int times : {1, 2}) {
      for (const char* name : {"a", "b", "c"}) session.add("add_counter", {"S", name, times});
      EXPECT_EQ(session.batch_size("add_counter"), 3);
      std::int64_t rows = 0;
      session.flush("add_counter", [&](std::int64_t changed) { rows = changed; });
      session.settle();
      EXPECT_EQ(rows, 3);
      EXPECT_EQ(session.batch_size("add_counter"), 0);
    }
    EXPECT_EQ(load_counter(session, "S", "b"), 3);
  });
}

TEST_F(SessionTest, WhatIsThrownTakesAllOfItBack) {
  EXPECT_THROW(store_.write([](Session& session) {
    put_priority(session, "S", 1);
    session.add("add_counter", {"S", "n", 1});
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  store_.write([](Session& session) { session.flush("add_counter"); });
  store_.read([](Session& session) {
    EXPECT_TRUE(load_priorities(session).empty());
    EXPECT_EQ(load_counter(session, "S", "n"), 0) << "a batch must not outlive its transaction";
  });
}

TEST_F(SessionTest, AReaderSeesItsSnapshotAndCannotWrite) {
  store_.read([&](Session& session) {
    EXPECT_EQ(load_counter(session, "S", "n"), 0);
    store_.write([](Session& writer) {
      writer.add("add_counter", {"S", "n", 1});
      writer.flush("add_counter");
    });
    EXPECT_EQ(load_counter(session, "S", "n"), 0);
    EXPECT_EQ(kind_of([&] {
                put_priority(session, "S", 1);
                session.settle();
              }),
              StoreErrorKind::kReadOnly);
  });
  store_.read([](Session& session) { EXPECT_EQ(load_counter(session, "S", "n"), 1); });
}

TEST_F(SessionTest, ErrorsNameTheStatementAndNotTheValues) {
  try {
    store_.write([](Session& session) { session.run("insert_schema_version", {1, "twice", 0}); });
    FAIL();
  } catch (const StoreError& e) {
    EXPECT_EQ(e.kind(), StoreErrorKind::kConstraint);
    EXPECT_NE(std::string(e.what()).find("insert_schema_version"), std::string::npos) << e.what();
    EXPECT_EQ(std::string(e.what()).find("twice"), std::string::npos) << e.what();
  }
}

TEST_F(SessionTest, AWrongNumberOfParametersIsABug) {
  store_.write([](Session& session) {
    EXPECT_THROW(session.run("put_priority", {"S"}), std::logic_error);
    EXPECT_THROW(session.run("no_such_statement"), std::logic_error);
  });
}

TEST_F(SessionTest, AnotherWriterIsWaitedFor) {
  Session other(place_.location(), Session::Mode::kWrite);
  other.begin();
  if (place_.is_postgresql()) other.run("lock_store");
  std::thread ends([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    other.rollback();
  });
  EXPECT_NO_THROW(store_.write([](Session& session) { put_priority(session, "S", 1); }));
  ends.join();
}

}  // namespace

}  // namespace hub::store
