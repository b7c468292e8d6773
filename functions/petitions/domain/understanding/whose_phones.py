"""Whether a telephone number in a message is the citizen's own, or one at which they want to be reached."""

from __future__ import annotations

import re
from dataclasses import dataclass

from petitions.domain.language.words import fold
from petitions.domain.understanding.clauses import listed, sentence_around
from petitions.domain.understanding.name_words import COMMON
from petitions.domain.understanding.phones import Telephone

_BEFORE, _AFTER = 90, 60
_FREE = frozenset({"phone"})
_EASY = frozenset({"phone", "name", "home", "confirm"})
_FEW = 3
_MOST = 20

_SELF = r"(?:toi|em|e|minh|mk|chau|con|bac|co|chu|ba|ong|tui|to|anh|chi|me|my)"
_LABEL = (
    r"(?:so dien thoai|so dt|so dthoai|so may|so|sdt|s\.d\.t|dien thoai|dthoai|dt|sim|zalo|phone|mobile|number|tel)"
)
_BODY = (
    r"(?:phuong|xa|uy ban|ubnd|benh vien|cong an|ca|cq|co quan thue|quan|truong|ngan hang|toa an|so xay dung"
    r"|doi (?:xe|cuu|trat|quan|thi)|ban quan ly|bql|nha thau|thi cong|dien luc|chu dau tu|nha xe|hang xe)\b"
)
# Numbers that are no telephone, and telephones of somebody against whom or about whom the citizen writes.
_NOT_THEIRS = re.compile(
    r"\b(?:mst|ma so|ma don|tax|cccd|cmnd|cmt|can cuoc|chung minh|stk|tai khoan|bien lai|bien nhan|ma ho so|so ho so"
    r"|hop dong|ho chieu|passport|fax|lam chung|chung kien|nhan chung|witness|qua dien thoai|can bo|cb"
    r"|to truong|truong thon|chu tich|bi thu|chu thau|hotline|duong day nong|tong dai"
    r"|lua dao|lua (?:toi|em|tien|ga)|(?:bi|ke) lua|ke gian|sep|so la (?:goi|nhan|alo|dien|lien|nao)"
    r"|(?:tu|co|mot|1|may) so la|so no"
    r"|so ho (?:goi|dung)|no goi|ho (?:\w+ )?(?:goi|cup|dap|tat)|xung la|xung|doi tien|doe|de doa|doa"
    r"|(?:kien|danh|chui|no tien) (?:toi|em|minh)"
    r"|quay roi|khong ai|ko ai|k ai|chang ai|nobody|no one|officer|police|landlord|thang cha"
    r"|thang (?!\d|nay|truoc|sau|may|con|chau|em|be|cu|ut)|con mu|mu ay"
    r"|cua no|gay roi|nguoi ban|moi gioi|doi tuong|so cua nguoi khac|cua nguoi khac|pho chu|ong ta|ba ta"
    r"|nguoi ta|(?:dung|khong duoc) goi (?:so )?(?:nay|ay|do)|ma vach|serial|seri|khach hang|ma hoi|bien so"
    r"|anh ta|chi ta|co ta|lao ta|so (?:nay )?cua (?:ban|nguoi)"
    r"|dau nau|cho vay|tin dung|quay so|don so|so don|van ban|cong van)\b"
    rf"|(?<!chu )\b(?:khong|ko|k) (?:phai|con|dung)(?: la)?(?: so)?(?: cua)? (?:{_SELF}|nua)\b|\bnot (?:mine|my)\b"
    rf"|\b(?:so|dt|sdt|thoai|cua|ben|may|tu|goi)(?: cua| ben| o| la| dt| may| ban)? {_BODY}"
    rf"|\bgoi (?:cho |den |toi |vao )?(?:may )?{_SELF} (?:doi|hoi|bao|bat|yeu cau|moi|lua|chui|luc (?!nao)|xung|hoai"
    rf"|suot|mai|lien)\b"
)
_SOMEBODYS = re.compile(
    r"\b(?:so|sdt|dt|thoai)(?: cua)? (?:ong|ba|anh|chi|chu|thay|can bo) (?!toi|em|minh|ay)[a-z]"
    r"|\b(?:his|her|their|officer's|landlord's) (?:phone |mobile )?number\b|\bcall (?:him|her|them)\b"
)
_OTHERS = re.compile(
    r"\b(?:nhan vien|hieu truong|y ta|bac si|hang xom|chu nha|anh ay|chi ay|ong ay|ba ay"
    r"|(?:so|cua) han|chu quan|nguoi|chu (?:xe|tiem|shop|cua hang)|tai xe|lai xe|driver|bao ve|don vi|chuyen (?:tien"
    r"|khoan)|nop tien|(?:ho|no) (?:cho|dua|bao)|mot cua"
    r"|dua (?:cho )?toi|bao toi|phong|trung tam|chi nhanh|lien he (?:voi )?(?:anh|chi|ong|ba|co|chu)"
    r"|to roi|quang cao|bien hieu|bang hieu|nha thau"
    r"|she|they|his|her|their|neighbou?r|the man|he (?:is|was|has|said|called|asked))\b"
)
_AGAINST = re.compile(r"\b(?:nguoi bi|bi (?:phan anh|don|kien nghi|to cao|khieu nai))\b")
_ASKED = re.compile(
    r"\b(?:xin|de|nho|yeu cau|cu|thi|hay|(?:neu|khi) can|can (?:gi|thi)|tu nay|mong|de nghi|please|have"
    r"|khi nao)\b.{0,60}"
    r"\b(?:goi|alo|lien he|lien lac|nhan|call|reach|contact)(?: (?:lai|dien|truoc|ngay|cho|theo|so|qua|vao|may|me|at"
    rf"|on|zalo|{_SELF}))*\W*$"
)
_MENDED = re.compile(r"\W*(?:(?:a|i|y|o|ui|oi),? (?:nham|khong|lon)|nham|khoan|sorry|no wait|i mean|dinh chinh)\b")
_ME = re.compile(r"\b(?:toi|em|minh|mk|tui|my|me|lien he|dai dien|nguoi gui)\b")
_TITLED = re.compile(r"\b(?:ong|ba|anh|chi|co|chu|thay|bac|thang|mr|mrs|ms) (?=[a-z])")
_RINGS = re.compile(
    rf"\W*(?:(?:thuong xuyen|lien tuc|lien tiep|suot ngay|hay|cu|toan|van) )*(?:goi (?:dien )?(?:cho )?{_SELF}\b"
    r"|goi lam phien|lam phien|nhan tin|spam|khung bo)"
)
_DENIED = re.compile(
    r"(?:khong|ko|k|hong) (?:phai|goi)(?: la| so| cua| cho| vao)?\W*$|\b(?:not|from)\W*$"
    r"|\b(?:dung|cho|khong duoc) goi(?: cho| vao)?(?: so)?(?: nay| cu| do)?\W*$|\btu (?:so )?$"
)
_OLD = re.compile(r"\bcu(?: (?:la|thi|cua (?:toi|em|minh)))*\W*$")
_STILL = re.compile(r"[^,;.]{0,20}\b(?:van|con) (?:dung|goi|nghe|lien lac)")
_DECLINES = re.compile(
    r"^\W*(?:khong|ko|k) cho\b(?! goi)|\b(?:khong|ko|k) (?:muon|cho|tien|dam|the)(?: [a-z]{1,8}){0,2} (?:so|sdt"
    r"|dt)\b|\b(?:khong|ko|k) co so nao\b"
)
_CUT = re.compile(r"[,;]|\b(?:doi thanh|gio la|con so|con goi|con toi)\b")
_REPLACED = re.compile(
    r"\W*(?:(?:day|do|nay|kia) )?(?:(?:la|thi|bi|ghi|go) ){0,2}(?:nham|sai|so cu|cu|bo|da doi|mat)\b"
    r"|\W*(?:doi |chuyen |sua )?(?:thanh|sang)\b|\W*(?:->|=>|→)"
)
_OWN = re.compile(
    rf"\b(?:sdt|s\.d\.t|so dien thoai|so dt|so dthoai|dien thoai|dthoai|dt|so may|so lien lac|so lien he|lien he"
    rf"|lien lac|so (?:cua )?{_SELF}|so moi|so ban|may ban|phone|mobile|my number|number is|call me|reach me"
    rf"|contact me"
    rf"|zalo|tel|goi lai)\b"
    rf"|(?:^|[,:;.!] ?|\b(?:xin|hay|cu|thi|de|gi|long|can|ma|nho|nhe|please|hoac|day|no|roi|a) )"
    rf"goi(?: lai)?(?: cho)?(?: {_SELF}| so|\W*$)"
)
_SURELY = re.compile(
    r"\b(?:so|sdt|dt|dien thoai|may)(?: cua)? (?:toi|em|minh|tui|moi)\b|\bmy (?:phone|number|mobile)\b|\bcall me\b"
    r"|\bgoi(?: lai)?(?: cho)? (?:toi|em|minh|tui)\b"
)
_CHANGES = re.compile(
    r"\b(?:sua|doi|thay|cap nhat|nham|sai|thieu|moi|dung|phai|change|correct|wrong|update|should|lay)\b"
)
_NUMBER = re.compile(rf"\b{_LABEL}\b")
_NAMED = re.compile(rf"\b{_SELF}(?: la| ten)? ([^\W\d_]{{2,8}}(?: [^\W\d_]{{2,8}}){{0,3}})\W*$")
_OWN_AFTER = re.compile(
    rf"\W*(?:nay )?(?:la |nhe |day |moi la )?(?:so|sdt|dt|may)(?: moi| dung| that| chinh)?(?: cua)? {_SELF}\b"
    r"|\W*of mine\b"
)
_WORD = re.compile(r"[^\W_]+")
_COURTESY = listed("da vang a nhe nha day ad em chau so la ban ok oi")


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a number: in its sentence, in its clause, and further before."""

    text: str
    start: int
    before: str
    after: str
    wide: str
    """Up to the number before it."""
    far: str

    @property
    def near(self) -> str:
        return _CUT.split(self.before.rstrip(" ,;"))[-1]

    @property
    def behind(self) -> str:
        return re.split(r"[,;.:]", self.after, maxsplit=1)[0]


def own_telephone(text: str, flattened: str, found: list[Telephone], situation: str) -> str | None:
    """Return the number that is the citizen's, or at which they want to be reached; None if it is not clear.

    Of several it is the one that they call their own, else the first.
    """
    if not found or _DECLINES.search(flattened[: 2 * _BEFORE]):
        return None
    fair, replaced = None, False
    for at, each in enumerate(found[:_MOST]):
        left, right = sentence_around(flattened, each.start, each.end, _BEFORE, _AFTER)
        past = found[at - 1].end if at else 0
        left = max(left, past)
        right = min(right, found[at + 1].start if at + 1 < len(found) else right)
        around = _Around(
            text,
            each.start,
            flattened[left : each.start],
            flattened[each.end : right],
            flattened[max(past, each.start - _BEFORE) : each.start],
            flattened[max(0, each.start - _BEFORE) : each.start],
        )
        if _is_replaced(around, last=each is found[-1]):
            replaced = True
            continue
        easy = replaced or situation in _EASY or _rest(text, flattened, each) < _FEW or _is_introduced(around)
        if not _is_refused(around) and (situation in _FREE or _is_own(around, easy=easy)):
            if _SURELY.search(around.near):
                return each.number
            fair = fair or each.number
    return fair


def _is_replaced(around: _Around, *, last: bool) -> bool:
    """Return whether a number is an old or a wrong one, or taken back for the next."""
    if _OLD.search(around.before):
        return _STILL.match(around.after) is None
    return _REPLACED.match(around.after[:30]) is not None or (not last and _MENDED.match(around.after[:30]) is not None)


def _is_refused(around: _Around) -> bool:
    """Return whether a number is denied, or of somebody against whom the citizen writes."""
    near = "" if _ASKED.search(around.before) else around.near
    return (
        _DENIED.search(around.before[-40:]) is not None or _NOT_THEIRS.search(f"{near} | {around.behind}") is not None
    )


def _is_own(around: _Around, *, easy: bool) -> bool:
    if _ASKED.search(around.before) and not _OTHERS.search(around.behind):
        return True
    beside = f"{around.near} | {around.behind}"
    if _AGAINST.search(around.wide) or _SOMEBODYS.search(around.near) or _OTHERS.search(beside):
        return False
    if _NOT_THEIRS.search(around.before):
        return False
    return easy or (_is_announced(around) and not _is_of_another(around))


def _is_announced(around: _Around) -> bool:
    """Return whether words say that a number is one to call, and not that it rang."""
    if _RINGS.match(around.after) and not _SURELY.search(around.near):
        return False
    if _OWN.search(around.before) or _OWN_AFTER.match(around.after):
        return True
    if _CHANGES.search(around.far) and _NUMBER.search(around.far):
        return True
    return _OWN.search(around.wide) is not None and _NOT_THEIRS.search(around.wide) is None


def _is_of_another(around: _Around) -> bool:
    """Return whether the person named last before a number is somebody else."""
    begin = around.start - len(around.before)
    others = [found.start() for found in _OTHERS.finditer(around.before)]
    others += [
        found.start()
        for found in _TITLED.finditer(around.before)
        if found.start() and around.text[begin + found.end()].isupper()
    ]
    mine = [found.start() for found in _ME.finditer(around.before)]
    return max(others, default=-1) > max(mine, default=-1)


def _is_introduced(around: _Around) -> bool:
    """Return whether the citizen's name leads to a number: "em Lan 0912 ...", "Nguyễn Văn A, 0912 ..."."""
    written = around.text[around.start - len(around.before) : around.start]
    named = _NAMED.search(around.before)
    if named and written[named.start(1) : named.start(1) + 1].isupper():
        return True
    name = [found[0] for found in _WORD.finditer(written)]
    return _FEW - 1 <= len(name) <= 2 * _FEW and all(word[0].isupper() for word in name) and fold(name[0]) in COMMON


def _rest(text: str, flattened: str, each: Telephone) -> int:
    """Return the number of words beside a number, without courtesy and names; of a long text only those nearby."""
    count = 0
    for begin, end in ((max(0, each.start - _BEFORE), each.start), (each.end, each.end + _BEFORE)):
        said = list(_WORD.finditer(flattened, begin, min(end, len(text))))
        count += sum(match[0] not in _COURTESY and not text[match.start()].isupper() for match in said)
        count += _FEW if len(said) > 2 * _FEW else 0
    return count
