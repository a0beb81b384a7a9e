"""What happens around a decision: capture, echoes, people, failures, and that all agree at the end."""

from api import wait_for
from observe import (NOTHING, canonical, deliveries_created, differing, ids_of, in_local, last_write, latest_from,
                     open_conflicts, quiet, seen_everywhere, written_at_once)
from sqlite_shell import run_script


def promotion(stage, report):
    report.scene("CUST-008: LocalDB is promoted", """
        The ERP and LocalDB change the same address at the same time. LocalDB has priority 4 and the ERP 2, so the ERP
        wins. Then one SQL UPDATE in the hub's store promotes LocalDB, and the same thing goes the other way.""")
    report.step("the Portal sends the client", "200 NEW_RECORD",
                stage.portal.send("CUST-008", 1, fullName="Hugo Brandt", email="hugo@example.com"))
    report.step("the ERP sends an address, LocalDB is edited", "200 VERSION_WIN",
                written_at_once(stage, lambda: stage.erp.send("CUST-008", 2, email="erp@example.com"),
                                "edit_email.sql"))
    report.step("the address in LocalDB in the end", "erp@example.com",
                in_local(stage, "CUST-008", "email", "erp@example.com"))
    report.step("what became of LocalDB's change", "PRIORITY_WIN, superseded",
                latest_from(stage, "CUST-008", "LocalDB"))
    run_script(stage.hub.store, "promote_localdb.sql")
    report.step("promote_localdb.sql: LocalDB's priority", 1, stage.api.source("LocalDB")["priority"])
    report.step("the ERP and LocalDB do it again", "200 VERSION_WIN",
                written_at_once(stage, lambda: stage.erp.send("CUST-008", 3, email="erp.2@example.com"),
                                "edit_email_again.sql"))
    report.step("the address in the hub in the end", "local.2@example.com",
                wait_for(lambda: canonical(stage, "CUST-008").get("email"), "local.2@example.com"))
    report.step("what became of LocalDB's change", "PRIORITY_WIN, applied",
                latest_from(stage, "CUST-008", "LocalDB"))
    stage.erp.fetch_all()
    report.step("the address in the ERP", "local.2@example.com", stage.erp.client("CUST-008").get("email"))


def round_trip(stage, report):
    report.scene("CUST-007: to LocalDB and back, without an echo", """
        A client from the Portal is written into the application's table. The application's triggers must not take
        that for an edit. Then a user of the application really edits the row, which must reach the others, once.""")
    quiet(stage)
    captured, heard = stage.local.captured(), stage.api.counter("LocalDB", "acknowledged")
    report.step("the Portal sends the client", "200 NEW_RECORD",
                stage.portal.send("CUST-007", 1, fullName="Greta Holm", email="greta@example.com"))
    report.step("the name in LocalDB", "Greta Holm", in_local(stage, "CUST-007", "fullName", "Greta Holm"))
    quiet(stage)
    report.step("writes that the triggers captured meanwhile", 0, stage.local.captured() - captured)
    report.step("changes that the hub heard from LocalDB meanwhile", 0,
                stage.api.counter("LocalDB", "acknowledged") - heard)
    written = stage.api.counter("LocalDB", "deliveries_created")
    stage.local.edit("edit_phone.sql")
    report.step("edit_phone.sql in LocalDB: the phone in the hub", "+4930555007",
                wait_for(lambda: canonical(stage, "CUST-007").get("phone"), "+4930555007"))
    seen_everywhere(stage, report, "the phone", "CUST-007", "phone", "+4930555007")
    quiet(stage)
    report.step("changes that the hub heard from LocalDB in all", 1,
                stage.api.counter("LocalDB", "acknowledged") - heard)
    report.step("deliveries that went back to LocalDB", 0,
                stage.api.counter("LocalDB", "deliveries_created") - written)


def naive_connector(stage, report):
    report.scene("CUST-007: a system that repeats what it is told", """
        Not every system can tell the hub's writes from its users'. The ERP's connector now reports the client back as
        if somebody had edited it there. The hub knows the values as its own and lets the matter rest.""")
    created, echoes = deliveries_created(stage), stage.api.counter("ERP", "echo_hub")
    report.step("the ERP reports what it was just given", "200 ECHO", stage.erp.report_back("CUST-007"))
    report.step("deliveries that this made", 0, deliveries_created(stage) - created)
    report.step("echoes that the hub counted", 1, stage.api.counter("ERP", "echo_hub") - echoes)


def conflict(stage, report):
    report.scene("CUST-009: a person decides", """
        LocalDB now stands level with the CRM. Both change the same name at the same time, and no rule says who is
        right. The hub shows both values to a person, who finds a third one. That one goes to every system.""")
    report.step("the Portal sends the client", "200 NEW_RECORD",
                stage.portal.send("CUST-009", 1, fullName="Ida Berg", email="ida@example.com"))
    report.step("the CRM sends a name, LocalDB is edited", "200 VERSION_WIN",
                written_at_once(stage, lambda: stage.crm.send("CUST-009", 2, fullName="Ida CRM"), "edit_name.sql"))
    report.step("conflicts for a person", "CUST-009", wait_for(lambda: ids_of(open_conflicts(stage)), "CUST-009"))
    found = stage.api.get(f"/api/conflicts/{next(iter(open_conflicts(stage)), {}).get('id')}").body
    report.step("what LocalDB says, and what the hub holds", "Ida Local, Ida CRM",
                ", ".join(str(found.get(side, {}).get("fullName")) for side in ("incoming", "canonicalThen")))
    report.step("LocalDB keeps its own until it is settled", "Ida Local",
                stage.local.client("CUST-009").get("fullName"))
    report.step("the person decides for «Ida Agreed»", "200 VERSION_WIN",
                stage.api.post(f"/api/conflicts/{found.get('id')}/resolve", {"fields": {"fullName": "Ida Agreed"}},
                               if_match=found.get("etag")))
    report.step("conflicts for a person", NOTHING, ids_of(open_conflicts(stage)))
    report.step("the client now", "Ida Agreed, last written by steward", last_write(stage, "CUST-009"))
    seen_everywhere(stage, report, "the name", "CUST-009", "fullName", "Ida Agreed")


def dead_letter(stage, report):
    report.scene("CUST-006: the ERP refuses, and is mended", """
        The CRM sends a new client, and the ERP's connector refuses it for good. The hub does not try for ever: it
        puts the delivery aside as a dead letter, and the others go on. When the ERP is mended, a person has it tried
        again.""")
    stage.erp.refuses["CUST-006"] = "the ledger is closed"
    report.step("the CRM sends version 1", "200 NEW_RECORD",
                stage.crm.send("CUST-006", 1, fullName="Frida Stein", email="frida@example.com"))
    refused = stage.erp.fetch_all()
    report.step("the ERP is handed it, and refuses", "CUST-006", ids_of(refused))
    letters = stage.api.get("/api/dead-letters?source=ERP").body["items"]
    report.step("dead letters of the ERP", "CUST-006: the ledger is closed",
                ", ".join(f"{letter['externalId']}: {letter['reason']}" for letter in letters) or NOTHING)
    stage.portal.fetch_all()
    report.step("the name in the Portal all the same", "Frida Stein", stage.portal.client("CUST-006").get("fullName"))
    stage.erp.refuses.clear()
    for letter in letters:
        report.step("a person has it tried again", 202,
                    stage.api.post(f"/api/dead-letters/{letter['id']}/replay").status)
    report.step("the ERP is handed it under the same delivery id", ", ".join(d["deliveryId"] for d in refused),
                ", ".join(d["deliveryId"] for d in stage.erp.fetch_all()))
    report.step("dead letters of the ERP", NOTHING, ids_of(stage.api.get("/api/dead-letters?source=ERP").body["items"]))
    seen_everywhere(stage, report, "the name", "CUST-006", "fullName", "Frida Stein")


def all_agree(stage, report):
    report.scene("In the end all agree", """
        Every system holds what the hub holds, nothing is on its way, and the hub's books balance: every change that
        it ever acknowledged ended in exactly one state.""")
    for system in stage.connectors:
        system.fetch_all()
    quiet(stage)
    status = stage.api.get("/api/status").body
    report.step("deliveries under way", 0, sum(source["pending"] for source in status["sources"]))
    records = stage.api.records()
    for system in stage.connectors:
        report.step(f"records that differ in the {system.name}", NOTHING,
                    differing(records, system.holds, system.native_id))
    report.step("records that differ in LocalDB", NOTHING, differing(records, stage.local.rows()))
    lines = run_script(stage.hub.store, "verify.sql").splitlines() or ["it gave no line"]
    report.step("verify.sql on the store: lines that are not ok", NOTHING,
                "; ".join(line for line in lines if not line.endswith("|ok")) or NOTHING)
    code, text = stage.hub.run("audit")
    report.step("syncline audit: exit code", 0, code if code == 0 else f"{code}: {text.strip()}")


SCENES = (promotion, round_trip, naive_connector, conflict, dead_letter, all_agree)
