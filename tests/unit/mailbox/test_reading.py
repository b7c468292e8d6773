"""The parsing of e-mails as sent by people, programs and attackers."""

from __future__ import annotations

import base64
import quopri
import random
import time
import unicodedata
from email.message import EmailMessage

import pytest

from petitions.domain.mailbox import reading
from petitions.domain.mailbox.charsets import decoded
from petitions.domain.mailbox.html_text import html_words
from petitions.domain.mailbox.reading import ReadMail, read_mail
from tests.unit.mailbox.letters import PDF, STORY, letter, raw

VIETNAMESE = "Kính gửi: phường Ngọc Hà chậm trả giấy. Đề nghị xử lý ngay, cảm ơn Quý cơ quan."


def test_a_plain_mail_with_a_file() -> None:
    read = read_mail(letter(STORY, ("Đơn phản ánh.pdf", "application/pdf", PDF)))
    assert (read.sender, read.sender_name) == ("lan@example.vn", "Nguyễn Thị Lan")
    assert (read.subject, read.text, read.message_id) == ("Phản ánh về giấy khai sinh", STORY, "<1@example.vn>")
    assert [(part.name, part.content) for part in read.parts] == [("Đơn phản ánh.pdf", PDF)]
    assert (read.automatic, read.fault) == (None, None)


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("utf-8", "utf-8"),
        ("windows-1258", "cp1258"),
        ("us-ascii", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("no-such-set", "utf-8"),
        ("rot13", "utf-8"),
        ("", "cp1258"),
    ],
)
@pytest.mark.parametrize("way", ["8bit", "base64", "quoted-printable"])
def test_character_sets_declared_wrongly_declared_and_not_declared(declared: str, codec: str, way: str) -> None:
    text = unicodedata.normalize("NFC", VIETNAMESE)
    content = text.encode(codec) if codec == "utf-8" else _cp1258(text)
    body = {"8bit": content, "base64": base64.encodebytes(content), "quoted-printable": quopri.encodestring(content)}
    kind = f"text/plain; charset={declared}" if declared else "text/plain"
    read = read_mail(
        raw("From: lan@example.vn", f"Content-Type: {kind}", f"Content-Transfer-Encoding: {way}", "", body[way])
    )
    assert read.text == text


def _cp1258(text: str) -> bytes:
    """Return the text in windows-1258, in which tone marks are separate characters."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    spread = ""
    for sign in text:
        try:
            sign.encode("cp1258")
            spread += sign
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", sign)
            spread += unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
            spread += "".join(c for c in parts if c in tones)
    return spread.encode("cp1258")


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        ("TCVN5712-1", b"\x11ng d\xd9ng \xae\xaa\xac\xbd kh\xabng"),
        ("x-viet-tcvn5712", b"Ph\xb9m H\xb6i"),
        ("VISCII", b"Ti\xaang Vi\xaet"),
    ],
)
def test_old_vietnamese_character_sets(charset: str, content: bytes) -> None:
    assert "\ufffd" not in decoded(content, charset)
    assert decoded(content, charset) != decoded(content, "latin-1")


def test_tcvn_and_viscii_byte_by_byte() -> None:
    assert decoded(b"\xb5\xb6\xb7\xb8\xb9", "tcvn-5712") == "àảãáạ"
    assert decoded(b"a\xb3", "TCVN5712-1") == "á"
    assert decoded(b"\xd5", "viscii") == "ạ"


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?B?UGjhuqNuIMOhbmg=?=",
        "=?UTF-8?Q?Ph=E1=BA=A3n_=C3=A1nh?=",
        "=?utf-8?B?UGjhuqM=?= =?utf-8?B?biDDoW5o?=",
        "=?utf-8?B?UGjh?=\r\n =?utf-8?B?uqNuIMOhbmg=?=",
        "=?windows-1258?Q?Pha=D2n_=E1nh?=",
    ],
)
def test_subjects_in_encoded_words(subject: str) -> None:
    assert read_mail(raw("From: a@b.vn", f"Subject: {subject}", "", "x")).subject == "Phản ánh"


def test_a_subject_in_bare_bytes() -> None:
    assert read_mail(raw("From: a@b.vn", "Subject: Phản ánh", "", "x")).subject == "Phản ánh"


@pytest.mark.parametrize(
    ("sender", "read"),
    [
        ("lan@example.vn", ("", "lan@example.vn")),
        ('"Lan, Nguyễn" <LAN@example.vn>', ("Lan, Nguyễn", "lan@example.vn")),
        ("=?utf-8?B?TGFu?= <lan@example.vn>, Bình <b@example.vn>", ("Lan", "lan@example.vn")),
        ('"b@example.vn" <lan@example.vn>', ("b@example.vn", "lan@example.vn")),
        ("lan@example.vn (Lan)", ("", "lan@example.vn")),
        ("<>", ("", "")),
        ("(" * 2000, ("", "")),
        ("<" * 2000, ("", "")),
    ],
)
def test_senders(sender: str, read: tuple[str, str]) -> None:
    found = read_mail(raw(f"From: {sender}", "", "x"))
    assert (found.sender_name, found.sender) == read


def _alternatives(plain: str, html: str) -> bytes:
    message = EmailMessage()
    message["From"] = "lan@example.vn"
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    message.get_payload()[1].add_related(b"\x89PNG\r\n\x1a\n", "image", "png", cid="<a>")  # type: ignore[index,union-attr]
    return message.as_bytes()


def test_of_alternatives_the_plain_one_is_read_and_pictures_of_the_other_kept() -> None:
    read = read_mail(_alternatives("Rác không được dọn", "<p>Rác <b>không</b> được dọn</p>"))
    assert read.text == "Rác không được dọn"
    assert len(read.parts) == 1


def test_plain_part_without_content_is_replaced_by_html() -> None:
    read = read_mail(_alternatives("Xem bản HTML", f"<html><style>p {{}}</style><p>{STORY}</p></html>"))
    assert read.text == STORY


def test_a_mail_in_a_mail_is_read_with_its_files() -> None:
    outer = EmailMessage()
    outer["From"] = "binh@example.vn"
    outer.set_content("Tôi chuyển tiếp thư này.")
    inner = EmailMessage()
    inner["From"] = "lan@example.vn"
    inner["Subject"] = "Đơn"
    inner.set_content(STORY)
    inner.add_attachment(PDF, maintype="application", subtype="pdf", filename="don.pdf")
    outer.add_attachment(inner)
    read = read_mail(outer.as_bytes())
    assert read.text.startswith("Tôi chuyển tiếp thư này.")
    assert f"lan@example.vn\nĐơn\n\n{STORY}" in read.text
    assert [part.name for part in read.parts] == ["don.pdf"]


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>một</p><p>hai</p>", "một\n\nhai"),
        ("một<br>hai", "một\nhai"),
        ("a <script>alert('<p>không</p>')</script>b", "a b"),
        ("<head><title>x</title></head>có", "có"),
        ('<img alt="a>b" src=x>ảnh', "ảnh"),
        ('<a href="x>chữ vẫn còn', "chữ vẫn còn"),
        ("5 < 7 và 8 > 3", "5 < 7 và 8 > 3"),
        ("&lt;b&gt; &amp;nbsp; &#7843;nh &#9999999999999999999999; &khong;", "<b> &nbsp; ảnh \ufffd &khong;"),
        ("<!-- ẩn -->hiện<!-- hết", "hiện"),
        ("İ<STYLE>p</style>x", "İx"),
        ("<td>a</td><td>b</td>", "a b"),
    ],
)
def test_html_becomes_words(html: str, words: str) -> None:
    assert html_words(html) == words


@pytest.mark.parametrize(
    "piece",
    ["<", "<a", "<!--", "<!-- -->", "<script>", "</", '<a ="', "<a ='>", "&", "&#", "<p>", '<a b=">', "a <b", "\n"],
)
def test_crafted_html_takes_time_in_proportion(piece: str) -> None:
    def seconds(size: int) -> float:
        began = time.process_time()
        html_words((piece * size)[:size])
        return time.process_time() - began

    assert seconds(400_000) < 2.0


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"Auto_Submitted": "auto-generated; x=1"}, "auto_reply"),
        ({"Auto_Submitted": "no"}, None),
        ({"Precedence": "auto_reply"}, "auto_reply"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"List_Id": "<tin.example.vn>"}, "bulk"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"From": "MAILER-DAEMON@mx.example.vn"}, "bounce"),
        ({"Return_Path": "<lan@example.vn>"}, None),
    ],
)
def test_what_no_person_has_written(headers: dict[str, str], kind: str | None) -> None:
    assert read_mail(letter(**headers)).automatic == kind


def test_a_report_of_a_mail_server_is_a_bounce() -> None:
    head = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
    read = read_mail(raw("From: x@y.vn", head, "", "--b", "", "Không gửi được", "--b--"))
    assert (read.automatic, read.text) == ("bounce", "Không gửi được")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "empty"),
        (raw("From: a@b.vn", "Content-Type: multipart/mixed", "", "chữ ở đây"), "broken"),
        (raw("From: a@b.vn", "Content-Type: multipart/mixed; boundary=x", "", "chữ ở đây"), "broken"),
        (raw(*["Content-Type: multipart/mixed; boundary=b"] * 200, "", "x"), "too_deep"),
        (letter("a" * 70_000), "cut"),
    ],
)
def test_malformed_mail_is_read_as_far_as_it_goes(content: bytes, fault: str) -> None:
    assert read_mail(content).fault == fault


def test_mail_with_inseparable_parts_keeps_its_text() -> None:
    read = read_mail(raw("From: a@b.vn", "Content-Type: multipart/mixed", "", "chữ ở đây"))
    assert "chữ ở đây" in read.text


def test_deep_mails_end() -> None:
    message = EmailMessage()
    message.set_content("sâu")
    for _ in range(30):
        outer = EmailMessage()
        outer["From"] = "a@b.vn"
        outer.add_attachment(message)
        message = outer
    assert read_mail(message.as_bytes()).fault == "too_deep"


def test_more_files_than_are_kept_are_named() -> None:
    files = [(f"{number}.pdf", "application/pdf", PDF) for number in range(reading.MOST_FILES + 2)]
    read = read_mail(letter(STORY, *files))
    assert (len(read.parts), read.fault) == (reading.MOST_FILES, "files_left")


def test_nothing_that_is_sent_raises() -> None:
    chance = random.Random(7)
    whole = letter(STORY, ("a.pdf", "application/pdf", PDF), Cc="a b c <<>>,;:@")
    for _ in range(400):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            place = chance.randrange(len(content))
            content[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 4))
        assert isinstance(read_mail(bytes(content)), ReadMail)


def test_no_half_of_a_character_is_left_that_no_document_could_store() -> None:
    read = read_mail(raw("From: a@b.vn", "Content-Type: text/plain; charset=utf-7", "", "+2D0- +AAA-"))
    read.text.encode()


def test_the_fingerprint_is_of_the_headers_and_without_message_id_of_all() -> None:
    one, same = letter(STORY), letter(STORY) + b"\r\nX"
    assert read_mail(one).fingerprint == read_mail(same).fingerprint
    assert read_mail(letter(Subject="khác")).fingerprint != read_mail(one).fingerprint
    one, other = letter(STORY, Message_ID=""), letter("khác", Message_ID="")
    assert read_mail(one).fingerprint != read_mail(other).fingerprint
