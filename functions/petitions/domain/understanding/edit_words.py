"""The words and phrases by which people ask for changes of a draft, in Vietnamese and English.

They are written in lower case without diacritics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.understanding.short_forms import COURTESY_FOLDED
from petitions.domain.understanding.text import Text
from petitions.domain.understanding.vocabulary import phrase_set, word_set

LONGEST_PHRASE = 5
"""The most words of a phrase."""
LONGEST_LABEL = 6
"""The most words of a label."""


@dataclass(frozen=True, slots=True, eq=False)
class Phrases:
    """A set of phrases with the same meaning."""

    every: frozenset[tuple[str, ...]]
    heads: frozenset[str]
    """The first words of the phrases."""
    negatable: bool = False
    """Whether a "not" before one of the phrases cancels it."""

    def __or__(self, other: Phrases) -> Phrases:
        return _of(self.every | other.every)

    def __sub__(self, other: Phrases) -> Phrases:
        return _of(self.every - other.every)


def _of(every: frozenset[tuple[str, ...]], *, negatable: bool = False) -> Phrases:
    return Phrases(every, frozenset(phrase[0] for phrase in every), negatable)


def _phrases(listed: str, *, negatable: bool = False) -> Phrases:
    return _of(phrase_set(listed), negatable=negatable)


# Operators: the acts on words of the draft.

OUT = _phrases(
    """
    bo, bo di, bo not, bo luon, xoa, xoa di, xoa not, xoa bo, cat, cat bo, go bo, gach, gach bo, loai, loai bo, luoc bo,
    dung ghi, dung de, dung nhac, dung neu, khong ghi, khong de, ko ghi, k ghi, khoi ghi,
    remove, delete, drop, take out, leave out,
    cross out, get rid of, take it out, take that out, delete it, remove it, remove that, delete that
    """,
    negatable=True,
)
NOT_OUT = _phrases("bo qua, bo sung, bo phieu, bo phan, bo hoang, bo truong")
"""Phrases that begin like a removal but mean something else."""
BEFORE_NOT_OUT = word_set("toan can noi dong phan tien cua chua dang")
"""Words after which "bo" does not mean to remove: "toàn bộ", "cán bộ"."""
ALTER = _phrases(
    """
    sua, sua lai, doi, doi lai, thay, thay doi, thay the, chinh, chinh lai, ghi, ghi lai, viet, viet lai, de, change,
    replace, correct, make, set, update, fix, put
    """,
    negatable=True,
)
WEAK = _phrases("de, make, set, ghi, viet, put")
"""Phrases of `ALTER` that often mean something else."""
ALTER_BY_ITSELF = word_set("sua doi thay")
"""Words of `ALTER` that cannot describe words of the draft."""
EVERYWHERE = word_set("ca lan both everywhere")
"""Words that ask to change every occurrence."""
ADD = _phrases(
    """
    them, ghi them, viet them, them vao, noi them, ke them, bo sung, bo sung them, chen, chen them, add, insert,
    include, also say, also write
    """,
    negatable=True,
)
PUT_IN = _phrases("ghi vao, ghi vo, ghi them, ghi them vao, ghi them vo, viet vao, viet them, them vao, them vo, them")
"""Phrases before or after words to add: "..., ghi vào giúp em"."""
MISSING = _phrases("con thieu, thieu")
MORE = _phrases("them, ghi them, ghi ro them, noi ro them, viet them, bo sung, bo sung them, them vao, add")
"""Phrases after a label that add words to its value."""
KEEP = _phrases(
    """
    giu cau, giu hai cau, giu ba cau, giu phan, chi giu, chi giu lai, giu lai, giu moi, giu lai moi, chi de,
    chi de lai, de lai moi, chi can, keep only, only keep, just keep
    """
)
ONLY = _phrases(
    """
    chi ghi, chi viet, ghi moi, chi noi, chi la, chi con, ghi thay, viet thay, viet thay la, thay vao do,
    thay vao do ghi, thay vao do la, ghi thanh, just, only, just say, just write, only say, instead write, instead say
    """
)
WRITE = _phrases("ghi, ghi la, viet, viet la, de, de la, write, put")
ANEW = _phrases(
    """
    noi dung, the whole text, whole text, everything, viet the nay, viet nhu nay, viet nhu sau,
    viet lai the nay, viet lai nhu nay, viet lai nhu sau, ghi nhu sau, ghi the nay, viet lai, viet lai noi dung,
    ghi lai noi dung, content, text, rewrite
    """
)
"""Phrases before a new content."""
UNDO = _phrases(
    """
    hoan lai, hoan tac, nhu cu, nhu ban dau, nhu luc dau, nhu truoc, tra lai, khoi phuc, undo, put back,
    change it back, revert, giu nguyen nhu cu, quay lai nhu cu
    """
)
WHOLE = _phrases(
    "het, tat ca, toan bo, sach, everything, all, het noi dung, toan bo noi dung, noi dung"
).every  # fmt: skip

# Phrases between the old words and the new ones.

INTO = _phrases("thanh, sang, bang, to, with, into")
IS = _phrases(
    """
    la, phai la, moi la, lai la, dung la, dung ra la, thuc ra la, chinh xac la, is, was, should be, must be,
    should say, should simply be, should just be, should only be, to be
    """
)
UNCHANGED = _phrases("giu nguyen, de nguyen, cu de nguyen, van giu, van giu nguyen, stays, is right")
STRONG_IS = _phrases("phai la, moi la, dung ra la, thuc ra la, must be, should be")
"""Phrases of `IS` that are followed by a correction."""
HELD = _phrases(
    """
    van, van la, cho toi, cho em, giup toi, giup em, phai, moi, moi la, o, chi, thi, should just be, should be, just,
    dung, phai co, toi o, tui o, em o, minh o, bac o, nha o, nha toi o, nha em o
    """
)
"""Other phrases between a label and its value."""
NOT = _phrases(
    """
    chu khong phai, chu ko phai, chu k phai, chu kg phai, chu hong phai, cho khong phai, cho ko phai,
    cho hong phai, chu khong phai la, chu khong, chu ko,
    khong phai la, khong phai, ko phai, k phai, kg phai, hong phai, not, instead of, rather than, and not, isn t,
    wasn t, is not, was not
    """
)
BUT = _phrases("ma, ma la, ma phai la, ma chi, ma chi la, ma co, but")
"""The words between the old and the new words in "không phải A mà B"."""
ADDING_NOT = word_set("chu cho and")
"""The first words of phrases of `NOT` that stand between the new words and the old ones: "B chứ không phải A"."""
AFTER = _phrases("sau, vao sau, dang sau, phia sau, ngay sau, after, right after")
BEFORE = _phrases("truoc, vao truoc, dang truoc, phia truoc, ngay truoc, before, right before")
LAST = _phrases("cuoi, cuoi cung, sau cung, last, end")
FIRST = _phrases("dau, dau tien, first, beginning")
AT_END = _phrases("o cuoi, cuoi, o cuoi cung, cuoi cung, at the end")
ARROWS = ("->", "→", "=>")
BECOMES = IS | INTO
KEEPS = KEEP | ONLY
OUT_OR_NOT = OUT | NOT
OUT_OR_ADD = OUT | ADD
OUT_ADD_KEEP = OUT | ADD | KEEP
OUT_ADD_NOT = OUT | ADD | NOT
ASIDE = AFTER | BEFORE
ACTS = (OUT, ALTER - WEAK, ADD, KEEP, ONLY, UNDO)
"""Phrases that begin a new instruction."""
CHANGES = (OUT, INTO, NOT, ADD, KEEP)
"""Phrases that mark a part of a sentence as a change."""
NO = word_set("khong ko k hong dung chua")
"""Words that negate an operator."""
REQUESTS = _phrases(
    """
    duoc khong, duoc ko, dc khong, dc ko, dc k, giup, giup em, giup toi, giup minh, can you, could you, please
    """
)
"""Phrases that make a question an instruction."""
ASKING = word_set("chua khong ko k hong sao nao gi")
"""The last words of a question."""
SENDING = word_set("gui send nop submit")

# References to parts of the draft.

SENTENCES = word_set("cau dong sentence line tin")
PIECES = word_set("doan phan y khuc part bit")
UNITS = SENTENCES | PIECES
ONE_OF_SENTENCES = UNITS | word_set("sentences lines one")
WORDS = word_set("chu tu cum cho word words")
LITERAL = WORDS - {"cho"}
"""Words before a literal quotation from the draft: "chữ ..."."""
FIRST_ONES = word_set("dau first nhat")
LAST_ONES = word_set("cuoi last")
COUNTS: Mapping[str, int] = {
    **dict.fromkeys(("mot", "1", "one"), 1),
    **dict.fromkeys(("hai", "2", "two", "nhi"), 2),
    **dict.fromkeys(("ba", "3", "three"), 3),
    **dict.fromkeys(("bon", "4", "tu", "four"), 4),
}
ORDINALS = FIRST_ONES | LAST_ONES | COUNTS.keys()
OTHERS = word_set("khac other others rest")
MEDIA = word_set("anh hinh video clip file tep photo photos picture pictures")
WARDS: Mapping[str, str] = {"phuong": "phường", "xa": "xã", "ward": ""}
"""The kind of a ward with diacritics, by its form without: "xa" -> "xã"."""
REASONS = _phrases(
    "vi, tai, because, keo, so bi, so lo, so nguoi, so ho, so mat, so lam, so no, so anh huong, nhin, doc ki, nghe ki"
)
"""Words at the beginning of the reason of an edit."""

# Words around operators, references and values.

AND = word_set("voi va vs and")
"""Words that join two parts to remove."""
JOINING = word_set("va voi con roi and also then nhung ma xong vs")
WRONG = word_set("nham sai thieu wrong mistake lon")
COMPLAINTS = WRONG | word_set("lap sao mat rong khac")
"""Words of a complaint about the old value, before the new one."""
MOVED = WRONG | word_set("dung moi co phai chu rather actually")
"""Words that mark a number beside them as a correction."""
PRONOUNS = word_set("it that this no do day nay ay ra them luon chan not han giup")
OPENING = JOINING | COURTESY_FOLDED | word_set("thi ok okay da vang nho lam on please sorry muon xin hay")
"""Filler words before an instruction."""
LEADING = (
    COURTESY_FOLDED
    | word_set("la thanh cho ghi phai dung cau chu doan rang the an into to with it that is")
) - word_set("so co con")  # fmt: skip
"""Filler words before a new value."""
VALUE_OPENING = MOVED | LEADING | word_set("ghi viet sua van roi")
"""Filler words before a new value in a contrast: "X chứ không phải Y"."""
FILLING = COURTESY_FOLDED | UNITS | WORDS | word_set(
    """
    ve ten tiet noi co cai cho di nha nhe roi thoi cuoi dau het ca nguyen the about where that of nghe ra nua vu chuyen
    should go
    """
)  # fmt: skip
"""Words that are no reference to words of the draft."""
FILLING_OR_PRONOUNS = FILLING | PRONOUNS
BESIDE_ADDED = FILLING | LEADING | word_set("vao noi dung")
"""Words beside a quotation to add that are not added with it."""
BESIDE_WHOLE = COURTESY_FOLDED | word_set("di nha nhe")
BY_CHANCE = FILLING | JOINING
"""Words that a message and a draft share by chance."""
REQUESTING = word_set("giup ho cho gium dum voi")
ADDED_HEADS = REQUESTING | word_set("cau dong y la rang vao vo noi dung doan chu luon nua the that in into")
"""Words between "thêm" and the words to add."""
BEFORE_ADDING = OPENING | word_set(
    "phai ghi can muon xin giup ho gium dum cho nua trong noi dung luon lai ve phan"
)  # fmt: skip
"""Words without content before "thêm"."""
BESIDE_LITERAL = REQUESTING | COURTESY_FOLDED | word_set("cai ca not luon may nhung the")
"""Words between "bỏ" and "chữ"."""
BEHIND_LITERAL = FILLING | REQUESTING | word_set("o noi dung luon trong")
"""Words after a literal quotation that do not belong to it."""
BESIDE_WISHES = REQUESTING | COURTESY_FOLDED | word_set("vs luon nua di nhe nha a nghe nghen noi dung vao")
AT_EDGES = word_set("o vao len xuong at the cau dong phan noi dung")
"""Words before "cuối" and "đầu" that make them the position of new words."""
BEHIND_EDGES = word_set("don noi dung cung")
MATTERS = UNITS | WORDS | word_set("chuyen vu cai")
"""Words that begin another part to remove."""
TAILS = _phrases(
    """
    di, nha, nhe, nghe, nghen, nhen, a, ah, ak, roi, thoi, dum, gium, giup, ho, voi, luon, hen, vay, please, thanks,
    thank you, cam on, cho dung, moi dung, la dung, moi phai, cho chinh xac, cho du, cho ro, giup voi, day, ay, nhi,
    chu, moi dung nhe, xong, co ma
    """
).every
"""Words of courtesy after a value."""
LONGEST_TAIL = 3
AFTER_TAILS = word_set("giup ho cho nhe nha a di voi thoi dum gium luon oi cam on")
"""Words after which a pronoun is courtesy."""
POLITE_ENDS = word_set("nhe nha a giup voi please nghe nhen nghen ho dum gium thoi")
"""Words of courtesy after words of the content."""
PLACE_ENDS = word_set("nhe nha thoi a em nghe")
"""Words of courtesy that end an address if a comma follows."""
NAME_NOTES = _phrases("co dau, khong dau, la sai")
"""Remarks on the spelling of the name that stands before them."""
PLACED = word_set("o la so ngo ngach hem thon xom to khu toa chung can tap duong pho")
"""Words after "nhà" that make it the label of an address."""
BESIDE_A_HOUSE = word_set("truoc cua dien canh gan sat ben sau")
"""Words before "nhà" that make it a landmark and no label: "trước cửa nhà số 16"."""
STILL = word_set("van moi thi dang")
BEFORE_LABEL = OPENING | word_set("khong y la sai roi ghi sua muon nho phan cai cho luon ca nham doi chi thay con thi")
"""Words that may precede a label. After any other word it is not read as one."""
ENDINGS = word_set("cuoi duoi ends ending end")
"""Words before the last digits of a phone number."""
NO_VALUE = FILLING | MOVED | ASKING
INTO_DRAFT = word_set("vo vao them")
"""Words after "ghi" that make it add words instead of replacing some."""
BESIDE_NAMED = FILLING | LEADING | word_set("sao lai vao vo noi dung")
"""Words beside the ones to remove that are not removed: "sao lại ghi ... vào nội dung"."""
POINTING = word_set("giong tren sao nao gi tin")
"""Words that never occur in a new value."""

# The labels of the fields.

_WHO = "toi, tui, em, e, minh, m, bac, chu, co, anh, chi, chau, con, ong, ba, nguoi gui"


def _owned(listed: str) -> str:
    heads, owners = listed.split(", "), _WHO.split(", ")
    return ", ".join(f"{head}{of} {who}" for head in heads for who in owners for of in ("", " cua"))


LABELS: Mapping[tuple[str, ...], str] = {
    tuple(label.split()): name
    for name, listed in {
        "place": """
            noi xay ra, noi xay ra su viec, dia chi xay ra, dia chi noi xay ra, dia chi cho xay ra,
            dia chi su viec, dia diem, dia diem xay ra, cho xay ra,
            noi su viec, vi tri, place, the place, location
            """,
        "home": f"""
            dia chi, dia chi lien he, dia chi lien lac, dia chi nha, contact address, mi address, home address,
            address, {_owned("dia chi, nha, dia chi nha, dia chi lien he")}
            """,
        "name": f"""
            ho va ten, ho ten, ho ten day du, ten day du, full name, ho ten nguoi gui,
            ten nguoi phan anh, nguoi gui, mi name, name, the name,
            {_owned("ten, ho ten")}
            """,
        "phone": f"""
            so dien thoai, so dien thoai lien he, dien thoai, sdt, so dt, dt, so may, phone, phone number, mi phone,
            mi number, mi phone number, telephone, {_owned("so, sdt, so dien thoai, dien thoai, dt")}
            """,
        "email": f"""
            email, mail, e mail, thu dien tu, dia chi email, dia chi mail, mi email, {_owned("email, mail")}
            """,
        "content": "noi dung, trong noi dung, content, the text",
    }.items()
    for label in listed.split(",")
}
"""The field by its label, as a tuple of words without diacritics.

A final y is written as i, as in the words of messages: "my" -> "mi".
"""
SHORT_VALUES = frozenset({"phone", "email"})
ADDRESSES = frozenset({"place", "home"})
LABEL_HEADS = frozenset(label[0] for label in LABELS)

SPELLED: Mapping[str, tuple[str, ...]] = {
    **{
        Text.of(word).folded: (word,)
        for word in word_set("bỏ xóa cắt gỡ gạch loại sửa đổi chỉnh thêm chèn thành giữ chỉ cuối đầu trước")
    },
    "xoa": ("xóa", "xoá"), "dung": ("đừng", "đúng"), "sang": (), "thay": (), "sau": (), "la": ("là",),
    "vao": ("vào",), "ma": ("mà",), "moi": ("mới", "mỗi"), "toi": ("tôi",), "ho": ("hộ",),
    **dict.fromkeys(word_set("not to is set and an it"), ()),
}  # fmt: skip
"""The possible spellings of keywords with diacritics, by their form without: "bố" is no "bỏ"."""
