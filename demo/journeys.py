"""What happens around a decision: capture, echoes, people, failures, and that all agree at the end."""

from api import wait_for
from reference import ids_of, last_write
from sqlite_shell import run_script

ECHO_COUNTERS = ("echo_plugin", "echo_hub")


def promotion(stage, report):
    report.scene("CUST-008: LocalDB is promoted", """
        The ERP and LocalDB change the same address at the same time. LocalDB has priority 4 and the ERP 2, so the ERP wins.
        Then one SQL UPDATE in the hub's store promotes LocalDB, and the same thing goes the other way.""")
    report.step("the Portal sends the client", "200 NEW_RECORD",
                stage.portal.send("CUST-008", 1, fullName="Hugo Brandt", email="hugo@example.com"))
    written_at_once(stage, lambda: stage.erp.send("CUST-008", 2, email="hugo.erp@example.com"), "edit_email.sql")
    report.step("both write: the address in LocalDB in the end", "hugo.erp@example.com",
                wait_for(lambda: stage.local.row("client", "CUST-008").get("email"), "hugo.erp@example.com"))
    report.step("what became of LocalDB's change", "PRIORITY_WIN, superseded", latest_of(stage, "CUST-008", "LocalDB"))
    run_script(stage.hub.data / "hub.db", "promote_localdb.sql")
    report.step("sqlite3 hub.db < promote_localdb.sql: LocalDB's priority", 1, stage.api.source("LocalDB")["priority"])
    written_at_once(stage, lambda: stage.erp.send("CUST-008", 3, email="hugo.erp.again@example.com"), "edit_email_again.sql")
    report.step("both write again: the address in the hub", "hugo.local.again@example.com",
                wait_for(lambda: stage.api.record("client", "CUST-008")["fields"]["email"], "hugo.local.again@example.com"))
    report.step("what became of LocalDB's change", "PRIORITY_WIN, applied", latest_of(stage, "CUST-008", "LocalDB"))
    stage.erp.fetch_all()
    report.step("the address in the ERP", "hugo.local.again@example.com", stage.erp.holds[("client", "CUST-008")]["email"])


def round_trip(stage, report):
    report.scene("CUST-007: to LocalDB and back, without an echo", """
        A client from the Portal is written into the application's table. The application's triggers must not take that for
        an edit. Then a user of the application really edits the row, which must reach everybody else, once.""")
    quiet(stage)
    captured, heard = stage.local.captured(), stage.api.counter("LocalDB", "acknowledged")
    report.step("the Portal sends the client", "200 NEW_RECORD",
                stage.portal.send("CUST-007", 1, fullName="Greta Holm", email="greta@example.com"))
    report.step("the name in LocalDB", "Greta Holm",
                wait_for(lambda: stage.local.row("client", "CUST-007").get("fullName"), "Greta Holm"))
    quiet(stage)
    report.step("writes that the triggers captured meanwhile", 0, stage.local.captured() - captured)
    report.step("changes that the hub heard from LocalDB meanwhile", 0,
                stage.api.counter("LocalDB", "acknowledged") - heard)

    written = stage.api.counter("LocalDB", "deliveries_created")
    stage.local.edit("edit_phone.sql")
    report.step("sqlite3 local.db < edit_phone.sql: the phone in the hub", "+4930555007",
                wait_for(lambda: stage.api.record("client", "CUST-007")["fields"].get("phone"), "+4930555007"))
    for system in stage.connectors:
        system.fetch_all()
        report.step(f"the phone in the {system.name}", "+4930555007",
                    system.holds[("client", "CUST-007")].get("phone"))
    quiet(stage)
    report.step("changes that the hub heard from LocalDB in all", 1, stage.api.counter("LocalDB", "acknowledged") - heard)
    report.step("deliveries that went back to LocalDB", 0, stage.api.counter("LocalDB", "deliveries_created") - written)


def naive_connector(stage, report):
    report.scene("CUST-007: a system that repeats what it is told", """
        Not every system can tell the hub's writes from its users'. The ERP's connector now reports the client back as if
        somebody had edited it there. The hub knows the values as its own and lets the matter rest.""")
    created = stage.api.get("/api/status").body["counters"]["deliveries_created"]
    held = stage.erp.holds[("client", "CUST-007")]
    report.step("the ERP reports what it was just given", "200 ECHO",
                stage.api.post("/api/sync", {"source": "ERP", "entity": "client", "externalId": "CUST-007", "fields": held}))
    report.step("deliveries that this made", 0,
                stage.api.get("/api/status").body["counters"]["deliveries_created"] - created)
    report.step("echoes that the hub counts for the ERP", 1,
                sum(stage.api.counter("ERP", name) for name in ECHO_COUNTERS))


def conflict(stage, report):
    report.scene("CUST-009: a person decides", """
        LocalDB now stands level with the CRM. Both change the same name at the same time, and no rule says who is right. The
        hub shows both values to a person, who finds a third one. That one goes to every system.""")
    report.step("the Portal sends the client", "200 NEW_RECORD",
                stage.portal.send("CUST-009", 1, fullName="Ida Berg", email="ida@example.com"))
    written_at_once(stage, lambda: stage.crm.send("CUST-009", 2, fullName="Ida CRM"), "edit_name.sql")
    report.step("both write: open conflicts", 1, wait_for(lambda: len(open_conflicts(stage)), 1))
    for found in open_conflicts(stage):
        report.step("what LocalDB has, what the hub keeps", "Ida Local, Ida CRM",
                    f"{found['incoming']['fullName']}, {found['canonicalThen']['fullName']}")
        report.step("LocalDB keeps its own until it is settled", "Ida Local",
                    stage.local.row("client", "CUST-009").get("fullName"))
        answer = stage.api.post(f"/api/conflicts/{found['id']}/resolve", {"fields": {"fullName": "Ida Agreed"}})
        report.step("a person decides for «Ida Agreed»", "200 VERSION_WIN", answer)
    report.step("open conflicts", 0, len(open_conflicts(stage)))
    report.step("the client now", "Ida Agreed, last written by steward", last_write(stage, "CUST-009"))
    for system in stage.connectors:
        system.fetch_all()
        report.step(f"the name in the {system.name}", "Ida Agreed", system.holds[("client", "CUST-009")]["fullName"])
    report.step("the name in LocalDB", "Ida Agreed",
                wait_for(lambda: stage.local.row("client", "CUST-009").get("fullName"), "Ida Agreed"))


def dead_letter(stage, report):
    report.scene("CUST-005: the ERP refuses, and is mended", """
        The CRM sends a new address, and the ERP's connector refuses it for good. The hub does not try for ever: it puts the
        delivery aside as a dead letter, and the others go on. When the ERP is mended, a person has it tried again.""")
    for system in stage.connectors:
        system.fetch_all()
    stage.erp.refuses["CUST-005"] = "the address is locked"
    report.step("the CRM sends version 2", "200 VERSION_WIN", stage.crm.send("CUST-005", 2, email="emil.lang@example.com"))
    refused = stage.erp.fetch_all()
    report.step("the ERP is handed it, and refuses", "CUST-005", ids_of(refused))
    letters = stage.api.get("/api/dead-letters?source=ERP").body["items"]
    report.step("dead letters of the ERP", "CUST-005: the address is locked",
                ", ".join(f"{letter['externalId']}: {letter['reason']}" for letter in letters))
    stage.portal.fetch_all()
    report.step("the address in the Portal", "emil.lang@example.com",
                stage.portal.holds[("client", "CUST-005")]["email"])
    del stage.erp.refuses["CUST-005"]
    for letter in letters:
        report.step("a person has it tried again", 202, stage.api.post(f"/api/dead-letters/{letter['id']}/replay").status)
    again = stage.erp.fetch_all()
    report.step("the ERP is handed it under the same delivery id", [d["deliveryId"] for d in refused],
                [d["deliveryId"] for d in again])
    report.step("the address in the ERP", "emil.lang@example.com", stage.erp.holds[("client", "CUST-005")]["email"])
    report.step("dead letters", 0, stage.api.get("/api/status").body["deadLetters"])


def all_agree(stage, report):
    report.scene("In the end all agree", """
        Every system holds what the hub holds, nothing is on its way, and the hub's books balance: every change that it ever
        acknowledged ended in exactly one state.""")
    quiet(stage)
    for system in stage.connectors:
        system.fetch_all()
    records = stage.api.records()
    report.step("deliveries under way", 0, sum(s["pending"] for s in stage.api.get("/api/status").body["sources"]))
    for system in stage.connectors:
        report.step(f"records that differ in the {system.name}", "none",
                    differing(records, system.holds, lambda key: system.native_id(*key)))
    report.step("records that differ in LocalDB", "none", differing(records, stage.local.rows(), lambda key: None))
    verified = run_script(stage.hub.data / "hub.db", "verify.sql").splitlines()
    report.step("sqlite3 hub.db < verify.sql: lines that do not end in ok", "none",
                "; ".join(line for line in verified if not line.endswith("|ok")) or ("none" if verified else "no line"))
    code, text = stage.hub.run("audit")
    report.step("syncline audit: exit code", 0, code if code == 0 else f"{code}: {text.strip()}")


SCENES = (promotion, round_trip, naive_connector, conflict, dead_letter, all_agree)


def quiet(stage):
    """Waits until nothing is on its way to LocalDB and the hub has looked there anew."""
    wait_for(lambda: stage.api.source("LocalDB")["pending"], 0)
    seen = stage.api.source("LocalDB")["lastPullAt"]
    for _ in range(2):  # the pull under way may have begun before the last delivery ended
        wait_for(lambda: stage.api.source("LocalDB")["lastPullAt"] != seen, True)
        seen = stage.api.source("LocalDB")["lastPullAt"]


def written_at_once(stage, send, script):
    """Lets a system and a user of the local application write the same record before either hears of the other."""
    quiet(stage)
    stage.local.pause()
    send()
    stage.local.edit(script)
    stage.local.resume()


def latest_of(stage, external_id, source):
    """What became of the last change of a client that a source sent."""
    def read():
        history = stage.api.get(f"/api/records/client/{external_id}/history").body["items"]
        return next((f"{c['resolution']}, {c['state']}" for c in history if c["source"] == source), "none")
    return read()


def open_conflicts(stage):
    return stage.api.get("/api/conflicts?state=open").body["items"]


def differing(records, holds, native_id_of):
    """The keys of the records that a system does not hold as the hub does. It names a client by its own id if it has one."""
    found = []
    for key in sorted(records.keys() | holds.keys()):
        fields = dict(records[key]["fields"]) if key in records else {}
        if "clientId" in fields:
            fields["clientId"] = native_id_of(("client", fields["clientId"])) or fields["clientId"]
        if known(fields) != known(holds.get(key, {})):
            found.append(key[1])
    return ", ".join(found) or "none"


def known(fields):
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
