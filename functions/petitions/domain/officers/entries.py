"""Checks of the form for a new or changed officer: faults, which forbid it, and doubts, which need a confirmation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from typing import Any

from petitions.domain.lifecycle.lifecycle import ROLE_LABELS, Role
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS, INSPECTORS, Directory

ASSIGNABLE_ROLES = (Role.OFFICER, Role.HEAD, Role.COORDINATOR, Role.INSPECTOR, Role.ADMIN)
LONGEST_NAME = 100
LONGEST_EMAIL, LONGEST_MAILBOX = 254, 64
"""The most characters of an e-mail address and of its part before the @ (RFC 5321 4.5.3.1)."""
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_HOMES = {Role.COORDINATOR: (COORDINATORS,), Role.INSPECTOR: (INSPECTORS,), Role.ADMIN: (COORDINATORS, "SKHCN")}
"""The units to which officers of certain roles usually belong.

The roles reach beyond one unit, so any other unit raises a doubt.
"""
_REACH = {
    Role.COORDINATOR: "thấy và điều phối hồ sơ của mọi đơn vị, cả tố cáo",
    Role.INSPECTOR: "đọc hồ sơ của mọi đơn vị",
    Role.ADMIN: "quyết định ai được vào bàn làm việc",
}


@dataclass(frozen=True)
class OfficerEntry:
    """The values of the form for an officer, with single spaces and the e-mail address in lower case."""

    name: str
    email: str
    unit: str
    role: str
    position: str | None = None
    """The office held by the officer. None keeps the stored one."""

    @classmethod
    def of(cls, name: str, email: str, unit: str, role: str, position: str | None = None) -> OfficerEntry:
        """Return an entry from the values as typed."""
        held = None if position is None else " ".join(position.split())
        return cls(" ".join(name.split()), email.strip().lower(), unit.strip(), role.strip(), held)

    def changes(self, before: Officer) -> dict[str, str]:
        """Return the fields in which the entry differs from the stored officer, with their new values."""
        new = {"name": self.name, "email": self.email, "unit": self.unit, "role": self.role}
        new |= {} if self.position is None else {"position": self.position}
        return {field: value for field, value in new.items() if getattr(before, field) != value}

    def applied(self, before: Officer | None) -> Officer:
        """Return the officer with the values of the entry. A new officer (`before` is None) has an empty id."""
        new: dict[str, Any] = {"name": self.name, "email": self.email, "unit": self.unit, "role": Role(self.role)}
        new |= {} if self.position is None else {"position": self.position}
        return replace(before, **new) if before else Officer(id="", **new)


def entry_faults(entry: OfficerEntry, directory: Directory) -> dict[str, str]:
    """Return the faults of the entry, in Vietnamese, by field. Empty if there are none."""
    found = {}
    if not 2 <= len(entry.name) <= LONGEST_NAME:  # noqa: PLR2004 - a name has letters
        found["name"] = f"Xin ghi họ tên, tối đa {LONGEST_NAME} ký tự."
    if not is_address(entry.email):
        found["email"] = "Địa chỉ thư điện tử chưa đúng."
    if not may_have_officers(entry.unit, directory):
        found["unit"] = "Xin chọn đơn vị trong danh mục."
    if len(entry.position or "") > LONGEST_NAME:
        found["position"] = f"Xin ghi chức vụ, tối đa {LONGEST_NAME} ký tự."
    if entry.role not in ASSIGNABLE_ROLES:
        found["role"] = "Xin chọn vai trò trong danh sách."
    return found


def headless_units(before: Iterable[Officer], after: Iterable[Officer]) -> set[str]:
    """Return the units that have a head in `before` and none in `after`, so that nobody could approve their answers."""
    return _led(before) - _led(after)


def without_head(unit: str, directory: Directory) -> str:
    """Return the warning, in Vietnamese, that a unit would lose its only head."""
    return (
        f"{directory.name_of(unit)} không còn lãnh đạo nào: câu trả lời của đơn vị chỉ điều phối duyệt được, "
        "không ai ký văn bản. Xin ghi lãnh đạo mới trước hoặc cùng lúc."
    )


def _led(officers: Iterable[Officer]) -> set[str]:
    return {officer.unit for officer in officers if officer.role is Role.HEAD and officer.left_at is None}


def is_address(text: str) -> bool:
    """Return whether the text is one bare e-mail address in lower case, with a valid host name."""
    try:
        read = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):  # IndexError: raised for some malformed addresses, up to Python 3.13
        return False
    bare = f"{read.username}@{read.domain}" == text.lower() == text and text.isascii()
    fits = len(text) <= LONGEST_EMAIL and len(read.username) <= LONGEST_MAILBOX
    return bare and fits and _DOMAIN.fullmatch(read.domain) is not None


def may_have_officers(unit: str, directory: Directory) -> bool:
    """Return whether officers can belong to the unit: it exists today and is not for routing only."""
    found = directory.unit(unit)
    return directory.ward(unit) is not None or (found is not None and found.kind != "special")


def doubts(role: Role, unit: str, directory: Directory) -> list[str]:
    """Return the doubts, in Vietnamese, whether the role fits the unit. Empty if it fits."""
    homes = _HOMES.get(role)
    if homes is None or unit in homes:
        return []
    usual = " hoặc ".join(directory.name_of(home) for home in homes)
    where = directory.name_of(unit)
    return [f"{ROLE_LABELS[role].capitalize()} {_REACH[role]}; thường chỉ thuộc {usual}, ở đây là {where}."]
