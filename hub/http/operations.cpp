#include "hub/http/operations.hpp"

namespace hub::http {

namespace {

constexpr int kLeaseSeconds = 60;

using Call = sync::Outcome (sync::Hub::*)(std::string_view);
using CallWithBody = sync::Outcome (sync::Hub::*)(std::string_view, std::string_view);

/// Calls a function of the hub with what a placeholder matched.
auto with_param(const char* name, Call call) {
  return [=](sync::Hub& hub, const Request& r) { return (hub.*call)(r.param(name)); };
}

auto with_param(const char* name, CallWithBody call) {
  return [=](sync::Hub& hub, const Request& r) { return (hub.*call)(r.param(name), r.body); };
}

std::vector<Operation> change_operations() {
  return {
      {.method = "POST",
       .path = "/api/sync",
       .id = "submitChange",
       .tag = "changes",
       .summary =
           "Takes one change. The answer comes after its commit; 409 tells of a conflict, or of a change that waits.",
       .body = "Change",
       .answer = "ChangeAnswer",
       .problems = {403, 409, 422, 429, 507}},
      {.method = "POST",
       .path = "/api/sync/batch",
       .id = "submitChanges",
       .tag = "changes",
       .summary =
           "Takes a stream of changes, one a line, and answers each with one line, in order. Read the answers while "
           "you send.",
       .body = "Change",
       .media = {"application/x-ndjson"},
       .answer = "LineAnswer"},
  };
}

std::vector<Operation> record_operations() {
  const std::string record = "/api/records/{entity}/{externalId}";
  return {
      {.method = "GET",
       .path = "/api/records",
       .id = "listRecords",
       .tag = "records",
       .summary = "Lists canonical records.",
       .query = paged(
           {text_param("entity", "only records of this entity"), flag_param("deleted", "deleted records as well")}),
       .answer = "RecordList",
       .call =
           [](sync::Hub& hub, const Request& r) {
             return hub.records(value_of(r, "entity"), value_of(r, "deleted") == "true", page_of(r));
           }},
      {.method = "GET",
       .path = record,
       .id = "getRecord",
       .tag = "records",
       .summary = "Gives a canonical record with its provenance, links and pending deliveries, or as it was at a time.",
       .query = {text_param("at", "a time: the record as it was then, without links and deliveries")},
       .answer = "Record",
       .problems = {404, 410},
       .call = [](sync::Hub& hub, const Request& r) { return hub.record(key_of(r), value_of(r, "at")); }},
      {.method = "GET",
       .path = record + "/history",
       .id = "getHistory",
       .tag = "records",
       .summary = "Lists the changes of a record, newest first, with what each made of every field and what lost.",
       .query = paged({text_param("at", "a time: only what had been decided then")}),
       .answer = "History",
       .problems = {404},
       .call = [](sync::Hub& hub, const Request& r) { return hub.history(key_of(r), value_of(r, "at"), page_of(r)); }},
      {.method = "GET",
       .path = record + "/explain",
       .id = "explainRecord",
       .tag = "records",
       .summary =
           "Says why each field has its value: the changes that spoke of it, the rule that settled each, who lost.",
       .query = {text_param("field", "only this field")},
       .answer = "Explanation",
       .problems = {404},
       .call = [](sync::Hub& hub, const Request& r) { return hub.explain(key_of(r), value_of(r, "field")); }},
      {.method = "POST",
       .path = record + "/erase",
       .id = "eraseRecord",
       .tag = "records",
       .summary = "Erases all values of a record, everywhere in the store, and leaves which changes there were.",
       .if_match = IfMatch::kRequired,
       .body = "Erase",
       .answer = "Erased",
       .problems = {404, 409, 410, 412, 428, 507},
       .call = [](sync::Hub& hub, const Request& r) { return hub.erase(key_of(r), if_match_of(r), r.body); }},
      {.method = "PATCH",
       .path = record,
       .id = "editRecord",
       .tag = "records",
       .summary = "Edits a record as a steward, on top of the state that If-Match names.",
       .if_match = IfMatch::kRequired,
       .body = "Fields",
       .media = {"application/json", "application/merge-patch+json"},
       .answer = "ChangeAnswer",
       .problems = {404, 409, 410, 412, 428, 507},
       .call = [](sync::Hub& hub, const Request& r) { return hub.edit(key_of(r), if_match_of(r), r.body); }},
  };
}

std::vector<Operation> parked_operations() {
  return {
      {.method = "GET",
       .path = "/api/waiting",
       .id = "listWaiting",
       .tag = "conflicts",
       .summary = "Lists the changes that wait for records which they reference.",
       .query = paged(),
       .answer = "WaitingList",
       .call = [](sync::Hub& hub, const Request& r) { return hub.waiting(page_of(r)); }},
      {.method = "GET",
       .path = "/api/dead-letters",
       .id = "listDeadLetters",
       .tag = "dead letters",
       .summary = "Lists what is not tried again without a person.",
       .query = paged({text_param("source", "only those of this source")}),
       .answer = "DeadLetterList",
       .call = [](sync::Hub& hub, const Request& r) { return hub.dead_letters(value_of(r, "source"), page_of(r)); }},
      {.method = "GET",
       .path = "/api/dead-letters/{id}",
       .id = "getDeadLetter",
       .tag = "dead letters",
       .summary = "Gives a dead letter.",
       .answer = "DeadLetter",
       .problems = {404},
       .call = with_param("id", &sync::Hub::dead_letter)},
      {.method = "POST",
       .path = "/api/dead-letters/{id}/replay",
       .id = "replayDeadLetter",
       .tag = "dead letters",
       .summary = "Tries a dead letter again; a dead change may be mended with other fields.",
       .body = "Replay",
       .status = 202,
       .answer = "LetterState",
       .problems = {404, 409, 507},
       .call = with_param("id", &sync::Hub::replay)},
      {.method = "POST",
       .path = "/api/dead-letters/replay",
       .id = "replayDeadLetters",
       .tag = "dead letters",
       .summary = "Tries all dead letters again that match.",
       .body = "ReplayFilter",
       .status = 202,
       .answer = "Replayed",
       .problems = {507},
       .call = [](sync::Hub& hub, const Request& r) { return hub.replay_all(r.body); }},
      {.method = "DELETE",
       .path = "/api/dead-letters/{id}",
       .id = "discardDeadLetter",
       .tag = "dead letters",
       .summary = "Gives a dead letter up for good.",
       .answer = "LetterState",
       .problems = {404, 507},
       .call = with_param("id", &sync::Hub::discard)},
  };
}

std::vector<Operation> source_operations() {
  std::vector<Operation> list{
      {.method = "GET",
       .path = "/api/outbound",
       .id = "leaseDeliveries",
       .tag = "outbound",
       .summary = "Hands a connector outside the hub the deliveries that are due, under a lease.",
       .query = {required(text_param("source", "whose deliveries")), limit_param(),
                 number_param("lease", "seconds until what is not acknowledged is handed out again", kLeaseSeconds, 1,
                              3600)},
       .answer = "Deliveries",
       .problems = {404, 409, 507},
       .call =
           [](sync::Hub& hub, const Request& r) {
             return hub.lease_outbound(value_of(r, "source"), page_of(r).limit, number_of(r, "lease", kLeaseSeconds));
           }},
      {.method = "POST",
       .path = "/api/outbound/ack",
       .id = "acknowledgeDeliveries",
       .tag = "outbound",
       .summary = "Takes the receipts of deliveries.",
       .body = "Receipts",
       .answer = "Acknowledged",
       .problems = {403, 507},
       .call = [](sync::Hub& hub, const Request& r) { return hub.acknowledge(r.body); }},
      {.method = "GET",
       .path = "/api/sources",
       .id = "listSources",
       .tag = "sources",
       .summary = "Lists the sources and how they are.",
       .answer = "SourceList",
       .call = [](sync::Hub& hub, const Request&) { return hub.sources(); }},
      {.method = "GET",
       .path = "/api/sources/{name}",
       .id = "getSource",
       .tag = "sources",
       .summary = "Gives one source.",
       .answer = "Source",
       .problems = {404},
       .call = with_param("name", &sync::Hub::source)},
      {.method = "PUT",
       .path = "/api/sources/{name}/priority",
       .id = "setPriority",
       .tag = "sources",
       .summary = "Sets a source's priority; it counts from the next change on.",
       .body = "Priority",
       .answer = "PrioritySet",
       .problems = {404, 507},
       .call = with_param("name", &sync::Hub::set_priority)},
      {.method = "POST",
       .path = "/api/sources/{name}/pause",
       .id = "pauseSource",
       .tag = "sources",
       .summary = "Stops pulling from a source and delivering to it.",
       .body = "Pause",
       .answer = "Source",
       .problems = {404, 507},
       .call = with_param("name", &sync::Hub::pause)},
      {.method = "POST",
       .path = "/api/sources/{name}/resync",
       .id = "resyncSource",
       .tag = "sources",
       .summary =
           "Pulls everything from a source again: from the start, or as a snapshot that also shows what is gone.",
       .body = "Resync",
       .status = 202,
       .answer = "Source",
       .problems = {404, 409, 507},
       .call = with_param("name", &sync::Hub::resync)},
      {.method = "POST",
       .path = "/api/sources/{name}/approve-deletes",
       .id = "approveDeletes",
       .tag = "sources",
       .summary = "Lets deletes through that the brake holds, now and for a while.",
       .body = "DeleteApproval",
       .answer = "Source",
       .problems = {404, 409, 507},
       .call = with_param("name", &sync::Hub::approve_deletes)},
  };
  struct Action {
    const char *path, *id, *summary;
    int status;
    Call call;
  };
  const Action actions[] = {
      {"resume", "resumeSource", "Lets a paused source go on.", 200, &sync::Hub::resume},
      {"pull", "pullSource", "Pulls from a source now.", 202, &sync::Hub::pull},
  };
  for (const auto& [path, id, summary, status, call] : actions)
    list.push_back({.method = "POST",
                    .path = std::string("/api/sources/{name}/") + path,
                    .id = id,
                    .tag = "sources",
                    .summary = summary,
                    .status = status,
                    .answer = "Source",
                    .problems = {404, 409, 507},
                    .call = with_param("name", call)});
  return list;
}

std::vector<Operation> operating_operations() {
  return {
      {.method = "GET",
       .path = "/api/status",
       .id = "getStatus",
       .tag = "operations",
       .summary = "Gives an overview in numbers.",
       .answer = "Status",
       .call = [](sync::Hub& hub, const Request&) { return hub.status(); }},
      {.method = "POST",
       .path = "/api/prune",
       .id = "prune",
       .tag = "operations",
       .summary = "Does one step of what the hub does by itself: purges what `hub.retention` does not keep.",
       .body = "Prune",
       .answer = "Pruned",
       .problems = {507},
       .call = [](sync::Hub& hub, const Request& r) { return hub.prune(r.body); }},
      {.method = "GET",
       .path = "/healthz",
       .id = "getHealth",
       .tag = "operations",
       .summary = "Answers while the process lives.",
       .answer = "Health"},
      {.method = "GET",
       .path = "/readyz",
       .id = "getReadiness",
       .tag = "operations",
       .summary = "Tells whether the hub takes changes.",
       .answer = "Readiness",
       .call = [](sync::Hub& hub, const Request&) { return hub.ready(); }},
      {.method = "GET",
       .path = "/openapi.json",
       .id = "getOpenapi",
       .tag = "operations",
       .summary = "This document.",
       .answer = "Document"},
  };
}

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all = [] {
    std::vector<Operation> list;
    for (auto* part : {&change_operations, &record_operations, &conflict_operations, &parked_operations,
                       &curation_operations, &source_operations, &operating_operations})
      for (auto& operation : part()) list.push_back(std::move(operation));
    return list;
  }();
  return all;
}

}  // namespace hub::http
