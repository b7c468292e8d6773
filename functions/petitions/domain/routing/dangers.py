"""Recognises danger to life or limb in a message by its words. A false alarm is preferred to a missed danger."""

from __future__ import annotations

from itertools import pairwise, product

from petitions.domain.language.phrases import Hit, PhraseBook
from petitions.domain.language.words import Word, fold, phrase_spellings, words

_LONGEST = 600


def _listed(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split(",")]


def _joined(*columns: str) -> list[str]:
    return [" ".join(" ".join(row).split()) for row in product(*map(_listed, columns))]


_ME = "tôi,em,cháu,con,mình,tui,tao,nó"
_HELP = "công an,cảnh sát,cấp cứu,xe cấp cứu,cứu thương,cứu hỏa,xe cứu hỏa,112,113,114,115"
_ALARMS = frozenset(
    [
        *_joined(_ME, "muốn chết,chỉ muốn chết,muốn tự tử,định tự tử,sẽ tự tử,không muốn sống,hết muốn sống"),
        *_listed("sống làm gì,sống để làm gì,sống làm chi,chết đi cho rồi,chết đi cho xong,chết quách,chết cho xong"),
        *_listed("không thiết sống,chẳng thiết sống,chẳng muốn sống,chán sống lắm rồi,muốn kết liễu"),
        *_joined(_ME, "muốn die,chỉ muốn die"),
        *_joined("mẹ ơi,bố ơi,ba ơi,má ơi,bà ơi", "con sợ,cháu sợ,em sợ"),
        *_joined("gõ cửa,đập cửa,phá cửa", "bảo,bắt,đòi,kêu,dọa", "con mở,cháu mở,em mở"),
        *_listed("want to die,wanna die,kill myself,end my life"),
        *_joined("cứu", _ME),
        *_listed("cứu với,cứu mạng,please save me,save us"),
        *_joined("gọi", _HELP, "giúp,giùm,dùm,hộ"),
        *_joined("gọi giúp,gọi giùm,gọi dùm,gọi hộ", _HELP),
        *_joined("112,113,114,115", "máy bận,bận,không được,gọi không được"),
        *_joined("call", "police,the police,ambulance,an ambulance,the ambulance", "for me,for us,please,now"),
        *_joined("please call", "police,the police,ambulance,an ambulance,the ambulance,113,114,115"),
        *_listed("has a knife,with a knife,knife at my door,touches me,touching me,molested,raped"),
        *_joined("kẹt,mắc kẹt", "trong đó,trong nhà,trong phòng,bên trong,ở trong,trên tầng,trong thang máy"),
        *_listed("hiếp dâm,cưỡng hiếp,tạt xăng,tưới xăng"),
    ]
)
_MARKED = frozenset(
    [
        *_joined("con,cháu,bạn,chồng,vợ,em,anh,bố,mẹ", ",tôi,em,cháu,mình", ",bị,đang,sắp", "chìm"),
        *_listed("đốt nhà,đốt cả nhà,đốt trụ sở,châm lửa đốt,cầm dao"),
        *_listed("sờ mó,sờ soạng,sờ người,sờ ngực,sờ đùi,sờ vùng kín,dâm ô,bị hiếp"),
        *_joined("sờ,sờ vào,sờ vào người,lại vào phòng", "cháu,em,con"),
    ]
)
"""Phrases that count only with their marks. Without marks they may be other words: "so nguoi" is "số người"."""
_BOOK = PhraseBook([*_ALARMS, *_MARKED])
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
_NO_CRY_AFTER = frozenset({"nghien", "tra", "khao", "cap", "keu", "giai"})
"""Words before "cứu" that show it is no cry for help: "tra cứu em", "nghiên cứu với"."""
_OF_PAPERS = PhraseBook(
    _listed("hồ sơ,vneid,vssid,ihanoi,cổng dịch vụ,online,mật khẩu,tài khoản,căn cước,hộ chiếu,thủ tục")
)
"""Phrases that show that "cứu" is about paperwork: "cứu em với, quên mật khẩu VNeID"."""
_NO_CRY_BEFORE = frozenset({"duoc", "noi", "voi", "trong", "menh"})
"""Words after "sống làm gì" that show it is no wish to die: "sống làm gì được với mùi này"."""


def calls_for_help(text: str) -> bool:
    """Return whether a message begs for help, or reports abuse, mortal danger or a wish to die.

    Only the first 600 characters are read.
    """
    message = words(text[:_LONGEST])
    return any(_is_cry(message, hit) for hit in _BOOK.scan(message))


def _is_cry(message: tuple[Word, ...], hit: Hit) -> bool:
    found = message[hit.start : hit.end]
    if hit.phrase in _MARKED and any(
        word.key != key for word, (key, _) in zip(found, phrase_spellings(hit.phrase), strict=True)
    ):
        return False
    before = message[hit.start - 1].folded if hit.start else ""
    after = message[hit.end].folded if hit.end < len(message) else ""
    if found[0].folded == "cuu":
        return before not in _NO_CRY_AFTER and not _OF_PAPERS.scan(message)
    return not (found[0].folded == "song" and after in _NO_CRY_BEFORE)


def without_denials(text: str) -> str:
    """Return the text without lines and phrases that name a danger only to deny it: "không cần cấp cứu"."""
    kept = "\n".join(line for line in text.split("\n") if fold(line).strip(" .,!") not in _BARE_NOES)
    message, rest, at = words(kept), [], 0
    for hit in sorted(_DENIALS.scan(message), key=lambda hit: (hit.start, -hit.end)):
        if message[hit.start].start >= at:
            rest.append(kept[at : message[hit.start].start])
            at = message[hit.end - 1].end
    return " ".join((*rest, kept[at:]))


def tells_of_return(text: str) -> bool:
    """Return whether a text reports that somebody went home, and no danger: "ngồi tới trưa rồi về"."""
    message = words(text[:_LONGEST])
    return bool(_RETURNS.scan(message)) and not _ENDS_OF_LIFE.scan(message)


_IN_CARE = PhraseBook(
    _listed(
        "nằm viện,đang nằm viện,nhập viện,ra viện,điều trị,nằm một chỗ,nằm liệt,chạy thận,trong viện,ở viện,"
        "in hospital,hospitalized,hospitalised"
    )
)
"""Phrases about a person who is ill but cared for."""


def tells_of_care(text: str) -> bool:
    """Return whether a text reports that somebody is cared for, and no danger: "mẹ đang nằm viện, bắt ra phường ký"."""
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


def tells_violence(text: str) -> bool:
    """Return whether a message mentions a beating or a threat. Only its first 600 characters are read."""
    message = [word.raw.lower() for word in words(text[:_LONGEST])]
    return any(pair in _VIOLENT or (pair[0] in {"đánh", "danh"} and pair[1] in _STRUCK) for pair in pairwise(message))
