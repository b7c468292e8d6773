"""Files of an answer, and forms, are sent as separate messages after the text, even if one of them fails."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from petitions.adapters import reference
from petitions.domain.files.attachment import AttachmentState
from petitions.domain.notices.channels import AccountTerms, ZaloTemplate
from petitions.domain.notices.enclosures import (
    Enclosure,
    FilesElsewhere,
    InfoForm,
    enclosures_of,
    file_name,
    words_about_files,
    zalo_takes,
)
from petitions.domain.petition.petition_file import PetitionFile
from tests.unit.notices.channel import Channel, Fault, no_answer, no_connection, refuse

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MIB = 2**20
AT_THE_WARD = FilesElsewhere("UBND phường", "HN-1")
FORM = InfoForm(title="Chia sẻ thông tin", subtitle="Bấm vào đây")


def file(name: str, media_type: str = PDF, size: int = 5, **more: object) -> PetitionFile:
    fields = {"id": name, "type": "file", "name": name, "state": AttachmentState.STORED, "media_type": media_type}
    return PetitionFile.model_validate(
        {**fields, "size": size, "sha256": "aa", "object": f"o-{name}", "purpose": "answer", **more}
    )


def answer(
    channel: Channel,
    *names: str,
    text: str = "Đơn vị trả lời",
    kind: str = "reply",
    elsewhere: FilesElsewhere = AT_THE_WARD,
) -> None:
    files = enclosures_of([file(name) for name in names], reference.texts(), elsewhere)
    for enclosure in files:
        channel.files.put(enclosure.object, b"%PDF-" + enclosure.name.encode(), PDF)
    channel.plan(text=text, kind=kind, files=files)


def test_a_long_answer_goes_in_parts_and_its_files_after_it_each_uploaded_once() -> None:
    channel = Channel()
    long = "Đơn vị đã kiểm tra và trả lời như sau. " * 60
    answer(channel, "Quyết định 12.pdf", "Phụ lục.pdf", text=long)
    channel.send("n1")
    texts = channel.zalo.texts()
    assert " ".join(texts[:-2]).split() == long.split()
    assert texts[-2:] == ["[Quyết định 12.pdf]", "[Phụ lục.pdf]"]
    assert [content for _, content in channel.zalo.uploads.values()] == [
        "%PDF-Quyết định 12.pdf".encode(),
        "%PDF-Phụ lục.pdf".encode(),
    ]
    assert channel.state() == "sent"
    assert channel.notice().message_ids == [message_id for _, _, message_id in channel.zalo.sent]


@pytest.mark.parametrize("code", [-201, -210, -211])
def test_a_file_that_zalo_refuses_is_spoken_of_instead_and_the_next_one_goes(code: int) -> None:
    channel = Channel()
    answer(channel, "a.pdf", "b.pdf")
    channel.zalo.faults["file"] = [refuse(code)]
    channel.send("n1")
    assert channel.zalo.texts()[0] == "Đơn vị trả lời"
    assert "không gửi được qua Zalo: a.pdf. Xin nhận tại UBND phường, nêu mã HN-1." in channel.zalo.texts()[1]
    assert channel.zalo.texts()[2] == "[b.pdf]"
    assert channel.state() == "sent"


def test_a_file_that_is_gone_from_the_bucket_is_spoken_of_too() -> None:
    channel = Channel()
    answer(channel, "a.pdf")
    channel.files.erase("copies/")
    channel.send("n1")
    assert "không gửi được qua Zalo: a.pdf" in channel.zalo.texts()[1]
    assert channel.state() == "sent"


@pytest.mark.parametrize("fault", [no_connection, no_answer, refuse(-32)])
def test_an_upload_that_fails_is_made_again_and_the_text_is_not(fault: object) -> None:
    channel = Channel()
    answer(channel, "a.pdf")
    channel.zalo.faults["file"] = [fault]  # type: ignore[list-item]
    channel.send("n1")
    assert (channel.zalo.texts(), channel.state()) == (["Đơn vị trả lời"], "waiting")
    channel.clock.advance(seconds=120)
    channel.sweep()
    assert (channel.zalo.texts(), channel.state()) == (["Đơn vị trả lời", "[a.pdf]"], "sent")


def test_the_pauses_of_a_file_do_not_lengthen_those_of_the_next() -> None:
    channel = Channel()
    answer(channel, "a.pdf", "b.pdf")
    channel.zalo.faults["file"] = [no_connection] * 3
    channel.send("n1")
    for minutes in (1, 2):
        channel.clock.advance(minutes=minutes, seconds=1)
        channel.sweep()
    channel.zalo.faults["file"].append(lambda _request, act: act())
    channel.zalo.faults["file"].append(no_connection)
    channel.clock.advance(minutes=4, seconds=1)
    channel.sweep()
    assert (channel.zalo.texts(), channel.state()) == (["Đơn vị trả lời", "[a.pdf]"], "waiting")
    channel.clock.advance(minutes=1, seconds=1)
    channel.sweep()
    assert (channel.zalo.texts()[-1], channel.state()) == ("[b.pdf]", "sent")


def test_a_file_message_without_an_answer_is_unknown_until_its_echo() -> None:
    channel = Channel()
    answer(channel, "a.pdf")
    channel.zalo.faults["cs"] = [lambda _request, act: act(), no_answer]
    channel.send("n1")
    assert (channel.zalo.texts(), channel.state()) == (["Đơn vị trả lời", "[a.pdf]"], "unknown")
    _, _, message_id = channel.zalo.sent[-1]
    text = channel.echo_of("Đơn vị trả lời", "other")
    channel.settle(text)
    assert channel.state() == "unknown"
    channel.settle(text | {"event_name": "oa_send_file", "message": {"msg_id": message_id, "attachments": []}})
    assert (channel.state(), channel.notice().message_ids[-1]) == ("sent", message_id)


@pytest.mark.parametrize("code", [-201, -212, -221, -233])
def test_the_form_goes_with_the_question_and_its_refusal_costs_nothing(code: int) -> None:
    channel = Channel()
    channel.plan("n1", "Xin cho biết họ tên", form=FORM)
    channel.send("n1")
    assert channel.zalo.texts() == ["Xin cho biết họ tên", "[Chia sẻ thông tin]"]
    channel.zalo.faults["cs"] = [lambda _request, act: act(), refuse(code)]
    channel.plan("n2", "Xin cho biết họ tên", form=FORM)
    channel.send("n2")
    assert channel.zalo.texts()[2:] == ["Xin cho biết họ tên"]
    assert (channel.state("n2"), channel.notice("n2").next_attempt_at) == ("sent", None)


def test_a_template_carries_no_files_and_ends_the_notice() -> None:
    template = ZaloTemplate(id="t1", tag=1, fields={"answer": 100})
    channel = Channel(terms=AccountTerms(templates={"answered": template}))
    channel.clock.advance(days=8)
    files = [Enclosure(name="a.pdf", media_type=PDF, object="copies/x/y", otherwise="-")]
    channel.plan(kind="answered", files=files, template={"answer": "Trả lời"})
    channel.send("n1")
    assert (channel.zalo.sent, len(channel.zalo.templates), channel.state()) == ([], 1, "sent")


def test_files_for_zalo_are_chosen_by_type_and_size() -> None:
    assert zalo_takes(file("a", PDF, 5 * MIB))
    assert zalo_takes(file("a", DOCX))
    assert zalo_takes(file("a", "text/csv", 5 * MIB))
    assert zalo_takes(file("a", "image/jpeg", MIB))
    assert not zalo_takes(file("a", PDF, 5 * MIB + 1))
    assert not zalo_takes(file("a", "image/png", MIB + 1))
    assert not zalo_takes(file("a", "video/mp4"))
    assert not zalo_takes(file("a", PDF, state=AttachmentState.FAILED))
    assert file_name(file("Quyết định", PDF)) == "Quyết định.pdf"
    assert file_name(file("anh.JPEG", "image/jpeg")) == "anh.JPEG"


def test_text_lists_the_sent_files_and_links_the_others() -> None:
    files, elsewhere = [file("a.pdf"), file("so.mp4", "video/mp4")], FilesElsewhere("Sở Y tế", "HN-1")
    text = words_about_files(files, reference.texts(), elsewhere)
    assert "gửi riêng tại đây: a.pdf." in text
    assert "so.mp4. Xin nhận tại Sở Y tế, nêu mã HN-1." in text
    assert words_about_files([], reference.texts(), elsewhere) == ""


def test_citizen_with_access_to_the_page_gets_its_address() -> None:
    elsewhere = FilesElsewhere("Sở Y tế", "HN-1", "https://pakn.example.vn/?code=HN-1")
    text = words_about_files([file("so.xlsx", "application/vnd.ms-excel")], reference.texts(), elsewhere)
    assert "https://pakn.example.vn/?code=HN-1 để tải về" in text
    english = words_about_files([file("so.mp4", "video/mp4")], reference.texts().to("en"), elsewhere)
    assert "to download them" in english


def test_a_file_that_zalo_refuses_leads_to_the_page_too() -> None:
    channel = Channel()
    answer(channel, "a.pdf", elsewhere=FilesElsewhere("UBND phường", "HN-1", "https://pakn.example.vn/?code=HN-1"))
    channel.zalo.faults["file"] = [refuse(-210)]
    channel.send("n1")
    assert "a.pdf. Xin mở https://pakn.example.vn/?code=HN-1 để tải về" in channel.zalo.texts()[1]


def lost(_request: httpx.Request, _act: Callable[[], httpx.Response]) -> httpx.Response:
    return httpx.Response(500)


@pytest.mark.parametrize(
    ("fault", "state", "ends"), [(no_connection, "waiting", "cancelled"), (lost, "unknown", "unknown")]
)
def test_a_form_that_failed_does_not_come_after_the_next_question(fault: Fault, state: str, ends: str) -> None:
    channel = Channel()
    channel.zalo.faults["cs"] = [lambda _request, act: act(), fault]
    channel.send(channel.plan("n1", "Xin cho biết họ tên", form=FORM))
    assert (channel.zalo.texts(), channel.state("n1")) == (["Xin cho biết họ tên"], state)
    channel.clock.advance(seconds=10)
    channel.send(channel.plan("n2", "Xin cho địa chỉ"))
    assert channel.state("n2") == "sent"
    for _ in range(3):
        channel.clock.advance(minutes=1)
        channel.sweep()
    assert channel.zalo.texts() == ["Xin cho biết họ tên", "Xin cho địa chỉ"]
    assert channel.state("n1") == ends


def test_a_file_that_zalo_refuses_is_named_elsewhere_and_is_no_enclosure() -> None:
    fits, is_too_large = file("Phụ lục.pdf"), file("Bản vẽ.pdf", size=5 * MIB + 1)
    texts = reference.texts()
    assert [one.name for one in enclosures_of([fits, is_too_large], texts, AT_THE_WARD)] == ["Phụ lục.pdf"]
    follow, there = words_about_files([fits, is_too_large], texts, AT_THE_WARD).split("\n")
    assert ("Phụ lục.pdf" in follow, "Bản vẽ.pdf" in follow) == (True, False)
    assert ("Phụ lục.pdf" in there, "Bản vẽ.pdf" in there) == (False, True)
    assert words_about_files([], texts, AT_THE_WARD) == ""
