"""The reference scenarios: how the hub decides when several systems write the same record."""

import time

from api import wait_for
from observe import canonical, ids_of, in_local, last_write, seen_everywhere, waiting, writer


def first_look(stage, report):
    report.scene("Meeting LocalDB", """
        Four systems keep clients and orders: CRM, ERP, Portal, and LocalDB, the SQLite file of an application. Only
        that one has any data so far: two clients and an order. The hub reads them at first sight and brings them to
        the others.""")
    for external_id, name in (("LOC-001", "Hedwig Sommer"), ("LOC-002", "Tom Winter")):
        report.step(f"the hub knows {external_id}", name,
                    wait_for(lambda key=external_id: canonical(stage, key).get("fullName"), name))
    report.step("it knows the order, and whose it is", "LOC-001", wait_for(lambda: client_of_order(stage), "LOC-001"))
    stage.crm.fetch_all()
    report.step("the CRM fetches what the hub has for it", "LOC-001, LOC-002, LORD-001",
                ", ".join(sorted(external_id for _, external_id in stage.crm.holds)))
    stage.erp.fetch_all()
    report.step("the ERP numbers clients itself; its order names its own number of LOC-001",
                stage.erp.native_id("client", "LOC-001"), stage.erp.order("LORD-001").get("clientId"))
    stage.portal.fetch_all()


def client_of_order(stage):
    return (stage.api.record("order", "LORD-001") or {}).get("fields", {}).get("clientId")


def order_before_client(stage, report):
    report.scene("ORD-001: an order comes before its client", """
        The CRM sends an order for client CUST-001, of whom nobody has heard yet. The hub keeps the order and waits.
        As soon as the client is there the order is applied, and nobody has to send it again.""")
    answer = stage.crm.send_order("ORD-001", clientId="CUST-001", total="149.90", placedAt="2026-02-01T08:00:00.000Z")
    report.step("the CRM sends the order", "409 dependency not met", answer)
    report.step("the answer names what is missing", "CUST-001", ids_of(answer.body.get("missing", [])))
    report.step("orders that wait", "ORD-001", waiting(stage))
    report.step("the ERP sends the client", "200 NEW_RECORD",
                stage.erp.send("CUST-001", 1, fullName="Anna Weber (ERP)", email="anna.erp@example.com"))
    report.step("the order is applied within a second", "yes", applied_within_a_second(stage))
    report.step("orders that wait", "none", waiting(stage))
    report.step("the Portal is handed the client first", "CUST-001", ids_of(stage.portal.fetch()))
    report.step("and the order once it has the client", "ORD-001", ids_of(stage.portal.fetch()))
    report.step("in LocalDB the order points to the client's row", "CUST-001",
                wait_for(lambda: stage.local.order("ORD-001").get("clientId"), "CUST-001"))


def applied_within_a_second(stage):
    started = time.monotonic()
    there = wait_for(lambda: stage.api.record("order", "ORD-001") is not None, True, seconds=1)
    return "yes" if there and time.monotonic() - started <= 1 else "no"


def priority_decides(stage, report):
    report.scene("CUST-001: two systems write the same version", """
        The ERP wrote version 1 of the client a moment ago. Now the CRM sends its own version 1 with another name and
        address. The CRM has the better priority (1, the ERP has 2), so its values stand, and the ERP is told.""")
    report.step("the CRM sends version 1", "200 PRIORITY_WIN",
                stage.crm.send("CUST-001", 1, fullName="Anna Weber (CRM)", email="anna.crm@example.com"))
    report.step("the client now", "Anna Weber (CRM), last written by CRM", last_write(stage, "CUST-001"))
    seen_everywhere(stage, report, "the name", "CUST-001", "fullName", "Anna Weber (CRM)")


def late_change(stage, report):
    report.scene("CUST-002: a change that comes too late", """
        The CRM is at version 2 of the client when the Portal sends its version 1. What is older than what the hub has
        does not count; the Portal is told the present state.""")
    report.step("the CRM sends version 2", "200 NEW_RECORD",
                stage.crm.send("CUST-002", 2, fullName="Ben Krause", email="ben@example.com"))
    report.step("the Portal sends version 1", "200 STALE_SKIP",
                stage.portal.send("CUST-002", 1, fullName="Benny", email="benny@example.com"))
    report.step("the client now", "Ben Krause, last written by CRM", last_write(stage, "CUST-002"))
    stage.portal.fetch_all()
    report.step("the name in the Portal", "Ben Krause", stage.portal.client("CUST-002").get("fullName"))


def fields_merge(stage, report):
    report.scene("CUST-003: two systems write different fields", """
        Both are at version 3, but the CRM writes the name and the ERP the address. They do not get in each other's
        way.""")
    report.step("the CRM sends the name", "200 NEW_RECORD", stage.crm.send("CUST-003", 3, fullName="Clara Vogt"))
    report.step("the ERP sends the address", "200 FIELD_MERGE",
                stage.erp.send("CUST-003", 3, email="clara@example.com"))
    report.step("the client now", "Clara Vogt, last written by ERP", last_write(stage, "CUST-003"))
    report.step("who wrote what", "name: CRM, address: ERP",
                f"name: {writer(stage, 'CUST-003', 'fullName')}, address: {writer(stage, 'CUST-003', 'email')}")


def tie(stage, report):
    report.scene("CUST-004: a tie that no rule can break", """
        The CRM sends version 5 twice, with two names. No priority can decide between a system and itself, so the hub
        keeps the first and puts the second before a person. Here a later version settles it before anybody looks.""")
    report.step("the CRM sends version 5", "200 NEW_RECORD", stage.crm.send("CUST-004", 5, fullName="Dora A"))
    tied = stage.crm.send("CUST-004", 5, fullName="Dora B")
    report.step("it sends version 5 again, with another name", "409 MANUAL", tied)
    report.step("the client now", "Dora A, last written by CRM", last_write(stage, "CUST-004"))
    conflict = f"/api/conflicts/{tied.body.get('conflictId')}"
    report.step("the conflict", "open", stage.api.get(conflict).body.get("state"))
    report.step("it sends the second name as version 6", "200 VERSION_WIN",
                stage.crm.send("CUST-004", 6, fullName="Dora B"))
    report.step("the client now", "Dora B, last written by CRM", last_write(stage, "CUST-004"))
    report.step("the conflict", "overtaken", stage.api.get(conflict).body.get("state"))


def new_record(stage, report):
    report.scene("CUST-005: a new client", "The simplest case: one system sends a client that nobody else has.")
    report.step("the CRM sends version 1", "200 NEW_RECORD",
                stage.crm.send("CUST-005", 1, fullName="Emil Lang", email="emil@example.com"))
    report.step("the client now", "Emil Lang, last written by CRM", last_write(stage, "CUST-005"))
    for system in (stage.erp, stage.portal):
        system.fetch_all()
        report.step(f"the name in the {system.name}", "Emil Lang", system.client("CUST-005").get("fullName"))
    report.step("the name in LocalDB", "Emil Lang", in_local(stage, "CUST-005", "fullName", "Emil Lang"))


SCENES = (first_look, order_before_client, priority_decides, late_change, fields_merge, tie, new_record)
