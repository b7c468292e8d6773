"""Telephone numbers and e-mail addresses as people fill them into a form."""

from __future__ import annotations

import re

_PHONE = re.compile(r"(?<![\d+])(?:\+?84|0)((?:[\s.()-]*\d){9,10})(?![\s.-]?\d)", re.ASCII)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", re.ASCII)


def zalo_number(text: str) -> str | None:
    """Return the Vietnamese telephone number in the text in Zalo's form, 84xxxxxxxxx, or None."""
    found = _PHONE.search(text)
    digits = re.sub(r"\D", "", found[1]) if found else "0"
    return None if digits.startswith("0") else "84" + digits


def dialled(phone: str) -> str:
    """Return the phone number in domestic form: 0912345678 for the stored 84912345678."""
    return f"0{phone[2:]}" if phone.startswith("84") else phone


def email_address(text: str) -> str | None:
    """Return the e-mail address in the text, or None."""
    found = _EMAIL.search(text)
    return found[0].lower() if found else None
