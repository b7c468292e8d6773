"""Every way by which the code reads a citizen's text, each as a function of the text alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial

from petitions.adapters import reference
from petitions.domain.citizen.draft import InputPart
from petitions.domain.conversation import filing, story
from petitions.domain.language.language import is_english
from petitions.domain.language.masking import mask
from petitions.domain.language.searching import excerpt, marked_parts, search_words
from petitions.domain.language.similarity import fingerprint, is_alike
from petitions.domain.language.texts import split
from petitions.domain.language.words import words
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.management.quoting import quoted
from petitions.domain.notices.channels import zalo_phone
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.petition import Contact, Petition, Rating
from petitions.domain.petition.transfers import says_not_ours
from petitions.domain.routing.dangers import calls_for_help, tells_violence
from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.taught_words import is_taught, labelled
from petitions.domain.understanding.text import Text
from petitions.usecases.conversation.guide import HanoiGuide
from petitions.wiring import understanding

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LABELS = ("Đồng ý", "Không đồng ý", "Gửi phản ánh, kiến nghị mới")
LAN = Contact(name="Nguyễn Thị Lan", phone="84912345678", address="Ngõ 12/3 phố Trung Kính", email="lan@example.vn")


@cache
def _guide() -> HanoiGuide:
    directory, places = reference.directory(), reference.places()
    return HanoiGuide(directory, places, reference.router(), understanding.reader(), 1, reference.texts())


def _read(situation: Situation, text: str) -> object:
    return understanding.reader().read(Text.of(text), situation, LABELS).summary


def _edited(text: str) -> object:
    """A story from which such words are taken out and in which they are put, as told in such a text."""
    parts = [InputPart(key="1", at=NOW, type="text", text=text)]
    found = [story.take_out(parts, words) for words in (text[-40:], text[:40], text, "dòng cuối", "câu đầu", "hết")]
    return found, story.put_in(parts, text[-40:], "mới"), story.put_in(parts, text, "mới")


def _strange_person(text: str) -> object:
    """A person who gave such a text as their name and address, looked for in such a text."""
    contact = Contact(name=text[:100], phone="84912345678", address=text[:250])
    return KnownPerson([contact]).hide(text)


def _rated(text: str) -> Petition:
    """A petition whose filer gave such a text as the reason of their rating."""
    return Petition(
        code="HN-261120-0000-0001", citizen="c", title="t", content="c", address="a", contact=LAN, filed_at=NOW,
        state=State.ANSWERED, rating=Rating(level=3, at=NOW, reason=text),
    )  # fmt: skip


READINGS: Mapping[str, Callable[[str], object]] = {
    **{f"a message, {situation}": partial(_read, situation) for situation in Situation},
    "the route of a petition": lambda text: reference.router().route(text, text[:250]),
    "the nature of a petition": lambda text: _guide().nature(text),
    "two matters in one message": lambda text: story._split(text, _guide()),
    "masking": lambda text: mask(text, [text[:100], "Nguyễn Văn A"]),
    "hiding a person": lambda text: KnownPerson([LAN], "4572947693969771653").is_in(text),
    "hiding a strange person": _strange_person,
    "the quote of a petition": lambda text: quoted(_rated(text)),
    "words to search": search_words,
    "what was searched": lambda text: (marked_parts(text, {"a", "toi"}), excerpt(text, {"a", "toi"}, 200)),
    "a cry for help": lambda text: calls_for_help(f"cứu với {text} cứu tôi"),
    "the language": lambda text: is_english(words(text)),
    "likeness": lambda text: is_alike(fingerprint(text), fingerprint(text[::-1])),
    "a message in parts": split,
    "a code in a text": find_code,
    "a transfer's reason": says_not_ours,
    "an answer": lambda text: (reference.answers().left_open(text), reference.answers().own(text)),
    "a telephone": zalo_phone,
    "what an edit takes out": _edited,
    "a value without doubles": filing._without_doubles,
    "an edit in words": lambda text: story.replaced_words(f"đổi {text} thành {text}"),
    "a word that is taught": lambda text: is_taught(Text.of(text)),
    "a label of an option": lambda text: labelled(Text.of(text), LABELS),
    "an address as above": filing.is_as_above,
    "a message, edited": lambda text: _read(Situation.CONFIRM, f"đổi “cũ” thành “mới” {text}"),
    "violence": tells_violence,
}
