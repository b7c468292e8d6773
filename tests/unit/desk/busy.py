"""A desk with many realistic petitions in every state, some of them late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from petitions.adapters.thumbnails import PillowThumbnails
from petitions.domain.files.attachment import AttachmentState, copy_name, thumbnail_name
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import FileRef, PetitionFile, file_path
from petitions.domain.shared.records import replace
from petitions.usecases.files.make_thumbnail import THUMBNAIL_TYPE
from petitions.usecases.lifecycle.commands import command
from petitions.usecases.shared.petition_changes import Actor, begin_petition
from tests.unit.desk.office import Office

TOLD = (
    "UBND phường chậm trả giấy khai sinh cho con tôi, hẹn lại ba lần mà không nêu lý do",
    "Đề nghị bỏ quy định nộp bản sao hộ khẩu khi đăng ký kinh doanh hộ cá thể, vì đã có dữ liệu dân cư",
    "Thủ tục cấp phép xây dựng nhà ở riêng lẻ phải bổ sung hồ sơ đến lần thứ tư, mỗi lần một yêu cầu khác nhau",
    "Hồ sơ đổi giấy phép lái xe nộp qua mạng từ tháng trước vẫn báo “đang xử lý”, gọi tổng đài không ai trả lời",
    "Phường yêu cầu xác nhận tình trạng hôn nhân bản giấy trong khi quy định mới đã bỏ giấy này",
    "Cán bộ địa chính hẹn trả sổ đỏ ba lần mà không trả, thái độ khó chịu khi người dân hỏi",
    "Kiến nghị cho nộp phí thẩm định bằng chuyển khoản thay vì phải đến tận nơi nộp tiền mặt",
    "Biểu mẫu đăng ký khai tử trên cổng dịch vụ công bị lỗi, không gửi được tệp đính kèm",
)
PLACES = ("Số 12 phố Trung Kính, phường Yên Hòa", "45 Hàng Bài, phường Cửa Nam", "Xã Đa Phúc", "Trụ sở Sở Xây dựng")
SETTLED = "Sở đã kiểm tra, chấn chỉnh cán bộ một cửa, xin lỗi công dân và hẹn trả giấy khai sinh trong ngày mai."
TO_ACCEPT: tuple[tuple[str, Action, dict[str, Any]], ...] = (("officer", Action.ACCEPT, {}),)
TO_START = (*TO_ACCEPT, ("officer", Action.ASSIGN, {}), ("officer", Action.START, {}))
TO_SUBMIT = (*TO_START, ("officer", Action.SUBMIT_ANSWER, {"text": SETTLED, "no_evidence": "Đã xong tại chỗ"}))
PATHS: tuple[tuple[tuple[str, Action, dict[str, Any]], ...], ...] = (
    (),
    TO_START,
    TO_START,
    (*TO_ACCEPT, ("officer", Action.ASK_SUPPLEMENT, {"text": "Xin gửi ảnh giấy hẹn"})),
    TO_SUBMIT,
    (*TO_ACCEPT, ("officer", Action.ASSIGN, {"handler": "sxd-officer"})),
    (*TO_SUBMIT, ("head", Action.APPROVE, {"text": "Đã xem"})),
    (*TO_SUBMIT, ("head", Action.RETURN_FOR_REDO, {"text": "Xin nêu rõ ngày trả kết quả"})),
    (
        (
            "officer",
            Action.REFUSE,
            {"text": "Xin anh/chị gửi lại qua Cổng dịch vụ công để được giải quyết", "why": RefusalReason.UNCLEAR},
        ),
    ),
    (*TO_ACCEPT, ("officer", Action.GIVE_BACK, {"text": "Thuộc thẩm quyền của Sở Tư pháp"})),
)


def petition_at(office: Office, template: Petition, at: datetime, place: int, **fields: Any) -> Petition:
    code = make_code(at.date(), office.ids.code_letters())
    sentence = TOLD[place % len(TOLD)]
    created = replace(
        template,
        code=code,
        title=sentence,
        content=f"{sentence}. Tôi đã đến hai lần, ngày {place % 27 + 1} và ngày {place % 25 + 3}, mà chưa xong.",
        address=PLACES[place % len(PLACES)],
        clocks={},
        filed_at=at,
        version=1,
        **fields,
    )
    office.clock.at = at
    actor = Actor("citizen")
    return office.store.transact(lambda tx: begin_petition(tx, created, office.timekeeping, actor, at)[0])


def fill(office: Office, number: int = 40, unit: str = "SXD") -> list[Petition]:
    now = office.clock.now()
    template = office.filed_in(unit)
    people = {
        role: Officer.model_validate(office.store.documents[f"officers/{unit.lower()}-{role}"])
        for role in ("officer", "head")
    }
    filed = []
    for place in range(number):
        at = now - timedelta(hours=5 + 11 * (number - place))
        where = "VPUB" if place % 9 == 4 else unit
        level = "urgent" if place % 13 == 5 else "complex" if place % 7 == 2 else "normal"
        petition = petition_at(office, template, at, place, unit=where, level=level)
        filed.append(petition)
        if where != unit:
            continue
        office.clock.at = at + timedelta(hours=1 + place % 5)
        for who, action, given in PATHS[place % len(PATHS)]:
            office.clock.advance(minutes=20)
            petition = office.desk(people[who], command(petition.code, action, petition.version, **given))
    office.clock.at = now + timedelta(hours=1)
    return [office.petition(item.code) for item in filed]


def with_pictures(office: Office, petition: Petition, content: bytes, number: int = 20) -> None:
    small = PillowThumbnails().make("image/jpeg", [content]) or b""
    files = [FileRef(id=f"f{place}", type="image") for place in range(number)]
    office.store.update(f"petitions/{petition.code}", {"files": [file_ref.stored() for file_ref in files]})
    for file_ref in files:
        file = PetitionFile(
            id=file_ref.id, type="image", state=AttachmentState.STORED, media_type="image/jpeg", size=len(content),
            sha256=f"{file_ref.id:0>64}", object=f"o{file_ref.id}", thumbnail=True,
        )  # fmt: skip
        office.store.create(file_path(petition.code, file_ref.id), file.stored())
        office.kept.put(copy_name(file.object or "", file.sha256 or ""), content, "image/jpeg")
        office.kept.put(thumbnail_name(file.object or "", file.sha256 or ""), small, THUMBNAIL_TYPE)
