"""An external system that uses the desk's API, with its account, key and requests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from petitions.domain.officers.service_account import ServiceRight
from petitions.domain.shared.channel import Channel
from petitions.usecases.officers.service_accounts import WantedAccount
from tests.unit.desk.office import Office

FUNCTIONS = Path(__file__).parents[4] / "functions"
EVERYTHING = tuple(ServiceRight)
SELF = tuple(service_right for service_right in ServiceRight if service_right is not ServiceRight.UNIT)
"""The rights of a system that may only see the petitions that it handed in."""
KEY = "Idempotency-Key"


@dataclass
class System:
    client: FlaskClient
    key: str

    def get(self, path: str) -> TestResponse:
        return _explained(self.client.get(f"/api/v1{path}", headers=self._headers()))

    def post(self, path: str, body: Any, once: str = "") -> TestResponse:
        headers = self._headers() | ({KEY: once} if once else {})
        return _explained(self.client.post(f"/api/v1{path}", json=body, headers=headers))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


def _explained(answer: TestResponse) -> TestResponse:
    """Return the response. Fail if the API description does not list the type of its error."""
    if answer.status_code not in {200, 404, 503}:
        known = json.loads((FUNCTIONS / "desk/api/words.json").read_text(encoding="utf-8"))["types"]
        assert answer.get_json()["type"] in known[str(answer.status_code)], answer.text
    return answer


def wanted(account: str = "tong-dai", **more: Any) -> WantedAccount:
    given: dict[str, Any] = {
        "id": account, "name": "Tổng đài 1022", "unit": "SXD", "channel": Channel.HOTLINE, "rights": EVERYTHING,
        "a_minute": 6_000,
    }  # fmt: skip
    return WantedAccount(**(given | more))


def system(office: Office, account: str = "tong-dai", **more: Any) -> System:
    """Create an API account and return its client. `more` sets fields of the account, such as its rights."""
    made = office.parts.service_accounts.make(office.officer("admin"), wanted(account, **more))
    return System(office.app.test_client(), made.key)


def story(office: Office, number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "received_at": office.clock.now().isoformat(), "number": f"1022-{number:04}",
        "content": f"Bãi xe số {number} phố Trung Kính thu quá giá niêm yết", "place": "5 phố Trung Kính",
        "name": "Lê Văn Bình", "home": "12 phố Trung Kính", "phone": "0987 654 321", **more,
    }  # fmt: skip
