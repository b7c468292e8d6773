"""Choose the channel and the time of a notice from the facts about its recipient.

Zalo's rules and prices: PLATFORM 3.3 (replies are free within 48 h of the citizen's last interaction, charged up to the
seventh day, and after that only templates are possible) and PLATFORM 3.5 (templates with tags 2 and 3 only by day). A
reply to the citizen's latest message goes out at any hour. Everything else that makes a phone ring waits for the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from petitions.domain.notices.kinds import NOTICE_KINDS
from petitions.domain.notices.notice import Notice
from petitions.domain.shared.quiet_hours import after_quiet_hours

FREE_FOR = timedelta(hours=48)
PAID_FOR = timedelta(days=7)
MARGIN = timedelta(minutes=2)
"""The time before its end at which a period of replies counts as over: Zalo's clock decides, and the call takes time.
"""

SHORTEST_FIELD = 19
"""The fewest characters that a field of a template must take, so that a petition's code fits."""


class Route(StrEnum):
    """The ways to reach a person, in the order in which they are tried."""

    FREE = "cs_free"
    PAID = "cs_paid"
    BY_USER = "template_user"
    BY_PHONE = "template_phone"
    EMAIL = "email"
    PROFILE = "profile"


_ROUTES = {
    "email": (Route.EMAIL,),
    "zalo": (Route.FREE, Route.PAID, Route.BY_USER, Route.BY_PHONE),
    "profile": (Route.PROFILE,),
}
TEMPLATES = frozenset({Route.BY_USER, Route.BY_PHONE})
CHATS = frozenset({Route.FREE, Route.PAID})


class ZaloTemplate(BaseModel):
    """A message template approved by Zalo."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,40}$")
    tag: Literal[1, 2, 3]
    fields: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,40}$")], Annotated[int, Field(ge=SHORTEST_FIELD)]]
    """The parameters, with the most characters that each may have."""

    def filled(self, figures: Mapping[str, str], code: str, link: str) -> dict[str, str]:
        """Return the values of the template's parameters.

        A value that is too long is replaced by the petition's code and the link, where the citizen can read the value.
        """
        elsewhere = f"{code} {link}".strip()
        values = {}
        for name, longest in self.fields.items():
            value = " ".join(figures.get(name, "").split()) or "-"
            shorter = elsewhere if len(elsewhere) <= longest else code
            values[name] = value if len(value) <= longest else shorter or value[:longest]
        return values


@dataclass(frozen=True)
class AccountTerms:
    """The city's account on Zalo: whether charged messages are paid for, and the approved templates."""

    funded: bool = False
    """Whether charged messages are paid for."""
    templates: Mapping[str, ZaloTemplate] = field(default_factory=dict)
    """The approved template by kind of notice."""
    link: str = ""


@dataclass(frozen=True)
class RecipientReach:
    """The ways to reach a recipient, as far as they are known."""

    user_id: str = ""
    phone: str = ""
    """The telephone number, in Zalo's form (84...)."""
    email: str = ""
    last_interaction_at: datetime | None = None
    following: bool | None = None


@dataclass(frozen=True)
class ChannelPlan:
    """The chosen route and time of a notice, if any route is open, with the result for every route tried."""

    route: Route | None
    """The route to take, or None if the notice waits until the citizen writes."""
    at: datetime | None
    """The time at which to send. None if there is no route."""
    reasons: Mapping[str, str]
    """For every route tried, in order, "open" or the reason why not. It is stored with the notice."""


@dataclass(frozen=True)
class _Way:
    at: datetime | None
    """The instant from which the route is open, or None if it is closed."""
    why: str


def plan_channel(notice: Notice, reach: RecipientReach, terms: AccountTerms, now: datetime) -> ChannelPlan:
    """Return the first route that is open now or will be open by day.

    The plan has no route if all are closed or were refused before.
    """
    reasons: dict[str, str] = {}
    for route in _ROUTES[notice.channel]:
        way = _Way(None, "refused") if route in notice.closed else _way(route, notice, reach, terms, now)
        reasons[route.value] = way.why
        if way.at is not None:
            return ChannelPlan(route, way.at, reasons)
    return ChannelPlan(None, None, reasons)


def _way(route: Route, notice: Notice, reach: RecipientReach, terms: AccountTerms, now: datetime) -> _Way:
    if route is Route.EMAIL:
        return _Way(now, "open") if reach.email else _Way(None, "no address")
    if route is Route.PROFILE:  # disturbs nobody, so it is open at any hour and has no window
        return _Way(now, "open") if reach.user_id else _Way(None, "no address")
    if route in CHATS:
        return _chat(route, notice, reach, terms, now)
    template = terms.templates.get(notice.kind)
    if template is None or notice.template is None:
        return _Way(None, "no template")
    if not (reach.user_id if route is Route.BY_USER else reach.phone):
        return _Way(None, "no address")
    if reach.following is False and not NOTICE_KINDS[notice.kind].is_result:
        return _Way(None, "unfollowed")
    at = now if template.tag == 1 else after_quiet_hours(now)
    return _Way(at, "open" if at == now else "by day")


def _chat(route: Route, notice: Notice, reach: RecipientReach, terms: AccountTerms, now: datetime) -> _Way:
    solicited = NOTICE_KINDS[notice.kind].is_reply or wrote_since(notice, reach.last_interaction_at)
    if not reach.user_id or reach.last_interaction_at is None:
        return _Way(None, "no address")
    if reach.following is False and not solicited:
        return _Way(None, "unfollowed")
    if route is Route.PAID and not terms.funded:
        return _Way(None, "not funded")
    at = now if solicited else after_quiet_hours(now)
    if at + MARGIN > reach.last_interaction_at + (FREE_FOR if route is Route.FREE else PAID_FOR):
        return _Way(None, "window closed" if at == now else "window closed by morning")
    return _Way(at, "open" if at == now else "by day")


def wrote_since(notice: Notice, last_interaction_at: datetime | None) -> bool:
    """Return whether the notice waits for a message of the citizen and the citizen has written since it was planned."""
    if notice.waits_for is None or last_interaction_at is None:
        return False
    return last_interaction_at > notice.created_at


def zalo_phone(phone: str) -> str:
    """Return a Vietnamese number in the form for templates (84 and nine or ten digits), or "" if it is not one."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    national = digits[2:] if digits.startswith("84") else digits.removeprefix("0")
    return f"84{national}" if len(national) in {9, 10} and not national.startswith("0") else ""
