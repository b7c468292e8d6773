"""The petitioner's own view, opened in a browser that has not proved to be the petitioner's."""

from __future__ import annotations

from datetime import UTC, datetime

from petitions.domain.publishing.own_view import OwnAddition, OwnFile, OwnView

NAME, AT = "Nguyễn Thị Lan", datetime(2026, 11, 23, 2, tzinfo=UTC)


def test_a_masked_view_has_the_name_in_none_of_its_texts() -> None:
    words = f"Bà {NAME} đã nộp đơn"
    file = OwnFile(name=f"Trả lời {NAME}.pdf", media_type="application/pdf", size=9, object="a")
    additions = [OwnAddition(at=AT, text=words), OwnAddition(at=AT, text=f"Tên tôi là {NAME}", correction=True)]
    texts = dict.fromkeys(("content", "answer", "basis", "decision", "rating_reason"), words)
    view = OwnView(**texts, additions=additions, files=[file], rating=2)
    assert set(OwnView.model_fields) == {*texts, "additions", "files", "rating"}

    masked = view.masked(lambda text: text.replace(NAME, "[đã ẩn]"))

    assert NAME not in str(masked.stored())
    assert [addition.text for addition in masked.additions] == ["Bà [đã ẩn] đã nộp đơn"]
    assert [item.name for item in masked.files] == ["Trả lời [đã ẩn].pdf"]
    assert masked.rating == view.rating
