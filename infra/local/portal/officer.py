"""Actions of officers and citizens on a petition at the portal. Every action is added to the feed of changes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from infra.local.portal.services import WRITES
from infra.local.portal.store import AWAY, PortalStore, portal_date
from infra.local.simulators.database import transaction

FILED = ("TIEUDE", "NOIDUNG", *WRITES["DongBoPAKN"].may_be_empty)
_OVER = {"DA_TRA_LOI", "DA_CONG_KHAI", "DONG", "TU_CHOI", AWAY, "DA_RUT", "DA_GOP"}
ANSWERED_ELSEWHERE = "Cơ quan khác"


class PortalOfficer:
    """Performs actions on the portal's records, each of which is one petition.

    Raise LookupError for an unknown record, and ValueError with a message in Vietnamese for an impossible action.
    Methods return the id of the new change in the feed unless documented otherwise.
    """

    def __init__(self, store: PortalStore) -> None:
        self._store = store

    def file(self, fields: dict[str, str], now: datetime, change_id: str = "") -> str:
        """File a citizen's petition to Hanoi at the portal. Return the new record's national code."""
        filed = {name: fields.get(name, "") for name in FILED}
        filed["LOAI"] = filed["LOAI"] or "PAKN"
        filed["NGAYGUI"] = portal_date(now)
        with transaction(self._store.database):
            code = self._store.new_code(now)
            self._store.add_record(code, filed, now)
            self._store.add_change(change_id or f"MOI-{code}", code, "MOI", "", now, filed)
        return code

    def give_back(self, code: str, reason: str, now: datetime) -> str:
        """Reject an unsuitable answer, so that the city must answer the petition again."""
        record = self._record(code)
        if record["answer"] is None or record["returned"] or record["away"]:
            raise ValueError("Hồ sơ không có câu trả lời để trả lại")
        return self._store.act(code, "TRA_LAI", reason, now, {}, returned=1, state="YEU_CAU_LAM_LAI")

    def transfer(self, code: str, reason: str, now: datetime) -> str:
        if self._record(code)["away"]:
            raise ValueError("Hồ sơ đã ở cơ quan khác")
        return self._store.act(code, "CHUYEN_CO_QUAN", reason, now, {}, away=1, state=AWAY)

    def move(self, code: str, unit: str, reason: str, now: datetime) -> str:
        record = self._record(code)
        if record["away"]:
            raise ValueError("Hồ sơ đang ở cơ quan khác")
        if not unit.strip():
            raise ValueError("Xin chọn đơn vị nhận")
        fields = record["fields"] | {"MADONVI": unit, "TENDONVI": ""}
        data = {"MADONVI": unit}
        return self._store.act(code, "CHUYEN_DON_VI", reason, now, data, fields=json.dumps(fields, ensure_ascii=False))

    def send_back(self, code: str, reason: str, now: datetime) -> str:
        """Return a petition from another authority to Hanoi ("chuyển lại")."""
        if not self._record(code)["away"]:
            raise ValueError("Hồ sơ không ở cơ quan khác")
        return self._store.act(code, "CHUYEN_LAI", reason, now, {}, away=0, state="DA_TIEP_NHAN")

    def answer(self, code: str, text: str, now: datetime) -> str:
        """Answer a petition as the authority outside Hanoi to which it was transferred."""
        if not self._record(code)["away"]:
            raise ValueError("Hồ sơ không ở cơ quan khác")
        given = {"NOIDUNGTRALOI": text, "NGUOITRALOI": "", "DONVITRALOI": ANSWERED_ELSEWHERE}
        given["NGAYTRALOI"] = portal_date(now)
        answer = json.dumps(given, ensure_ascii=False)
        data = {"NOIDUNGTRALOI": text}
        self._store.forget_answer_files(code)
        return self._store.act(code, "TRA_LOI", "", now, data, answer=answer, state="DONG", away=0)

    def rate(self, code: str, level: str, now: datetime, why: str = "") -> str:
        """Rate the answer as the citizen, with a level of satisfaction and optionally a reason."""
        if self._record(code)["answer"] is None:
            raise ValueError("Hồ sơ chưa có câu trả lời")
        rating = json.dumps({"MUCDO": level, "LYDO": why, "NGAYDANHGIA": portal_date(now)})
        return self._store.act(code, "DANH_GIA", why, now, {"MUCDO": level}, rating=rating)

    def supplement(self, code: str, text: str, now: datetime) -> str:
        """Answer a request for more information as the citizen.

        The petition's state does not change, because the city decides on the next one.
        """
        if self._record(code)["state"] != "CHO_BO_SUNG":
            raise ValueError("Hồ sơ không chờ bổ sung")
        return self._store.act(code, "BO_SUNG", "", now, {"NOIDUNGBOSUNG": text})

    def withdraw(self, code: str, reason: str, now: datetime) -> str:
        if self._record(code)["state"] in _OVER:
            raise ValueError("Hồ sơ đã có kết quả hoặc đã kết thúc")
        return self._store.act(code, "RUT", reason, now, {}, state="DA_RUT")

    def _record(self, code: str) -> dict[str, Any]:
        record = self._store.record(code)
        if record is None:
            raise LookupError(code)
        return record
