#include "hub/http/openapi_schemas.hpp"

namespace hub::http {

std::string_view openapi_schemas() {
  return R"json(
"Value": {"description": "A field's value; null clears the field. Decimals are strings of their digits.",
  "type": ["string", "number", "boolean", "null"]},
"Fields": {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/components/schemas/Value"}},
"Change": {"type": "object", "required": ["source"],
  "description": "Without `fields` every other member is a field, and the entity is the configured default.",
  "properties": {
    "source": {"type": "string", "maxLength": 64},
    "entity": {"type": "string"},
    "externalId": {"type": "string", "minLength": 1, "maxLength": 256},
    "nativeId": {"type": "string", "minLength": 1, "maxLength": 256,
      "description": "the source's own id, where it has one"},
    "op": {"enum": ["upsert", "delete"], "default": "upsert"},
    "version": {"type": "integer", "minimum": 1, "description": "the shared version; absent: a three-way merge"},
    "baseVersion": {"type": "integer", "minimum": 1,
      "description": "what the source last saw, with a change without version"},
    "fields": {"$ref": "#/components/schemas/Fields"},
    "changeId": {"type": "string", "maxLength": 256, "description": "idempotency key, unique in its source"},
    "observedAt": {"type": "string", "format": "date-time"}},
  "additionalProperties": {"$ref": "#/components/schemas/Value"}},
"Resolution": {"enum": ["NEW_RECORD", "VERSION_WIN", "STALE_SKIP", "FIELD_MERGE", "PRIORITY_WIN", "MANUAL",
  "NO_CHANGE", "ECHO", "DUPLICATE", null]},
"ChangeState": {"enum": ["applied", "superseded", "no_change", "conflict", "waiting", "dead"]},
"RecordKey": {"type": "object", "required": ["entity"], "properties": {"entity": {"type": "string"},
  "externalId": {"type": "string"}, "nativeId": {"type": "string"}}},
"ChangeAnswer": {"type": "object", "required": ["resolution", "state", "entity", "externalId", "changedFields",
  "changeId"],
  "properties": {
    "resolution": {"$ref": "#/components/schemas/Resolution"},
    "state": {"$ref": "#/components/schemas/ChangeState"},
    "entity": {"type": "string"}, "externalId": {"type": "string"},
    "version": {"type": "integer"}, "etag": {"type": "string"},
    "changedFields": {"type": "array", "items": {"type": "string"}},
    "changeId": {"type": "string"},
    "conflictId": {"type": "string"}, "waitingId": {"type": "string"},
    "error": {"enum": ["dependency not met", "on hold"]},
    "missing": {"type": "array", "items": {"$ref": "#/components/schemas/RecordKey"}},
    "duplicate": {"const": true}}},
"LineAnswer": {"description": "What a single change would be answered, with `status`.", "type": "object",
  "required": ["status"], "properties": {"status": {"type": "integer"}},
  "anyOf": [{"$ref": "#/components/schemas/ChangeAnswer"}, {"$ref": "#/components/schemas/Problem"}]},
"Problem": {"description": "Problem details (RFC 9457).", "type": "object", "required": ["type", "title", "status"],
  "properties": {
    "type": {"type": "string", "format": "uri-reference"}, "title": {"type": "string"}, "status": {"type": "integer"},
    "detail": {"type": "string"},
    "errors": {"type": "array", "items": {"type": "object", "required": ["pointer", "detail"],
      "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}}}},
    "requestId": {"type": "string"}}},
"Time": {"type": ["string", "null"], "format": "date-time"},
"RecordState": {"type": "object", "required": ["entity", "externalId", "version", "etag", "lastSource", "fields"],
  "properties": {
    "entity": {"type": "string"}, "externalId": {"type": "string"}, "version": {"type": "integer"},
    "etag": {"type": "string"},
    "lastSource": {"type": "string"}, "deleted": {"const": true}, "fields": {"$ref": "#/components/schemas/Fields"},
    "createdAt": {"$ref": "#/components/schemas/Time"}, "updatedAt": {"$ref": "#/components/schemas/Time"}}},
"Record": {"allOf": [{"$ref": "#/components/schemas/RecordState"}], "type": "object",
  "required": ["provenance"],
  "properties": {
    "asOf": {"description": "with the parameter `at`, whose answer has no links and deliveries",
      "$ref": "#/components/schemas/Time"},
    "provenance": {"type": "object", "additionalProperties": {"type": "object", "properties": {
      "source": {"type": "string"}, "version": {"type": "integer"}, "changeId": {"type": "string"},
      "at": {"$ref": "#/components/schemas/Time"}, "observedAt": {"$ref": "#/components/schemas/Time"}}}},
    "links": {"type": "array", "items": {"type": "object", "properties": {
      "source": {"type": "string"}, "nativeId": {"type": ["string", "null"]},
      "sourceEtag": {"type": ["string", "null"]},
      "baseVersion": {"type": "integer"}, "deleted": {"type": "boolean"}, "shadow": {"type": "object"},
      "pushedAt": {"$ref": "#/components/schemas/Time"}, "updatedAt": {"$ref": "#/components/schemas/Time"}}}},
    "pending": {"type": "array", "items": {"type": "object", "properties": {
      "target": {"type": "string"}, "deliveryId": {"type": ["string", "null"]}, "state": {"type": "string"},
      "attempt": {"type": "integer"}, "dueAt": {"$ref": "#/components/schemas/Time"},
      "queuedAt": {"$ref": "#/components/schemas/Time"}, "lastError": {"type": ["string", "null"]}}}},
    "holds": {"type": "array", "items": {"$ref": "#/components/schemas/Hold"}},
    "delivered": {"type": "array", "items": {"type": "object", "properties": {
      "target": {"type": "string"}, "deliveryId": {"type": "string"}, "version": {"type": "integer"},
      "status": {"type": "string"}, "attempts": {"type": "integer"}, "at": {"$ref": "#/components/schemas/Time"},
      "message": {"type": ["string", "null"]}}}}}},
"PastChange": {"type": "object", "properties": {
    "changeId": {"type": "string"}, "source": {"type": "string"}, "op": {"enum": ["upsert", "delete"]},
    "state": {"$ref": "#/components/schemas/ChangeState"}, "resolution": {"$ref": "#/components/schemas/Resolution"},
    "effect": {"enum": ["created", "changed", "deleted", "revived", "none"], "description": "on the whole record"},
    "version": {"type": "integer", "description": "the record's afterwards"},
    "at": {"description": "when it was decided", "$ref": "#/components/schemas/Time"},
    "receivedAt": {"$ref": "#/components/schemas/Time"},
    "decision": {"type": "object", "description": "per field what became of it", "additionalProperties": {
      "type": "object", "properties": {
        "taken": {"type": "boolean"}, "rule": {"type": "string"}, "from": {"$ref": "#/components/schemas/Value"},
        "to": {"$ref": "#/components/schemas/Value"},
        "loser": {"description": "the value that was dropped, where the two differed"}}}},
    "conflict": {"type": "object", "description": "of a change in conflict: how that ended", "properties": {
        "id": {"type": "string"}, "state": {"type": "string"}, "closedBy": {"type": ["string", "null"]},
        "closedAt": {"$ref": "#/components/schemas/Time"}, "outcome": {"type": ["string", "null"]}}},
    "body": {"description": "the change as the source sent it"}}},
"History": {"type": "object", "required": ["items", "next", "complete"], "properties": {
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/PastChange"}},
    "next": {"type": ["string", "null"]},
    "complete": {"type": "boolean", "description": "false where the list ends before the record's first change"},
    "erasedAt": {"description": "when the values of the record were erased", "$ref": "#/components/schemas/Time"}}},
"Explanation": {"type": "object", "properties": {
    "entity": {"type": "string"}, "externalId": {"type": "string"}, "version": {"type": "integer"},
    "deleted": {"type": "boolean"},
    "fields": {"type": "object", "additionalProperties": {"type": "object", "properties": {
      "value": {}, "source": {"type": "string"}, "version": {"type": "integer"},
      "at": {"$ref": "#/components/schemas/Time"},
      "computedFrom": {"type": "array", "items": {"type": "string"}, "description": "the fields that a computed one is made of"},
      "contests": {"type": "array", "description": "newest first", "items": {"type": "object", "properties": {
        "source": {"type": "string"}, "changeId": {"type": "string"}, "version": {"type": "integer"},
        "at": {"$ref": "#/components/schemas/Time"}, "won": {"type": "boolean"}, "rule": {"type": "string"},
        "value": {}, "replaced": {"description": "the value that lost, when this change won over another"}}}}}}},
    "complete": {"type": "boolean", "description": "false when the record's past is longer than what was read"},
    "delivered": {"type": "array", "items": {"type": "object"}}}},
"ConflictKind": {"enum": ["field", "delete_vs_edit", "reference_cycle", "identity"]},
"ConflictState": {"type": "object", "description": "With `group` a group: its name under the name of the grouping, `count` and `oldestAt`.",
  "properties": {
    "id": {"type": "string"}, "kind": {"$ref": "#/components/schemas/ConflictKind"},
    "state": {"enum": ["open", "resolved", "overtaken"]},
    "entity": {"type": "string"}, "externalId": {"type": "string"}, "source": {"type": "string"},
    "op": {"enum": ["upsert", "delete"]},
    "fields": {"type": "array", "items": {"type": "string"}, "description": "in dispute"},
    "candidates": {"type": "array", "items": {"type": "string"},
      "description": "kind identity: the external ids of the records that it may be about"},
    "incoming": {"type": "object"}, "canonicalThen": {"type": "object"},
    "openedAt": {"$ref": "#/components/schemas/Time"}, "updatedAt": {"$ref": "#/components/schemas/Time"},
    "closedAt": {"$ref": "#/components/schemas/Time"},
    "closedBy": {"type": ["string", "null"]}, "outcome": {"type": ["string", "null"]},
    "decided": {"type": "object", "additionalProperties": {"enum": ["incoming", "canonical", "value"]}},
    "field": {"type": ["string", "null"]}, "count": {"type": "integer"},
    "oldestAt": {"$ref": "#/components/schemas/Time"}}},
"ConflictSide": {"type": "object", "description": "a value, and the change that said it", "properties": {
    "value": {}, "source": {"type": "string"}, "changeId": {"type": "string"}, "version": {"type": "integer"},
    "at": {"$ref": "#/components/schemas/Time"}, "observedAt": {"$ref": "#/components/schemas/Time"}}},
"Conflict": {"allOf": [{"$ref": "#/components/schemas/ConflictState"}], "type": "object", "properties": {
    "etag": {"type": "string", "description": "what a decision names: the record's state and what is in dispute"},
    "changeId": {"type": "string"}, "receivedAt": {"$ref": "#/components/schemas/Time"},
    "nativeId": {"type": ["string", "null"]},
    "baseVersion": {"type": "integer"}, "base": {"type": "object",
      "description": "what the source had last agreed to before"},
    "sides": {"type": "object", "additionalProperties": {"type": "object", "properties": {
      "disputed": {"type": "boolean"}, "base": {"$ref": "#/components/schemas/ConflictSide"},
      "incoming": {"$ref": "#/components/schemas/ConflictSide"},
      "canonicalThen": {"$ref": "#/components/schemas/ConflictSide"},
      "canonical": {"$ref": "#/components/schemas/ConflictSide"}}}},
    "record": {"description": "the canonical record now, null when there is none",
      "anyOf": [{"$ref": "#/components/schemas/RecordState"}, {"type": "null"}]}}},
"Take": {"description": "link, merge and create settle a conflict of kind identity, the others all others",
  "anyOf": [{"enum": ["incoming", "canonical", "link", "merge", "create"]},
    {"type": "object", "additionalProperties": {"enum": ["incoming", "canonical"]}}]},
"Decision": {"type": "object", "properties": {
    "take": {"$ref": "#/components/schemas/Take"},
    "fields": {"$ref": "#/components/schemas/Fields"},
    "externalId": {"type": "string", "description": "with link and merge: the record that the change is about"}},
  "additionalProperties": false},
"BulkDecision": {"type": "object", "properties": {
    "filter": {"type": "object", "description": "which open conflicts; empty: all", "properties": {
      "kind": {"$ref": "#/components/schemas/ConflictKind"}, "entity": {"type": "string"},
      "source": {"type": "string"}, "field": {"type": "string"}, "text": {"type": "string"},
      "since": {"$ref": "#/components/schemas/Time"}}, "additionalProperties": false},
    "take": {"$ref": "#/components/schemas/Take"}, "fields": {"$ref": "#/components/schemas/Fields"},
    "apply": {"type": "boolean", "default": false, "description": "do it instead of showing it"},
    "preview": {"type": "string", "description": "with apply: `preview` of what was shown, or *"},
    "cursor": {"type": "string", "description": "with apply: `next` of the last answer; go on until that is null"}},
  "additionalProperties": false},
"BulkDecided": {"type": "object", "required": ["applied", "matched", "settled", "refused", "movedOn", "leftOut"],
  "properties": {
    "applied": {"type": "boolean", "description": "false: nothing was changed, this is what would be"},
    "matched": {"type": "integer"}, "settled": {"type": "integer"}, "refused": {"type": "integer"},
    "movedOn": {"type": "integer", "description": "not as the preview showed them any more: left as they are"},
    "items": {"type": "array", "description": "of a preview: the first hundred that would be settled",
      "items": {"type": "object", "properties": {
        "id": {"type": "string"}, "kind": {"$ref": "#/components/schemas/ConflictKind"}, "entity": {"type": "string"},
        "externalId": {"type": "string"}, "source": {"type": "string"}, "op": {"enum": ["upsert", "delete"]},
        "fields": {"type": "object", "additionalProperties": {"type": "object", "properties": {
          "incoming": {}, "canonical": {}, "becomes": {}}}}}}},
    "leftOut": {"type": "array", "description": "the first hundred that are not settled, and why",
      "items": {"type": "object", "properties": {
        "id": {"type": "string"}, "kind": {"$ref": "#/components/schemas/ConflictKind"}, "entity": {"type": "string"},
        "externalId": {"type": "string"}, "source": {"type": "string"}, "outcome": {"enum": ["refused", "moved on"]},
        "why": {"type": "string"}}}},
    "preview": {"type": "string"},
    "next": {"type": ["string", "null"], "description": "of what is being applied: where to go on; null: all is done"}}},
"RuleQuestion": {"type": "object", "required": ["take"], "properties": {"take": {"enum": ["incoming", "canonical"]}},
  "additionalProperties": false},
"Rules": {"type": "object", "properties": {
    "id": {"type": "string"}, "entity": {"type": "string"},
    "replaces": {"type": "object", "description": "per field the policy that it has now"},
    "rules": {"type": "array", "description": "the narrowest first", "items": {"type": "object", "properties": {
      "policy": {"enum": ["prefer", "newest", "owner"]}, "yaml": {"type": "string"}, "note": {"type": "string"},
      "settles": {"type": "integer"}, "asDecided": {"type": "integer"}, "otherwise": {"type": "integer"},
      "undecided": {"type": "integer"}}}},
    "past": {"type": "object", "properties": {
      "conflicts": {"type": "integer", "description": "of the entity that were looked at, newest first"},
      "settledAlready": {"type": "integer", "description": "those that the present configuration settles by itself"},
      "since": {"$ref": "#/components/schemas/Time"},
      "complete": {"type": "boolean", "description": "false: there are older ones"}}}}},
"Row": {"type": "object", "properties": {"source": {"type": "string"}, "nativeId": {"type": ["string", "null"]}}},
"Merge": {"type": "object", "required": ["absorb"], "properties": {
  "absorb": {"type": "string", "description": "external id of the record that becomes an alias"},
  "take": {"type": "array", "items": {"type": "string"}, "description": "fields whose value comes from that one"}}},
"Merged": {"type": "object", "properties": {
  "entity": {"type": "string"}, "externalId": {"type": "string"}, "version": {"type": "integer"},
  "etag": {"type": "string"}, "alias": {"type": "string"}, "fields": {"$ref": "#/components/schemas/Fields"},
  "movedRows": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
  "deletedRows": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
  "repointed": {"type": "array", "items": {"$ref": "#/components/schemas/RecordKey"}}}},
"HoldRequest": {"type": "object", "properties": {
  "field": {"type": "string", "description": "absent: the whole record"},
  "for": {"type": "string", "description": "30m, 2h, 7d; absent: until it is released"},
  "reason": {"type": "string"}}},
"Hold": {"type": "object", "properties": {
  "entity": {"type": "string"}, "externalId": {"type": "string"}, "field": {"type": ["string", "null"]},
  "until": {"$ref": "#/components/schemas/Time"}, "reason": {"type": ["string", "null"]},
  "placedAt": {"$ref": "#/components/schemas/Time"}}},
"HoldList": {"type": "object", "properties": {
  "items": {"type": "array", "items": {"$ref": "#/components/schemas/Hold"}}, "next": {"type": ["string", "null"]}}},
"Released": {"type": "object", "properties": {
  "entity": {"type": "string"}, "externalId": {"type": "string"}, "field": {"type": ["string", "null"]},
  "state": {"const": "released"}}},
"RunList": {"type": "object", "properties": {
  "items": {"type": "array", "items": {"type": "object", "properties": {
    "id": {"type": "string"}, "source": {"type": "string"}, "kind": {"enum": ["pull", "batch"]},
    "startedAt": {"$ref": "#/components/schemas/Time"}, "changes": {"type": "integer"}}}},
  "next": {"type": ["string", "null"]}}},
"Resync": {"type": "object", "properties": {
  "source": {"type": "string", "description": "only what this source said"},
  "cursor": {"type": "string", "description": "`next` of the page before"}}},
"Resynced": {"type": "object", "properties": {
  "records": {"type": "integer"}, "changed": {"type": "integer"},
  "withoutImage": {"type": "integer", "description": "rows of sources that were only ever written to"},
  "next": {"type": ["string", "null"]}}},
"Undo": {"type": "object", "description": "One of `change`, `run` (with `source`) or `since` (with `source`).",
  "properties": {
    "change": {"type": "string"}, "source": {"type": "string"}, "run": {"type": "string"},
    "since": {"type": "string", "format": "date-time"}, "apply": {"type": "boolean", "default": false},
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100,
      "description": "records that the answer shows"}}},
"Undone": {"type": "object", "properties": {
  "applied": {"type": "boolean"}, "records": {"type": "integer"}, "restored": {"type": "integer"},
  "deleted": {"type": "integer"}, "revived": {"type": "integer"}, "unchanged": {"type": "integer"},
  "fields": {"type": "integer"}, "keptFields": {"type": "integer"},
  "items": {"type": "array", "items": {"type": "object", "properties": {
    "entity": {"type": "string"}, "externalId": {"type": "string"},
    "action": {"enum": ["restore", "delete", "revive", "none"]},
    "fields": {"type": "object", "additionalProperties": {"type": "object", "properties": {
      "from": {"$ref": "#/components/schemas/Value"}, "to": {"$ref": "#/components/schemas/Value"}}}},
    "kept": {"type": "array", "items": {"type": "object", "properties": {
      "field": {"type": "string"}, "source": {"type": "string"}, "changeId": {"type": "string"}}}},
    "state": {"$ref": "#/components/schemas/ChangeState"}, "version": {"type": "integer"},
    "error": {"type": "string"}, "complete": {"const": false}}}}}},
"Waiting": {"type": "object", "properties": {
    "id": {"type": "string"}, "source": {"type": "string"}, "entity": {"type": "string"},
    "externalId": {"type": "string"},
    "held": {"type": "boolean", "description": "a delete that waits for approval, not for a record"},
    "onHold": {"type": "boolean", "description": "its record is on hold"},
    "missing": {"type": "array", "items": {"$ref": "#/components/schemas/RecordKey"}},
    "attempts": {"type": "integer"},
    "parkedAt": {"$ref": "#/components/schemas/Time"}, "nextTryAt": {"$ref": "#/components/schemas/Time"}}},
"DeadLetterState": {"type": "object", "properties": {
    "id": {"type": "string"}, "kind": {"type": "string"}, "source": {"type": "string"}, "entity": {"type": "string"},
    "externalId": {"type": "string"}, "reason": {"type": "string"}, "attempts": {"type": "integer"},
    "deadAt": {"$ref": "#/components/schemas/Time"}}},
"DeadLetter": {"allOf": [{"$ref": "#/components/schemas/DeadLetterState"}], "type": "object",
  "properties": {"payload": {"description": "what could not be applied or delivered"}}},
"Replay": {"type": "object", "properties": {"fields": {"$ref": "#/components/schemas/Fields"}},
  "additionalProperties": false},
"ReplayFilter": {"type": "object", "properties": {
    "source": {"type": "string"}, "entity": {"type": "string"}, "kind": {"type": "string"}},
  "additionalProperties": false},
"Replayed": {"type": "object", "properties": {"replayed": {"type": "integer"}, "refused": {"type": "integer"}}},
"LetterState": {"type": "object", "properties": {"id": {"type": "string"}, "state": {"type": "string"}}},
"Delivery": {"type": "object", "properties": {
    "deliveryId": {"type": "string"}, "entity": {"type": "string"}, "externalId": {"type": "string"},
    "nativeId": {"type": ["string", "null"]}, "op": {"enum": ["upsert", "delete"]}, "version": {"type": "integer"},
    "baseVersion": {"type": "integer"}, "sourceEtag": {"type": ["string", "null"]}, "fields": {"type": "object"},
    "constants": {"type": "object", "description": "what a new row gets besides, where the mapping has any"},
    "attempt": {"type": "integer"}, "leaseUntil": {"$ref": "#/components/schemas/Time"}}},
"Deliveries": {"type": "object", "required": ["deliveries"],
  "properties": {"deliveries": {"type": "array", "items": {"$ref": "#/components/schemas/Delivery"}}}},
"Receipts": {"type": "object", "required": ["source", "receipts"], "additionalProperties": false, "properties": {
    "source": {"type": "string"},
    "receipts": {"type": "array", "maxItems": 1000, "items": {"type": "object", "required": ["deliveryId", "status"],
      "properties": {
        "deliveryId": {"type": "string"}, "status": {"enum": ["applied", "stale", "retry", "rejected", "auth"]},
        "nativeId": {"type": "string"}, "sourceEtag": {"type": "string"},
        "fields": {"$ref": "#/components/schemas/Fields"}, "message": {"type": "string"}}}}}},
"Acknowledged": {"type": "object", "properties": {"receipts": {"type": "array", "items": {"type": "object",
  "properties": {"deliveryId": {"type": "string"}, "outcome": {"type": "string"}}}}}},
"Source": {"type": "object", "properties": {
    "name": {"type": "string"}, "plugin": {"type": ["string", "null"]}, "priority": {"type": "integer"},
    "paused": {"type": "boolean"}, "pauseReason": {"type": ["string", "null"]}, "repair": {"type": "boolean"},
    "entities": {"type": "array", "items": {"type": "string"}}, "pending": {"type": "integer"},
    "heldDeletes": {"type": "integer", "description": "deletes that the brake holds until a person approves of them"},
    "deleteApproval": {"type": "object", "description": "the approval of deletes that stands", "properties": {
      "max": {"type": "integer"}, "remaining": {"type": "integer"},
      "until": {"$ref": "#/components/schemas/Time"}}},
    "oldestPendingAt": {"$ref": "#/components/schemas/Time"}, "breaker": {"type": "string"},
    "lastPullAt": {"$ref": "#/components/schemas/Time"},
    "hub": {"type": ["string", "null"], "description": "where the hub that runs its plugin is reached, when several share the store"},
    "counters": {"type": "object", "additionalProperties": {"type": "integer"}}}},
"Priority": {"type": "object", "required": ["priority"], "additionalProperties": false,
  "properties": {"priority": {"type": "integer", "minimum": 0, "description": "lower is better"}}},
"PrioritySet": {"type": "object", "properties": {"source": {"type": "string"}, "priority": {"type": "integer"}}},
"Resync": {"type": "object", "additionalProperties": false, "properties": {"snapshot": {"type": "boolean",
    "description": "compare all rows with what is known, so that those that are gone are deletes"}}},
"DeleteApproval": {"type": "object", "additionalProperties": false, "properties": {
    "max": {"type": "integer", "minimum": 1, "description": "most deletes to let through; absent: as many as are held"},
    "for": {"type": "string", "description": "how long the rest of `max` stands for later ones, such as 30m; absent: 1h"}}},
"Pause": {"type": "object", "properties": {"reason": {"type": "string"}}, "additionalProperties": false},
"Status": {"type": "object", "properties": {
    "name": {"type": "string"}, "openConflicts": {"type": "integer"}, "waiting": {"type": "integer"},
    "deadLetters": {"type": "integer"}, "counters": {"type": "object", "additionalProperties": {"type": "integer"}},
    "hubs": {"type": "array", "description": "those that live, when several share the store", "items": {"type": "object",
      "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "url": {"type": "string"},
        "startedAt": {"$ref": "#/components/schemas/Time"}, "seenAt": {"$ref": "#/components/schemas/Time"}}}},
    "sources": {"type": "array", "items": {"$ref": "#/components/schemas/Source"}}}},
"Erase": {"type": "object", "required": ["reason"], "additionalProperties": false, "properties": {
    "reason": {"type": "string", "maxLength": 1000, "description": "stays in the journal"},
    "keepAtSources": {"type": "boolean", "default": false, "description": "true: no source is told to delete it"},
    "dryRun": {"type": "boolean", "default": false, "description": "only count"}}},
"Erased": {"type": "object", "properties": {
    "entity": {"type": "string"}, "externalId": {"type": "string"}, "dryRun": {"type": "boolean"},
    "changes": {"type": "integer", "description": "journal rows whose values are gone"},
    "changeId": {"type": ["string", "null"], "description": "the entry that says so"},
    "logCleared": {"type": "boolean", "description": "false: older states are in the store's log for a while yet"}}},
"Prune": {"type": "object", "additionalProperties": false, "properties": {
    "dryRun": {"type": "boolean", "default": false, "description": "only count"},
    "cursor": {"type": "string", "description": "`next` of the step before; absent: from the start"}}},
"Pruned": {"type": "object", "properties": {
    "changes": {"type": "integer"}, "deliveries": {"type": "integer"},
    "next": {"type": ["string", "null"], "description": "null: all was looked at"}}},
"Health": {"type": "object", "properties": {"status": {"const": "ok"}}},
"Readiness": {"type": "object", "properties": {"status": {"const": "ready"},
  "durability": {"enum": ["full", "relaxed"]}, "shadow": {"type": "boolean"}}},
"Document": {"type": "object"}
)json";
}

}  // namespace hub::http
