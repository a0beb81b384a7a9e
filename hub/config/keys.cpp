#include "hub/config/keys.hpp"

#include <algorithm>
#include <stdexcept>

namespace hub::config {
namespace {

// One row a key, in the order of the reference page. Its layout is its own: what a key is, then what it says.
// clang-format off
constexpr Key kKeys[] = {
    {.path = "hub", .text = "The hub itself."},
    {.path = "hub.name", .type = Type::kName, .fallback = "syncline",
     .text = "What this hub is called in logs and answers."},
    {.path = "hub.listen", .type = Type::kListen, .fallback = "127.0.0.1:8080",
     .text = "Address and port of the HTTP API: an IP address or `localhost`; IPv6 in brackets and quotes, port 0 "
             "takes a free one. Only loopback addresses are taken, because there are no access tokens yet.",
     .way_out = "there are no access tokens yet, so it must stay on this machine: use 127.0.0.1, \"[::1]\" or "
                "localhost"},
    {.path = "hub.data", .type = Type::kPath, .fallback = "./data",
     .text = "Folder of the store and of what plugins keep; made with mode 0700 when it is missing."},
    {.path = "hub.store", .type = Type::kStore, .fallback = "sqlite",
     .text = "Where the hub keeps its records: `sqlite` is a file in `hub.data`; a PostgreSQL database is named by its URL "
             "as libpq reads it, `postgresql://syncline:${file:/etc/syncline/store.password}@db1,db2/syncline?"
             "sslmode=verify-full`, with special characters percent-encoded, also those of a password. Several hubs may "
             "share a database, each with a `hub.data` of its own."},
    {.path = "hub.plugins", .type = Type::kPath, .fallback = "../build/release/plugins",
     .text = "Folder of the plugins' shared libraries; nothing is loaded from elsewhere."},
    {.path = "hub.durability", .type = Type::kChoice, .fallback = "full", .choices = "full|relaxed",
     .text = "`full`: an answer is given after the change is synced to the disk. `relaxed`: a power loss may take "
             "the last moments; `/readyz` shows it."},
    {.path = "hub.shadow", .type = Type::kBoolean, .fallback = "false",
     .text = "A shadow run: the hub pulls, takes changes and decides, but writes to no source and hands out no "
             "delivery. What would have gone out waits, newest state only."},

    {.path = "hub.retention", .text = "How long the hub keeps what it has done with. What the store still needs is never "
                                      "removed, nor is any change that is younger than 14 days or than `undo`."},
    {.path = "hub.retention.journal", .type = Type::kAge, .fallback = "365d", .min = "1d", .max = "36500d",
     .text = "Age from which changes are purged from the journal, and so from the history of their records."},
    {.path = "hub.retention.journal_rows", .type = Type::kInteger, .unit = "changes", .min = "1000",
     .max = "2000000000",
     .text = "Changes that the journal keeps of one source: older ones are purged before their age. Absent: any number."},
    {.path = "hub.retention.deliveries", .type = Type::kAge, .fallback = "30d", .min = "1h", .max = "36500d",
     .text = "Age from which finished deliveries are purged."},
    {.path = "hub.retention.undo", .type = Type::kDuration, .fallback = "30d", .min = "0s", .max = "36500d",
     .text = "How long changes can be undone: until then they are kept, whatever the other keys say."},

    {.path = "include", .type = Type::kStrings, .fallback = "[]",
     .text = "Files that merge into this one, as paths or patterns with `*`, `?` and `[…]`. A key given twice over "
             "all files is an error. Only the main file may include."},

    {.path = "api", .text = "The HTTP API."},
    {.path = "api.default_entity", .type = Type::kName,
     .text = "Entity of the flat body of `POST /api/sync`; without it the flat body is refused."},
    {.path = "api.body_limit", .type = Type::kSize, .fallback = "1MiB", .min = "1KiB", .max = "1GiB",
     .text = "Largest body of a request that is not streamed."},
    {.path = "api.line_limit", .type = Type::kSize, .fallback = "256KiB", .min = "1KiB", .max = "64MiB",
     .text = "Largest line of a streamed batch."},
    {.path = "api.max_connections", .type = Type::kInteger, .unit = "connections", .fallback = "1024",
     .min = "1", .max = "100000",
     .text = "Connections served at once; more have to wait."},
    {.path = "api.header_timeout", .type = Type::kDuration, .fallback = "10s", .min = "10ms", .max = "1h",
     .text = "Time for a request's header to arrive."},
    {.path = "api.body_timeout", .type = Type::kDuration, .fallback = "30s", .min = "10ms", .max = "1h",
     .text = "Longest silence within a request's body."},
    {.path = "api.idle_timeout", .type = Type::kDuration, .fallback = "60s", .min = "10ms", .max = "1d",
     .text = "How long a connection without a request stays open."},
    {.path = "api.stop_grace", .type = Type::kDuration, .fallback = "20s", .min = "0s", .max = "1h",
     .text = "What runs may take to end after SIGTERM."},
    {.path = "api.queue_changes", .type = Type::kInteger, .unit = "changes", .fallback = "20000",
     .min = "1", .max = "10000000",
     .text = "Changes that may wait for their commit; beyond it the answer is 429."},

    {.path = "entities", .type = Type::kNames, .required = true, .text = "The record types, by name."},
    {.path = "entities.*", .text = "One record type."},
    {.path = "entities.*.fields", .type = Type::kNames, .required = true, .text = "Its fields, by name."},
    {.path = "entities.*.fields.*", .text = "One field; `{}` is a string without further rules."},
    {.path = "entities.*.fields.*.type", .type = Type::kChoice, .fallback = "string",
     .choices = "string|integer|decimal|boolean|date|datetime",
     .text = "Type of its values. A field with `references` has none."},
    {.path = "entities.*.fields.*.references", .type = Type::kName,
     .text = "The entity whose external id the field holds; a change waits until that record exists."},
    {.path = "entities.*.fields.*.required", .type = Type::kBoolean, .fallback = "false",
     .text = "Whether a new record must have it."},
    {.path = "entities.*.fields.*.max_length", .type = Type::kInteger, .unit = "characters",
     .min = "1", .max = "1000000",
     .text = "Longest text; only for `string`."},
    {.path = "entities.*.fields.*.scale", .type = Type::kInteger, .unit = "digits", .min = "0", .max = "38",
     .text = "Digits after the point: more are refused, fewer filled up; only for `decimal`."},
    {.path = "entities.*.fields.*.enum", .type = Type::kStrings,
     .text = "The values that are allowed; only for `string` and `integer`. Absent: any."},
    {.path = "entities.*.fields.*.normalise", .type = Type::kNormalisers,
     .text = "Steps before a value is compared and stored: `trim`, `lower`, `email`, `phone`, `date`, `decimal:N`."},
    {.path = "entities.*.fields.*.on_blank", .type = Type::kChoice, .fallback = "value",
     .choices = "value|clear|ignore",
     .text = "What an empty string means: a value, the same as null, or nothing said."},
    {.path = "entities.*.fields.*.policy", .type = Type::kPolicy, .choices = "newest|manual",
     .text = "Who wins an overlap on this field, before the sources' priority is asked: `newest` (by the time of "
             "the change), `manual` (a person), or one of the keys below."},
    {.path = "entities.*.fields.*.policy.owner", .type = Type::kName,
     .text = "The only source that may change the field."},
    {.path = "entities.*.fields.*.policy.prefer", .type = Type::kStrings,
     .text = "An own order of sources, best first."},
    {.path = "entities.*.fields.*.template", .type = Type::kString,
     .text = "Makes it a computed field: text with other fields in braces, `\"{firstName} {lastName}\"` (`{{` and `}}` "
             "are braces). It is text, follows those fields at once, goes to the sources that map it, and is taken "
             "from none. Only `normalise` goes with it."},
    {.path = "entities.*.merge", .type = Type::kChoice, .fallback = "record", .choices = "record|field",
     .text = "`record`: one version decides over the whole record. `field`: each field compares its own, so the "
             "result does not depend on the order of arrival."},
    {.path = "entities.*.deletes", .type = Type::kChoice, .fallback = "propagate", .choices = "propagate|ignore|manual",
     .text = "What a delete at a source does: goes to the others, does nothing, or asks a person."},
    {.path = "entities.*.clock_tolerance", .type = Type::kDuration, .fallback = "2s", .min = "0s", .max = "1h",
     .text = "For the policy `newest`: changes closer than this count as made at the same time."},
    {.path = "entities.*.waiting", .text = "Changes that wait for a record which they reference."},
    {.path = "entities.*.waiting.retry_every", .type = Type::kDuration, .fallback = "30s", .min = "10ms", .max = "1d",
     .text = "How often a waiting change is tried, beside the moment when what it waits for arrives."},
    {.path = "entities.*.waiting.max_attempts", .type = Type::kInteger, .unit = "attempts", .fallback = "5",
     .min = "1", .max = "1000000",
     .text = "Attempts before it becomes a dead letter."},
    {.path = "entities.*.waiting.max_age", .type = Type::kDuration, .fallback = "7d", .min = "10ms", .max = "3650d",
     .text = "Age at which it becomes a dead letter."},

    {.path = "sources", .type = Type::kNames, .fallback = "{}",
     .text = "The connected systems, by name. `steward` is taken."},
    {.path = "sources.*", .text = "One connected system."},
    {.path = "sources.*.priority", .type = Type::kInteger, .required = true, .unit = "rank",
     .min = "0", .max = "1000000",
     .text = "Its rank on an overlap, lower is better. It seeds the store once; from then on the store's is the "
             "truth (`syncline priority set`)."},
    {.path = "sources.*.plugin", .type = Type::kName,
     .text = "The plugin that speaks for it: `localdb` is `libsyncline_localdb.so` in `hub.plugins`. Absent: a "
             "connector outside the hub does, over HTTP."},
    {.path = "sources.*.isolation", .type = Type::kChoice, .fallback = "in_process", .choices = "in_process",
     .text = "Where the plugin runs: inside the hub.",
     .way_out = "this build runs plugins inside the hub only; write `isolation: in_process` or leave the key out"},
    {.path = "sources.*.pull", .text = "How changes are fetched."},
    {.path = "sources.*.pull.every", .type = Type::kDuration, .fallback = "30s", .min = "10ms", .max = "30d",
     .text = "Pause between two pulls."},
    {.path = "sources.*.pull.limit", .type = Type::kInteger, .unit = "changes", .fallback = "500",
     .min = "1", .max = "100000",
     .text = "Most changes in one page."},
    {.path = "sources.*.pull.max_deletes", .text = "The brake on mass deletes: when one pull exceeds both, its deletes are held until a person approves of them."},
    {.path = "sources.*.pull.max_deletes.count", .type = Type::kInteger, .unit = "records", .fallback = "10",
     .min = "0", .max = "1000000000",
     .text = "Deletes that one pull may bring …"},
    {.path = "sources.*.pull.max_deletes.percent", .type = Type::kInteger, .unit = "%", .fallback = "10",
     .min = "0", .max = "100",
     .text = "… and their share of the source's linked records."},
    {.path = "sources.*.push", .text = "How deliveries are made."},
    {.path = "sources.*.push.batch", .type = Type::kInteger, .unit = "records", .fallback = "100",
     .min = "1", .max = "10000",
     .text = "Most records in one call."},
    {.path = "sources.*.push.max_attempts", .type = Type::kInteger, .unit = "attempts", .fallback = "5",
     .min = "1", .max = "1000000",
     .text = "Attempts before a delivery becomes a dead letter."},
    {.path = "sources.*.push.backoff",
     .text = "The pause after a failed attempt: doubled each time, with full jitter."},
    {.path = "sources.*.push.backoff.first", .type = Type::kDuration, .fallback = "1s", .min = "1ms", .max = "1d",
     .text = "The first pause."},
    {.path = "sources.*.push.backoff.max", .type = Type::kDuration, .fallback = "5m", .min = "1ms", .max = "30d",
     .text = "The longest pause."},
    {.path = "sources.*.push.rate", .type = Type::kRate, .fallback = "unlimited", .min = "1/h", .max = "1000000/s",
     .text = "Most records written in a time."},
    {.path = "sources.*.push.breaker",
     .text = "The circuit breaker: it leaves a source that fails alone for a while."},
    {.path = "sources.*.push.breaker.failures", .type = Type::kInteger, .unit = "calls", .fallback = "10",
     .min = "1", .max = "1000000",
     .text = "Failed calls in a row that open it."},
    {.path = "sources.*.push.breaker.open", .type = Type::kDuration, .fallback = "30s", .min = "1ms", .max = "30d",
     .text = "How long it stays open."},
    {.path = "sources.*.repair", .type = Type::kBoolean, .fallback = "true",
     .text = "Whether the source gets the canonical value back when its own change lost."},
    {.path = "sources.*.max_writes_per_minute", .type = Type::kInteger, .unit = "writes", .fallback = "30",
     .min = "1", .max = "1000000",
     .text = "The fuse of one record: more writes in a minute are taken for a loop and stopped."},
    {.path = "sources.*.settings", .type = Type::kSettings,
     .text = "The plugin's own settings, checked against the schema that it ships."},
    {.path = "sources.*.entities", .type = Type::kNames, .required = true,
     .text = "The entities that it holds; it may send and gets no others. `client: {}` takes every field as it is."},
    {.path = "sources.*.entities.*", .text = "How one entity appears there."},
    {.path = "sources.*.entities.*.remote", .type = Type::kString,
     .text = "The source's name of it (a table, a path). Absent: the entity's name."},
    {.path = "sources.*.entities.*.key", .type = Type::kString,
     .text = "The source's field that is the external id. Absent: the hub keeps which native id is which record."},
    {.path = "sources.*.entities.*.match_on", .type = Type::kMatchOn, .fallback = "[]",
     .text = "Ladders of hub fields by which an unknown record is found: `[[email], [lastName, zip]]`. The first "
             "that hits decides: one record is linked, several are a conflict of kind `identity`."},
    {.path = "sources.*.entities.*.deletes", .type = Type::kChoice, .choices = "propagate|ignore|manual",
     .text = "What a delete at this source does. Absent: as `deletes` of the entity says."},
    {.path = "sources.*.entities.*.filter", .type = Type::kFilter, .fallback = "{}",
     .text = "Only records whose hub fields have one of these values go there: `{status: [active]}`."},
    {.path = "sources.*.entities.*.constants", .type = Type::kValues,
     .text = "Source fields that get a fixed value in each row that the hub makes there: `{channel: web}`. They are "
             "never read, and not written again."},
    {.path = "sources.*.entities.*.fields", .type = Type::kNames, .fallback = "{}",
     .text = "The fields that travel, by the hub's name. Absent or empty: every field as it is."},
    {.path = "sources.*.entities.*.fields.*", .type = Type::kField,
     .text = "The source's name of the field, or the keys below."},
    {.path = "sources.*.entities.*.fields.*.field", .type = Type::kString,
     .text = "The source's name of the field. Absent: the hub's."},
    {.path = "sources.*.entities.*.fields.*.values", .type = Type::kValues,
     .text = "Hub value to source value: `{active: 1, blocked: 2}`. Absent: values travel as they are."},
    {.path = "sources.*.entities.*.fields.*.direction", .type = Type::kChoice, .fallback = "both",
     .choices = "pull|push|both",
     .text = "Which way the field travels: `pull` from the source, `push` to it."},
};
// clang-format on

}  // namespace

std::span<const Key> keys() { return kKeys; }

const Key& key_at(std::string_view pattern) {
  const auto found =
      std::find_if(std::begin(kKeys), std::end(kKeys), [&](const Key& key) { return key.path == pattern; });
  if (found == std::end(kKeys)) throw std::logic_error("no such key in the table: " + std::string(pattern));
  return *found;
}

std::vector<const Key*> children_of(std::string_view pattern) {
  std::vector<const Key*> children;
  for (const Key& key : kKeys) {
    const auto dot = key.path.rfind('.');
    if ((dot == std::string_view::npos ? std::string_view{} : key.path.substr(0, dot)) == pattern)
      children.push_back(&key);
  }
  return children;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('.') + 1); }

std::vector<std::string> words(std::string_view choices) {
  std::vector<std::string> found;
  for (std::size_t begin = 0; !choices.empty() && begin <= choices.size();) {
    const std::size_t end = std::min(choices.find('|', begin), choices.size());
    found.emplace_back(choices.substr(begin, end - begin));
    begin = end + 1;
  }
  return found;
}

}  // namespace hub::config
