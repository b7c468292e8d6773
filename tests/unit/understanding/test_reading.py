"""The result of reading a message: access to its commands, and a summary without the citizen's words."""

from __future__ import annotations

from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.reading import Reading, merged
from petitions.domain.understanding.text import Text

TEXT = Text.of("Tôi là Trần Văn An, số 0987654321, cháy rồi, có mất phí không")
READING = Reading(
    TEXT,
    Situation.CONSENT,
    (
        c.Give(field="name", value="Trần Văn An"),
        c.Give(field="phone", value="0987654321"),
        c.Danger(kind="fire"),
        c.Ask(topic="cost"),
        c.Affirm(words="ừ", chance=0.7),
    ),
)


def reading(*commands: c.Command) -> Reading:
    return Reading(TEXT, Situation.CONFIRM, commands)


def test_commands_are_found_by_kind_in_their_order() -> None:
    assert [give.field for give in READING.of(c.Give)] == ["name", "phone"]
    assert READING.has(c.Affirm, c.Deny)
    assert not READING.has(c.Deny, c.Choose)


def test_the_first_value_of_a_field_counts() -> None:
    two = reading(c.Give(field="phone", value="0911222333"), c.Give(field="phone", value="0987654321"))
    assert two.value("phone") == "0911222333"
    assert two.value("email") is None


def test_a_danger_counts_unless_it_is_over() -> None:
    assert READING.in_danger == c.Danger(kind="fire")
    assert reading(c.Danger(over=True)).in_danger is None
    assert reading(c.Danger(over=True), c.Danger(kind="medical")).in_danger == c.Danger(kind="medical")


def test_what_is_unclear_is_asked_back() -> None:
    assert reading(c.Tell(), c.Unclear()).asks
    assert not READING.asks


def test_summary_names_commands_without_the_words() -> None:
    assert READING.summary == "consent: give:name give:phone danger:fire ask:cost affirm"


def test_summary_has_the_essentials_of_every_command() -> None:
    read = reading(
        c.Choose(number=2),
        c.Rate(level=3),
        c.Rate(level=None),
        c.Danger(over=True),
        c.Correct(field="home", value="9 phố Huế"),
    )
    assert read.summary == "confirm: choose:2 rate:3 rate danger:over correct:home"


def test_the_summary_of_anything_is_free_of_the_citizens_words() -> None:
    secrets = ("Trần Văn An", "0987654321", "9 phố Huế", "bỏ câu này")
    name, phone, home, target = secrets
    read = reading(
        c.Give(field="name", value=name),
        c.Correct(field="phone", value=phone, old=home),
        c.Remove(target=target),
        c.CallPerson(phone=phone, time=home),
        c.Tell(words=target),
        c.Status(code=phone),
    )
    assert not any(secret in read.summary for secret in secrets)


def test_repeated_command_counts_once_but_no_story_is_dropped() -> None:
    yes, again = c.Affirm(words="ừ", end=1), c.Affirm(words="vâng", start=3, end=7, chance=0.8)
    one, other = c.Tell(words="họ thu tiền"), c.Tell(words="họ đòi giấy")
    name, same = c.Give(field="name", value="An"), c.Give(field="name", value="An", words="An ạ")
    assert merged([yes, one, again, other, name, same]) == (yes, one, other, name)
    assert merged([c.Give(field="name", value="An"), c.Give(field="name", value="Bình")]) == (
        c.Give(field="name", value="An"),
        c.Give(field="name", value="Bình"),
    )
