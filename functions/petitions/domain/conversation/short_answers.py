"""Parsing of short answers: numbers, words, names, phones, addresses; the words are in `vocabulary`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.conversation import vocabulary
from petitions.domain.language.words import fold, normal

SHORT = 40
"""The most characters of an answer in a few words; a longer text is content."""

LONGEST_DETAILS = 500
"""The most characters searched for a person's data: some expressions slow down with the square of it."""

_PUNCTUATION = " .,!;:\"'()[]~"
# "Dạ đồng ý ạ": the courtesy goes, the word stays.
_COURTESY = re.compile(
    r"^(?:da|vang|thua|da thua)[ ,]+(?=\w)(?!(?:a|ah|nhe|nha|ad|vang)$)"
    r"|(?<=\w)[ ,.!]+(?:a|ah|nhe|nha|ad|em|ban|ban oi|nhe ad|nhe ban)$"
)
# "1. Đồng ý": a copied line of a question.
_NUMBERED = re.compile(r"(\d)[ .:)-]+(.+)", re.ASCII)
_PHONE = re.compile(r"(?<![\d+])(?:\+?84|0)((?:[\s.()-]*\d){9,10})(?![\s.-]?\d)", re.ASCII)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", re.ASCII)
_ME = "tôi là|toi la|tôi tên là|toi ten la|tên tôi là|ten toi la|tên là|họ và tên|ho va ten|họ tên|ho ten|tên|ten"
_THERE = "địa chỉ|dia chi|đ/c|đc|d/c|dc|my name is|name|address|i am"
_BY_PHONE = "sđt|sdt|số điện thoại|so dien thoai|điện thoại|dien thoai|đt|phone|tel|email|e-mail|liên hệ|lien he"
_LABEL = re.compile(rf"^\s*(?:{_ME}|{_THERE}|{_BY_PHONE})(?:\s*:|\s+|$)", re.IGNORECASE)
_CONTACT_LABEL = re.compile(rf"\b(?:{_BY_PHONE})\b\s*(?:là|la|:)?\s*$", re.IGNORECASE)
_STREET = re.compile(
    r"\d|\b(?:so nha|duong|pho|ngo|ngach|hem|phuong|xa|quan|huyen|thon|to dan pho|khu|toa|chung cu|thi tran|tp|ha noi"
    r"|street|ward|district)\b"
)
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_AGE = re.compile(
    r"[ ,(-]*\b(?:\d{1,3}\s*(?:tuổi|tuoi)|(?:sinh năm|sinh nam|sn)\s*\d{4}|(?:19|20)\d{2}$)\b\)?",
    re.IGNORECASE,
)
_PLACE_FIRST = re.compile(
    r"(?:ở|tại|số nhà|số \d|phố|đường|ngõ|ngách|hẻm|phường|xã|thôn|khu|tổ|chung cư|tòa|so nha|so \d|thon|chung cu)\b"
)
_OPENINGS = tuple(re.compile(pattern) for pattern in (vocabulary.GREETS, vocabulary.ASKS_TO_ASK))
_NO_NAME = re.compile(vocabulary.DECLINES_NAME)
_CODE_LIKE = re.compile(r"^\W*(?:ma\W+(?:so\W+)?)?(?:hn|pakn)[\s.–-]*\d[\da-z\s.–-]*$")


def without_courtesy(text: str) -> str:
    """Return the folded text without punctuation and courtesy at its ends, the form of the word sets."""
    folded = fold(text)
    if len(folded) <= SHORT:
        folded = _STRETCHED.sub(r"\1", folded)  # "okkkk", "xonggg"
    bare = _COURTESY.sub("", folded.strip(_PUNCTUATION)).strip(_PUNCTUATION) or folded
    numbered = _NUMBERED.fullmatch(bare)
    pairs = (vocabulary.YES, vocabulary.NO, *vocabulary.RATING_ANSWERS.values())
    if numbered and any({numbered[1], numbered[2]} <= words for words in pairs):
        return numbered[1]
    return bare


def number_said(text: str, choices: Mapping[int, frozenset[str]]) -> int | None:
    """Return the number whose words the text is, or None."""
    word = without_courtesy(text)
    return next((number for number, words in choices.items() if word in words), None)


def rating(text: str) -> int | None:
    """Return 1 for rất hài lòng, 2 for hài lòng, 3 for chưa hài lòng, or None if the text is no rating."""
    return number_said(text, vocabulary.RATING_ANSWERS)


def choice(text: str) -> int | None:
    """Return the number that a citizen chose, or None."""
    found = re.fullmatch(r"(?:so |chon |chon so |muc |option )?(\d{1,2})", without_courtesy(text))
    return int(found[1]) if found else None


def is_wordless(text: str) -> bool:
    """Return whether the text has nothing but pictures and punctuation."""
    return not any(letter.isalnum() for letter in text)


def is_opening(text: str) -> bool:
    """Return whether the text only greets or asks permission to ask."""
    word = without_courtesy(text)
    return word in vocabulary.GREETING or any(pattern.fullmatch(word) for pattern in _OPENINGS)


def says_wholly(pattern: str, text: str, longest: int = SHORT) -> bool:
    """Return whether the whole text matches the pattern and has at most `longest` characters."""
    return (
        len(text) <= longest
        and re.fullmatch(pattern, without_courtesy(text).rstrip("?").strip(_PUNCTUATION)) is not None
    )


def agrees(text: str, phrases: frozenset[str] = vocabulary.YES) -> bool:
    """Return whether the text is a phrase of agreement; "đừng" and "dừng" are none, "dung" may be either."""
    word = without_courtesy(text)
    return word in phrases and ("dung" not in word or "đúng" in normal(text).lower())


def is_done(text: str) -> bool:
    """Return whether the text says that this is all."""
    return without_courtesy(text) in vocabulary.IS_DONE


def cancels(text: str) -> bool:
    """Return whether the text drops what is in hand."""
    return without_courtesy(text) in vocabulary.CANCEL or says_wholly(vocabulary.CANCELS, text)


def names_petition(text: str) -> bool:
    """Return whether the text names a petition: "hủy phản ánh này"."""
    return re.search(r"\b(?:phan anh|kien nghi|don)\b", without_courtesy(text)) is not None


def beyond_consent(text: str) -> str | None:
    """Return the text beside a clear consent ("Đồng ý, tôi là Lan"), "" if there is none; None without consent."""
    if without_courtesy(text) in vocabulary.YES:
        return ""
    folded = fold(text)
    begins = re.match(vocabulary.CONSENTS, folded)
    if begins is None or not is_unreserved(text):
        return None
    return " ".join(text.split()[len(begins[0].split()) :]).strip(_PUNCTUATION)


def confirms(text: str, what: str) -> bool | None:
    """Return the answer to a question whether to do something, `what` folded: "ừ rút" and "đừng rút nữa"; else None."""
    if agrees(text):
        return True
    folded = fold(normal(text).lower().replace("đúng", "yes"))
    if re.search(vocabulary.HOLDS, folded) or without_courtesy(text) in vocabulary.NO | {"0"}:
        return False
    begins = re.match(vocabulary.AGREES, folded) is not None
    return True if begins and re.search(rf"\b{what}\b", folded) and len(folded) <= SHORT else None


def names_agreement(text: str) -> bool:
    """Return whether the text has a word of agreement at all."""
    return re.search(vocabulary.AGREEMENT, fold(text)) is not None


def takes_out(text: str) -> bool:
    """Return whether the text asks to take something out, so that what it names is no new value."""
    return re.search(r"\b(?:bo|xoa|khoi|dung ghi|remove|delete)\b", fold(text)) is not None


def is_unreserved(text: str) -> bool:
    """Return whether an agreement is without reserve."""
    return re.search(vocabulary.RESERVES, fold(text)) is None


def edit(text: str) -> int | None:
    """Return the item of the summary to change: "sai tên", "đổi số điện thoại giúp tôi"; None if there is none."""
    exact = number_said(text, vocabulary.EDITS)
    found = (
        re.fullmatch(vocabulary.EDITS_IT, without_courtesy(text)) if exact is None and len(text) <= 2 * SHORT else None
    )
    if found is None:
        return exact
    what = found["after"] or found["before"]
    named = [(word, number) for number, words in vocabulary.EDITS.items() for word in words]
    fits = [(len(word), number) for word, number in named if f"{what} ".startswith(f"{word} ")]
    return max(fits, default=(0, None))[1]


def would_rather_not(text: str) -> bool:
    """Return whether a few words decline the question: "không cho tên", "k cho sđt đc ko"."""
    return len(text) <= SHORT and re.match(r"(?:khong|ko|k|hok|an danh|giau)\b", without_courtesy(text)) is not None


def is_place(text: str) -> bool:
    """Return whether the text means a place: it has a number, or a word for a street or ward."""
    return _STREET.search(fold(text)) is not None


def like_a_code(text: str) -> bool:
    """Return whether the text looks like an attempt at a code, however incomplete: "HN-123"."""
    return len(text) <= SHORT and _CODE_LIKE.match(fold(text)) is not None


def phone(text: str) -> str | None:
    """Return the Vietnamese telephone number in the text in Zalo's form, 84xxxxxxxxx, or None."""
    found = _PHONE.search(text)
    digits = re.sub(r"\D", "", found[1]) if found else "0"
    return None if digits.startswith("0") else "84" + digits


def email(text: str) -> str | None:
    """Return the e-mail address in the text, or None."""
    found = _EMAIL.search(text)
    return found[0].lower() if found else None


def name(text: str) -> str | None:
    """Return a person's or business's name, mostly letters and at most 100 characters; None if it cannot be one.

    A telephone number or a label written beside it is removed.
    """
    said = normal(_LABEL.sub("", _unlabelled(text))).strip(" ,;:-.")
    letters = sum(letter.isalpha() for letter in said)
    return said if letters >= 2 and len(said) <= 100 and letters * 2 >= len(said) else None  # noqa: PLR2004


def is_business(called: str) -> bool:
    """Return whether a name is that of a business."""
    words = f"{fold(called)} "
    begins = any(words.startswith(f"{each} ") for each in vocabulary.BUSINESS)
    return begins or any(f" {each} " in words for each in vocabulary.LEGAL_FORM)


def address(text: str) -> str | None:
    """Return a contact address of at most 300 characters, without telephone and e-mail; None if it cannot be one."""
    said = normal(_LABEL.sub("", _unlabelled(text))).strip(" ,;:-")
    letters = sum(letter.isalpha() for letter in said)
    return said if letters >= 2 and len(said) <= 300 else None  # noqa: PLR2004


def _unlabelled(text: str) -> str:
    """Return the text without telephone, e-mail and the words that announce them."""
    bare = text[:LONGEST_DETAILS]
    for pattern in (_PHONE, _EMAIL):
        for found in reversed(list(pattern.finditer(bare))):
            before = _CONTACT_LABEL.sub("", bare[: found.start()])
            bare = f"{before} {bare[found.end() :]}"
    return bare


@dataclass(frozen=True)
class PersonDetails:
    """The petitioner's data in one message."""

    name: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None


def person(text: str) -> PersonDetails:
    """Return the data in a message that answers the question for a name: also an address, phone and e-mail."""
    bare = _unlabelled(text)
    bare = bare if is_business(bare.strip()) else _AGE.sub("", bare.strip())
    start = bare.strip()
    # "Đường Thu Hương" is a person: with a capital, a second place word or a figure must follow for it to be a place.
    if _PLACE_FIRST.match(start) or (_PLACE_FIRST.match(start.lower()) and len(_STREET.findall(fold(start))) > 1):
        return PersonDetails(address=address(bare), phone=phone(text), email=email(text))
    pieces = [piece.strip() for piece in re.split(r"[,;\n]|\s[-–]\s|\.\s", bare) if piece.strip(_PUNCTUATION)]
    called = _called(pieces[0]) if pieces else None
    rest = ", ".join(_LABEL.sub("", piece).strip() for piece in pieces[1:])
    lives = address(rest) if rest and _STREET.search(fold(rest)) else None
    if called and rest and lives is None:
        called = name(bare)
    return PersonDetails(name=called, address=lives, phone=phone(text), email=email(text))


def _called(piece: str) -> str | None:
    """Return the name that a piece of a message is; None for what has a figure or a word that no person has."""
    called = name(piece)
    if called is None or is_business(called):
        return called
    return None if re.search(r"\d", called) or _NO_NAME.search(called.lower()) else called
