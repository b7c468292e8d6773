"""The JSON API of what is done by hand and to many: petitions on paper, bulk work, hand-overs, deputies."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from petition.api import Body, api, body
from pydantic import AwareDatetime, Field
from shell.guard import needs
from shell.parts import parts
from shell.session import me

from petitions.domain.conversation.citizen import MAX_CHARACTERS
from petitions.domain.officers.policy import Permission
from petitions.usecases.petition.key_in import LONGEST_FIELD, Entry
from petitions.usecases.petition.manage_handlers import MOST, Result
from team.pages import many

Json = dict[str, Any]


class NewPetition(Body):
    """What came on paper or by telephone; the same `key` again makes no second petition."""

    key: str = Field(min_length=8, max_length=100)
    source: Literal["paper", "phone"]
    received_at: AwareDatetime = Field(strict=False)
    content: str = Field(max_length=MAX_CHARACTERS)
    address: str = Field(max_length=LONGEST_FIELD)
    name: str = Field(max_length=LONGEST_FIELD)
    residence: str = Field(max_length=LONGEST_FIELD)
    phone: str = Field(max_length=30)
    ward: str = Field(default="", max_length=20)
    email: str = Field(default="", max_length=200)
    business: bool = False
    consent: bool


class Many(Body):
    """Petitions to assign to `handler`, or to remind their handlers of."""

    do: Literal["assign", "remind"]
    codes: list[str] = Field(min_length=1, max_length=MOST)
    handler: str = Field(default="", max_length=100, pattern=r"^[^/]*$")


class HandOver(Body):
    """Everything that `leaving` handles in `unit` goes to `to`."""

    unit: str = Field(min_length=1, max_length=20)
    leaving: str = Field(pattern=r"^[^/]{1,100}$")
    to: str = Field(pattern=r"^[^/]{1,100}$")


class StandIn(Body):
    """`deputy` stands in for `who`, from `since` through `until`; nobody does with an empty `deputy`."""

    who: str = Field(pattern=r"^[^/]{1,100}$")
    deputy: str = Field(default="", max_length=100, pattern=r"^[^/]*$")
    since: date | None = Field(default=None, strict=False)
    until: date | None = Field(default=None, strict=False)


@api.post("/petitions/by-hand")
@needs(Permission.KEY_IN)
def take_in() -> Json:
    """Enter a petition that came on paper or by telephone."""
    petition = parts().key_in(me(), Entry(**vars(body(NewPetition))))
    return {"code": petition.code, "state": petition.state.value, "unit": petition.unit, "version": petition.version}


@api.get("/petitions/<code>/receipt")
@needs(Permission.RECEIPT)
def receipt(code: str) -> Json:
    """The text of its receipt, and of the answer once there is one."""
    found = parts().receipts(me(), code)
    return {"code": found.code, "text": found.text, "answer": found.answer}


@api.post("/petitions/bulk")
@needs(Permission.STAFF)
def bulk() -> Json:
    """Assign or remind; what became of each."""
    asked = body(Many)
    return results_json(many(asked.do, asked.codes, asked.handler))


@api.post("/team/hand-over")
@needs(Permission.STAFF)
def hand_over() -> Json:
    """Everything of one goes to another; what became of each."""
    asked = body(HandOver)
    return results_json(parts().staffing.hand_over(me(), asked.unit, asked.leaving, asked.to))


@api.post("/team/deputies")
@needs(Permission.STAFF)
def stand_in() -> Json:
    """Who stands in for whom."""
    asked = body(StandIn)
    parts().staffing.stand_in(me(), asked.who, asked.deputy, asked.since, asked.until)
    return {"who": asked.who, "deputy": asked.deputy or None}


def results_json(results: list[Result]) -> Json:
    """One line a petition; one that could not be done says why."""
    return {"results": [vars(each) for each in results]}
