"""The right to sign a paper, and the lines printed above the signature (LAW 8.3).

The right depends on the title entered for the officer. An officer without such a title may not sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from petitions.domain.language.words import fold, normal
from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.papers.paper_forms import IssuerForm

_VICE = "Phó "
_IN_CHARGE = ("phu trach", "dieu hanh", "thuong truc")
"""Words that may follow a deputy's title. Such a deputy signs like any deputy."""

_NO_OFFICE = (
    "Chưa ghi chức vụ của anh/chị nên chưa ký được văn bản. Xin lãnh đạo ghi ở mục Cán bộ đơn vị, hoặc quản trị ghi "
    "vào tài khoản (ví dụ: {head}, Phó {head})."
)
_NOT_DEPUTY = (
    "Anh/chị đang thay lãnh đạo với chức vụ “{held}”. Chỉ cấp phó (Phó {head}) ký thay (KT.); người đứng đầu bộ phận "
    "ký thừa ủy quyền (TUQ.) khi lãnh đạo ghi số văn bản ủy quyền ở mục Người thay. Xin để lãnh đạo hoặc cấp phó ký."
)
_NO_SIGNER = (
    "Chức vụ “{held}” không có quyền ký văn bản của đơn vị. Xin để {head}, Phó {head} hoặc người đứng đầu bộ phận được "
    "giao ký thừa lệnh ký; nếu chức vụ ghi sai, xin quản trị sửa."
)


@dataclass(frozen=True)
class Signer:
    """A person about to sign: the name, the title, and the mandate to act for an absent head."""

    name: str
    position: str
    for_head: bool = False
    """Whether the signer acts for an absent head."""
    mandate: str = ""
    """The number and date of that head's written mandate, or ""."""

    @classmethod
    def of(cls, officer: Officer) -> Signer:
        absent = officer.stands_in
        for_head = absent is not None and officer.role is Role.HEAD
        return cls(officer.name, officer.position, for_head, absent.mandate if absent else "")


@dataclass(frozen=True)
class SigningRight:
    """The lines above the signature, or the reason, in Vietnamese, why the officer may not sign."""

    lines: list[str] = field(default_factory=list)
    why_not: str | None = None


def head_lines(issuer: IssuerForm) -> list[str]:
    """Return the lines above the signature of an office's head, signing for a collective (TM.) or alone."""
    return [*_collective(issuer), issuer.head.upper()]


def signing_right(issuer: IssuerForm, organ: str, by_order: Sequence[str], signer: Signer) -> SigningRight:
    """Return the signer's right to sign for the office named `organ`.

    The head signs, or the acting head (Q.). A deputy of the head signs in the head's place (KT.). The head of a
    section, with a title in `by_order`, signs by the head's order (TL.), and so may that person's deputy. An officer
    who stands in for the head signs as a deputy or, with a written mandate, as the head of a section (TUQ.).
    """
    held, head = normal(signer.position), issuer.head
    if not held:
        return SigningRight(why_not=_NO_OFFICE.format(head=head))
    if _is(held, f"{_VICE}{head}", organ):
        return SigningRight([*_collective(issuer), f"KT. {head.upper()}", f"{_VICE}{head}".upper()])
    if signer.for_head:
        mandated = signer.mandate and _heads_part(held, by_order)
        lines = [f"TUQ. {head.upper()}", held.upper()] if mandated else []
    else:
        lines = _own_lines(issuer, organ, by_order, held)
    words = _NOT_DEPUTY if signer.for_head else _NO_SIGNER
    return SigningRight(lines, None if lines else words.format(held=held, head=head))


def _own_lines(issuer: IssuerForm, organ: str, by_order: Sequence[str], held: str) -> list[str]:
    head = issuer.head.upper()
    if _is(held, head, organ):
        return head_lines(issuer)
    if _is(held, f"Quyền {head}", organ) or _is(held, f"Q. {head}", organ):
        return [*_collective(issuer), f"Q. {head}"]
    if _heads_part(held, by_order):
        return [f"TL. {head}", held.upper()]
    above = held[len(_VICE) :] if fold(held).startswith(fold(_VICE)) else ""
    return [f"TL. {head}", f"KT. {above.upper()}", held.upper()] if _heads_part(above, by_order) else []


def _collective(issuer: IssuerForm) -> list[str]:
    return [issuer.on_behalf.upper()] if issuer.on_behalf else []


def _is(held: str, office: str, organ: str) -> bool:
    """Return whether the title held is `office`, possibly followed by the name of the organ or a part of it."""
    folded, wanted = fold(held), fold(office)
    if not f"{folded} ".startswith(f"{wanted} "):
        return False
    rest = folded[len(wanted) :].strip()
    for words in _IN_CHARGE:
        rest = rest.removeprefix(words).strip()
    names = f" {fold(organ)} | {fold(organ).replace('ubnd', 'uy ban nhan dan')} "
    return not rest or f" {rest} " in names


def _heads_part(held: str, by_order: Sequence[str]) -> bool:
    return any(f"{fold(held)} ".startswith(f"{fold(office)} ") for office in by_order)
