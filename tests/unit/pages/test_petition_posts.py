"""Posts from a petition's page are applied once, answered in the chat, and never lost."""

from __future__ import annotations

from datetime import date

import pytest

from infra.paths import ROOT
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.pages.links import page_key
from petitions.domain.pages.petition_view import TOLD_STEPS
from petitions.domain.pages.posts import (
    MoreForPetition,
    PageAction,
    PageContest,
    PageCorrection,
    PageErasure,
    PageRating,
    PageWithdrawal,
    TalkWanted,
)
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.publication import clean
from petitions.domain.shared.records import replace
from petitions.errors import NotFound, Rejected
from petitions.usecases.pages.send_post import SentFile
from tests.unit.pages.paged import ADDRESS, DIGITS, SECRET, STORY, Paged
from tests.unit.petition.handling import COORDINATOR, WHY_NONE, act, officer
from tests.unit.world import CITIZEN_URL

ASKED = "- Ảnh biên nhận\n- Ảnh giấy chứng sinh"
ANSWER = "Phường đã kiểm tra, xin lỗi công dân và đã trả giấy khai sinh sáng nay."
PHOTO = (ROOT / "infra" / "local" / "zalo" / "static" / "photo.jpg").read_bytes()
PHOTOS = [SentFile(f"{number}.jpg", "image/jpeg", PHOTO) for number in range(3)]


@pytest.fixture
def page() -> Paged:
    made = Paged()
    made.world.has_a_coordinator()
    made.world.types("1")
    made.world.routing(made.petition().code)
    made.world.relay()
    return made


def at_work(page: Paged) -> Petition:
    petition = page.petition()
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(page.world, officer(petition.unit), petition, action)
    return petition


def answered(page: Paged) -> Petition:
    petition = at_work(page)
    staff = officer(petition.unit)
    petition = act(page.world, staff, petition, Action.SUBMIT_ANSWER, text=ANSWER, basis="", no_evidence=WHY_NONE)
    petition = act(page.world, officer(petition.unit, Role.HEAD, "truong"), petition, Action.APPROVE, text="Đã xem")
    page.world.relay()
    return petition


def test_page_shows_the_state_and_all_notified_steps(page: Paged) -> None:
    petition = answered(page)
    view = page.petition_view()
    assert (view.code, view.state, view.own.answer) == (petition.code, State.ANSWERED, ANSWER)
    assert {line.step for line in view.history} <= TOLD_STEPS
    assert [line.step for line in view.history][:2] == ["filed", "accept"]
    assert view.due_at is None
    assert view.may == ["contest", "erase", "more", "person", "rate"]


def test_a_petition_in_hand_shows_its_deadline_with_the_explanation(page: Paged) -> None:
    petition = at_work(page)
    view = page.petition_view()
    assert view.clock == "answer"
    assert view.due_at == petition.clocks["answer"].due_at
    assert view.due_why
    assert view.late_step
    assert not view.late_step.is_late(page.world.clock.now())
    assert view.late_step.is_late(petition.clocks["answer"].due_at.replace(year=2030))


def test_supplement_with_three_photos_answers_the_request(page: Paged) -> None:
    petition = at_work(page)
    act(page.world, officer(petition.unit), petition, Action.ASK_SUPPLEMENT, text=ASKED)
    page.world.relay()
    assert CITIZEN_URL in page.world.last_reply()
    view = page.petition_view()
    assert view.wanted
    assert view.wanted.lines == ["Ảnh biên nhận", "Ảnh giấy chứng sinh"]
    reply = page.does(MoreForPetition(words="Xin gửi ạ", given=view.wanted.lines), files=PHOTOS)
    after = page.petition()
    assert after.state is State.IN_PROGRESS
    assert [ref.type for ref in after.files] == ["image"] * 3
    assert after.additions[0].text == "Ảnh biên nhận\nẢnh giấy chứng sinh\nXin gửi ạ"
    assert petition.code in reply
    page.world.fetch()
    page.world.relay()
    assert [file.state for file in page.petition_view().sent] == ["stored"] * 3
    assert [name for name in page.world.kept.objects if name.startswith("uploads/")] == []
    again = "Xin gửi thêm:\n- Ảnh hộ chiếu"
    act(page.world, officer(petition.unit, Role.HEAD), after, Action.ASK_SUPPLEMENT, text=again)
    page.world.relay()
    wanted = page.petition_view().wanted
    assert wanted
    assert wanted.lines[-1:] == ["Ảnh hộ chiếu"]


def test_a_rating_is_stored_once_with_its_reason(page: Paged) -> None:
    answered(page)
    page.does(PageRating(level=1, reason="nhanh"))
    rating = page.petition().rating
    assert rating
    assert (rating.level, rating.reason) == (1, "nhanh")
    view = page.petition_view()
    assert "rate" not in view.may
    assert "hiện không nhận" in page.does(PageRating(level=3))
    assert page.petition().rating == rating


def test_a_low_rating_reaches_the_people_of_the_unit(page: Paged) -> None:
    answered(page)
    reply = page.does(PageRating(level=3, reason="Chưa trả giấy mà đã báo xong"))
    assert page.world.store.paths("contact_requests")
    assert reply


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (PageRating(level=1), "mức 1"),
        (PageRating(level=3, reason="Chưa trả giấy"), "mức 3"),
        (PageContest(words="Chưa trả giấy"), "đề nghị xem lại"),
        (TalkWanted(words="Xin gọi", phone="0987 000 111"), "theo số •••••••111"),
        (TalkWanted(words="Xin gặp"), "xin gặp cán bộ"),
        (MoreForPetition(words="Xin gửi thêm"), "Đã bổ sung"),
    ],
)
def test_every_action_is_reported_in_the_chat_with_the_way_to_stop_it(
    page: Paged, action: PageAction, words: str
) -> None:
    answered(page)
    reply = page.does(action)
    assert words in reply
    assert "0987" not in reply
    assert reply.count("Nếu không phải anh/chị làm việc này trên trang riêng, nhắn KHÓA TRANG.") == 1


def test_a_contest_is_passed_on_with_its_words(page: Paged) -> None:
    answered(page)
    page.does(PageContest(words="Tôi chưa nhận được giấy"), files=PHOTOS[:1])
    (path,) = page.world.store.paths("contact_requests")
    request = page.world.store.documents[path]
    assert (request["why"], "chưa nhận được giấy" in str(request)) == ("contested", True)
    assert "Tôi chưa nhận được giấy" in [addition.text for addition in page.petition().additions]


def test_an_open_petition_is_withdrawn_and_a_closed_one_is_not(page: Paged) -> None:
    page.does(PageWithdrawal())
    assert page.petition().state is State.WITHDRAWN
    assert "hiện không nhận" in page.does(PageWithdrawal())


def test_a_wish_to_talk_reaches_a_person_with_the_number(page: Paged) -> None:
    page.does(TalkWanted(words="Xin cán bộ gọi lại cho tôi", phone="0987654321"))
    (path,) = page.world.store.paths("contact_requests")
    assert "0987 654 321" in str(page.world.store.documents[path]) or "0987654321" in str(
        page.world.store.documents[path]
    )


def test_late_addition_is_kept_and_passed_on(page: Paged) -> None:
    act(page.world, COORDINATOR, page.petition(), Action.REFUSE, text="Không thuộc thẩm quyền giải quyết")
    page.world.relay()
    reply = page.does(MoreForPetition(words="Tôi gửi thêm giấy"))
    assert "hiện không nhận" in reply
    (path,) = page.world.store.paths("contact_requests")
    assert "Tôi gửi thêm giấy" in str(page.world.store.documents[path])


def test_an_erasure_from_the_page_ends_the_page(page: Paged) -> None:
    key = page.key
    page.does(PageErasure())
    assert page.world.store.paths("erasures")
    page.world.clock.advance(minutes=2)
    page.world.erase()
    page.world.relay()
    with pytest.raises(NotFound):
        page.open._view(key)
    assert page.world.public.paths("pages") == []


@pytest.mark.parametrize("words_after", [(), ("xin chào",)])
def test_a_page_that_is_still_open_after_the_erasure_was_asked_for_does_nothing(
    page: Paged, words_after: tuple[str, ...]
) -> None:
    key, view, forms = page.key, page.petition_view(), len(page.world.publisher.of("page-posts"))
    page.world.types("xóa dữ liệu của tôi", "1")
    page.world.clock.advance(seconds=5)
    page.world.types(*words_after)
    replies = page.world.replies()
    page.sends(TalkWanted(words="Xin cán bộ gọi lại cho tôi"), view, key=key)
    page.applies()
    assert len(page.world.publisher.of("page-posts")) == forms + 1
    assert page.world.replies() == replies
    assert page.world.store.paths("contact_requests") == []


def test_new_draft_is_not_touched_by_posts_about_a_petition(page: Paged) -> None:
    answered(page)
    key, view = page.key, page.view()
    page.world.writes("Vỉa hè trước nhà tôi bị đào xới nhiều tuần, xin xử lý")
    draft = page.world.talk()["draft"]
    page.sends(MoreForPetition(words="Thêm một ý"), view, key=key)
    page.applies()
    assert page.world.talk()["draft"] == draft


def test_the_page_of_somebody_elses_petition_does_nothing(page: Paged) -> None:
    view, key = page.petition_view(), page.key
    other = page.world.files("Đường ngập nước nhiều ngày, xin xem lại cống", user="7")
    page.sends(PageWithdrawal(), replace(view, code=other.code), key=key)
    page.applies()
    assert [petition.state for petition in page.world.petitions()] == [State.NEW, State.NEW]


def test_filer_of_a_merged_petition_sees_their_own_text_and_not_the_main_filer(page: Paged) -> None:
    main = page.petition()
    twin = page.world.files("Cán bộ một cửa phường làm khó khi tôi xin khai sinh", user="7")
    act(page.world, COORDINATOR, twin, Action.MERGE, text=main.code)
    page.world.relay()
    view = page.petition_view(page_key(str(twin.page)))
    assert view.own.content.startswith("Cán bộ một cửa phường làm khó")
    assert STORY not in view.model_dump_json()


def test_page_shows_a_received_request_though_the_petition_is_unchanged(page: Paged) -> None:
    key = page.sends(TalkWanted(words="Xin cán bộ gọi lại cho tôi"))
    page.applies()
    assert [post.key for post in page.petition_view().posts] == [key]


def test_the_place_is_corrected_until_the_petition_is_accepted_and_its_ward_is_shown(page: Paged) -> None:
    assert page.petition_view().place == "Số 12 phố Trung Kính, phường Yên Hòa"
    reply = page.does(PageCorrection(values={"place": "số 21 ngõ 9"}))
    assert page.petition().address == "số 21 ngõ 9"
    assert page.petition_view().place == "số 21 ngõ 9, Phường Yên Hòa"
    assert page.petition().additions[-1].text == "số 21 ngõ 9"
    assert "nơi xảy ra" in reply
    act(page.world, officer(page.petition().unit), page.petition(), Action.ACCEPT)
    page.world.relay()
    page.does(PageCorrection(values={"place": "số 30"}))
    assert page.petition().address == "số 21 ngõ 9"


def test_a_correction_that_was_made_already_changes_nothing(page: Paged) -> None:
    view = page.view()
    page.does(PageCorrection(values={"place": "số 21 ngõ 9"}), view)
    assert "không có gì thay đổi" in page.does(PageCorrection(values={"place": "số 21 ngõ 9"}), view)
    assert len(page.petition().additions) == 1


def test_an_addition_that_is_filled_in_once_more_is_not_added_twice(page: Paged) -> None:
    photo = SentFile("anh1.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a photo")
    page.does(MoreForPetition(words="Tôi gửi thêm giấy hẹn"), files=[photo])
    page.world.fetch()
    assert "rồi" in page.does(MoreForPetition(words="Tôi gửi thêm giấy hẹn"), files=[photo])
    assert len(page.petition().files) == 1
    page.does(MoreForPetition(words="Tôi gửi thêm giấy hẹn"), files=[SentFile("anh2.jpg", "image/jpeg", photo.content)])
    assert len(page.petition().files) == 2


def test_contest_is_shown_until_an_officer_replies(page: Paged) -> None:
    answered(page)
    page.does(PageContest(words="Đèn vẫn chưa sáng"))
    assert [waiting.why for waiting in page.petition_view().waiting] == ["contested"]
    (path,) = page.world.store.paths("contact_requests")
    page.world.handle_contact.answer(COORDINATOR, path.split("/")[1], "Đã kiểm tra lại, đèn đã sáng")
    assert page.petition_view().waiting == []


def test_addition_from_the_page_needs_no_closing_word(page: Paged) -> None:
    assert "XONG" not in page.does(MoreForPetition(words="Tôi gửi thêm một ý"))
    assert "XONG" not in page.does(PageCorrection(values={"name": "Trần Thị Hoa"}))


def test_contact_data_are_corrected_until_the_petition_is_accepted(page: Paged) -> None:
    assert page.petition_view().contact["phone"] == "0912345678"
    page.does(PageCorrection(values={"phone": "0987 000 111", "name": "Trần Thị Hoa"}))
    contact = page.petition().contact
    assert (contact.name, contact.phone) == ("Trần Thị Hoa", "84987000111")
    act(page.world, officer(page.petition().unit), page.petition(), Action.ACCEPT)
    page.world.relay()
    assert "correct" not in page.petition_view().may
    page.does(PageCorrection(values={"name": "Lê Thị Mai"}))
    assert page.petition().contact.name == "Trần Thị Hoa"


def test_an_answer_may_be_rated_in_the_chat_after_something_was_added_on_the_page(page: Paged) -> None:
    petition = answered(page)
    page.does(MoreForPetition(words="Giấy khai sinh vẫn thiếu tên đệm"))
    page.world.types("HÀI LÒNG")
    rated = page.world.petitions()[-1]
    assert (rated.code, rated.rating.level if rated.rating else None) == (petition.code, 2)


@pytest.mark.parametrize("action", [PageCorrection(values={"phone": "0987 000 111"}), MoreForPetition(words="Thêm ý")])
def test_chat_explains_how_to_object_to_another_persons_action_on_the_page(page: Paged, action: PageAction) -> None:
    assert "nhắn KHÓA TRANG" in page.does(action)
    assert "GẶP CÁN BỘ" not in page.petition_view().posts[0].words
    assert "Tôi đã báo cán bộ trực" in page.world.types("GẶP CÁN BỘ")
    (path,) = page.world.store.paths("contact_requests")
    assert page.world.store.documents[path]["why"] == "person"


@pytest.mark.parametrize(
    "words",
    ["tôi không sửa, ai sửa đấy?", "Tôi có sửa gì đâu", "tôi không bổ sung gì cả", "Ơ ai đổi số điện thoại vậy"],
)
def test_citizen_denying_an_action_on_the_page_gets_an_officer_and_a_new_link(page: Paged, words: str) -> None:
    page.does(PageCorrection(values={"phone": "0987 000 111"}))
    before = page.petition()
    reply = page.world.types(words)
    assert "Tôi đã báo cán bộ trực" in reply
    assert "Đã khóa." in reply
    assert page.petition().page not in {None, before.page}
    (path,) = page.world.store.paths("contact_requests")
    request = page.world.store.documents[path]
    assert (request["why"], request["code"], request["text"]) == ("person", before.code, words)
    assert page.petition().additions == before.additions


def test_a_call_that_its_filer_denies_is_cancelled(page: Paged) -> None:
    page.does(TalkWanted(words="Gọi tôi ngay", phone="0987 000 111"))
    assert "đã được hủy" in page.world.types("tôi không xin gọi, ai làm đấy?")
    (path,) = page.world.store.paths("contact_requests")
    request = page.world.store.documents[path]
    assert (request["state"], "tôi không xin gọi" in request["text"]) == ("closed", True)
    assert "next_attempt_at" not in request


def test_a_rating_that_its_filer_denies_is_given_anew(page: Paged) -> None:
    answered(page)
    page.does(PageRating(level=1))
    assert "nhắn ĐÁNH GIÁ LẠI" in page.world.types("tôi không đánh giá, ai làm đấy?")
    assert "Anh/chị có hài lòng" in page.world.types("ĐÁNH GIÁ LẠI")
    page.world.types("3")
    rating = page.petition().rating
    assert rating
    assert rating.level == 3


def published(page: Paged) -> Petition:
    petition = answered(page)
    head = officer(petition.unit, Role.HEAD, "truong")
    petition = act(
        page.world, head, petition, Action.PUBLISH, summary="Chậm trả giấy", text="Đã trả giấy cho công dân."
    )
    page.world.relay()
    return petition


def test_no_code_is_published(page: Paged) -> None:
    petition = answered(page)
    head, other = officer(petition.unit, Role.HEAD, "truong"), make_code(date(2026, 11, 20), "ABCDEFG")
    assert other not in clean(f"Giống phản ánh {other} và hn 261120 abcd efg{other[-1].lower()}.", petition)
    assert "HN-123" in clean("Mẫu HN-123", petition)
    for written in (other, other.lower().replace("-", " "), petition.code):
        with pytest.raises(Rejected, match="mã hồ sơ"):
            act(page.world, head, petition, Action.PUBLISH, summary=f"Như {written}", text="Đã trả giấy.")


def test_filer_is_notified_once_of_a_publication_and_may_object(page: Paged) -> None:
    petition = published(page)
    notices = [reply for reply in page.world.replies() if "trang công khai của thành phố" in reply]
    assert len(notices) == 1
    assert "nhắn KHÔNG CÔNG KHAI" in notices[0]
    assert "không muốn công khai" in page.world.types("ai cho đăng lên mạng")
    (path,) = page.world.store.paths("contact_requests")
    request = page.world.store.documents[path]
    assert (request["why"], request["code"], request["text"]) == ("publication", petition.code, "ai cho đăng lên mạng")
    assert "tôi đã thêm tin này" in page.world.types("Xóa kết quả công khai của tôi")


def test_erased_citizen_is_informed_of_public_data(page: Paged) -> None:
    petition = published(page)
    page.world.types("xóa dữ liệu của tôi")
    reply = page.world.types("1")
    assert f"Kết quả đã công khai ({petition.code}) vẫn còn" in reply


def test_citizen_without_petitions_is_informed_that_no_name_is_published() -> None:
    assert "không công khai" in Paged(begun=False).world.types("tôi không muốn công khai")


def test_locking_ends_old_links_and_browsers_and_gives_new_links(page: Paged) -> None:
    old, code = page.link, page.petition().code
    page.open.first(old, SECRET)
    old_key = page.key
    reply = page.world.types("hàng xóm cầm link rồi")
    page.world.relay()
    assert page.link != old
    assert f"{CITIZEN_URL}/{page.link}" in reply
    for opens in (lambda: page.open(old_key, SECRET), lambda: page.open.first(old, SECRET)):
        with pytest.raises(NotFound):
            opens()
    assert page.open.by_code(code, DIGITS, ADDRESS, SECRET) == page.key
    page.open.first(page.link, "b" * 48)
    page.world.types("khóa trang")
    assert page.link in page.world.last_reply()


def test_pages_are_locked_while_an_officer_talks(page: Paged) -> None:
    old = page.link
    (path,) = page.world.store.paths("citizens")
    page.world.store.update(path, {"silent_until": page.world.clock.now().replace(year=2027)})
    assert "Đã khóa." in page.world.types("KHÓA TRANG")
    assert page.link != old


def test_the_page_of_a_draft_is_locked_too_and_the_draft_goes_on() -> None:
    page = Paged()
    page.world.relay()
    old, key = page.link, page.key
    content = page.draft.content()
    reply = page.world.types("KHÓA TRANG")
    page.world.relay()
    assert (page.link != old, page.draft.content()) == (True, content)
    assert f"{CITIZEN_URL}/{page.link}" in reply
    with pytest.raises(NotFound):
        page.view(key)
    assert page.draft_view().content == content


def test_citizen_without_a_page_is_informed() -> None:
    assert "chưa có trang riêng" in Paged(begun=False).world.types("khóa trang")


@pytest.mark.parametrize(
    "words",
    ["Phường không sửa đường cho dân", "không ai sửa đèn cả", "tôi có bổ sung ảnh rồi", "tôi không gửi được ảnh"],
)
def test_what_nobody_has_mended_is_no_denial(page: Paged, words: str) -> None:
    page.does(MoreForPetition(words="Thêm ý"))
    page.world.types(words)
    assert not [path for path in page.world.store.paths("contact_requests") if path.endswith("person")]
