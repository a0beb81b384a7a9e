"""The four systems that the hub keeps in step, as small as they can be."""

import json

from sqlite_shell import run_script


class Connector:
    """A system outside the hub with a connector that speaks HTTP: it sends its changes, fetches what the hub has for
    it, writes that down and acknowledges it. `holds` is what the system itself has: {(entity, external id): fields}."""

    def __init__(self, api, name, first_native_id=None):
        self.name = name
        self.holds = {}
        self.refuses = {}  # external id: why this system will not take it
        self._api = api
        self._next_native_id = first_native_id
        self._native_ids = {}  # of a system that numbers its records itself

    def send(self, external_id, version, **fields):
        """Sends a client in the flat form of the body. Gives the hub's answer."""
        self._write("client", external_id, fields)
        return self._api.post("/api/sync",
                              {"externalId": external_id, "source": self.name, "version": version, **fields})

    def send_order(self, external_id, **fields):
        """Sends an order in the full form: the entity is named, and the fields stand by themselves."""
        self._write("order", external_id, fields)
        return self._api.post("/api/sync", {"source": self.name, "entity": "order", "externalId": external_id,
                                            "op": "upsert", "version": 1, "fields": fields})

    def report_back(self, external_id):
        """Sends a client as this system has it, without a version: what a connector does that cannot tell who wrote."""
        return self._api.post("/api/sync", {"source": self.name, "entity": "client", "externalId": external_id,
                                            "fields": self.client(external_id)})

    def fetch(self):
        """Takes one round of deliveries and acknowledges each. Gives them as they came."""
        deliveries = self._api.get(f"/api/outbound?source={self.name}").body["deliveries"]
        if deliveries:
            receipts = [self._take(delivery) for delivery in deliveries]
            self._api.post("/api/outbound/ack", {"source": self.name, "receipts": receipts})
        return deliveries

    def fetch_all(self):
        """Takes rounds until there is nothing left: what waited for a client comes in the round after it."""
        fetched = []
        while deliveries := self.fetch():
            fetched += deliveries
        return fetched

    def client(self, external_id):
        """The fields of a client as this system has them; empty when it has none."""
        return self.holds.get(("client", external_id), {})

    def order(self, external_id):
        return self.holds.get(("order", external_id), {})

    def native_id(self, entity, external_id):
        """This system's own number of a record; None for what it did not number itself."""
        return self._native_ids.get((entity, external_id))

    def _take(self, delivery):
        key = (delivery["entity"], delivery["externalId"])
        receipt = {"deliveryId": delivery["deliveryId"], "status": "applied"}
        if reason := self.refuses.get(delivery["externalId"]):
            return receipt | {"status": "rejected", "message": reason}
        if delivery["op"] == "delete":
            self.holds.pop(key, None)
            return receipt
        if key not in self.holds and self._next_native_id:
            self._native_ids[key] = str(self._next_native_id)
            self._next_native_id += 1
        self._write(*key, delivery["fields"])
        native_id = self._native_ids.get(key)
        return receipt | {"nativeId": native_id} if native_id else receipt

    def _write(self, entity, external_id, fields):
        self.holds.setdefault((entity, external_id), {}).update(fields)


class LocalApp:
    """The application with the SQLite file. It is read and written with the sqlite3 shell, behind the hub's back."""

    name = "LocalDB"

    def __init__(self, api, database):
        self._api = api
        self._database = database

    def edit(self, script):
        run_script(self._database, script)

    def rows(self):
        """{(entity, external id): fields} of all rows, as the application has them."""
        rows = map(json.loads, run_script(self._database, "show_localdb.sql").splitlines())
        return {(row["entity"], row["externalId"]): row["fields"] for row in rows}

    def client(self, external_id):
        return self.rows().get(("client", external_id), {})

    def order(self, external_id):
        return self.rows().get(("order", external_id), {})

    def captured(self):
        """How many writes the triggers have recorded as the application's own."""
        return int(run_script(self._database, "count_captured.sql"))

    def pause(self):
        """Keeps the hub away from the file, as if its machine were unplugged."""
        self._api.post(f"/api/sources/{self.name}/pause", {"reason": "the demo keeps it offline for a moment"})

    def resume(self):
        self._api.post(f"/api/sources/{self.name}/resume")
