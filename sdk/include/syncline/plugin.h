/* The binary contract between the hub and a source plugin.
 *
 * A plugin is a shared library that speaks one kind of system's protocol. It exports one C function,
 * `syncline_plugin_entry`, which returns a table of functions; the hub calls them, and hands in small tables of its own
 * (sinks) through which a plugin answers. This header is all that the two sides share: plain C11, no other include.
 * C++ authors derive from syncline::Source in <syncline/source.hpp> and never see it.
 *
 * Growth. A struct starts with `size`, the bytes of it that its writer knows, and only grows at its end; read a later
 * member only after SYNCLINE_HAS. The minor version grows with each member or name that is added, the major one with
 * anything else. The hub refuses by name a plugin of another major, and one whose minor is newer than its own.
 * Members called `reserved` are written as 0 and not read.
 *
 * Memory. No memory changes owner. Every pointer and every syncline_str is borrowed for the duration of the call that
 * it is passed to, in both directions; who wants to keep it copies it. What the plugin's table refers to is static.
 *
 * Threads. Each function carries a tag.
 *   [control]     one call at a time for one source, and none beside any other call for that source.
 *   [io]          from a worker thread; may block within its budget. For one source at most one pull and one push (or
 *                 check, or setup) run at the same time, and only one of all when max_concurrency is 1.
 *   [pure]        no I/O, no waiting, no change of state; from any thread, also beside [io] calls.
 *   [any-thread]  from any thread at any time.
 * Different sources of one plugin are called at the same time without any order.
 *
 * Errors. A function answers a syncline_status; the text for a person goes through `fail` of its syncline_call. No
 * exception and no longjmp leaves a function of either side. Messages hold no secrets and no bodies.
 *
 * Text. A syncline_str is UTF-8 and not terminated. A body is one JSON object of the source's own fields. Numbers go
 * through exactly: a decimal, or an integer beyond 64 bits, is a JSON string of its digits. */
#ifndef SYNCLINE_PLUGIN_H
#define SYNCLINE_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SYNCLINE_ABI_MAJOR 1u
#define SYNCLINE_ABI_MINOR 0u

#define SYNCLINE_EXPORT __attribute__((visibility("default")))

/* True when the writer of *p knew `field`. */
#define SYNCLINE_HAS(p, type, field) ((p)->size >= offsetof(type, field) + sizeof((p)->field))

/* `size` bytes of UTF-8. `data` may be null only when `size` is 0. */
typedef struct syncline_str {
  const char* data;
  size_t size;
} syncline_str;

/* How a call, or one item of a push, ended. Fixed width: an enum's own width is no part of a contract. */
typedef int32_t syncline_status;
enum {
  SYNCLINE_OK = 0,
  SYNCLINE_RETRY = 1,           /* unknown or passing (timeout, 5xx): the same may be tried again */
  SYNCLINE_THROTTLED = 2,       /* not done; try after retry_after_ms. Costs no attempt */
  SYNCLINE_REJECTED = 3,        /* this item will never be taken as it is (other 4xx) */
  SYNCLINE_STALE = 4,           /* the record is no longer at expected_version; nothing was written */
  SYNCLINE_NOT_FOUND = 5,       /* the source has no such record */
  SYNCLINE_UNAUTHENTICATED = 6, /* the credentials are refused: the source is paused. Costs no attempt */
  SYNCLINE_MISCONFIGURED = 7,   /* the settings or the mapping cannot work: the source is paused */
  SYNCLINE_CANCELLED = 8,       /* ended early because cancelled() said so or a sink refused */
  SYNCLINE_UNSUPPORTED = 9,     /* this plugin does not do that */
  SYNCLINE_INTERNAL = 10        /* a bug in the plugin; handled as SYNCLINE_RETRY */
};

typedef uint32_t syncline_op;
enum { SYNCLINE_UPSERT = 1, SYNCLINE_DELETE = 2 };

/* What the echo hook says of a change. */
typedef int32_t syncline_origin;
enum { SYNCLINE_ORIGIN_UNKNOWN = 0, SYNCLINE_ORIGIN_FOREIGN = 1, SYNCLINE_ORIGIN_ECHO = 2 };

/* Levels of syncline_call.log. */
enum { SYNCLINE_LOG_DEBUG = 0, SYNCLINE_LOG_INFO = 1, SYNCLINE_LOG_WARNING = 2, SYNCLINE_LOG_ERROR = 3 };

/* What a plugin can do: bits of syncline_plugin.capabilities. The hub asks for nothing that is not claimed. */
enum {
  SYNCLINE_CAN_PULL_DELTA = 1u << 0,       /* pull goes on from a cursor */
  SYNCLINE_CAN_PULL_SNAPSHOT = 1u << 1,    /* pull with `snapshot`: every record as it is */
  SYNCLINE_CAN_PUSH = 1u << 2,             /* push of upserts */
  SYNCLINE_CAN_DELETE = 1u << 3,           /* push of deletes */
  SYNCLINE_CAN_IDEMPOTENT_PUSH = 1u << 4,  /* a repeat with the same idempotency_key writes once */
  SYNCLINE_CAN_CONDITIONAL_PUSH = 1u << 5, /* expected_version is honoured, in one step with the write */
  SYNCLINE_CAN_TAG_ORIGIN = 1u << 6        /* a pulled change carries the origin_tag of exactly the push that made it,
                                              and none when anybody else wrote the record since */
};

/* One observed write at the source, or one record of a snapshot. Written by the plugin. */
typedef struct syncline_change {
  uint32_t size;
  syncline_op op;
  syncline_str entity;   /* the entity that was asked for, or empty */
  syncline_str key;      /* the source's own id of the record; never empty, 1 to 1,024 bytes */
  syncline_str version;  /* the source's version of the record after this write (etag, revision); empty: has none */
  syncline_str body;     /* JSON object. An upsert: the fields that were written, or all. A delete: what is known of the
                            old record, or empty */
  int64_t changed_at_ms; /* when it happened by the source's clock, milliseconds since 1970 UTC; 0: not known */
  syncline_str origin_tag; /* see SYNCLINE_CAN_TAG_ORIGIN; empty: none */
} syncline_change;

/* What the hub last wrote to a record of this source. Written by the hub. */
typedef struct syncline_receipt {
  uint32_t size;
  uint32_t reserved;
  syncline_str version;    /* what the push reported as the version afterwards; empty: none */
  syncline_str body;       /* JSON object of the source's fields that the source holds since, as far as the hub knows */
  syncline_str origin_tag; /* what the push carried */
  int64_t pushed_at_ms;    /* when the result came, by the hub's clock */
} syncline_receipt;

/* One record to write. Written by the hub. */
typedef struct syncline_push_item {
  uint32_t size;
  syncline_op op;
  syncline_str entity;           /* the source's name of the entity, as in the mapping */
  syncline_str key;              /* the source's own id; empty: the hub knows of no such record there */
  syncline_str expected_version; /* write only while the source's version is this one; empty: write in any case */
  syncline_str body;             /* JSON object: the fields to set; fields that are not named stay. "{}" for a delete */
  syncline_str idempotency_key;  /* the same for every repeat of this write, never used for another one */
  syncline_str origin_tag;       /* who writes: leave it at the source where that can be done */
} syncline_push_item;

/* How one item of a push ended. Written by the plugin. */
typedef struct syncline_push_result {
  uint32_t size;
  syncline_status status;
  syncline_str key;       /* the source's own id afterwards; empty: the item's */
  syncline_str version;   /* the source's version afterwards; empty: it has none */
  syncline_str body;      /* JSON object of what the row really holds afterwards (trimmed, rounded, filled in by a
                             trigger); empty: what was sent */
  syncline_str message;   /* why `status` is not SYNCLINE_OK, for a person */
  int64_t retry_after_ms; /* SYNCLINE_THROTTLED and SYNCLINE_RETRY: not before; 0: the hub decides */
} syncline_push_result;

/* What the hub hands into each call. Written by the hub. */
typedef struct syncline_call {
  uint32_t size;
  uint32_t reserved;
  void* ctx;         /* given back to the functions below */
  int64_t budget_ms; /* how long this call may take, counted from its start; more than 0 */
  /* [any-thread] Not 0: end early, keep what was emitted and reported, answer SYNCLINE_CANCELLED. Also when the budget
   * is used up. Cheap: ask between rows and between requests. */
  int32_t (*cancelled)(void* ctx);
  /* [any-thread] One line for the hub's log, under the source's name. */
  void (*log)(void* ctx, int32_t level, syncline_str message);
  /* [the calling thread] The text for the status that is about to be returned, and, for SYNCLINE_THROTTLED and
   * SYNCLINE_RETRY, how long to wait (0: the hub decides). The last one counts. */
  void (*fail)(void* ctx, syncline_str message, int64_t retry_after_ms);
} syncline_call;

/* Where a pull puts what it finds. Used from the calling thread, until the pull returns. Written by the hub. */
typedef struct syncline_change_sink {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* Copies *change. Not SYNCLINE_OK: it was not taken; emit and checkpoint nothing more and answer
   * SYNCLINE_CANCELLED. */
  syncline_status (*emit)(void* ctx, const syncline_change* change);
  /* A place to go on from, 1 to 65,536 bytes: a pull from `cursor` gives everything that comes after what has been
   * emitted so far. The last one counts. Give one at least at the end of a pull that emitted anything. */
  syncline_status (*checkpoint)(void* ctx, syncline_str cursor);
} syncline_change_sink;

/* Where a push puts its results. Used from the calling thread, until the push returns. Written by the hub. */
typedef struct syncline_result_sink {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* Copies *result as the outcome of item number `item`, from 0. The first report of an item counts. */
  void (*report)(void* ctx, uint32_t item, const syncline_push_result* result);
} syncline_result_sink;

/* Where text for a person goes, in pieces. Used from the calling thread, until the call returns. Written by the hub. */
typedef struct syncline_text_sink {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  void (*write)(void* ctx, syncline_str text); /* copies */
} syncline_text_sink;

/* What a pull is to give. Written by the hub. */
typedef struct syncline_pull_request {
  uint32_t size;
  uint32_t snapshot;   /* not 0: every record as it is (see `pull`); cursors of snapshots are their own */
  syncline_str entity; /* the source's name of the entity, as in the mapping */
  syncline_str
      cursor;     /* from a checkpoint of this entity, maybe of an older version of the plugin; empty: from the start */
  uint32_t limit; /* at most so many changes; at least 1 */
  uint32_t reserved;
} syncline_pull_request;

typedef struct syncline_source syncline_source; /* one configured source; opaque, owned by the plugin */

/* The table that the entry returns. Static storage; never changes. Every function is present except where its comment
 * says that it may be null. */
typedef struct syncline_plugin {
  uint32_t size;
  uint32_t abi_major; /* SYNCLINE_ABI_MAJOR and _MINOR of the header that it was built with */
  uint32_t abi_minor;
  uint32_t capabilities;    /* SYNCLINE_CAN_* */
  uint32_t max_concurrency; /* [io] calls at the same time for one source: 1, or 2 (a pull beside a push) */
  uint32_t reserved;
  syncline_str id;      /* what it is, for people: "example.jsonl" */
  syncline_str version; /* its own version: "1.0.0" */

  /* A JSON Schema of the settings object. The hub checks `type`, `required`, `properties`, `additionalProperties`,
   * `enum`, `minimum`, `maximum`, `minLength` and `items`, and names what is wrong before `create` is called. Other
   * keywords are left to `create`; a `default` is for people to read: the plugin applies it. It says nothing of
   * "$mapping". */
  syncline_str settings_schema;

  /* [control] Makes a source called `instance` (a name for messages). `settings` is the plugin's own settings object,
   * secrets resolved, and one reserved member, "$mapping": what the hub exchanges with this source, by remote entity:
   *   {"path": "/srv/app.db",
   *    "$mapping": {"orders": {"entity": "order",                       the hub's name of it
   *                            "key": "number",                         the source field that is the external id, or ""
   *                            "fields": ["number", "client_id", "total"],   all source fields that are read or written
   *                            "references": {"client_id": "clients"}}}}     source field: remote entity referred to
   * Reads settings only: a source that is down can be made. SYNCLINE_OK puts it in *out. SYNCLINE_MISCONFIGURED: what
   * is wrong in the settings, with its JSON pointer, goes to `fail`; *out stays null. */
  syncline_status (*create)(syncline_str instance, syncline_str settings, const syncline_call* call,
                            syncline_source** out);

  /* [control] Ends a source that `create` made, once. Nothing else of it is used afterwards. Null is ignored. */
  void (*destroy)(syncline_source* source);

  /* [io] Whether the source can be reached and has what the mapping and the capabilities need. Changes nothing; a
   * repeat asks again. */
  syncline_status (*check)(syncline_source* source, const syncline_call* call);

  /* [io] Emits at most `limit` changes of one entity, oldest first, and the checkpoints to go on from.
   * From an empty cursor: first a load of every record that is there, then what changed since that load began; the
   * plugin keeps the phase in its cursor. A page that is not full means: nothing more for now. A change that nobody
   * confirmed comes again (repeats are harmless, a loss is not): a write that is committed later than a checkpoint,
   * even if it began earlier, is after that checkpoint. On an error, what was emitted and checkpointed stays valid. A
   * cursor that the source cannot go on from any more starts a load again.
   * A snapshot is every record as it is, whole and without deletes; one that is there from its first page to its last
   * is in it. A page that is not full, answered with SYNCLINE_OK, ends it, and then each record that the hub knows and
   * that was not in it counts as deleted: so never answer SYNCLINE_OK when not all was read. */
  syncline_status (*pull)(syncline_source* source, const syncline_call* call, const syncline_pull_request* request,
                          const syncline_change_sink* out);

  /* [io] Writes `count` records (at least 1), no two of them the same record; `stride` is the distance between items in
   * bytes (see SYNCLINE_ITEM). Reports exactly one result per item. An item without a report takes the status of the
   * call if that is SYNCLINE_RETRY, _THROTTLED, _UNAUTHENTICATED, _MISCONFIGURED or _CANCELLED, else SYNCLINE_RETRY,
   * and comes again with the same idempotency_key. One bad item never costs another. An upsert without a key: find the
   * record by the mapping's key field in the body, where there is one, else insert. An upsert with a key that the
   * source does not have: SYNCLINE_NOT_FOUND. A delete of what is not there: SYNCLINE_OK. Null only without
   * SYNCLINE_CAN_PUSH. */
  syncline_status (*push)(syncline_source* source, const syncline_call* call, const syncline_push_item* items,
                          uint32_t count, uint32_t stride, const syncline_result_sink* out);

  /* [pure] Whether `change`, as a pull gave it, is the hub's own last write to that record. SYNCLINE_ORIGIN_ECHO only
   * if this version, or this very content, is what `last` says we wrote: that our user wrote it is not enough, for then
   * a person's edit a second later would vanish. SYNCLINE_ORIGIN_FOREIGN: surely somebody else. When in doubt
   * SYNCLINE_ORIGIN_UNKNOWN: the hub compares values. Null: always unknown. */
  syncline_origin (*is_echo)(const syncline_source* source, const syncline_change* change,
                             const syncline_receipt* last);

  /* [any-thread] An optional interface by its name, or null when the plugin does not have it. Static storage; the
   * caller casts to the struct of that name. Names end in their own major version: "setup/1"      syncline_setup:
   * installs at the source what the plugin needs there "webhook/1"    verifies and reads a request that the source
   * sent; reserved for a later minor "discovery/1"  lists the entities and fields that the source has; reserved for a
   * later minor "fetch/1"      reads single records by key; reserved for a later minor May be null: the plugin has
   * none. */
  const void* (*extension)(syncline_str name);
} syncline_plugin;

#define SYNCLINE_EXT_SETUP "setup/1"

/* "setup/1": what a plugin must install at a source (triggers, an outbox table) before it can be used. */
typedef struct syncline_setup {
  uint32_t size;
  uint32_t reserved;
  /* [io] Writes what apply would run, as text that a person can read and run (SQL); nothing when all is in place.
   * Changes nothing. SYNCLINE_UNSUPPORTED: this source needs no set-up. */
  syncline_status (*plan)(syncline_source* source, const syncline_call* call, const syncline_text_sink* out);
  /* [io] Installs it and writes what it ran. All or nothing where the source can do that; a repeat changes nothing. */
  syncline_status (*apply)(syncline_source* source, const syncline_call* call, const syncline_text_sink* out);
} syncline_setup;

/* Item number `i` of a push. */
#define SYNCLINE_ITEM(items, stride, i) \
  ((const syncline_push_item*)(const void*)((const char*)(const void*)(items) + (size_t)(i) * (size_t)(stride)))

/* The one exported symbol, `syncline_plugin_entry`. [any-thread] The plugin's table for a hub of ABI
 * host_major.host_minor, or null when the plugin cannot serve that major. Every call gives the same table. */
typedef const syncline_plugin* (*syncline_plugin_entry_fn)(uint32_t host_major, uint32_t host_minor);
SYNCLINE_EXPORT const syncline_plugin* syncline_plugin_entry(uint32_t host_major, uint32_t host_minor);

#ifdef __cplusplus
}
#endif

#endif
