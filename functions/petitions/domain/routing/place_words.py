"""The words around a place's name: its type (full or short, Vietnamese or English), street words, and "cũ"."""

from __future__ import annotations

from collections.abc import Sequence

from petitions.domain.language.words import Word, agrees, spellings


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


WARD_TYPES = {
    "phường": "phường",
    "ph": "phường",
    "p": "phường",
    "f": "phường",
    "ward": "phường",
    "xã": "xã",
    "x": "xã",
    "commune": "xã",
    "thị trấn": "thị trấn",
    "tt": "thị trấn",
    "ttr": "thị trấn",
    "town": "thị trấn",
    "quận": "quận",
    "q": "quận",
    "huyện": "quận",
    "h": "quận",
    "thị xã": "quận",
    "tx": "quận",
    "district": "quận",
    "dist": "quận",
    "tỉnh": "tỉnh",
    "thành phố": "tỉnh",
    "tp": "tỉnh",
    "province": "tỉnh",
    "city": "tỉnh",
}
MAY_ERR = frozenset({"phường", "ph", "p", "xã", "thị trấn", "ward", "commune"})
TYPE_AFTER = frozenset({"ward", "commune", "town", "district", "dist", "province"})
STREET_WORDS = _set(
    "đường phố ngõ ngách hẻm cầu chợ ga hồ sông bến viện trường kcn nút tư đê xe khu đô thị toà công "
    "viên chùa đình đền street st road rd bridge market station lake pho duong ngo"
)
STREET_TYPES = _set("đường phố ngõ ngách hẻm pho duong")
STREET_AFTER = _set("street st road rd bridge market station lake school")
NOT_A_TYPE_AFTER = frozenset({"địa", "đối", "một", "cả", "dia", "doi"})
NOT_A_NAME = _set(
    "da bao khong ko noi cho chua can xu moi cung se phai co la toi minh nay do nao ma thi va o ra lam tra giai bi "
    "duoc den di ve de cua voi tu khi sau truoc thu cam hua hen nhan nghi dung vao biet"
    " phuong xa thong xuong an anh hoi"
)
COMMON_WORDS = frozenset(
    (
        *("hop dong", "tu nhien", "thanh cong", "thong nhat", "lien quan", "dong tam", "cong hoa", "thang loi"),
        *("tu lap", "hoa binh", "chi dong", "an tien", "co do", "con dao", "van con", "van hoa", "o dien", "tu ky"),
    )
)
"""Names that are also common words, without diacritics. They count as places only with a capital or a type."""
AT_WORDS = _set("qua ở tại thuộc từ về bên khu vực bàn trú in at o tai thuoc")
FORMER = frozenset({"cũ", "cu", "old", "former"})
FORMER_BEFORE = frozenset({"trước", "trc", "nguyên", "cũ", "former", "old", "truoc"})


def type_at(text: Sequence[Word], at: int, *, marked: bool) -> tuple[str, int]:
    """Return the type of place that begins at this position and its number of words, or ("", 0) if none begins here."""
    word = text[at]
    raw = word.raw.lower()
    if len(raw) <= 3 and raw in WARD_TYPES and raw != "xã":  # noqa: PLR2004 - the short forms
        return raw, 1
    before = text[at - 1].raw.lower() if at else ""
    for name in ("phường", "xã", "quận", "huyện", "tỉnh"):
        if agrees(word, *spellings(name), marked_text=marked and word.raw != word.raw.upper()):
            blocked = before in NOT_A_TYPE_AFTER or (name == "xã" and before in {"thị", "thi"})
            return ("", 0) if blocked else (name, 1)
    if at + 1 < len(text):
        pair = f"{word.folded} {text[at + 1].folded}"
        if name := {"thi tran": "thị trấn", "thi xa": "thị xã", "thanh pho": "thành phố"}.get(pair, ""):
            return name, 2
    if raw in WARD_TYPES:
        return raw, 1
    return "", 0


def may_err(text: Sequence[Word], at: int, *, marked: bool) -> bool:
    """Return whether a type of place begins here after which a misspelt ward's name is likely."""
    type_word, length = type_at(text, at, marked=marked)
    return type_word in MAY_ERR and at + length < len(text) and text[at + length].folded not in NOT_A_NAME
