"""Import of many petitions from a CSV or XLSX file.

An officer uploads the file, a background job checks every line, the officer reviews the result and confirms, and a
second job files the petitions.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request

from desk.shell.forms import Page, status_of
from desk.shell.guard import guarded, needs, takes_files
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.channels.entry_table import CHANNEL_WORDS, HEADS, MOST_ROWS, NEEDED, REPLY_WORDS, TYPE_WORDS
from petitions.domain.channels.line_result import Found
from petitions.domain.files.sheets import Sheet, csv_text
from petitions.domain.jobs.job import Job, JobState
from petitions.domain.officers.policy import Permission
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.written import is_key, written_number
from petitions.errors import NotFound, Rejected
from petitions.usecases.channels.entry_files import CHECK, FAULTS, MOST_BYTES

entry_file = guarded(Blueprint("entry_file", __name__))

MOST_SHOWN = 200
"""The most lines shown for each result of the check. The result file has all lines."""
_LINE_DIGITS = 7
_EXAMPLE = {
    "channel": "1022",
    "number": "1022-26-004417",
    "content": "Bộ phận một cửa phường hẹn trả giấy khai sinh ba lần chưa có",
    "place": "Trụ sở UBND phường",
    "ward": "Phường Yên Hòa",
    "type": "cá nhân",
    "name": "Lê Văn Bình",
    "phone": "0987654321",
    "home": "12 phố Trung Kính",
    "reply_by": "gửi lại kênh",
}
_ABOUT = (
    ("Cách nhận", "; ".join(words[0] for words in CHANNEL_WORDS.values())),
    ("Nhận lúc", "Như 25/11/2026 08:30. Chỉ ghi ngày thì tính từ đầu ngày."),
    ("Số của kênh", "Mã phiếu 1022, mã iHanoi; số văn bản, số vào sổ thì ghi cả cột Ngày văn bản."),
    ("Cơ quan chuyển đến", "Bắt buộc khi cách nhận là cơ quan khác."),
    ("Phường, xã", "Tên phường, xã như Phường Yên Hòa; không rõ thì để trống."),
    ("Người gửi là", "; ".join(words[0] for words in TYPE_WORDS.values())),
    ("Cách trả lời", "; ".join(words[0] for words in REPLY_WORDS.values())),
    ("Bắt buộc", ", ".join(HEADS[name][0].capitalize() for name in NEEDED) + "; và nơi xảy ra hoặc phường, xã."),
)
"""Instructions for the columns, as pairs of column head and text."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@entry_file.teardown_request
def close_uploads(_: BaseException | None) -> None:
    """Close uploaded files. Large ones are temporary files on disk until then."""
    request.close()


@entry_file.get("/take-in/file")
@needs(Permission.KEY_IN)
def begin() -> str:
    return _form()


@entry_file.post("/take-in/file")
@needs(Permission.KEY_IN)
@takes_files
def send() -> Page:
    """Store the uploaded file and start the check of its lines. No petition is filed yet."""
    file, key = request.files.get("file"), request.form.get("key", "")
    content = file.stream.read(MOST_BYTES + 1) if file and file.filename else b""
    try:
        job = parts().entry_files.upload(me(), content, _checked(key))
    except Rejected as error:
        return _form(str(error)), status_of(error)
    return redirect(f"/take-in/file/{job.id}", HTTPStatus.SEE_OTHER)


@entry_file.get("/take-in/file/sample.csv")
@entry_file.get("/take-in/file/sample.xlsx")
@needs(Permission.KEY_IN)
def sample() -> Response:
    """Send an example table, with the column heads and one line, as CSV or XLSX."""
    ending = request.path.rpartition(".")[2]
    received = f"{hanoi(parts().clock.now()):%d/%m/%Y} 00:00"
    example = [({**_EXAMPLE, "received_at": received}).get(name, "") for name in HEADS]
    heads = [names[0].capitalize() for names in HEADS.values()]
    sheet = Sheet("Bảng mẫu nhập phản ánh", heads, [example], about=_ABOUT)
    if ending == "xlsx":
        answer = Response(parts().workbook(sheet), mimetype=_XLSX)
    else:
        answer = Response(csv_text(sheet.heads, sheet.rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="mau-nhap-phan-anh.{ending}"'
    return answer


@entry_file.get("/take-in/file/<job_id>")
@needs(Permission.KEY_IN)
def show(job_id: str) -> str:
    """Show the progress of a check or an import, and then its lines, grouped by result."""
    return _shown(parts().entry_files.found(me(), job_id))


@entry_file.post("/take-in/file/<job_id>")
@needs(Permission.KEY_IN)
def confirm(job_id: str) -> Page:
    """Start the import: of the lines that the check found to be new, and of the ticked ones."""
    also = (written_number(line, _LINE_DIGITS) for line in request.form.getlist("also"))
    try:
        job = parts().entry_files.confirm(me(), job_id, [line for line in also if line is not None])
    except NotFound:
        raise
    except Rejected as error:
        return _shown(parts().entry_files.found(me(), job_id), str(error)), status_of(error)
    return redirect(f"/take-in/file/{job.id}", HTTPStatus.SEE_OTHER)


def _checked(key: str) -> str:
    if not is_key(key):
        raise Rejected("Trang này đã cũ. Xin mở lại trang.", reason="key_malformed")
    return key


def _form(refusal: str = "") -> str:
    return render_template(
        "entry_file.html", refusal=refusal, key=parts().ids.token(), HEADS=HEADS, NEEDED=NEEDED, about=_ABOUT,
        most_rows=MOST_ROWS, most_mb=MOST_BYTES // 2**20,
    )  # fmt: skip


def _shown(job: Job, refusal: str = "") -> str:
    lines = parts().entry_files.results(me(), job) if job.state is JobState.DONE and job.files else []
    groups = {found: [line for line in lines if line.found is found] for found in Found}
    return render_template(
        "entry_lines.html", job=job, groups=groups, FOUND=Found, refusal=refusal, most=MOST_SHOWN,
        checks=job.kind == CHECK, faults=FAULTS,
        waits=job.state in {JobState.QUEUED, JobState.RUNNING},
    )  # fmt: skip
