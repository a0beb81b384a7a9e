// The layout of ABI 1.0, frozen: plugins are built with it and never again. A struct may grow at its end; whatever
// makes one of these lines fail breaks every plugin that exists.
#include "syncline/plugin.h"

#include <gtest/gtest.h>

namespace {

#define FROZEN_SIZE(type, bytes) static_assert(sizeof(type) >= (bytes))
#define FROZEN(type, field, offset) static_assert(offsetof(type, field) == (offset))

static_assert(sizeof(void*) == 8, "frozen for 64-bit machines");
static_assert(SYNCLINE_ABI_MAJOR == 1);
static_assert(sizeof(syncline_status) == 4 && sizeof(syncline_op) == 4 && sizeof(syncline_origin) == 4);

static_assert(sizeof(syncline_str) == 16);
FROZEN(syncline_str, data, 0);
FROZEN(syncline_str, size, 8);

FROZEN_SIZE(syncline_change, 96);
FROZEN(syncline_change, size, 0);
FROZEN(syncline_change, op, 4);
FROZEN(syncline_change, entity, 8);
FROZEN(syncline_change, key, 24);
FROZEN(syncline_change, version, 40);
FROZEN(syncline_change, body, 56);
FROZEN(syncline_change, changed_at_ms, 72);
FROZEN(syncline_change, origin_tag, 80);

FROZEN_SIZE(syncline_receipt, 64);
FROZEN(syncline_receipt, size, 0);
FROZEN(syncline_receipt, version, 8);
FROZEN(syncline_receipt, body, 24);
FROZEN(syncline_receipt, origin_tag, 40);
FROZEN(syncline_receipt, pushed_at_ms, 56);

FROZEN_SIZE(syncline_push_item, 104);
FROZEN(syncline_push_item, size, 0);
FROZEN(syncline_push_item, op, 4);
FROZEN(syncline_push_item, entity, 8);
FROZEN(syncline_push_item, key, 24);
FROZEN(syncline_push_item, expected_version, 40);
FROZEN(syncline_push_item, body, 56);
FROZEN(syncline_push_item, idempotency_key, 72);
FROZEN(syncline_push_item, origin_tag, 88);

FROZEN_SIZE(syncline_push_result, 80);
FROZEN(syncline_push_result, size, 0);
FROZEN(syncline_push_result, status, 4);
FROZEN(syncline_push_result, key, 8);
FROZEN(syncline_push_result, version, 24);
FROZEN(syncline_push_result, body, 40);
FROZEN(syncline_push_result, message, 56);
FROZEN(syncline_push_result, retry_after_ms, 72);

FROZEN_SIZE(syncline_call, 48);
FROZEN(syncline_call, size, 0);
FROZEN(syncline_call, ctx, 8);
FROZEN(syncline_call, budget_ms, 16);
FROZEN(syncline_call, cancelled, 24);
FROZEN(syncline_call, log, 32);
FROZEN(syncline_call, fail, 40);

FROZEN_SIZE(syncline_change_sink, 32);
FROZEN(syncline_change_sink, size, 0);
FROZEN(syncline_change_sink, ctx, 8);
FROZEN(syncline_change_sink, emit, 16);
FROZEN(syncline_change_sink, checkpoint, 24);

FROZEN_SIZE(syncline_result_sink, 24);
FROZEN(syncline_result_sink, size, 0);
FROZEN(syncline_result_sink, ctx, 8);
FROZEN(syncline_result_sink, report, 16);

FROZEN_SIZE(syncline_text_sink, 24);
FROZEN(syncline_text_sink, size, 0);
FROZEN(syncline_text_sink, ctx, 8);
FROZEN(syncline_text_sink, write, 16);

FROZEN_SIZE(syncline_pull_request, 48);
FROZEN(syncline_pull_request, size, 0);
FROZEN(syncline_pull_request, snapshot, 4);
FROZEN(syncline_pull_request, entity, 8);
FROZEN(syncline_pull_request, cursor, 24);
FROZEN(syncline_pull_request, limit, 40);

FROZEN_SIZE(syncline_setup, 24);
FROZEN(syncline_setup, size, 0);
FROZEN(syncline_setup, plan, 8);
FROZEN(syncline_setup, apply, 16);

FROZEN_SIZE(syncline_plugin, 128);
FROZEN(syncline_plugin, size, 0);
FROZEN(syncline_plugin, abi_major, 4);
FROZEN(syncline_plugin, abi_minor, 8);
FROZEN(syncline_plugin, capabilities, 12);
FROZEN(syncline_plugin, max_concurrency, 16);
FROZEN(syncline_plugin, id, 24);
FROZEN(syncline_plugin, version, 40);
FROZEN(syncline_plugin, settings_schema, 56);
FROZEN(syncline_plugin, create, 72);
FROZEN(syncline_plugin, destroy, 80);
FROZEN(syncline_plugin, check, 88);
FROZEN(syncline_plugin, pull, 96);
FROZEN(syncline_plugin, push, 104);
FROZEN(syncline_plugin, is_echo, 112);
FROZEN(syncline_plugin, extension, 120);

TEST(Layout, NumbersOfTheAbiNeverChange) {
  EXPECT_EQ(SYNCLINE_OK, 0);
  EXPECT_EQ(SYNCLINE_RETRY, 1);
  EXPECT_EQ(SYNCLINE_THROTTLED, 2);
  EXPECT_EQ(SYNCLINE_REJECTED, 3);
  EXPECT_EQ(SYNCLINE_STALE, 4);
  EXPECT_EQ(SYNCLINE_NOT_FOUND, 5);
  EXPECT_EQ(SYNCLINE_UNAUTHENTICATED, 6);
  EXPECT_EQ(SYNCLINE_MISCONFIGURED, 7);
  EXPECT_EQ(SYNCLINE_CANCELLED, 8);
  EXPECT_EQ(SYNCLINE_UNSUPPORTED, 9);
  EXPECT_EQ(SYNCLINE_INTERNAL, 10);
  EXPECT_EQ(SYNCLINE_UPSERT, 1);
  EXPECT_EQ(SYNCLINE_DELETE, 2);
  EXPECT_EQ(SYNCLINE_ORIGIN_UNKNOWN, 0);
  EXPECT_EQ(SYNCLINE_ORIGIN_FOREIGN, 1);
  EXPECT_EQ(SYNCLINE_ORIGIN_ECHO, 2);
  EXPECT_EQ(SYNCLINE_CAN_PULL_DELTA, 1U);
  EXPECT_EQ(SYNCLINE_CAN_PULL_SNAPSHOT, 2U);
  EXPECT_EQ(SYNCLINE_CAN_PUSH, 4U);
  EXPECT_EQ(SYNCLINE_CAN_DELETE, 8U);
  EXPECT_EQ(SYNCLINE_CAN_IDEMPOTENT_PUSH, 16U);
  EXPECT_EQ(SYNCLINE_CAN_CONDITIONAL_PUSH, 32U);
  EXPECT_EQ(SYNCLINE_CAN_TAG_ORIGIN, 64U);
}

TEST(Layout, HasSaysWhatTheWriterKnew) {
  syncline_change change{};
  change.size = offsetof(syncline_change, origin_tag);
  EXPECT_TRUE(SYNCLINE_HAS(&change, syncline_change, changed_at_ms));
  EXPECT_FALSE(SYNCLINE_HAS(&change, syncline_change, origin_tag));
}

}  // namespace
