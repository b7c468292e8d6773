"""The publication of an answered petition in wording that an officer approved, and the removal of that text."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Any

from petitions.domain.contact.contact_request import REASON_LABELS
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.confidentiality import why_kept
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.stored_answer import Publication
from petitions.domain.publishing.publication import may_identify
from petitions.errors import Forbidden, Rejected
from petitions.ports.store import Reader
from petitions.usecases.shared.undecided import contests, undecided


def published(
    officer: Officer, petition: Petition, summary: str, answer: str, areas: Container[str], now: datetime
) -> Publication:
    """Return the text to be published: the summary and the answer, in the wording that the officer approved.

    Raise Rejected if the wording identifies a person or contains a petition's code. Nothing is masked here, so that the
    officer knows what is published. Names in `areas` (`Directory.place_names`) identify nobody. Raise Forbidden if the
    petition may never be published.
    """
    if why := why_never_published(petition):
        raise Forbidden(why, reason="complaint")
    if not summary or not answer:
        raise Rejected("Xin nhập tóm tắt và câu trả lời sẽ công khai.", reason="text_missing")
    for name, text in (("Tóm tắt", summary), ("Câu trả lời", answer)):
        if may_identify(text, petition, areas):
            words = (
                f"{name} còn tên, địa chỉ, số của cá nhân hoặc mã hồ sơ. Xin bỏ hoặc thay bằng dấu trong ngoặc vuông."
            )
            raise Rejected(words, reason="tells_who")
    return Publication(summary=summary, answer=answer, by=officer.id, at=now)


def why_never_published(petition: Petition) -> str | None:
    """Return the reason, in Vietnamese, why the result may never be published, or None if it may be.

    The public site would show a confidential petition to readers who may not see it.
    """
    if why_kept(petition):
        return "Khiếu nại, tố cáo không được công khai."
    if petition.accuses_coordinators or petition.is_doubted:
        return "Hồ sơ đang kín, nên không công khai kết quả."
    return None


def why_not_yet_published(reader: Reader, petition: Petition) -> str | None:
    """Return the reason, in Vietnamese, why the publication must wait for answers to objections, or None."""
    waiting = sorted({REASON_LABELS[request.why] for request in undecided(reader, petition.code) if contests(request)})
    if not waiting:
        return None
    return f"Người gửi còn chờ trả lời: {', '.join(waiting)}. Xin đợi trả lời ở mục Cần liên hệ rồi mới công khai."


def unpublished(petition: Petition) -> dict[str, Any]:
    """Return the changed fields of a petition that is removed from the public site. Raise Forbidden."""
    if petition.publication is None:
        raise Forbidden("Hồ sơ này chưa được công khai.")
    return {"publication": None}
