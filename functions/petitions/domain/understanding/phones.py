"""Telephone numbers in a message, and whether they are the citizen's own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from petitions.domain.understanding.clauses import listed, sentence_around

_PIECE = re.compile(r"[^\W_]+|[^\w\s]|_")
_TYPED = re.compile(r"[0-9o]{1,14}")
_VALID = re.compile(r"0(?:3[2-9]|5[2-9]|7[06-9]|8[1-9]|9\d)\d{7}|02\d{9}")
_SPELLED = {
    **dict.fromkeys(("khong", "hong", "khg", "kg", "ko"), "0"),
    "mot": "1",
    "hai": "2",
    "ba": "3",
    **dict.fromkeys(("bon", "tu"), "4"),
    **dict.fromkeys(("nam", "lam"), "5"),
    "sau": "6",
    "bay": "7",
    "tam": "8",
    "chin": "9",
}
_JOINING = frozenset(".-–()+,_·*~")
_LEAST = 9
_BEFORE, _AFTER = 90, 60
_FREE = frozenset({"phone"})
_EASY = frozenset({"phone", "name", "home"})
_FEW = 3
_MOST = 20

_SELF = r"(?:toi|em|e|minh|mk|chau|con|bac|co|chu|ba|ong|tui|to|anh|chi|me|my)"
_BODY = r"(?:phuong|xa|uy ban|ubnd|benh vien|cong an|ca|cq|co quan thue|quan|truong|ngan hang|toa an|so xay dung)"
# Numbers that are no telephone, and telephones of somebody against whom or about whom the citizen writes.
_NOT_THEIRS = re.compile(
    r"\b(?:mst|ma so|ma don|tax|cccd|cmnd|cmt|can cuoc|chung minh|stk|tai khoan|bien lai|bien nhan|ma ho so|so ho so"
    r"|hop dong|ho chieu|passport|fax|lam chung|chung kien|nhan chung|witness|qua dien thoai|can bo|cb"
    r"|to truong|truong thon|chu tich|bi thu|chu thau"
    r"|lua dao|lua toi|lua|ke gian|sep|so la (?:goi|nhan|alo|dien|lien|nao)|(?:tu|co|mot|1|may) so la|so no"
    r"|so ho (?:goi|dung)|no goi|ho goi|xung la|xung|doi tien|doe|de doa|doa"
    r"|quay roi|khong ai|ko ai|k ai|chang ai|nobody|no one|officer|police|thang cha|thang|con mu|mu ay"
    r"|cua no|gay roi|nguoi ban|moi gioi|doi tuong|so cua nguoi khac|cua nguoi khac|pho chu|ong ta|ba ta"
    r"|nguoi ta|(?:dung|khong duoc) goi (?:so )?(?:nay|ay|do)|ma vach|serial|seri|khach hang|ma hoi|bien so"
    r"|anh ta|chi ta|co ta|lao ta|so (?:nay )?cua (?:ban|nguoi)"
    r"|dau nau|cho vay|tin dung|quay so|don so|so don|van ban|cong van)\b"
    rf"|(?<!chu )\b(?:khong|ko|k) (?:phai|con|dung)(?: la)?(?: so)?(?: cua)? (?:{_SELF}|nua)\b"
    rf"|\b(?:so|dt|sdt|thoai|cua|ben|may|tu|goi)(?: cua| ben| o| la| dt| may)? {_BODY}\b"
    rf"|\bgoi (?:cho |den |toi |vao )?(?:may )?{_SELF} (?:doi|hoi|bao|bat|yeu cau|moi|lua|chui|luc|xung|hoai"
    rf"|suot|mai|lien)\b"
)
_SOMEBODYS = re.compile(
    r"\b(?:so|sdt|dt|thoai)(?: cua)? (?:ong|ba|anh|chi|chu|thay|can bo) (?!toi|em|minh|ay)[a-z]"
    r"|\b(?:his|her|their|officer's|landlord's) (?:phone |mobile )?number\b"
)
_OTHERS = re.compile(
    r"\b(?:hotline|tong dai|nhan vien|hieu truong|y ta|bac si|hang xom|chu nha|anh ay|chi ay|ong ay|ba ay"
    r"|han|chu quan|nguoi|chuyen (?:tien|khoan)|nop tien|(?:ho|no) (?:cho|dua|bao)|mot cua|dua (?:cho )?toi|bao toi"
    r"|phong|trung tam|chi nhanh|lien he (?:voi )?(?:anh|chi|ong|ba|co|chu))\b"
)
_DENIED = re.compile(
    r"(?:khong|ko|k|hong) (?:phai|goi)(?: la| so| cua| cho| vao)?\W*$|\b(?:not|from)\W*$|\bcu\W*$"
    r"|\b(?:dung|cho|khong duoc) goi(?: cho| vao)?(?: so)?(?: nay| cu| do)?\W*$|\btu (?:so )?$"
)
_OLD = re.compile(r"\bso cu\b")
_DECLINES = re.compile(
    r"^\W*(?:khong|ko|k) cho\b(?! goi)|\b(?:khong|ko|k) (?:muon|cho|tien|dam|the)(?: [a-z]{1,8}){0,2} (?:so|sdt"
    r"|dt)\b|\b(?:khong|ko|k) co so nao\b"
)
_CUT = re.compile(r"[,;]|\b(?:doi thanh|gio la|con so|con goi|con toi)\b")
_REPLACED = re.compile(r"\W*(?:\w+ )?(?:ghi |go |bi )?(?:nham|sai|doi thanh|chuyen thanh|da doi|bo roi)\b")
_OWN = re.compile(
    rf"\b(?:sdt|s\.d\.t|so dien thoai|so dt|so dthoai|dien thoai|dthoai|dt|so may|so lien lac|so lien he|lien he"
    rf"|lien lac|so (?:cua )?{_SELF}|so moi|so ban|may ban|phone|mobile|my number|number is|call me|reach me"
    rf"|contact me"
    rf"|zalo|tel|goi lai)\b"
    rf"|(?:^|[,:;.!] ?|\b(?:xin|hay|cu|thi|de|gi|long|can|ma|nho|nhe|please|hoac|day|no|roi|a) )"
    rf"goi(?: lai)?(?: cho)?(?: {_SELF}| so|\W*$)"
)
_NAMED = re.compile(rf"\b{_SELF}(?: la| ten)? ([^\W\d_]{{2,8}}(?: [^\W\d_]{{2,8}}){{0,3}})\W*$")
_CALLS_ME = re.compile(rf"\bgoi(?: dien)?(?: lai)?(?: cho| den)? {_SELF}\b")
_OWN_AFTER = re.compile(
    rf"\W*(?:nay )?(?:la |nhe |day |moi la )?(?:so|sdt|dt)(?: moi)?(?: cua)? {_SELF}\b|\W*of mine\b"
)
_WORD = re.compile(r"[^\W_]+")
_COURTESY = listed("da vang a nhe nha day ad em chau so la ban ok oi")


@dataclass(frozen=True, slots=True)
class Telephone:
    """A well-formed Vietnamese number in a text."""

    number: str
    """Digits with a leading 0."""
    start: int
    end: int


def telephones(flattened: str) -> list[Telephone]:
    """Return the well-formed numbers in a text without marks, in order."""
    found: list[Telephone] = []
    run: list[tuple[str, int, int, bool]] = []
    for piece in _PIECE.finditer(flattened):
        said = piece[0]
        digits = _digits(said)
        if digits:
            spelled = said in _SPELLED
            if run and _apart(flattened[run[-1][2] : piece.start()], worded=spelled and run[-1][3]):
                found += _read(run)
                run = []
            run.append((digits, piece.start(), piece.end(), spelled))
        elif said not in _JOINING:
            found += _read(run)
            run = []
    return found + _read(run)


def own_telephone(text: str, flattened: str, found: list[Telephone], situation: str) -> str | None:
    """Return the first number that is the citizen's, or at which they want to be reached; None if it is not clear."""
    if _DECLINES.search(flattened[: 2 * _BEFORE]):
        return None
    for at, each in enumerate(found[:_MOST]):
        left, right = sentence_around(flattened, each.start, each.end, _BEFORE, _AFTER)
        left = max(left, found[at - 1].end if at else 0)
        right = min(right, found[at + 1].start if at + 1 < len(found) else right)
        wide = max(0, each.start - _BEFORE, found[at - 1].end if at else 0)
        before, after = flattened[left : each.start], flattened[each.end : right]
        named = _NAMED.search(before)
        easy = (
            situation in _EASY
            or _rest(text, flattened, each) < _FEW
            or (named is not None and all(word[0].isupper() for word in text[left:][named.start(1) :].split()[:1]))
        )
        if _is_own(before, after, flattened[wide : each.start], free=situation in _FREE, easy=easy):
            return each.number
    return None


def _digits(piece: str) -> str:
    if piece.isdecimal():
        return piece
    if _TYPED.fullmatch(piece) and any(c.isdecimal() for c in piece):
        return piece.replace("o", "0")
    return _SPELLED.get(piece, "")


def _apart(between: str, *, worded: bool) -> bool:
    """Return whether what stands between two groups of digits ends a number; a comma joins only digits in words."""
    return ("," in between and not worded) or "+" in between or "\n" in between or len(between) > len(" (-) ")


def _read(run: list[tuple[str, int, int, bool]]) -> list[Telephone]:
    """Return the number that groups of digits form, or the one that the first group is by itself."""
    while len(run) > 1 and run[0][3] and not run[1][3] and run[1][0].startswith(("0", "84")):
        run = run[1:]  # a word of the sentence: "Hồ Văn Sáu 0369 ..."
    lone = [[group] for group in run if len(group[0]) > _LEAST]
    others = sum(len(group[0]) for group in run if len(group[0]) <= _LEAST)
    for groups in (run, *(lone if others <= _LEAST // 2 else ())):
        if number := _national("".join(group[0] for group in groups)):
            return [Telephone(number, groups[0][1], groups[-1][2])]
    return []


def _national(digits: str) -> str:
    """Return the number with a leading 0 for the country's code, or "" if it is not well-formed."""
    digits = digits.removeprefix("00") if digits.startswith("0084") else digits
    bare = digits[2:].lstrip("0") if digits.startswith("84") else digits[1:]
    return f"0{bare}" if digits.startswith(("84", "0")) and _VALID.fullmatch(f"0{bare}") else ""


def _rest(text: str, flattened: str, each: Telephone) -> int:
    """Return the number of words beside a number, without courtesy and names; of a long text only those nearby."""
    count = 0
    for begin, end in ((max(0, each.start - _BEFORE), each.start), (each.end, each.end + _BEFORE)):
        said = list(_WORD.finditer(flattened, begin, min(end, len(text))))
        count += sum(match[0] not in _COURTESY and not text[match.start()].isupper() for match in said)
        count += _FEW if len(said) > 2 * _FEW else 0
    return count


def _is_own(before: str, after: str, wide: str, *, free: bool, easy: bool) -> bool:
    near_before = _CUT.split(before.rstrip(" ,;"))[-1]
    near_after = re.split(r"[,;.:]", after, maxsplit=1)[0]
    if (
        _OLD.search(near_before)
        or _DENIED.search(before[-40:])
        or _REPLACED.match(after[:30])
        or _NOT_THEIRS.search(near_before + " | " + near_after)
    ):
        return False
    if free:
        return True
    if _SOMEBODYS.search(near_before):
        return False
    if _NOT_THEIRS.search(before) or _OTHERS.search(f"{near_before} | {near_after}") or _CALLS_ME.search(near_after):
        return False
    if easy or _OWN.search(before) or _OWN_AFTER.match(after):
        return True
    return _OWN.search(wide) is not None and _NOT_THEIRS.search(wide) is None
