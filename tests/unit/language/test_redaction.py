"""Personal data in free text is found and masked, and a text is recognised by its fingerprints."""

from __future__ import annotations

import pytest

from petitions.domain.language.language import is_english
from petitions.domain.language.redaction import PATTERNS, masked
from petitions.domain.language.similarity import MOST_HASHES, fingerprint, is_alike
from petitions.domain.language.words import words


@pytest.mark.parametrize(
    ("secret", "around"),
    [
        ("001099012345", "căn cước {} của tôi"),
        ("001 099 012 345", "CCCD {}"),
        ("012345678", "cmnd {} cũ"),
        ("0912345678", "gọi {} nhé"),
        ("0912 345 678", "đt {}."),
        ("+84 912.345.678", "{}"),
        ("024 3825 3536", "máy bàn {}"),
        ("29A-123.45", "xe {} đỗ"),
        ("30F1-2345", "xe {}"),
        ("29-B1 123.45", "biển {}"),
        ("an.tran@example.com", "thư {} đi"),
        ("123456", "STK {} Vietcombank"),
        ("1903 4567 8901 23", "số tài khoản Techcombank: {}"),
        ("4572947693969771653", "id {}"),
    ],
)
def test_personal_data_is_masked(secret: str, around: str) -> None:
    after = masked(around.format(secret))
    assert secret not in after
    assert "[" in after


@pytest.mark.parametrize(
    "text",
    [
        "HN-261124-ABCD-EFGH",
        "PAKN.20260516.0256 ngày 16/5/2026",
        "Quyết định 1234/QĐ-UBND ngày 20/11/2026",
        "số 12 ngõ 345 phố Huế",
        "thu 2.500.000 đồng",
        "lúc 16:00 thứ Tư 25/11/2026",
        "petitions/HN-261124-ABCD-EFGH/history/3",
    ],
)
def test_what_is_ours_or_public_stays(text: str) -> None:
    assert masked(text) == text


def test_every_pattern_is_named_and_masking_twice_is_masking_once() -> None:
    assert len({pattern.kind for pattern in PATTERNS}) == len(PATTERNS)
    text = "Tôi là A, 0912345678, xe 29A-123.45, STK 123456789, a@b.vn"
    assert masked(masked(text)) == masked(text)


LONG = "Cán bộ một cửa phường yêu cầu tôi nộp thêm bản sao hộ khẩu dù luật đã bỏ và hẹn tôi quay lại ba lần " * 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            "Cán bộ một cửa phường gây khó khăn khi làm khai sinh",
            "can bo mot cua phuong gay kho khan khi lam khai sinh",
            True,
        ),
        ("Cán bộ một cửa phường gây khó khăn khi làm khai sinh", "Đường trước nhà tôi ngập mỗi khi mưa to", False),
        (LONG, LONG + "Hôm nay tôi quay lại lần thứ tư vẫn chưa xong.", True),
        ("Rác", "Rác", False),
        ("Phường thu sai phí", "Phường thu sai phí chứng thực của tôi sáng nay", False),
    ],
)
def test_similar_texts(one: str, other: str, *, same: bool) -> None:
    assert is_alike(fingerprint(one), fingerprint(other)) is same
    assert is_alike(fingerprint(other), fingerprint(one)) is same
    assert len(fingerprint(one)) <= MOST_HASHES


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Hello, I would like to report noise in my street every night", True),
        ("The ward office does not answer my letters", True),
        ("Tôi muốn phản ánh", False),
        ("toi muon hoi ve thu tuc cap the can cuoc", False),
        ("hello", False),
        ("in an do to me", False),
        ("to cao hieu truong an chan tien an ban tru cua hoc sinh", False),
        ("quan an nho doanh thu it ma bi an thue khoan", False),
        ("How do I extend my visa", True),
        ("Hai Bà Trưng district, noise from a construction crew at midnight near my flat", True),
    ],
)
def test_english(text: str, *, english: bool) -> None:
    assert is_english(words(text)) is english
