from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from petitions.adapters import reference
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi
from tests.unit.desk.office import Browser, Office

GIVEN: dict[str, Any] = {
    "channel": "telephone",
    "content": "Bãi xe số 5 phố Trung Kính thu 20.000 đồng một lượt, niêm yết 5.000 đồng",
    "place": "5 phố Trung Kính",
    "ward": "00175",
    "name": "Lê Văn Bình",
    "home": "12 phố Trung Kính",
    "phone": "0987 654 321",
    "type": "individual",
}


def ward(office: Office) -> str:
    found: str = next(item.code for item in reference.directory().wards if "Yên Hòa" in item.name)
    return found


def typed(office: Office, **more: Any) -> dict[str, Any]:
    received = local(office.clock.now() - timedelta(hours=3))
    known = {**GIVEN, "ward": ward(office), "key": "form-0001", "received_at": received}
    return {**known, "authority": "Sở Xây dựng tỉnh Hưng Yên", **more}


def local(at: datetime) -> str:
    return hanoi(at).replace(tzinfo=None).isoformat()


def entered(office: Office, browser: Browser, **more: Any) -> Petition:
    done = browser.submit("/take-in", **typed(office, **more), do="file")
    assert done.status_code == 303, done.text
    return office.petition(done.headers["Location"].split("/")[2])
