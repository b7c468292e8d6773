"""The right to sign a paper, and its lines above the signature (LAW 8.3).

It follows from the office entered for the officer. An officer without an office that signs does not sign.
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
"""Words that may follow the office of a deputy, who then signs like any deputy."""

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
    """The signer: the name, the office that was entered, and the mandate for acting in another's place."""

    name: str
    position: str
    for_head: bool = False
    """Whether they act for an absent head."""
    mandate: str = ""
    """The written mandate of that head, if there is one."""

    @classmethod
    def of(cls, officer: Officer) -> Signer:
        """Return the officer as a signer today."""
        absent = officer.stands_in
        for_head = absent is not None and officer.role is Role.HEAD
        return cls(officer.name, officer.position, for_head, absent.mandate if absent else "")


@dataclass(frozen=True)
class SigningRight:
    """The lines above the signature, or why the officer may not sign, in Vietnamese."""

    lines: list[str] = field(default_factory=list)
    why_not: str | None = None


def head_lines(issuer: IssuerForm) -> list[str]:
    """Return the lines above the signature of the organ's head: for a collective (TM.) or alone."""
    return [*_collective(issuer), issuer.head.upper()]


def signing_right(issuer: IssuerForm, organ: str, by_order: Sequence[str], signer: Signer) -> SigningRight:
    """Return the signer's right to sign for the organ of this name.

    The head signs, or the acting head (Q.). Their deputy signs in their place (KT.). The head of a part of the organ,
    an office that `by_order` lists, signs by the head's order (TL.), and so may the deputy of that one. An officer
    standing in for the head signs as a deputy or, with a written mandate, as the head of a part (TUQ.).
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
    """Return the lines of a signer in their own right, or none for an office that does not sign."""
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
    """Return whether this office is held. The organ's name, or a part of it, may follow."""
    folded, wanted = fold(held), fold(office)
    if not f"{folded} ".startswith(f"{wanted} "):
        return False
    rest = folded[len(wanted) :].strip()
    for words in _IN_CHARGE:
        rest = rest.removeprefix(words).strip()
    names = f" {fold(organ)} | {fold(organ).replace('ubnd', 'uy ban nhan dan')} "
    return not rest or f" {rest} " in names


def _heads_part(held: str, by_order: Sequence[str]) -> bool:
    """Return whether the office is that of the head of a part of the organ."""
    return any(f"{fold(held)} ".startswith(f"{fold(office)} ") for office in by_order)
