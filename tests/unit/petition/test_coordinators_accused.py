"""Petitions that accuse the coordinators are hidden from all of them and handled by the head inspector."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.clock.ladder import Recipient
from petitions.domain.contact.contact_request import (
    ContactReason,
    ContactRequest,
    answer_due_id,
    contact_path,
    may_handle,
)
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.missing_roles import NO_SUPERIOR, missing_role_warnings
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.officers.policy import Permission, actions, may
from petitions.domain.petition.classification import GivenClassification
from petitions.domain.petition.confidentiality import keeper, without_closed
from petitions.domain.petition.petition import Addition, Petition
from petitions.errors import Forbidden, NotFound, PetitionError, Rejected
from petitions.ports.store import Transaction
from petitions.usecases.accusations.keep_apart import KeptApart
from petitions.usecases.contact.bring_answer import ask_for_answer
from petitions.usecases.contact.read_contacts import ReadContacts
from petitions.usecases.contact.request_contact import ContactWish
from petitions.usecases.desk import read_audit, read_work_list
from petitions.usecases.desk.preview_merge import PreviewMerge
from petitions.usecases.desk.read_audit import AuditFilters, ReadAudit
from petitions.usecases.desk.work_list_query import WorkListFilters, WorkListView, views
from petitions.usecases.lifecycle.commands import COMMANDS
from petitions.usecases.lifecycle.manage_handlers import ManageHandlers
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.staff import Staff
from petitions.usecases.privacy.erase_at_the_desk import EraseAtTheDesk
from petitions.usecases.reminders.tell_units import _whom
from petitions.usecases.shared.petition_changes import Actor
from tests.unit.petition.handling import ANSWER, WHY_NONE, act, officer
from tests.unit.petition.secret_matters import (
    COORDINATOR,
    DELAY,
    DENUNCIATION,
    HEAD,
    PEOPLE,
    STAFF,
    WARD,
    SecretWorld,
    of,
)
from tests.unit.privacy.erased import sweep
from tests.unit.world import ID_KEY

OFFICE = "Cán bộ Văn phòng UBND thành phố vòi tiền tôi rồi mới chịu chuyển đơn về phường Yên Hòa"
NAMED = "Tôi nộp đơn qua kênh này thì chị Phạm Thị Ngọc Huyền nhận hối lộ 5 triệu của chủ quán rồi cho đơn chìm luôn"
BESIDE = (f"{HEAD}. {NAMED}", f"{STAFF}. Chị Phạm Thị Ngọc Huyền vòi tiền mới chuyển đơn")
NAMESAKE = "Con tôi là Phạm Thị Ngọc Huyền đăng ký khai sinh ở phường Yên Hòa, xin hỏi lệ phí là bao nhiêu"
WHY = "Xác minh người gửi theo yêu cầu giải quyết"
SUPERIOR, ITS_OFFICER = of("TTTP", Role.HEAD), of("TTTP", Role.OFFICER)
NAMED_ONE = Officer(
    id="vpub-huyen", name="Phạm Thị Ngọc Huyền", email="h@example.vn", unit="VPUB", role=Role.COORDINATOR
)
OUTSIDERS = tuple(person for person in (*PEOPLE, NAMED_ONE) if person.unit != "TTTP")


@pytest.fixture
def world() -> SecretWorld:
    made = SecretWorld()
    made.store.create(officer_path(NAMED_ONE.id), NAMED_ONE.stored())
    return made


def put(world: SecretWorld, petition: Petition, **fields: Any) -> Petition:
    world.store.update(f"petitions/{petition.code}", fields)
    return world.again(petition)


def check(world: SecretWorld, petition: Petition) -> None:
    """Fail if any use case shows the petition to people outside the inspectorate."""
    for who in OUTSIDERS:
        assert not any(may(who, permission, petition) for permission in Permission), who.id
        with pytest.raises(NotFound):
            world.pages(who, petition.code)
        with pytest.raises(NotFound):
            world.reveal(who, petition.code, WHY)
        assert world.lists(who, filters=WorkListFilters(text=petition.code)).lines == []
        for view in views(who):
            page = world.lists(who, view)
            assert petition.code not in {line.code for line in page.lines}
            assert page.counts.get(view, len(page.lines)) == len(page.lines), (who.id, view)
        assert world.lists.number(who, None, WorkListFilters()) == str(len(world.lists(who).lines))
        for action in COMMANDS:
            with pytest.raises(PetitionError):
                act(world, who, petition, action, text="Theo quy định của thành phố", unit="VPUB", sure=True)
    assert world.again(petition) == petition


@pytest.mark.parametrize("story", [OFFICE, NAMED])
def test_who_coordinates_knows_nothing_of_what_accuses_them(world: SecretWorld, story: str) -> None:
    petition = world.secret(story)
    assert (petition.accused, petition.unit, petition.classified) == ("VPUB", "TTTP", None)
    check(world, petition)
    for who in (SUPERIOR, ITS_OFFICER):
        assert world.pages(who, petition.code).petition.code == petition.code
        assert world.reveal(who, petition.code, WHY).contact == petition.contact


@pytest.mark.parametrize("story", BESIDE)
def test_one_of_them_who_is_named_beside_another_office_is_kept_out_as_well(world: SecretWorld, story: str) -> None:
    petition = world.secret(story)
    assert "VPUB" in petition.grounds
    assert petition.unit == "TTTP"
    check(world, petition)


@pytest.mark.parametrize(
    "story",
    [
        "Cán bộ điều phối của kênh phản ánh này nhận tiền của quán nên đơn tôi bị xoá",
        "Văn phòng Ủy ban thành phố ngâm đơn của tôi, chị điều phối bảo phải biết điều",
        "VP UBND TP nhận phong bì mới chuyển đơn",
        "Chị Hương điều phối nói ai biết điều thì xong trước",
        "Anh Khoa điều phối hỏi tôi có tiền trà nước gì chưa",
        "anh khoa ben dieu phoi hoi toi co qua gi chua",
        "Chị Hương bên tiếp nhận phản ánh thành phố cho số tài khoản riêng",
        "Cô Lan ở phòng điều phối bảo muốn nhanh thì ra quán cà phê gặp riêng đưa tiền",
    ],
)
def test_their_office_is_known_by_what_people_call_it(world: SecretWorld, story: str) -> None:
    petition = world.secret(story)
    assert (petition.accused, petition.unit) == ("VPUB", "TTTP")


DOUBTED = pytest.mark.xfail(strict=True, reason="the model doubts these words, and they name a coordinator")


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(NAMESAKE, marks=DOUBTED),
        "Gửi Văn phòng UBND thành phố: cán bộ phường Yên Hòa vòi tiền tôi khi làm khai sinh",
        "Văn phòng UBND thành phố chậm trả lời, đề nghị cải tiến kênh phản ánh này",
        "Cảm ơn cán bộ điều phối đã trả lời nhanh, nhưng vỉa hè vẫn bị lấn chiếm",
        "Cảm ơn chị Hương điều phối đã gọi lại, đèn đường ngõ 12 vẫn tắt",
        pytest.param("Chị Hương bên tiếp nhận phản ánh hỏi địa chỉ, tôi ở ngõ 12 phường Yên Hòa", marks=DOUBTED),
        "Anh Nam điều phối giao thông ở ngã tư Trần Duy Hưng làm rất tốt",
        "Anh cảnh sát không điều phối giao thông, đường ùn tắc cả giờ",
        "Ông bảo vệ bệnh viện điều phối xe thu thêm tiền gửi xe của tôi",
        "Có ba xe rác do bác tổ trưởng điều phối nhưng rác vẫn ứ đầy ngõ",
        "Đội điều phối xe buýt để khách chờ một tiếng ở bến Mỹ Đình",
    ],
)
def test_petition_without_accusation_stays_open_to_coordinators(world: SecretWorld, story: str) -> None:
    assert "VPUB" not in world.secret(story).grounds


AT_THE_OFFICE = (
    Officer(id="vpub-huong", name="Nguyễn Thu Hương", email="hg@example.vn", unit="VPUB", role=Role.COORDINATOR),
    Officer(id="vpub-khoa", name="Trần Đình Khoa", email="k@example.vn", unit="VPUB", role=Role.COORDINATOR),
    Officer(id="vpub-bao", name="Đặng Quốc Bảo", email="b@example.vn", unit="VPUB", role=Role.ADMIN),
)


@pytest.fixture
def office(world: SecretWorld) -> SecretWorld:
    """A world with officers whose given names are known, one of which is also a common word."""
    for person in AT_THE_OFFICE:
        world.store.create(officer_path(person.id), person.stored())
    return world


MAY_MEAN = (
    'chi huong ben van phong uy ban tp cam don cua toi 2 thang, chi bao "co gi thi gap rieng chi". toi hieu roi',
    "Người ngồi chia đơn trên thành phố chuyển đơn của anh họ tôi trong ba phút, hay tại anh họ tôi có quà Tết ạ?",
    "Tôi tố ông chủ tịch phường, hôm sau ông ấy đọc vanh vách từng câu. Vậy ai ở trên này đưa cho ông ấy đọc?",
    "Bác trưởng phòng tiếp dân của Văn phòng mắng mẹ tôi 70 tuổi là bà già lẩm cẩm, đuổi ra khỏi phòng",
    "Có phải ai quen chị H. ở VP UBTP thì được ưu tiên không? Ba lần tôi báo đều bị đóng hồ sơ. Ai đóng?",
    "Đơn xin phép xây nhà bị thất lạc hai lần ở bàn cô Hương, lần ba tôi kẹp hai triệu vào thì thấy ngay",
    "Em gái sếp Bảo quản trị mạng bán danh sách số điện thoại người gửi phản ánh cho bên môi giới nhà đất",
    "Cán bộ tên Khoa đòi tôi mời bữa nhậu ở Trần Thái Tông rồi mới chuyển hồ sơ xuống sở",
    "Chồng tôi là Trần Đình Khoa, anh ấy đánh tôi và nói ở cơ quan anh ấy đọc được hết đơn",
    "Gửi anh Bảo: anh tắt tài khoản của chị tôi vì chị ấy không chịu sửa ngày trong hồ sơ cho đẹp số liệu",
    "Cô giáo bảo mẹ cô làm ở chỗ chia đơn, phụ huynh nào phản ánh lạm thu là cô biết hết tên, đề nghị làm rõ",
    "De nghi xem lai viec can bo truc tong dai 1022 va nguoi chuyen don thong dong voi ben cat nuoc. Toi co ghi am",
    "VPUB làm ăn như hạch. Cán bộ tiếp nhận nạt nộ: không thích thì về mà kiện",
    "trang 2: nguoi nhan don o 12 le lai lay cua toi 500k tien photo, khong co bien lai, hoi thi chui",
    "Tôi bực vì chị Hương trên thành phố ngâm đơn đòi cà phê mới chuyển, đề nghị kỷ luật chị ấy",
    "The coordinator at the city office, Ms Huong, asked my landlord for 2 million dong to move our complaint",
    "Đơn của tôi bị trả lại vì tôi không có phong bì cho người phân loại đơn",
    "Tổng đài 1022 chỗ nhận đơn này bắt tôi nộp 500 nghìn không có hóa đơn mới ghi nhận phản ánh",
    "Kênh này ăn tiền của nhà hàng xóm tôi để dìm phản ánh của tôi",
    "Người ngồi phòng tiếp nhận ở 79 Đinh Tiên Hoàng bắt tôi đưa tiền bồi dưỡng",
    "Người đã từ chối đơn lần trước của tôi ở kênh này nhận tiền của bên kia",
    "Cán bộ trực tổng đài phản ánh hỏi tôi có quà gì không thì mới ghi đơn",
    "Người trả lời tôi ở Zalo này hỏi tôi có gì cảm ơn không",
    "Đề nghị xem lại: người chia đơn ăn tiền hai bên",
)


@pytest.mark.parametrize(
    "story",
    MAY_MEAN,
)
def test_what_may_mean_them_is_not_theirs_to_decide(office: SecretWorld, story: str) -> None:
    assert office.contacting.judge.accused(office.store, story)


def test_what_may_mean_them_goes_to_their_superior(office: SecretWorld) -> None:
    for number, story in enumerate(MAY_MEAN[-11:]):
        petition = office.secret(story, number)
        assert ("VPUB" in petition.grounds, petition.unit) == (True, "TTTP")
        check(office, petition)


@pytest.mark.parametrize(
    "story",
    [
        "Cảm ơn chị Hương ở Văn phòng đã chuyển đơn lần trước rất nhanh. Nay cây đổ chắn lối vào ngõ 45 Vĩnh Phúc",
        "Công văn số 123 của Văn phòng UBND thành phố về nghỉ Tết tôi đọc không hiểu, xin giải thích",
        "Nhà tôi ở cạnh Văn phòng Ủy ban, tối nào quán nhậu cũng hát karaoke đến 12 giờ đêm, đề nghị xử lý tiếng ồn",
        "de nghi van phong thanh pho cong khai so dien thoai cua cac phuong tren trang web cho dan de goi",
        "Bác bảo vệ trường mầm non tư đòi phụ huynh 10 nghìn mỗi lần đón muộn, chủ trường biết mà lờ",
        "Rào tôn che hết cửa hàng nhà em, bao giờ tháo?",
        "Bà Hương bán bún lấn chiếm vỉa hè, đuổi thì chửi",
        "chi huong ban rau lan chiem via he",
        "Ông Trần Đình Khoa ở số 5 ngõ 20 Trung Kính đổ phế thải xây dựng",
        "Bác Khoa tổ trưởng thu 50 nghìn mỗi nhà không có biên lai",
        "Bác bảo vệ tên Khoa ở chung cư thu tiền gửi xe không đưa vé",
        "Anh Khoa công an phường Yên Hòa đòi tiền tôi",
        "Chị Hương cán bộ địa chính phường Yên Hòa vòi 5 triệu",
        "Đề nghị Văn phòng UBND thành phố chuyển giúp đơn của tôi tố cáo phường Yên Hòa nhận tiền",
        "Phường Yên Hòa thu 50 nghìn không có biên lai, tôi gửi kênh này mong được xem xét",
        "Tổng đài 1022 gọi mãi không ai nghe máy",
        "Phòng khám đường hương lộ ở phường Yên Hòa thu tiền cao, bác sĩ khoa nhi hướng dẫn tận tình",
    ],
)
def test_names_and_words_of_every_day_close_nothing_to_them(office: SecretWorld, story: str) -> None:
    assert "VPUB" not in office.secret(story).grounds


PEOPLE_OF_THIS_CHANNEL = (
    "Kênh này lộ tên tôi cho chủ quán karaoke, tối qua nó đến tận nhà chửi",
    "Người ngồi trực tin nhắn bảo muốn nhanh thì chuyển khoản cho em ấy hai trăm",
    "Mấy chị phân công đơn toàn ưu tiên người quen, đơn tôi nằm đó hai tháng",
    "Bên trực tin nhắn của anh chị nhận tiền của chủ bãi xe rồi báo lại cho hắn biết ai gửi",
    "Ai đọc tin ở đây mà hôm sau ông trưởng thôn đã biết tôi gửi gì",
    "ai trực máy tối thứ 7 chửi tôi là đồ rảnh háng",
    "Tổng đài này có cô giọng miền trung gợi ý cảm ơn thì được xử lý sớm",
    "bên mình có người móc nối với chủ xưởng, tôi báo kín mà chủ xưởng đọc được từng chữ",
    "ban nao truc o day doc tin cua toi roi gui cho chu nha tro, ba ay vua duoi toi",
    "Các anh các chị trực ở đây có chia phần với đội gửi xe không mà bênh thế",
)


@pytest.mark.parametrize("story", PEOPLE_OF_THIS_CHANNEL)
def test_who_works_for_this_channel_is_known_by_what_they_do_there(office: SecretWorld, story: str) -> None:
    assert office.contacting.judge.accused(office.store, story)


def test_an_accusation_of_who_works_for_this_channel_goes_to_their_superior(office: SecretWorld) -> None:
    for number, story in enumerate(PEOPLE_OF_THIS_CHANNEL[1:4]):
        petition = office.secret(story, number)
        assert ("VPUB" in petition.grounds, petition.unit) == (True, "TTTP")
        check(office, petition)


@pytest.mark.parametrize(
    "story",
    [
        "Cảm ơn kênh này đã giúp, đèn ngõ tôi sáng rồi",
        "Kênh này trả lời chậm quá, ba ngày chưa thấy gì",
        "Ai đọc tin ở đây vậy ạ, cho em hỏi giờ làm việc",
        "Mấy chị phân công đơn làm nhanh giúp em, cống tắc nước vào nhà",
        "Bộ phận nhận tin làm ơn chuyển giúp ảnh này cho phường Yên Hòa, rác đổ đầy ngõ",
        "Mong các anh chị ở đây giữ kín tên giúp tôi, quán bia cạnh nhà ồn lắm",
        "Tôi nhắn kênh này vì phường ngâm hồ sơ của tôi ba tháng",
        "Các bạn trực kênh vất vả rồi, mong xử lý sớm vụ karaoke ồn ở ngõ 20",
        "Cán bộ trực đường dây nóng phường Yên Hòa chửi tôi",
    ],
)
def test_who_thanks_or_asks_this_channel_accuses_none_of_its_people(office: SecretWorld, story: str) -> None:
    assert "VPUB" not in office.secret(story).grounds


def test_who_leads_the_inspectorate_passes_on_what_accuses_another(office: SecretWorld) -> None:
    petition = office.secret("Cán bộ tên Khoa đòi tôi mời bữa nhậu rồi mới chuyển hồ sơ")
    assert petition.unit == "TTTP"
    passed = act(office, SUPERIOR, petition, Action.ACCEPT, classified=GivenClassification(accused="SXD"))
    assert passed.accused == "SXD"
    assert office.pages(COORDINATOR, petition.code)
    for who in (SUPERIOR, COORDINATOR):
        assert not may(who, Permission.REVEAL, passed) or who.id != passed.opened_by


def test_what_accuses_the_inspectorate_too_goes_past_it(world: SecretWorld) -> None:
    petition = world.secret(OFFICE)
    petition = put(world, petition, closed_with=["TTTP"])
    for who in (*OUTSIDERS, SUPERIOR, ITS_OFFICER):
        assert not may(who, Permission.READ, petition), who.id
    assert keeper(petition, reference.directory()) == "SNV"
    assert without_closed(petition, reference.directory()).unit == "SNV"


def test_coordinator_who_classifies_it_as_accusing_their_office_loses_access(world: SecretWorld) -> None:
    petition = put(world, world.secret(DELAY), unit="VPUB")
    petition = act(world, COORDINATOR, petition, Action.ACCEPT, classified=GivenClassification(accused="VPUB"))
    assert (petition.unit, petition.accused) == ("TTTP", "VPUB")
    check(world, petition)


def test_what_is_merged_with_it_is_kept_from_them_too(world: SecretWorld) -> None:
    first, second = (put(world, world.secret(DELAY, number), unit="VPUB") for number in (1, 2))
    second = act(world, COORDINATOR, second, Action.MERGE, text=first.code)
    act(world, COORDINATOR, world.again(first), Action.ACCEPT, classified=GivenClassification(accused="VPUB"))
    for petition in map(world.again, (first, second)):
        assert (petition.unit, "VPUB" in petition.grounds) == ("TTTP", True)
        check(world, petition)


def test_who_leads_the_inspectorate_does_what_coordinators_do(world: SecretWorld) -> None:
    petition = act(world, SUPERIOR, world.secret(OFFICE), Action.ACCEPT)
    assert Action.CLASSIFY in {row.action for row in actions(SUPERIOR, petition)}
    assert Action.CLASSIFY not in {row.action for row in actions(ITS_OFFICER, petition)}
    refused = act(
        world, SUPERIOR, petition, Action.REFUSE, why=RefusalReason.OTHER, text="Nội dung đã được giải quyết xong."
    )
    assert refused.state is State.REFUSED
    check(world, refused)


def test_its_answer_is_not_published(world: SecretWorld) -> None:
    answered = act(world, ITS_OFFICER, begun(world), Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    answered = act(world, SUPERIOR, answered, Action.APPROVE)
    assert Action.PUBLISH not in {row.action for row in world.pages(SUPERIOR, answered.code).actions}
    with pytest.raises(Forbidden, match="đang kín"):
        act(world, SUPERIOR, answered, Action.PUBLISH, summary="Một vụ việc", text="Đã giải quyết xong vụ việc")


def test_hand_over_by_a_coordinator_includes_no_closed_petition(office: SecretWorld) -> None:
    petition = put(office, office.secret(OFFICE), handler=ITS_OFFICER.id)
    ports = (office.store, office.publisher, office.clock, office.ids)
    mail = OfficerMail(reference.texts(), reference.directory(), "https://desk.example.vn")
    desk = ManageHandlers(*ports, Staff(office.store, office.clock), office.desk, reference.texts(), mail)
    assert desk.loads(COORDINATOR, "TTTP") == {}
    assert desk.loads(SUPERIOR, "TTTP") == {ITS_OFFICER.id: 1}
    assert desk.hand_over(COORDINATOR, "TTTP", ITS_OFFICER.id, SUPERIOR.id) == []
    assert [result.code for result in desk.hand_over(SUPERIOR, "TTTP", ITS_OFFICER.id, SUPERIOR.id)] == [petition.code]


@pytest.mark.parametrize("who", [SUPERIOR, ITS_OFFICER])
def test_it_is_not_given_back_to_them(world: SecretWorld, who: Officer) -> None:
    petition = world.secret(OFFICE)
    for action, unit in ((Action.GIVE_BACK, None), (Action.REASSIGN, "VPUB"), (Action.REASSIGN, "SXD")):
        with pytest.raises(Forbidden):
            act(world, who, petition, action, text="Không thuộc thẩm quyền", unit=unit, sure=True)


def test_a_denunciation_of_them_is_for_the_inspectorate(world: SecretWorld) -> None:
    petition = put(world, world.secret(OFFICE), petition_class="denunciation")
    check(world, petition)
    assert world.pages(SUPERIOR, petition.code)


def test_who_leads_the_inspectorate_opens_it_to_them_but_not_its_filer_to_themselves(world: SecretWorld) -> None:
    petition = world.secret(OFFICE)
    with pytest.raises(Rejected, match="họ đọc được ngay"):
        act(world, SUPERIOR, petition, Action.ACCEPT, classified=GivenClassification(accused=""), sure=False)
    check(world, petition)
    opened = act(world, SUPERIOR, petition, Action.ACCEPT, classified=GivenClassification(accused=""), sure=True)
    assert (opened.accused, opened.opened_by) == (None, SUPERIOR.id)
    assert not may(SUPERIOR, Permission.REVEAL, opened)
    assert may(ITS_OFFICER, Permission.REVEAL, opened)
    assert world.pages(COORDINATOR, opened.code)


@pytest.mark.parametrize("story", [DENUNCIATION, DELAY])
@pytest.mark.parametrize("says", ["", WARD, "SDL"])
def test_who_decides_a_doubt_does_not_see_the_filer_by_it(world: SecretWorld, story: str, says: str) -> None:
    petition = world.secret(story)
    if petition.accused is None:
        routed = world.store.documents[f"petitions/{petition.code}"]["routed"]
        petition = put(world, petition, unit="VPUB", routed={**routed, "may_accuse": True, "auto": False})
    assert petition.is_doubted
    for who in (COORDINATOR, NAMED_ONE):
        assert not may(who, Permission.REVEAL, petition)
    decided = act(world, COORDINATOR, petition, Action.ACCEPT, classified=GivenClassification(accused=says))
    assert not may(COORDINATOR, Permission.REVEAL, decided)
    assert may(NAMED_ONE, Permission.REVEAL, decided)


@pytest.mark.parametrize("unit", ["SNV", "SXD", WARD, "TTTP"])
@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.INSPECTOR])
def test_no_unit_reads_what_may_accuse_it_before_it_is_classified(world: SecretWorld, unit: str, role: Role) -> None:
    petition = world.secret(DELAY)
    routed = world.store.documents[f"petitions/{petition.code}"]["routed"]
    petition = put(world, petition, unit="VPUB", routed={**routed, "may_accuse": True, "auto": False})
    who = officer(unit, role, "x")
    assert not may(who, Permission.READ, petition)
    with pytest.raises(Forbidden, match="xin phân loại"):
        act(world, COORDINATOR, petition, Action.REASSIGN, unit=unit, text="Theo ngành", sure=True)
    assert not may(who, Permission.READ, put(world, petition, unit=unit, coordinating=[unit]))


def test_an_inspector_reads_what_accuses_nobody_before_it_is_classified(world: SecretWorld) -> None:
    inspector, petition = of("SNV", Role.INSPECTOR), world.secret(DELAY)
    routed = world.store.documents[f"petitions/{petition.code}"]["routed"]
    assert may(inspector, Permission.READ, put(world, petition, unit="VPUB", routed={**routed, "auto": False}))


def test_administrators_are_notified_if_the_inspectorate_has_no_officers(world: SecretWorld) -> None:
    for who in (SUPERIOR, ITS_OFFICER):
        del world.store.documents[officer_path(who.id)]
    petition = world.secret(OFFICE)
    staff = Staff(world.store, world.clock)
    assert petition.unit == "TTTP"
    assert staff.meant(petition, [*Recipient, *_whom(petition)]) == []
    assert staff.on_duty(petition) == []
    check(world, petition)
    assert NO_SUPERIOR in missing_role_warnings("TTTP", [])
    assert NO_SUPERIOR in missing_role_warnings("TTTP", [ITS_OFFICER])
    assert missing_role_warnings("TTTP", [SUPERIOR, ITS_OFFICER]) == []
    assert NO_SUPERIOR not in missing_role_warnings("SXD", [])


def test_the_superior_of_the_coordinators_is_there() -> None:
    assert reference.directory().name_of("TTTP") == "Thanh tra thành phố Hà Nội"


UNKNOWN_CODE = "HN-261130-ABCD-EFGH"


@pytest.mark.parametrize("story", [OFFICE, NAMED])
@pytest.mark.parametrize("fields", [{}, {"state": State.REFUSED}, {"petition_class": "denunciation"}])
def test_what_is_merged_into_a_closed_one_is_refused_as_if_there_were_none(
    world: SecretWorld, story: str, fields: dict[str, Any]
) -> None:
    closed = put(world, world.secret(story), accused="VPUB", **fields)
    petition = put(world, world.secret(DELAY, 1), unit="VPUB")
    preview = PreviewMerge(world.store, world.pages, world.search, world.desk.services.merging)
    refusals = set()
    for code in (closed.code, UNKNOWN_CODE, petition.code):
        for who in (COORDINATOR, NAMED_ONE):
            with pytest.raises(Rejected) as shown:
                preview(who, petition.code, code)
            with pytest.raises(Rejected) as done:
                act(world, who, petition, Action.MERGE, text=code)
            refusals |= {(str(exception_info.value), exception_info.value.reason) for exception_info in (shown, done)}
    assert len(refusals) == 1
    assert (world.again(closed), world.again(petition)) == (closed, petition)


def asks(
    world: SecretWorld, text: str, why: ContactReason = ContactReason.PERSON, citizen: str = "pseudonym", **fields: Any
) -> ContactRequest:
    wish = ContactWish(why, citizen=citizen, key=f"key-{len(text)}", text=text, kept=True, **fields)
    world.store.transact(lambda tx: world.contacting(tx, wish, world.clock.now()))
    found = [
        ContactRequest.model_validate(world.store.documents[path]) for path in world.store.paths("contact_requests")
    ]
    return next(contact_request for contact_request in found if text in contact_request.text)


def mailed(world: SecretWorld) -> set[str]:
    found = [Notice.model_validate(world.store.documents[path]) for path in world.store.paths("notices")]
    return {str(notice.officer) for notice in found if notice.kind is NoticeKind.CONTACT}


@pytest.mark.parametrize("why", [ContactReason.PERSON, ContactReason.STUCK])
@pytest.mark.parametrize("story", [OFFICE, NAMED, "Chị Hương điều phối nói ai biết điều thì xong trước"])
def test_contact_request_about_them_goes_to_their_superior(world: SecretWorld, story: str, why: ContactReason) -> None:
    request = asks(world, story, why)
    assert (request.unit, request.of_coordinators) == ("TTTP", True)
    assert mailed(world) == {SUPERIOR.id}
    inbox = ReadContacts(world.store, world.clock, reference.directory())
    for who in OUTSIDERS:
        assert not may_handle(who, request)
        assert (inbox.open(who), inbox.news(who, request.at), inbox.count(who)) == ([], [], "")
    for who in (SUPERIOR, ITS_OFFICER):
        assert may_handle(who, request)
        assert [line.request for line in inbox.open(who)] == [request]


@pytest.mark.parametrize(
    "story",
    [
        "Tôi muốn gặp ai đó không phải cô Hương, vì chính cô Hương lấy 3 triệu của tôi để đẩy đơn lên trước",
        "Tôi không gặp anh Khoa vì anh Khoa ghét tôi từ vụ anh ấy vay tôi 10 triệu",
        "Đề nghị xem lại: người chia đơn ăn tiền hai bên",
        "The coordinator at the city office, Ms Huong, asked my landlord for 2 million dong",
    ],
)
def test_who_asks_for_a_person_is_judged_as_who_files(office: SecretWorld, story: str) -> None:
    for why in (ContactReason.PERSON, ContactReason.CONTESTED, ContactReason.STUCK, ContactReason.EMERGENCY):
        request = asks(office, f"{story}. {why}", why)
        assert (request.unit, request.of_coordinators) == ("TTTP", True), why
    assert mailed(office) == {SUPERIOR.id}


NAMES_ONE = "Ông Khoa say rượu giờ hành chính, mùi nồng nặc, ký nhầm giấy của tôi hai lần"


@pytest.mark.parametrize("why", [ContactReason.STUCK, ContactReason.EMERGENCY])
def test_a_card_that_nobody_asked_for_is_not_shown_to_whom_it_names(office: SecretWorld, why: ContactReason) -> None:
    assert asks(office, NAMES_ONE, why).unit == "TTTP"
    inbox = ReadContacts(office.store, office.clock, reference.directory())
    assert [inbox.open(who) for who in (*AT_THE_OFFICE, COORDINATOR)] == [[]] * 4
    fire = "Cháy ở ngõ 5, có người kẹt bên trong"
    assert asks(office, fire, why, citizen="another").unit == "VPUB"


def test_a_danger_is_theirs_where_their_superior_has_nobody(office: SecretWorld) -> None:
    for who in (SUPERIOR, ITS_OFFICER):
        del office.store.documents[officer_path(who.id)]
    assert asks(office, NAMES_ONE, ContactReason.EMERGENCY).unit == "VPUB"


@pytest.mark.parametrize(
    "later",
    [
        "Thêm nữa là hôm qua cô Hương gọi cho tôi bảo muốn nhanh thì gửi cô ấy ba trăm cà phê",
        "Nội dung: Công văn nghỉ Tết do anh Khoa VP ký tay, anh ấy bán suất nghỉ có lương cho người quen, có tin nhắn",
        "Mà thôi nói thật: chính cô Hương bảo tôi đưa 1 triệu thì khỏi cần bản sao",
    ],
)
def test_later_words_that_may_mean_them_are_kept_from_them(office: SecretWorld, later: str) -> None:
    kept = adds(office, put(office, office.secret(DELAY), unit="VPUB"), later)
    assert kept is not None
    assert kept.petition.unit == "TTTP"
    check(office, kept.petition)


def test_contact_request_stays_hidden_if_their_superior_has_no_officers(world: SecretWorld) -> None:
    for who in (SUPERIOR, ITS_OFFICER):
        del world.store.documents[officer_path(who.id)]
    assert asks(world, NAMED).unit == "TTTP"
    assert mailed(world) == set()


def test_what_accuses_them_takes_along_the_request_that_they_read(world: SecretWorld) -> None:
    first = asks(world, "Cho tôi gặp cán bộ về giấy khai sinh")
    assert (first.unit, SUPERIOR.id in mailed(world)) == ("VPUB", False)
    second = asks(world, NAMED)
    third = asks(world, "Tôi vẫn chờ cán bộ gọi lại")
    assert {request.id for request in (first, second, third)} == {first.id}
    assert (third.unit, third.of_coordinators) == ("TTTP", True)
    assert SUPERIOR.id in mailed(world)
    inbox = ReadContacts(world.store, world.clock, reference.directory())
    for who in OUTSIDERS:
        assert (inbox.open(who), inbox.count(who)) == ([], "")


def test_what_the_office_owes_the_citizen_stays_with_whom_it_was_asked_of(world: SecretWorld) -> None:
    now, petition = world.clock.now(), world.secret(DELAY)
    world.store.transact(lambda tx: ask_for_answer(tx, petition, "VPUB", world.timekeeping, now))
    owed = contact_path(answer_due_id(petition.code))
    before = dict(world.store.documents[owed])
    assert asks(world, NAMED, citizen=petition.citizen).unit == "TTTP"
    assert world.store.documents[owed] == before


DANGER = (
    "Chị Hương điều phối ở Văn phòng UBND thành phố thuê người đến đòi giết tôi",
    "Tôi tên Nguyễn Văn Nam, ở 5 Láng Hạ, điện thoại 0912345678, chúng vẫn đứng ngoài cửa",
)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("why", [ContactReason.EMERGENCY, ContactReason.PERSON])
def test_who_is_accused_in_one_message_reads_no_other_of_the_same_danger(
    office: SecretWorld, order: int, why: ContactReason
) -> None:
    for words, reason in zip(DANGER[::order], (ContactReason.EMERGENCY, why)[::order], strict=True):
        asks(office, words, reason)
        office.clock.advance(minutes=1)
    inbox = ReadContacts(office.store, office.clock, reference.directory())
    found = [
        ContactRequest.model_validate(office.store.documents[path]) for path in office.store.paths("contact_requests")
    ]
    assert {(request.unit, request.of_coordinators) for request in found} == {("TTTP", True)}
    for who in (*AT_THE_OFFICE, COORDINATOR):
        assert inbox.open(who) == []
        for request in found:
            with pytest.raises(NotFound):
                office.reveal.of_request(who, request.id, "Xác minh người đang gặp nguy hiểm")
    assert {line.request.id for line in inbox.open(SUPERIOR)} == {request.id for request in found}


def test_a_draft_or_a_petition_that_accuses_them_closes_what_follows_to_them(office: SecretWorld) -> None:
    assert asks(office, "Họ đang đứng ngoài cửa nhà tôi", ContactReason.EMERGENCY, beside=OFFICE).unit == "TTTP"
    filed = (office.secret(OFFICE).code,)
    assert asks(office, "Có người đập cửa nhà tôi", ContactReason.EMERGENCY, "another", filed=filed).unit == "TTTP"
    assert asks(office, "Cho tôi gặp cán bộ", ContactReason.PERSON, "a fourth", filed=filed).unit == "TTTP"
    assert asks(office, "Có người đang đập cửa nhà bên cạnh", ContactReason.EMERGENCY, "a third").unit == "VPUB"


def test_a_matter_of_last_week_is_another(office: SecretWorld) -> None:
    request = asks(office, DANGER[0], ContactReason.EMERGENCY)
    office.store.update(f"contact_requests/{request.id}", {"state": "closed"})
    office.clock.advance(hours=23)
    assert asks(office, "Chúng nó quay lại", ContactReason.EMERGENCY).unit == "TTTP"
    office.store.update(f"contact_requests/{request.id}", {"state": "closed"})
    for path in office.store.paths("contact_requests"):
        office.store.update(path, {"state": "closed"})
    office.clock.advance(hours=25)
    assert asks(office, "Cháy ở ngõ 5, có người kẹt", ContactReason.EMERGENCY).unit == "VPUB"


def test_a_contest_that_accuses_them_shows_with_no_petition(world: SecretWorld) -> None:
    petition = world.secret(DELAY)
    request = asks(world, NAMED, ContactReason.CONTESTED, petition=petition)
    assert (request.code, request.unit, request.text) == (None, "TTTP", f"{petition.code}: {NAMED}")
    found = [Notice.model_validate(world.store.documents[path]) for path in world.store.paths("notices")]
    assert {notice.about and notice.about.code for notice in found if notice.kind is NoticeKind.CONTACT} == {None}


LATER = ("Hôm nay chị Phạm Thị Ngọc Huyền gọi bảo tôi đưa 2 triệu thì mới xử lý", OFFICE)


def adds(world: SecretWorld, petition: Petition, text: str) -> KeptApart | None:
    additions = [Addition(by="citizen", input=text[:5], at=world.clock.now(), type="text", text=text)]
    kept: list[KeptApart | None] = []

    def keep(tx: Transaction) -> None:
        kept[:] = [world.keep_apart(tx, petition, additions, [], Actor(Role.CITIZEN), world.clock.now())]

    world.store.transact(keep)
    return kept[0]


@pytest.mark.parametrize(("unit", "story"), [("VPUB", DELAY), ("SXD", DELAY), ("VPUB", STAFF), ("VPUB", DENUNCIATION)])
@pytest.mark.parametrize("later", LATER)
def test_later_words_that_accuse_them_are_kept_from_them(world: SecretWorld, unit: str, story: str, later: str) -> None:
    filed = world.secret(story)
    petition = filed if filed.unit == unit else put(world, filed, unit=unit)
    kept = adds(world, petition, later)
    assert kept is not None
    check(world, kept.petition)
    world.routing(kept.petition.code)
    apart = world.again(kept.petition)
    assert (apart.unit, "VPUB" in apart.grounds, apart.apart_from) == ("TTTP", True, petition.code)
    check(world, apart)
    assert world.pages(SUPERIOR, apart.code)
    assert world.again(petition) == petition
    again = adds(world, petition, f"{later}. Tôi xin nhắc lại")
    assert again is not None
    assert again.petition.code == apart.code


def test_later_words_that_accuse_nobody_stay_with_the_petition(world: SecretWorld) -> None:
    assert adds(world, world.secret(DELAY), "Chị Phạm Thị Ngọc Huyền gọi hỏi, tôi gửi thêm ảnh") is None
    assert adds(world, world.secret(OFFICE, 1), LATER[0]) is None


@pytest.mark.parametrize("who", [SUPERIOR, ITS_OFFICER])
def test_no_step_is_offered_that_would_take_it_from_their_superior(world: SecretWorld, who: Officer) -> None:
    petition = world.secret(OFFICE)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        offered = {row.action for row in world.pages(who, petition.code).actions}
        assert not offered & {Action.GIVE_BACK, Action.REASSIGN, Action.TAKE_BACK}
        petition = act(
            world, SUPERIOR, petition, action, handler=None if action is not Action.ASSIGN else ITS_OFFICER.id
        )


@pytest.mark.parametrize("story", [OFFICE, DENUNCIATION, STAFF])
def test_an_inspector_finds_in_the_audit_no_petition_that_is_closed_to_them(world: SecretWorld, story: str) -> None:
    inspector, petition, open_one = of("SNV", Role.INSPECTOR), world.secret(story), world.secret(DELAY, 1)
    for number, code in enumerate((petition.code, open_one.code)):
        entry = AuditEntry.by(SUPERIOR, what="view", code=code, at=world.clock.now())
        world.store.create(audit_path(f"look-{number}"), entry.stored())
    audit = ReadAudit(world.store, world.clock, world.ids, world.pages)
    seen = {petition.code, open_one.code} if may(inspector, Permission.READ, petition) else {open_one.code}
    assert {line.code for line in audit(inspector, AuditFilters()).lines if line.code} == seen
    assert {line.code for line in audit.exported(inspector, AuditFilters()) if line.code} == seen


def test_no_cursor_of_the_audit_has_the_code_of_a_hidden_petition(
    world: SecretWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_audit, "PAGE", 2)
    hidden, shown = world.secret(OFFICE), world.secret(DELAY, 1)
    for number, petition in enumerate([shown, hidden, hidden, hidden, shown, hidden, shown, shown, hidden]):
        world.clock.advance(seconds=1)
        entry = AuditEntry.by(SUPERIOR, what="view", code=petition.code, at=world.clock.now())
        world.store.create(audit_path(f"view-{petition.code}-{number}"), entry.stored())
    audit = ReadAudit(world.store, world.clock, world.ids, world.pages)
    admin, after, seen = officer("VPUB", Role.ADMIN, "quan-tri"), "", list[str]()
    while True:
        page = audit(admin, AuditFilters(what="view"), after)
        seen += [line.code for line in page.lines if line.code]
        after = page.next or ""
        assert hidden.code not in after
        if not after:
            break
    assert seen == [shown.code] * 4


def test_the_length_of_a_superiors_list_is_nobody_elses(world: SecretWorld) -> None:
    audit = ReadAudit(world.store, world.clock, world.ids, world.pages)
    for number, who in enumerate((SUPERIOR, COORDINATOR)):
        entry = AuditEntry.by(
            who, what="export", action="list_exported", subject="list", reason="Đang xử lý; 37 hồ sơ",
            at=world.clock.now(),
        )  # fmt: skip
        world.store.create(audit_path(f"list-{number}"), entry.stored())
    lines = audit(officer("VPUB", Role.ADMIN, "quan-tri"), AuditFilters(what="export")).lines
    assert {line.unit: "37" in line.reason for line in lines} == {"TTTP": False, "VPUB": True}


def test_no_cursor_of_a_list_is_a_hidden_petition(world: SecretWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_work_list, "SCAN", 3)
    monkeypatch.setattr(read_work_list, "PAGE", 1)
    shown = [world.secret(DELAY, number) for number in range(3)]
    hidden = [world.secret(OFFICE, number) for number in range(3, 6)]
    inspector, after, seen = of("SNV", Role.INSPECTOR), "", set[str]()
    while True:
        page = world.lists(inspector, WorkListView.OPEN, WorkListFilters(text="khai sinh"), after)
        seen |= {line.code for line in page.lines}
        after = page.next or ""
        if not after:
            break
        assert not any(petition.code in after for petition in hidden)
    assert seen == {petition.code for petition in shown}


def begun(world: SecretWorld) -> Petition:
    petition = world.secret(OFFICE)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, SUPERIOR, petition, action)
    return petition


def test_an_answer_to_it_is_approved_by_those_alone_who_may_see_it(world: SecretWorld) -> None:
    petition = begun(world)
    staff, page = Staff(world.store, world.clock), world.pages(ITS_OFFICER, petition.code)
    assert [approver.id for approver in page.approvers] == [SUPERIOR.id]
    assert [approver.id for approver in staff.approvers(petition, ITS_OFFICER.id)] == [SUPERIOR.id]
    assert staff.approvers(petition, SUPERIOR.id) == []
    answered = act(world, ITS_OFFICER, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    assert act(world, SUPERIOR, answered, Action.APPROVE).state is State.ANSWERED


def test_author_is_warned_if_nobody_could_approve_the_answer(world: SecretWorld) -> None:
    petition = begun(world)
    page = world.pages(SUPERIOR, petition.code)
    assert Action.SUBMIT_ANSWER not in {row.action for row in page.actions}
    assert any("xin giao cán bộ khác soạn" in why for why in page.shut)
    with pytest.raises(Rejected, match="không có ai duyệt"):
        act(world, SUPERIOR, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    second = officer("TTTP", Role.HEAD, "pho")
    world.store.create(officer_path(second.id), second.stored())
    answered = act(world, SUPERIOR, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    assert act(world, second, answered, Action.APPROVE).state is State.ANSWERED


def test_an_erasure_that_a_coordinator_asks_for_waits_for_what_is_hidden_from_them(world: SecretWorld) -> None:
    hidden, innocent = world.secret(OFFICE), world.secret(DELAY)
    assert hidden.citizen == innocent.citizen
    innocent = put(world, innocent, unit="VPUB")
    erase = EraseAtTheDesk(world.store, world.publisher, world.clock, world.ids, reference.texts(), ID_KEY)
    erase(COORDINATOR, innocent.code, WHY)
    sweep(world, minutes=3)
    assert world.again(innocent).restricted_at is not None
    assert (world.again(hidden).restricted_at, world.again(hidden).contact) == (None, hidden.contact)
    assert world.reveal(SUPERIOR, hidden.code, WHY).contact == hidden.contact
    put(world, hidden, state=State.REFUSED)
    world.clock.advance(days=1)
    sweep(world, minutes=3)
    assert world.again(hidden).restricted_at is not None


def test_officer_without_access_to_the_filer_sees_no_name_added_later(world: SecretWorld) -> None:
    later = Addition(
        by="citizen", input="x", at=world.clock.now(), type="text", text="Tôi là Nguyễn Hữu Thắng, 0977000111"
    )
    petition = put(world, world.secret(DENUNCIATION), accused="?", additions=[later.stored()], apart_from=UNKNOWN_CODE)
    page = world.pages(COORDINATOR, petition.code)
    assert [addition.text for addition in page.petition.additions] == ["Tôi là [tên], [điện thoại]"]
    assert page.petition.apart_from is None
    assert petition.apart_from == UNKNOWN_CODE
