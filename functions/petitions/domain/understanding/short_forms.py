"""Abbreviations and polite words that people type in messages."""

from __future__ import annotations


def _by_short_form(listed: str) -> dict[str, str]:
    rows = (line.strip().partition(": ") for line in listed.strip().splitlines())
    return {short: full for full, _, shorts in rows for short in shorts.split()}


SHORT_FORMS = _by_short_form(
    """
    không: k ko kh khg kg hk hok hong hông hổng khum hem hôg khôg khog hăm
    được: dc đc dk đk đx đuoc dược đựơc
    rồi: r rùi ròi rui roài
    gì: j ji
    vậy: z zậy zay v
    mình: m mk mik mh
    người: ng ngừi
    người ta: ngta ngt
    với: vs dới zới
    như thế nào: ntn
    cũng: cx cug
    làm: lm
    nhắn tin: nt ib
    số điện thoại: sdt sđt
    điện thoại: đt dt dthoai đthoại
    cảm ơn: tks thanks thank thks thx ths camon cảmơn
    ok: oke okie okela oki okey okay okê uki okla
    thôi: thui thoai hoy
    biết: bt bít bik
    bao nhiêu: bn bnh
    bao giờ: bh bg bjo
    sao: s
    phản ánh: pa pá
    trước: trc
    hôm qua: hqua hwa
    hôm nay: hnay
    luôn: lun luôg
    nhiều: nhìu nhiu
    vẫn: vx
    đang: đag
    chồng: ck
    vợ: vk
    gia đình: gđ
    trả lời: rep tl
    công ty: cty
    thông tin: tt
    chưa: chx ch
    ừ: uh uhm um ừm ờ uk ừa ukm uhh ưm
    vâng: vg vâg vag
    thích: thik
    quá: wa wá
    giờ: h
    nhé: nhá nha nhóe nhoa nhe
    """
)
"""The full form of a short form: "k" -> "không"."""

COURTESY_FOLDED = frozenset(
    """
    toi em anh chi chau con bac co chu ong ba minh tao may ban ad admin bot e cac qui tui
    a nhe nhi ha ah ak oi the vay day nay voi giup gium ho luon ma thi da ne
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
"""Pronouns and polite particles without diacritics, except those that often mean something else then."""
