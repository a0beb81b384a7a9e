#include "hub/http/operations.hpp"

namespace hub::http {

namespace {

const std::vector<std::string> kKinds{"field", "delete_vs_edit", "reference_cycle", "identity"};

sync::ConflictQuery query_of(const Request& request) {
  sync::ConflictQuery query;
  query.state = value_of(request, "state");
  query.group = value_of(request, "group");
  query.since = value_of(request, "since");
  query.filter.kind = value_of(request, "kind");
  query.filter.entity = value_of(request, "entity");
  query.filter.source = value_of(request, "source");
  query.filter.field = value_of(request, "field");
  query.filter.text = value_of(request, "text");
  return query;
}

}  // namespace

std::vector<Operation> conflict_operations() {
  return {
      {.method = "GET",
       .path = "/api/conflicts",
       .id = "listConflicts",
       .tag = "conflicts",
       .summary = "Lists conflicts, or counts the open ones by group.",
       .query = paged({word_param("state", "only conflicts in this state", {"open", "resolved", "overtaken"}),
                       word_param("kind", "only conflicts of this kind", kKinds),
                       text_param("entity", "only those about records of this entity"),
                       text_param("source", "only those that this source raised"),
                       text_param("field", "only those in which this field is in dispute"),
                       text_param("since", "only those opened then or later, RFC 3339"),
                       text_param("text", "only those whose record has this in its external id"),
                       word_param("group", "counts of the open ones, and the oldest, instead of a list",
                                  {"field", "source", "entity", "kind"})}),
       .answer = "ConflictList",
       .call = [](sync::Hub& hub, const Request& r) { return hub.conflicts(query_of(r), page_of(r)); }},
      {.method = "GET",
       .path = "/api/conflicts/{id}",
       .id = "getConflict",
       .tag = "conflicts",
       .summary = "Gives a conflict: what each side says of each field, who wrote that and when.",
       .answer = "Conflict",
       .problems = {404},
       .call = [](sync::Hub& hub, const Request& r) { return hub.conflict(r.param("id")); }},
      {.method = "POST",
       .path = "/api/conflicts/{id}/resolve",
       .id = "resolveConflict",
       .tag = "conflicts",
       .summary =
           "Settles a conflict as it was shown under the etag that If-Match names: as a new version, which goes out to "
           "the sources. A 409 gives the conflict as it is now.",
       .if_match = IfMatch::kRequired,
       .body = "Decision",
       .answer = "ChangeAnswer",
       .problems = {404, 409, 428, 507},
       .call = [](sync::Hub& hub,
                  const Request& r) { return hub.resolve_conflict(r.param("id"), if_match_of(r), r.body); }},
      {.method = "POST",
       .path = "/api/conflicts/resolve",
       .id = "resolveConflicts",
       .tag = "conflicts",
       .summary =
           "Shows what a decision on all open conflicts that match would do, or with `apply` does it to those that are "
           "as the preview showed them.",
       .body = "BulkDecision",
       .answer = "BulkDecided",
       .problems = {428, 507},
       .call = [](sync::Hub& hub, const Request& r) { return hub.resolve_conflicts(r.body); }},
      {.method = "POST",
       .path = "/api/conflicts/{id}/rule",
       .id = "suggestRule",
       .tag = "conflicts",
       .summary = "Gives the field policies that would have decided so, as YAML, and how each would have done on past "
                  "conflicts. Changes nothing.",
       .body = "RuleQuestion",
       .answer = "Rules",
       .problems = {404, 409},
       .call = [](sync::Hub& hub, const Request& r) { return hub.conflict_rule(r.param("id"), r.body); }},
  };
}

}  // namespace hub::http
