"""What a person can try on the hub that the demo left running. Every line works when pasted into a shell."""

import shlex

CLIENT = '{"externalId":"CUST-100","source":"CRM","version":1,"fullName":"You","email":"you@example.com"}'
RECEIPTS = '{source: "Portal", receipts: [.deliveries[] | {deliveryId, status: "applied"}]}'


def steps(hub):
    """(why, commands) of each thing to try; they build on each other."""
    url, json = hub.url, "-H 'Content-Type: application/json'"
    store, local_db = shlex.quote(str(hub.store)), shlex.quote(str(hub.local_db))
    return [
        ("be the CRM and send a client", [f"curl -sS {url}/api/sync {json} -d '{CLIENT}' | jq"]),
        ("the hub's record: its values, who wrote each, and who has it by now",
         [f"curl -sS {url}/api/records/client/CUST-100 | jq"]),
        ("it is a row of the application by now; edit it there, behind the hub's back",
         [f"""sqlite3 {local_db} "select * from clients where account_no = 'CUST-100'" """.strip(),
          f"""sqlite3 {local_db} "update clients set phone = '+4930555100' where account_no = 'CUST-100'" """.strip()]),
        ("be the Portal: fetch what the hub has for it, and say that you have written it down",
         [f"curl -sS '{url}/api/outbound?source=Portal' | jq -c '{RECEIPTS}' |\n"
          f"    curl -sS {url}/api/outbound/ack {json} -d @- | jq"]),
        ("the command line; the first of these makes the others short",
         [hub.shell_function(), "syncline --help", "syncline status", "syncline records history client CUST-100",
          "syncline conflicts list --state all", "syncline priority set LocalDB 4", "syncline audit"]),
        ("what the store keeps, in plain tables",
         [f"sqlite3 -header -column {store} 'select source, seq, external_id, state, resolution from source_records'"]),
    ]


def show(hub):
    print(f"\nThe hub goes on at {hub.url}; Ctrl-C stops it. Its log is {hub.log}.")
    print("To try it yourself, paste these into another terminal:\n")
    for why, commands in steps(hub):
        print(f"  # {why}")
        for command in commands:
            print(f"  {command}")
    print(flush=True)
