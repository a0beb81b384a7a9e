"""How the scenes look at the hub and the systems: short texts that the report can compare."""

from api import wait_for

NOTHING = "none"


def canonical(stage, external_id):
    """The fields of a client as the hub has them; empty when it has none."""
    return (stage.api.record("client", external_id) or {}).get("fields", {})


def last_write(stage, external_id):
    record = stage.api.record("client", external_id)
    return f"{record['fields'].get('fullName')}, last written by {record['lastSource']}" if record else NOTHING


def writer(stage, external_id, field):
    """The source whose change wrote a field of a client."""
    record = stage.api.record("client", external_id) or {}
    return record.get("provenance", {}).get(field, {}).get("source")


def latest_from(stage, external_id, source):
    """What became of the last change of a client that a source sent."""
    history = stage.api.get(f"/api/records/client/{external_id}/history").body["items"]
    return next((f"{c['resolution']}, {c['state']}" for c in history if c["source"] == source), NOTHING)


def waiting(stage):
    return ids_of(stage.api.get("/api/waiting").body["items"])


def open_conflicts(stage):
    return stage.api.get("/api/conflicts?state=open").body["items"]


def deliveries_created(stage):
    return stage.api.get("/api/status").body["counters"].get("deliveries_created", 0)


def ids_of(items):
    return ", ".join(item["externalId"] for item in items) or NOTHING


def in_local(stage, external_id, field, expected):
    """The value of a client's field in LocalDB, once it is the expected one or has had its time."""
    return wait_for(lambda: stage.local.client(external_id).get(field), expected)


def seen_everywhere(stage, report, what, external_id, field, expected):
    """A step for each of the four systems: does it hold the value?"""
    for system in stage.connectors:
        system.fetch_all()
        report.step(f"{what} in the {system.name}", expected, system.client(external_id).get(field))
    report.step(f"{what} in LocalDB", expected, in_local(stage, external_id, field, expected))


def quiet(stage):
    """Waits until nothing is on its way to LocalDB and the hub has looked there anew."""
    wait_for(lambda: stage.api.source("LocalDB")["pending"], 0)
    for _ in range(2):  # the first of the two may have begun before the last delivery ended
        seen = stage.api.source("LocalDB")["lastPullAt"]
        wait_for(lambda before=seen: stage.api.source("LocalDB")["lastPullAt"] != before, True)


def written_at_once(stage, send, script):
    """Lets a system and a user of the local application write the same client before either hears of the other."""
    quiet(stage)
    stage.local.pause()
    answer = send()
    stage.local.edit(script)
    stage.local.resume()
    return answer


def differing(records, held, native_id_of=lambda entity, external_id: None):
    """The ids of the records that a system does not hold as the hub does. An order there may name the client by the
    system's own id."""
    found = []
    for key in sorted(records.keys() | held.keys()):
        fields = dict(records[key]["fields"]) if key in records else {}
        if "clientId" in fields:
            fields["clientId"] = native_id_of("client", fields["clientId"]) or fields["clientId"]
        if _known(fields) != _known(held.get(key, {})):
            found.append(key[1])
    return ", ".join(found) or NOTHING


def _known(fields):
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
