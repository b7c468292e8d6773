"""Phrases and words about danger to life or limb: denials of it, medical care, a return home, violence."""

from __future__ import annotations

from itertools import pairwise, product

from petitions.domain.language.phrases import PhraseBook
from petitions.domain.language.words import fold, words

_LONGEST = 600


def _listed(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split(",")]


def _joined(*columns: str) -> list[str]:
    return [" ".join(" ".join(row).split()) for row in product(*map(_listed, columns))]


_DENIALS = PhraseBook(
    [
        *_joined("không cần,chưa cần,khỏi cần,không phải", ",gọi,xe,gọi xe", "cấp cứu,cứu thương,cứu hỏa"),
        *_listed("không biết chữ,không biết chữ nhiều,ít chữ"),
        *_joined(",con tôi,con em,cháu tôi,con,cháu", "viết hộ,viết giúp,nhắn hộ,nhắn giúp"),
    ]
)
"""Phrases that deny a danger, or explain that another person writes for the citizen."""
_RETURNS = PhraseBook(_listed("rồi về,ra về,đành về,về tay không,bỏ về,đi về,quay về,lại về,phải về,rồi tôi về"))
"""Phrases of a person who went home from an office."""
_ENDS_OF_LIFE = PhraseBook(
    _listed(
        "chết,tự tử,tự vẫn,thuốc,cầu,hồ,sông,nhảy,sống,đời,dao,máu,ngất,cứu,đánh,giết,dọa,sợ,về trời,về với ông bà,"
        "về đất,không về,chưa về,đừng về,hết hơi,khó thở,lạc"
    )
)
"""Phrases in a text in which "went home" is no sign of safety."""
_BARE_NOES = frozenset({"no", *_joined("no", "photo,photos,picture,pictures,image,images,file,files,thanks,thank you")})
"""English lines with "no", which must not be read as "nổ" (explode) without its marks."""


def without_denials(text: str) -> str:
    """Return the text without lines and phrases that name a danger only to deny it: "không cần cấp cứu"."""
    kept = "\n".join(line for line in text.split("\n") if fold(line).strip(" .,!") not in _BARE_NOES)
    message, rest, at = words(kept), [], 0
    for hit in sorted(_DENIALS.scan(message), key=lambda hit: (hit.start, -hit.end)):
        if message[hit.start].start >= at:
            rest.append(kept[at : message[hit.start].start])
            at = message[hit.end - 1].end
    return " ".join((*rest, kept[at:]))


def reports_return(text: str) -> bool:
    """Return whether a text reports that somebody went home and no danger, as in "ngồi tới trưa rồi về"."""
    message = words(text[:_LONGEST])
    return bool(_RETURNS.scan(message)) and not _ENDS_OF_LIFE.scan(message)


_IN_CARE = PhraseBook(
    _listed(
        "nằm viện,đang nằm viện,nhập viện,ra viện,điều trị,nằm một chỗ,nằm liệt,chạy thận,trong viện,ở viện,"
        "in hospital,hospitalized,hospitalised"
    )
)
"""Phrases about a person who is ill but cared for."""


def reports_care(text: str) -> bool:
    """Return whether a text reports medical care and no danger, as in "mẹ đang nằm viện, bắt ra phường ký"."""
    message = words(text[:_LONGEST])
    return bool(_IN_CARE.scan(message)) and not _ENDS_OF_LIFE.scan(message)


_STRUCK = frozenset(
    """
    em tôi toi con vợ vo mẹ me bố bo cháu chau bé be chị chi bà ba ông ong nó no mình minh người nguoi đập dap
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
"""Words after "đánh" that make it violence, unlike "đánh giá" (rate) and "đánh máy" (type)."""
_VIOLENT = frozenset(
    pair
    for listed in (
        "bóp cổ,cầm dao,dí dao,bạo hành,hành hạ,xâm hại,dọa giết,doạ giết,đòi giết,vết bầm,vết thâm,dọa đánh,đánh đập",
        "bop co,cam dao,di dao,bao hanh,hanh ha,xam hai,doa giet,doi giet,vet bam,doa danh,danh dap",
        "hit me,hits me,beat me,beats me,beating me,hurts me,kill me,hit her,beats her,beating her,beating his",
    )
    for pair in (tuple(item.split()) for item in listed.split(","))
)


def reports_violence(text: str) -> bool:
    """Return whether a message mentions a beating or a threat. Only its first 600 characters are read."""
    message = [word.raw.lower() for word in words(text[:_LONGEST])]
    return any(pair in _VIOLENT or (pair[0] in {"đánh", "danh"} and pair[1] in _STRUCK) for pair in pairwise(message))
