"""The portal's services that the petition channel calls, with their required fields and their effects."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from infra.local.portal.store import PAGE, PortalStore
from infra.local.simulators.database import transaction
from infra.local.simulators.templates import HANOI
from infra.paths import ROOT

BAD_DATA = "400"
_DATA = ROOT / "functions" / "petitions" / "data"
STATES = {
    "CHO_TIEP_NHAN": "Chờ tiếp nhận",
    "CHO_BO_SUNG": "Chờ bổ sung",
    "DA_TIEP_NHAN": "Đã tiếp nhận",
    "DA_PHAN_CONG": "Đã phân công",
    "CHO_PHAN_CONG_LAI": "Chờ phân công lại",
    "DANG_XU_LY": "Đang xử lý",
    "CHO_DUYET": "Chờ duyệt",
    "YEU_CAU_LAM_LAI": "Yêu cầu làm lại",
    "DA_TRA_LOI": "Đã trả lời",
    "DA_CONG_KHAI": "Đã công khai",
    "MO_LAI": "Mở lại",
    "DONG": "Đóng",
    "TU_CHOI": "Từ chối",
    "DA_CHUYEN_NGOAI": "Đang ở cơ quan khác",
    "DA_RUT": "Đã rút",
    "DA_GOP": "Đã gộp",
}
_NEED_WORDS = {"CHO_BO_SUNG", "TU_CHOI", "DA_CHUYEN_NGOAI"}
_RATINGS = {"1", "2", "3"}
_CLASSES = {"PAKN", "VBQPPL"}
_ACCOUNT = re.compile(r"[0-9a-z._-]+")
_BELONGS = {"PHAN_ANH", "TRA_LOI"}
# File types that the portal's form accepts: PLATFORM 6.5.
_OFFICE = "application/vnd.openxmlformats-officedocument."
_FILE_TYPES = {"image/jpeg", "application/pdf", "application/msword", "application/vnd.ms-excel"}
_FILE_TYPES |= {f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet"}
_MOST_BYTES = 10 * 2**20

WriteCall = Callable[[PortalStore, dict[str, str], datetime], str]


class Refused(Exception):  # noqa: N818 - it is the portal's answer, not a fault of ours
    """Raised if the portal rejects a call. It has the portal's error code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class WritingService:
    """A service that changes a record.

    All fields must be present as text. Those in `filled` may not be empty, and those in `dates` must be dates.
    """

    filled: tuple[str, ...]
    may_be_empty: tuple[str, ...]
    dates: tuple[str, ...]
    write: WriteCall
    dates_if_any: tuple[str, ...] = ()
    """Fields that may be empty, but otherwise must be dates."""


def _check_units(data: dict[str, str], *fields: str) -> None:
    known = {unit["MADONVI"] for unit in units()}
    for field in fields:
        if data[field] and data[field] not in known:
            raise Refused(BAD_DATA, f"{field} {data[field]} không có trong danh mục cơ quan")


def _add(store: PortalStore, data: dict[str, str], now: datetime) -> str:
    _check_units(data, "MADONVI", "MAXA")
    if data["LOAI"] not in _CLASSES:
        raise Refused(BAD_DATA, f"LOAI {data['LOAI']} không có trong danh mục")
    code = store.new_code(now)
    store.add_record(code, data, now)
    return code


def _known(store: PortalStore, data: dict[str, str]) -> str:
    national = data.get("MAPAKN", "")
    if national and store.has(national):
        return national
    code = store.code_of(data["MAPAKNDP"])
    if code is None:
        raise Refused(BAD_DATA, f"Không tìm thấy phản ánh, kiến nghị có mã {data['MAPAKNDP']}")
    return code


def _set_state(store: PortalStore, data: dict[str, str], now: datetime) -> str:
    """Set a record's state. LYDO is required for some states, HANBOSUNG to ask for more information (PLATFORM 6.8)."""
    _check_units(data, "MADONVI")
    code, state = _known(store, data), data["TRANGTHAI"]
    if state not in STATES:
        raise Refused(BAD_DATA, f"TRANGTHAI {state} không có trong danh mục")
    if store.state_of(code) != state and state in _NEED_WORDS and not data["LYDO"].strip():
        raise Refused(BAD_DATA, f"Thiếu LYDO cho trạng thái {state}")
    if state == "CHO_BO_SUNG" and not data["HANBOSUNG"]:
        raise Refused(BAD_DATA, "Thiếu HANBOSUNG khi chờ bổ sung")
    store.set_state(code, data, now)
    return code


def _set_answer(store: PortalStore, data: dict[str, str], now: datetime) -> str:
    if _ACCOUNT.fullmatch(data["NGUOITRALOI"]):
        raise Refused(BAD_DATA, "NGUOITRALOI phải là họ tên, không phải tài khoản")
    if data["NGUOITRALOI"] and not data["CHUCVUNGUOITRALOI"]:
        raise Refused(BAD_DATA, "Thiếu CHUCVUNGUOITRALOI")
    code = _known(store, data)
    store.set_answer(code, data, now)
    return code


def _add_file(store: PortalStore, data: dict[str, str], now: datetime) -> str:
    code = _known(store, data)
    try:
        content = base64.b64decode(data["DULIEU"], validate=True)
    except ValueError as error:
        raise Refused(BAD_DATA, "DULIEU không phải là base64") from error
    if data["THUOCVE"] not in _BELONGS or data["LOAITEP"] not in _FILE_TYPES or len(content) > _MOST_BYTES:
        raise Refused(BAD_DATA, "Loại tệp hoặc độ lớn của tệp không được nhận")
    store.add_file(code, data, content, now)
    return code


def _set_rating(store: PortalStore, data: dict[str, str], now: datetime) -> str:
    if data["MUCDO"] not in _RATINGS:
        raise Refused(BAD_DATA, "MUCDO phải là 1, 2 hoặc 3")
    code = _known(store, data)
    store.set_rating(code, data, now)
    return code


WRITES: dict[str, WritingService] = {
    "DongBoPAKN": WritingService(
        filled=("MAKHOA", "MAPAKNDP", "TIEUDE", "NOIDUNG", "NGAYGUI"),
        may_be_empty=("HOVATEN", "DIACHI", "SODIENTHOAI", "THUDIENTU", "MADONVI", "TENDONVI", "MAXA", "LOAI"),
        dates=("NGAYGUI",),
        write=_add,
    ),
    "CapNhatTrangThaiPAKN": WritingService(
        filled=("MAKHOA", "MAPAKNDP", "TRANGTHAI", "NGAYCAPNHAT", "NOIDUNGXULY"),
        may_be_empty=("MADONVI", "TENDONVI", "LYDO", "HANTIEPNHAN", "HANTRALOI", "HANBOSUNG"),
        dates=("NGAYCAPNHAT",),
        dates_if_any=("HANTIEPNHAN", "HANTRALOI", "HANBOSUNG"),
        write=_set_state,
    ),
    "TraLoiPAKN": WritingService(
        filled=("MAKHOA", "MAPAKNDP", "NOIDUNGTRALOI", "DONVITRALOI", "NGAYTRALOI"),
        may_be_empty=("NGUOITRALOI", "CHUCVUNGUOITRALOI"),
        dates=("NGAYTRALOI",),
        write=_set_answer,
    ),
    "DinhKemPAKN": WritingService(
        filled=("MAKHOA", "MAPAKNDP", "MATEP", "THUOCVE", "TENTEP", "LOAITEP", "DULIEU"),
        may_be_empty=(),
        dates=(),
        write=_add_file,
    ),
    "DanhGiaPAKN": WritingService(
        filled=("MAKHOA", "MAPAKNDP", "MUCDO", "NGAYDANHGIA"),
        may_be_empty=("LYDO",),
        dates=("NGAYDANHGIA",),
        write=_set_rating,
    ),
}


def perform(store: PortalStore, name: str, data: Any, now: datetime) -> list[dict[str, Any]]:
    """Perform a call of a service and return its `result`. Log every call, even a rejected one. Raise Refused."""
    try:
        if name in WRITES:
            return [_write(store, name, data, now)]
        result = _read(store, name, data, now)
    except Refused as refused:
        store.log_call(name, data, now, error_code=refused.code, message=str(refused))
        raise
    store.log_call(name, data, now)
    return result


def _read(store: PortalStore, name: str, data: Any, now: datetime) -> list[dict[str, Any]]:
    if name == "TraCuuPAKN":
        return _look_up(store, _text(data, "MAKHOA", filled=True))
    if name == "LayPAKN":
        return list(store.listed_one(_text(data, "MAPAKN", filled=True)))
    if name == "LayDanhMucCoQuan":
        return units()
    if name in {"LayThayDoiPAKN", "LayDanhSachPAKN"}:
        since = _text(data, "TUTHOIDIEM", filled=False)
        since, page, size = _date(since) if since else "", _number(data, "TRANG", 1), _number(data, "SOBANGHI", PAGE)
        found = store.changes(since, now, page, size) if name == "LayThayDoiPAKN" else store.listed(since, page, size)
        return list(found)
    raise Refused(BAD_DATA, f"Không có dịch vụ {name}")


@cache
def units() -> list[dict[str, Any]]:
    """Return the portal's list of the city's units.

    It has the units of the shipped directory that have a national code. Wards have the code of the statistics office.
    """
    directory, coded = (json.loads((_DATA / name).read_text()) for name in ("directory.json", "unit_codes.json"))
    known = [(coded["units"].get(unit["code"]), unit["name"]) for unit in directory["units"]]
    known += [(ward["gso_code"], ward["name"]) for ward in directory["wards"]]
    return [{"MADONVI": code, "TENDONVI": name} for code, name in known if code]


def _number(data: Any, field: str, default: int) -> int:
    value = data.get(field, str(default)) if isinstance(data, dict) else ""
    if not (isinstance(value, str) and value.isdigit() and int(value) > 0):
        raise Refused(BAD_DATA, f"{field} phải là số dương")
    return int(value)


def _write(store: PortalStore, name: str, data: Any, now: datetime) -> dict[str, Any]:
    service = WRITES[name]
    fields = {field: _text(data, field, filled=True) for field in service.filled}
    fields |= {field: _text(data, field, filled=False) for field in service.may_be_empty}
    fields |= {"MAPAKN": _text(data, "MAPAKN", filled=False)} if "MAPAKN" in data else {}
    for field in (*service.dates, *(item for item in service.dates_if_any if fields[item])):
        _date(fields[field])
    if "DULIEU" in data:
        data = data | {"DULIEU": f"{len(fields['DULIEU'])} ký tự base64"}
    earlier = store.accepted_call(fields["MAKHOA"])
    if earlier is not None:
        if earlier["service"] != name:
            raise Refused(BAD_DATA, f"MAKHOA đã dùng cho dịch vụ {earlier['service']}")
        store.log_call(name, data, now, code=earlier["code"], repeated=True)
        return {"MAKHOA": fields["MAKHOA"], "MAPAKN": earlier["code"]}
    with transaction(store.database):
        code = service.write(store, fields, now)
        store.log_call(name, data, now, code=code)
    return {"MAKHOA": fields["MAKHOA"], "MAPAKN": code}


def _look_up(store: PortalStore, client_key: str) -> list[dict[str, Any]]:
    call = store.accepted_call(client_key)
    if call is None:
        return []
    record = store.record(call["code"])
    assert record is not None  # noqa: S101 - the call touched it and records are never deleted
    found = {"MAKHOA": client_key, "SERVICE": call["service"], "MAPAKN": call["code"], "TRANGTHAI": record["state"]}
    return [json.loads(call["data"]) | found]


def _text(data: Any, field: str, *, filled: bool) -> str:
    value = data.get(field) if isinstance(data, dict) else None
    if not isinstance(value, str):
        raise Refused(BAD_DATA, f"Thiếu trường {field}")
    if filled and not value.strip():
        raise Refused(BAD_DATA, f"Trường {field} không được để trống")
    return value


def _date(value: str) -> str:
    try:
        datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=HANOI)
    except ValueError as error:
        raise Refused(BAD_DATA, f"Ngày {value} không đúng dạng yyyyMMddHHmmss") from error
    return value
