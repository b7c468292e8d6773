"""Every function that reads a citizen's text, wrapped as a function of the text alone, to measure its time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial

from petitions.adapters import reference
from petitions.adapters.understanding import routers, vocabulary
from petitions.domain.channels.entry_table import HEADS, fault_lines, read_table
from petitions.domain.channels.line_result import Found, LineResult, read_results, results_text
from petitions.domain.citizen.draft import InputPart, PetitionDraft
from petitions.domain.conversation import passages, story
from petitions.domain.conversation.edits import read_edits, words_to_add
from petitions.domain.conversation.filing import of_others
from petitions.domain.conversation.same_place import (
    beside_place,
    is_as_above,
    is_place,
    mentions_people,
    tidy_address,
)
from petitions.domain.language.language import is_english
from petitions.domain.language.letters import Letter
from petitions.domain.language.likeness import IndexedText, Likeness
from petitions.domain.language.masking import mask
from petitions.domain.language.named_people import names_somebody
from petitions.domain.language.searching import excerpt, marked_parts, name_keys, search_words
from petitions.domain.language.similarity import fingerprint, is_alike
from petitions.domain.language.texts import split
from petitions.domain.language.unnamed import introduces_somebody, without_people
from petitions.domain.language.words import words
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.mailbox.charsets import decoded
from petitions.domain.mailbox.html_text import html_words
from petitions.domain.mailbox.reading import read_mail
from petitions.domain.management.quoting import quoted
from petitions.domain.notices.channels import zalo_phone
from petitions.domain.pages.filled_form import read_filled
from petitions.domain.pages.two_stories import beyond, differing, line_marks, with_marked
from petitions.domain.petition.answering import is_hollow
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.petition import Contact, Petition, Rating
from petitions.domain.petition.transfers import claims_other_unit
from petitions.domain.publishing.public import find_result_id
from petitions.domain.publishing.public_draft import draft
from petitions.domain.publishing.search_index import IndexedResult, part_of, searchable_text
from petitions.domain.routing.dangers import reports_care, reports_return, reports_violence
from petitions.domain.routing.proposed_class import (
    as_office,
    mentions,
    with_office,
    with_staff,
    without,
)
from petitions.domain.shared.channel import Channel, number_mark
from petitions.domain.shared.records import replace
from petitions.domain.understanding import told_asides
from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.other_people import OtherPeople, beside_values
from petitions.domain.understanding.private_life import without_private_life
from petitions.domain.understanding.taught_words import is_taught, labelled
from petitions.domain.understanding.text import Text
from petitions.usecases.conversation.guide import HanoiGuide
from petitions.wiring import understanding

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LABELS = ("Đồng ý", "Không đồng ý", "Gửi phản ánh, kiến nghị mới")
LAN = Contact(name="Nguyễn Thị Lan", phone="84912345678", address="Ngõ 12/3 phố Trung Kính", email="lan@example.vn")
SAU = "bà Lê Thị Sáu ở số 14 ngõ 5"
SMALL = {
    "content": "Cán bộ phường thu thêm 200 nghìn. Họ không cho biên lai. Tôi đến ba lần ngày 5/10, anh Tuấn cũng hẹn.",
    "place": "12 phố Trung Kính", "home": "số 5 ngõ 9 Láng", "name": "Nguyễn Thị Lan", "phone": "0912345678",
    "email": "lan@example.vn",
}  # fmt: skip
"""The fields of a short draft. Some of their words are in the hostile texts as well."""
EDITS = (
    "bỏ câu {1}", "bỏ “{0}” và câu về cán bộ", "xóa hai câu cuối", "chỉ giữ câu về cán bộ", "đổi {0} thành {1}",
    "đổi “{1}” thành “mới”", "{0} chứ không phải {1}", "thêm vào sau câu {1}: mới", "ngày 7/9 mới đúng",
    "câu về {0} bỏ câu {1}",
    "thêm vào cuối: mới", "nơi xảy ra: {0}", "câu về {1} sửa thành: mới, bỏ chữ {0}, chỉ ghi là {1}",
)  # fmt: skip
"""Messages that edit a draft, with gaps for words from its beginning and end."""

FILLED = ("content", "second", "place", "name", "home", "phone", "email", "type", "reply_by")
"""The text fields of a form."""


@cache
def _guide() -> HanoiGuide:
    directory, places = reference.directory(), routers.places()
    return HanoiGuide(directory, places, routers.router(), understanding.reader(), 1, reference.texts())


def _read(situation: Situation, text: str) -> object:
    return understanding.reader().read(Text.of(text), situation, LABELS).summary


def _edit(text: str) -> object:
    """Read the text as corrections of a short draft."""
    return read_edits(Text.of(text), SMALL)


def _row(text: str) -> None:
    heads = [names[0] for names in HEADS.values()]
    (row,) = read_table([(1, heads), (2, [text] * len(heads))], reference.directory()).rows
    words = fault_lines(row.entry.faults(datetime(2026, 11, 23, tzinfo=UTC)))
    read_results(results_text([LineResult(row.line, Found.FAULT, words=" ".join([*words, text]))]))
    number_mark(Channel.LETTER, text, None, text)


def _mail(text: str) -> object:
    """Read an e-mail with the text in its headers, its alternatives and an enclosed message."""
    line = " ".join(text.split())
    head = f"From: {line} <a@example.vn>\nSubject: {line}\nContent-Type: multipart/alternative; boundary=b"
    inner = f"--b\nContent-Type: message/rfc822\n\nSubject: {line}\n\n{text}"
    parts = f"--b\n\n{text}\n--b\nContent-Type: text/html\n\n{text}\n{inner}\n--b--\n"
    return read_mail(f"{head}\n\n{parts}".encode("utf-8", "replace"))


def _half(text: str) -> str:
    return text[: len(text) // 2]


def _edit_of(message: str, text: str) -> object:
    """Read a short message as corrections of a draft with the given text. The message may quote the text."""
    draft = {"content": text, "place": text[:250], "home": text[-250:], "name": text[:100], "phone": "", "email": ""}
    return read_edits(Text.of(message.format(text[:40], text[-40:])), draft)


def _strange_person(text: str) -> object:
    contact = Contact(name=text[:100], phone="84912345678", address=text[:250])
    return KnownPerson([contact]).hide(text)


def _rated(text: str) -> Petition:
    return Petition(
        code="HN-261120-0000-0001", citizen="c", title="t", content="c", address="a", contact=LAN, filed_at=NOW,
        state=State.ANSWERED, rating=Rating(level=3, at=NOW, reason=text),
    )  # fmt: skip


def _told(text: str) -> Petition:
    return replace(_rated(""), content=text, address=text[:250])


def _near(text: str) -> object:
    return _likeness(text[::-1]).nearest(text)


def _same(text: str) -> object:
    return _likeness(text).same(text)


def _likeness(text: str) -> Likeness:
    texts = {
        name: searchable_text(name, name) for name in ("cấp giấy khai sinh", "xây nhà không phép", "thẻ bảo hiểm y tế")
    }
    likeness = Likeness(vocabulary.search_words(), {**texts, "x": searchable_text("một cửa", "")})
    likeness.put("x", IndexedText(text, text[:600]))
    return likeness


def _indexed(text: str) -> object:
    words = searchable_text(text, text, text[:100])
    return part_of({"x": IndexedResult(words, frozenset({"unit_SXD"}))}).results


def _beside(text: str) -> object:
    return differing(text, text[::2]), beyond(text, text, [text[::2]]), with_marked(text[::2], text, line_marks(text))


def _asides(text: str) -> object:
    results = told_asides.is_told(f"họ {text}"), told_asides.is_only_told(f"phường {text}")
    return results, told_asides.wants_secrecy(f"đừng {text}"), told_asides.asks_who_reads(text)


READINGS: Mapping[str, Callable[[str], object]] = {
    **{f"a message, {situation}": partial(_read, situation) for situation in Situation},
    "the route of a petition": lambda text: routers.router().route(text, text[:250]),
    "the nature of a petition": lambda text: _guide().nature(text),
    "two matters in one message": lambda text: story._split(text, _guide()),
    "masking": lambda text: mask(text, [text[:100], "Nguyễn Văn A"]),
    "hiding a person": lambda text: KnownPerson([LAN], "4572947693969771653").is_in(text),
    "hiding a strange person": _strange_person,
    "the quote of a petition": lambda text: quoted(_rated(text)),
    "given names of officers in a text": lambda text: with_office(
        text, ["Lê Quang Minh"], ["điều phối"], ["Minh"], ["bán rau", text[:10]]
    ),
    "sentences about somebody": told_asides.about_somebody,
    "people of a channel in a text": lambda text: with_staff(text, routers.routing_rules().superiors, "cán bộ"),
    "requests to an office": lambda text: without(text, ["gửi kênh này", text[:20]]),
    "names of officers in a text": lambda text: as_office(
        text, ["Nguyễn Thị Lan", text[:100]], ["điều phối", text[:20]], ["Lan", text[:5]], ["bán rau", text[:10]]
    ),
    "the office that a text may mean": lambda text: mentions(text, ["chia đơn", text[:20]]),
    "a name in a filter": lambda text: names_somebody(text, reference.directory().place_names),
    "who introduces themselves": introduces_somebody,
    "people whom it names": lambda text: without_people(f"{SAU} {text}", reference.directory().place_names),
    "what it tells of lives": lambda text: without_private_life(f"mẹ tôi {text} nằm viện, lớp 3A"),
    "what of a petition may be published": lambda text: draft(_told(f"Ông Hùng {text}"), text[:250], text[:250]),
    "an answer without facts": lambda text: is_hollow(text, _rated(text[:100])),
    "words to search": search_words,
    "a name to search": name_keys,
    "what was searched": lambda text: (marked_parts(text, {"a", "toi"}), excerpt(text, {"a", "toi"}, 200)),
    "the language": lambda text: is_english(words(text)),
    "a fingerprint": lambda text: is_alike(fingerprint(text), fingerprint(text[::-1])),
    "what is near a text": _near,
    "what tells the same": _same,
    "the index of results": _indexed,
    "the number of a result": find_result_id,
    "a message in parts": split,
    "a code in a text": find_code,
    "a transfer's reason": claims_other_unit,
    "an answer": lambda text: (reference.answers().left_open(text), reference.answers().own_words_fingerprint(text)),
    "a letter": lambda text: Letter.of(text.replace(" ", "\n")).with_body(text),
    "a template in an answer": reference.answers().templates[0].is_in,
    "a telephone": zalo_phone,
    "an edit": _edit,
    "an edit with old words and new ones": lambda text: _edit(f"đổi {_half(text)} thành {_half(text)}"),
    "an edit that takes out": lambda text: _edit(f"bỏ {text}"),
    "an edit that adds": lambda text: _edit(f"thêm vào sau {_half(text)}: {_half(text)}"),
    "words to add": words_to_add,
    **{f"a draft, edited by {message!r}": partial(_edit_of, message) for message in EDITS},
    "words in a place": lambda text: passages.find(text, text[-40:]),
    "words put in a place": lambda text: passages.put_in(text, (len(text) // 2, len(text) // 2 + 9), text[:250]),
    "a word that is taught": lambda text: is_taught(Text.of(text)),
    "a label of an option": lambda text: labelled(Text.of(text), LABELS),
    "an address as above": is_as_above,
    "words beside values": lambda text: (
        beside_values(Text.of(text), []),
        OtherPeople(Text.of(text)).presents_writer(),
        OtherPeople(Text.of(text)).have("phone", "0912345678"),
    ),
    "values of others": lambda text: of_others(
        PetitionDraft(parts=[InputPart(key="1", at=NOW, type="text", text=text)])
    ),
    "an answer that is a place": lambda text: is_place(text, Text.of(text), lambda _: [(0, 1)]),
    "an answer that tells of people": lambda text: mentions_people(Text.of(text), lambda _: [(0, 1)]),
    "an address beside the place": lambda text: (beside_place(text, text), tidy_address(text)),
    "a message, edited": lambda text: _read(Situation.CONFIRM, f"đổi “cũ” thành “mới” {text}"),
    "violence": reports_violence,
    "care": reports_care,
    "a walk home": lambda text: reports_return(f"rồi về {text}"),
    "a question that tells": _asides,
    "a story beside another": lambda text: _beside(text.replace(" ", "\n")),
    "a row of a file": _row,
    "a mail": _mail,
    "a mail in HTML": lambda text: html_words(f"<p>{text}<br>{text.replace(' ', '<')}"),
    "a mail in an old character set": lambda text: decoded(text.encode("utf-8", "replace"), "viscii"),
    "a form": lambda text: read_filled(dict.fromkeys(FILLED, text)).faults(complete=True),
}
