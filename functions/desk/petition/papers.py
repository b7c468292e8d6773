"""Formal papers about a petition, such as a written answer: draft, preview, number, signature, and the files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request

from desk.shell.forms import Page, lines, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.papers.paper import Paper, PaperKind, PaperState
from petitions.domain.papers.paper_file import DOCX, PDF
from petitions.errors import NotFound, Permanent, Rejected
from petitions.usecases.papers.draft_paper import LONGEST_BODY, LONGEST_SUBJECT, NO_SUCH_PAPER, paper_mark
from petitions.web import disposition

papers = guarded(Blueprint("papers", __name__))


@papers.post("/petitions/<code>/papers")
@needs(Permission.PAPERS)
def begin(code: str) -> Page:
    """Create the draft of a paper of a `kind`. A form that was sent twice creates one draft."""
    kind = request.form.get("kind", "")
    if kind not in set(PaperKind):
        raise Rejected("Xin chọn loại văn bản.", reason="paper_kind")
    paper = parts().papers.begin(me(), code, PaperKind(kind), request.form.get("key", ""))
    return redirect(_address(paper), HTTPStatus.SEE_OTHER)


@papers.get("/petitions/<code>/papers/<paper_id>")
@needs(Permission.PAPERS)
def paper(code: str, paper_id: str) -> str:
    """Show the draft of a paper with its preview, or the state of an issued paper."""
    return _page(code, paper_id)


@papers.post("/petitions/<code>/papers/<paper_id>")
@needs(Permission.PAPERS)
def write(code: str, paper_id: str) -> Page:
    """Handle the form of a paper, by its field `do`.

    For a draft: save, redraft from the petition, issue under a number, or drop. For an issued paper: record that it was
    handed over (`hand_over`), or repeat a failed rendering or check of the signature (`ask_again`).
    """
    form, wanted = request.form, request.form.get("do", "save")
    if wanted in _LATER:
        getattr(parts().read_paper, wanted)(me(), code, paper_id)
        flash(_LATER[wanted])
        return redirect(f"/petitions/{code}/papers/{paper_id}", HTTPStatus.SEE_OTHER)
    if wanted == "drop":
        parts().papers.delete(me(), code, paper_id)
        flash("Đã bỏ bản nháp.")
        return redirect(f"/petitions/{code}#papers", HTTPStatus.SEE_OTHER)
    try:
        if wanted == "redraft":
            again = parts().papers.redraft(me(), code, paper_id, form.get("seen", ""))
            flash("Đã soạn lại theo hồ sơ.")
            return redirect(_address(again), HTTPStatus.SEE_OTHER)
        if wanted == "issue" and _find(code, paper_id).state is not PaperState.DRAFT:
            return redirect(f"/petitions/{code}/papers/{paper_id}", HTTPStatus.SEE_OTHER)  # the form was sent twice
        keep = parts().papers.save_to_sign if wanted == "issue" else parts().papers.save
        saved = keep(me(), code, paper_id, form.get("seen", ""), form.get("subject", ""), lines(form, "body"))
        if wanted == "issue":
            saved = parts().issue_paper(me(), code, paper_id, paper_mark(saved))
            flash(f"Đã lấy số {saved.number}. Hệ thống đang tạo tệp và ký số.")
        else:
            flash("Đã lưu bản nháp.")
    except NotFound:
        raise
    except Rejected as error:
        return _page(code, paper_id, refusal=error, typed=form), status_of(error)
    return redirect(_address(saved), HTTPStatus.SEE_OTHER)


_LATER = {
    "hand_over": "Đã ghi nhận việc giao văn bản.",
    "ask_again": "Đã yêu cầu; kết quả có sau ít phút.",
}
"""The actions on issued papers, with their confirmations."""


@papers.get("/petitions/<code>/papers/<paper_id>/files/<form>")
@needs(Permission.REVEAL)
def file(code: str, paper_id: str, form: str) -> Page:
    """Send the PDF or DOCX of an issued paper. The download is recorded in the audit log.

    Status 500 if the stored file does not have the hash recorded at its issue.
    """
    if form not in ("pdf", "docx"):
        raise NotFound(NO_SUCH_PAPER)
    try:
        found, content = parts().read_paper(me(), code, paper_id, "pdf" if form == "pdf" else "docx")
    except Permanent:
        words = "Tệp đang lưu không khớp mã băm đã ghi khi ban hành nên không được mở. Xin báo người vận hành."
        return render_template("error.html", status=HTTPStatus.INTERNAL_SERVER_ERROR, words=words, typed=""), 500
    answer = make_response(content)
    answer.mimetype = PDF if form == "pdf" else DOCX
    name = f"{found.label} {found.number}-{found.year}.{form}"
    answer.headers["Content-Disposition"] = disposition(name)
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _find(code: str, paper_id: str) -> Paper:
    petition = parts().petitions.find(me(), code)
    listed = parts().papers.of(me(), petition).papers
    found = next((item for item in listed if item.id == paper_id), None)
    if found is None:
        raise NotFound(NO_SUCH_PAPER, reason="paper_unknown")
    return found


def _signers(paper: Paper) -> list[Officer]:
    people = [parts().staff.find(officer.id) for officer in parts().staff.of_unit(paper.unit)]
    able = [person for person in people if person and may(person, Permission.SIGN_PAPERS)]
    return [officer for officer in able if not parts().papers.why_not_signed(officer, paper)]


def _address(paper: Paper) -> str:
    return f"/petitions/{paper.code}/papers/{paper.id}"


def _page(code: str, paper_id: str, **more: Any) -> str:
    petition, found = parts().petitions.find(me(), code), _find(code, paper_id)
    papers, reveals = parts().papers, may(me(), Permission.REVEAL, petition)
    signs = reveals and may(me(), Permission.SIGN_PAPERS, petition) and me().unit == found.unit
    unsigned = papers.why_over(petition, found) or (papers.why_not_signed(me(), found) if signs else None)
    outdated = papers.why_outdated(petition, found)
    may_sign, sheet = signs and not unsigned, None
    if found.state is PaperState.DRAFT:
        sheet = papers.preview_to_sign(me(), petition, found) if may_sign else papers.preview(petition, found)
    return render_template(
        "paper.html",
        p=petition,
        paper=found,
        sheet=sheet,
        seen=paper_mark(found),
        may_sign=may_sign,
        unsigned=unsigned,
        outdated=outdated,
        signers=[signer.name for signer in _signers(found)] if sheet and not signs else [],
        may_read=reveals,
        may_write=may(me(), Permission.PAPERS, petition),
        longest=(LONGEST_SUBJECT, LONGEST_BODY),
        **more,
    )
