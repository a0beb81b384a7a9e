"""What a person can try on the hub that the demo left running. Every line works when pasted into a shell."""

import shlex


def lines(hub):
    """(why, command) of each thing to try, in an order in which they build on each other."""
    post = f"curl -sS {hub.url}/api/sync -H 'Content-Type: application/json' -d"
    hub_db, local_db = shlex.quote(str(hub.data / "hub.db")), shlex.quote(str(hub.local_db))
    return [
        ("a client, with where each value came from", f"curl -sS {hub.url}/api/records/client/CUST-003 | jq"),
        ("be the CRM and send a client",
         post + """ '{"externalId":"CUST-100","source":"CRM","version":1,"fullName":"You","email":"you@example.com"}'"""),
        ("it is in the application's table by now",
         f"""sqlite3 -header {local_db} "select * from clients where account_no = 'CUST-100'" """.strip()),
        ("edit it there, behind the hub's back",
         f"""sqlite3 {local_db} "update clients set phone = '+4930555100' where account_no = 'CUST-100'" """.strip()),
        ("be the Portal and fetch what the hub has for it",
         f"curl -sS '{hub.url}/api/outbound?source=Portal&lease=5' | jq"),
        ("what the hub is doing, and what it knows; this first line makes the others short", hub.shell_function()),
        ("", "syncline status"),
        ("", "syncline records history client CUST-100"),
        ("", "syncline conflicts list --state all"),
        ("", "syncline priority set LocalDB 4"),
        ("", "syncline audit"),
        ("the store itself", f"sqlite3 -header -column {hub_db} 'select * from source_priority'"),
    ]


def show(hub):
    print(f"\nThe hub goes on at {hub.url}; Ctrl-C stops it. Its log is {hub.log}.")
    print("Paste this into another terminal to try it yourself:\n")
    for why, command in lines(hub):
        print(f"  # {why}\n  {command}" if why else f"  {command}")
    print(flush=True)
