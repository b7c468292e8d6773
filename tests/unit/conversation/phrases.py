"""Short phrases of citizens in lower case and without diacritics: standard Vietnamese, abbreviations, English."""

from __future__ import annotations

from petitions.domain.language.words import fold


def _said(listed: str) -> frozenset[str]:
    return frozenset(" ".join(item.split()) for item in listed.split(","))


YES = _said(
    """
    1, agree, chac, chac chan, co, da, dc, dk, dong y, dung, dung roi, dung vay, duoc, em dong y, i agree, ok, okay,
    oke, okey, oki, okie, okla, okok, phai, sure, toi dong y, u, uh, uhm, uk, uki, ukm, um, umh, vang, y, yeah, yep, yes
    """
)

NO = _said(
    """
    2, chua, disagree, hk, hok, hong, i do not agree, i don't agree, k, kg, kh, khg, khong, khong can, khong dong y,
    khong phai, ko, n, no, nope, toi khong dong y, tu choi
    """
)

IS_DONE = _said(
    """
    chi vay thoi, da het, da xong, done, du, du roi, finished, gui, gui di, het, het r, het roi, hoan thanh, ket
    thuc, khong co gi nua, khong con, khong con gi, next, ok xong, that is all, that's all, the thoi, tiep, tiep
    theo, tiep tuc, vay thoi, xg, xong, xong r, xong roi, khong co gi them, khong con gi them, khong con gi nua
    """
)

CANCEL = _said(
    """
    bo qua het, cancel, dung lai, exit, huy, huy bo, huy di, huy kien nghi, huy phan anh, khong gui nua, quit, stop,
    thoat, thoi, thoi khong gui, thoi khong gui nua, toi khong gui nua, toi muon huy
    """
)

BACK = _said("back, buoc truoc, go back, lui lai, quay lai, quay lai buoc truoc, tro lai, ve truoc")

START_OVER = _said(
    """
    bat dau lai, gui lai tu dau, lam lai, lam lai het, lam lai tu dau, nhap lai, nhap lai tu dau, restart, soan lai,
    start over, viet lai tu dau
    """
)

HELP = _said(
    """
    ?, ??, bat dau, cach gui, giup, giup toi, hd, help, how, huong dan, huong dan toi, khong hieu, lam sao, lam the
    nao, menu, start, toi khong hieu, tro giup, cach gui phan anh, gui bang cach nao, gui nhu the nao, lam sao de gui,
    lam the nao de gui, toi gui bang cach nao, vay toi gui bang cach nao
    """
)

OFFICER = _said(
    """
    agent, can bo, cho gap can bo, cho toi gap can bo, duong day nong, gap can bo, gap cb, gap nguoi, gap nguoi
    that, gap nhan vien, gap tu van vien, goi can bo, goi cho toi, hotline, human, noi chuyen voi can bo, noi chuyen
    voi nguoi that, operator, so dien thoai can bo, speak to someone, talk to a person, talk to an officer, toi can
    gap can bo, toi muon gap can bo, tong dai
    """
)

SKIP = _said("0, bo qua, k, khong, khong co, ko, no, none, skip")

GREETING = _said(
    """
    a lo, ad oi, anh oi, bac oi, chi oi, alo, alo alo, ban oi, chao, chao ad, chao anh, chao anh chi, chao ban,
    chao buoi sang, chao can bo,
    chao chi, chao em, co ai khong, co ai o do khong, em chao, em oi, good afternoon, good morning, hello, hello ad,
    hey, hi, hi ad, kinh chao, xin chao, xin chao ad
    """
)

GRATITUDE = _said(
    """
    cam on, cam on a chi, cam on ad, cam on anh, cam on anh chi, cam on ban, cam on cac anh chi, cam on cac ban, cam
    on can bo, cam on chi, cam on em, cam on nhe, cam on nhieu, cam on rat nhieu, camon, chan thanh cam on, da cam
    on, da vang cam on, em cam on, good, great, many thanks, ok cam on, ok thanks, ok tks, thank, thank u, thank
    you, thank you very much, thanks, thanks a lot, thks, thx, tks, toi cam on, tot qua, tuyet voi, vang cam on, xin
    cam on
    """
)

MENU: dict[int, frozenset[str]] = {
    1: _said(
        """
        cho toi phan anh, file a petition, gop y, gui don, gui kien nghi, gui phan anh, gui phan anh kien nghi, gui phan
        anh moi, i want to report, kien nghi, make a report, new petition, new report, phan anh, phan anh kien nghi,
        phan anh moi, report, send a petition, tao phan anh, toi can phan anh, toi muon gui phan anh, toi muon kien
        nghi, toi muon phan anh
        """
    ),
    2: _said(
        """
        check, kiem tra ma, look up, tra cuu, tra cuu ho so, tra cuu ma, tra cuu phan anh, tra ma, xem ma
        """
    ),
    3: _said(
        """
        cac phan anh cua toi, danh sach, danh sach phan anh, lich su, list, my petitions, my reports, phan anh cua toi,
        em quen ma, ma cua toi,
        ma phan anh, ma phan anh cua toi, mat ma, quen ma, toi quen ma, xem, xem phan anh, xem phan anh cua toi
        """
    ),
    4: _said(
        """
        add, add information, add to a petition, bo sung, bo sung phan anh, bo sung thong tin, gui bo sung, gui them,
        them thong tin, toi muon bo sung
        """
    ),
    5: _said(
        """
        rut, rut don, rut kien nghi, rut lai, rut lai phan anh, rut phan anh, toi muon rut, toi muon rut phan anh,
        withdraw, withdraw a petition
        """
    ),
    6: _said(
        """
        cham diem, danh gia, danh gia ket qua, rate, rate an answer, rate the answer, toi muon danh gia
        """
    ),
    7: _said(
        """
        delete data, delete my data, erase my data, rut lai dong y, toi muon xoa du lieu, xoa du lieu, xoa du lieu cua
        toi, xoa thong tin, xoa thong tin ca nhan, xoa thong tin cua toi
        """
    ),
    8: OFFICER,
}

CORRECT = _said(
    """
    chinh sua, correct, dinh chinh, edit, fix, sua, sua lai, sua noi dung, sua phan anh, sua thong tin, toi muon
    sua, toi muon sua phan anh
    """
)

SUBMIT = YES | _said(
    """
    ok gui, ok gui luon, ok gui lun, gui lun, chinh xac, confirm, dong y gui, dung het roi, gui, gui di, gui luon,
    gui phan anh, send, submit, xac nhan
    """
)

SAME_PLACE = _said(
    """
    1, as above, cung cho do, cung dia chi, dia chi tren, giong noi xay ra, giong o tren, giong tren, nhu dia chi
    tren, nhu noi xay ra, nhu o tren, nhu tren, nhu vay, nt, o tren, same, same address, same as above, tai do, the
    same
    """
)

IN_VIETNAMESE = _said("noi tieng viet, tieng viet, viet, vietnamese")

ENGLISH = _said("do you speak english, english, english please, in english, speak english, tieng anh")

EDITS: dict[int, frozenset[str]] = {
    2: _said("edit content, noi dung, sua noi dung"),
    3: _said("dia diem, edit place, noi xay ra, sua dia diem, sua noi xay ra, sua phuong, sua vi tri"),
    4: _said("edit name, ho ten, sua ho ten, sua ten, ten"),
    5: _said("dien thoai, edit phone, so dien thoai, sua dien thoai, sua sdt, sua so dien thoai"),
    6: _said("dia chi, dia chi lien he, edit address, sua dia chi, sua dia chi lien he"),
    7: _said("business, ca nhan, doanh nghiep, individual, sua loai, sua nguoi gui, to chuc"),
    8: _said("edit email, email, sua e-mail, sua email, them email"),
}

COURTESY = ("da ", "vang ", "thua ", " a", " nhe", " ad", " em", " ban")


def bare(text: str) -> str:
    """Return the text in lower case, without diacritics, outer punctuation and polite words.

    A copied line of a menu becomes its number: "1. Đồng ý" -> "1".
    """
    folded = fold(text).strip(" .,!;:\"'()[]~")
    for courtesy in COURTESY:
        folded = folded.removeprefix(courtesy) if courtesy.endswith(" ") else folded.removesuffix(courtesy)
    folded = folded.strip(" .,!")
    return folded[0] if folded[1:3] == ". " else folded
