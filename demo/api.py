"""The hub's HTTP API as the demo uses it: JSON in, JSON out, and every status is an answer."""

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import quote

TIMEOUT_S = 30


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict
    headers: dict

    def __str__(self):
        """What became of a change, in two words: `200 NEW_RECORD`, `409 dependency not met`."""
        word = self.body.get("error") or self.body.get("resolution") or self.body.get("detail") or ""
        return f"{self.status} {word}".strip()


class Api:
    def __init__(self, url):
        self.url = url
        # The hub is on this machine: a proxy of the environment has no part in it.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path):
        return self._call("GET", path)

    def post(self, path, body=None, if_match=None):
        return self._call("POST", path, {} if body is None else body, if_match)

    def record(self, entity, external_id):
        """The canonical record, or None when there is none."""
        answer = self.get(f"/api/records/{quote(entity)}/{quote(external_id)}")
        return answer.body if answer.status == 200 else None

    def records(self):
        """{(entity, external id): record} of all canonical records."""
        items = self.get("/api/records?limit=1000").body["items"]
        return {(record["entity"], record["externalId"]): record for record in items}

    def source(self, name):
        return self.get(f"/api/sources/{quote(name)}").body

    def counter(self, source, name):
        return self.source(source)["counters"].get(name, 0)

    def _call(self, method, path, body=None, if_match=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                return self._answer(response)
        except urllib.error.HTTPError as refused:
            with refused:
                return self._answer(refused)

    @staticmethod
    def _answer(response):
        text = response.read()
        return Answer(response.status, json.loads(text) if text else {}, dict(response.headers))


def wait_for(read, expected, seconds=15):
    """Reads until the answer is the expected one or the time is over. Gives the last answer."""
    end = time.monotonic() + seconds
    while True:
        actual = read()
        if actual == expected or time.monotonic() > end:
            return actual
        time.sleep(0.02)
