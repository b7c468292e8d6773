"""A citizen's own petitions in the chat: list, add, correct, withdraw, and choose between several."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.petition.petition import Petition
from petitions.domain.understanding import commands as c
from petitions.ports.files import Download
from tests import media
from tests.unit.conversation.answers import CODE, IMAGE
from tests.unit.conversation.scripted import means
from tests.unit.conversation.ways import draft, refused, requested, talk
from tests.unit.petition.handling import COORDINATOR, act, history, officer
from tests.unit.world import USER, World

FIRST = "Cán bộ một cửa phường gây khó khăn khi làm khai sinh"
SECOND = "Đường Trung Kính bị đào lên rồi bỏ đó ba tháng nay không lấp lại"
MORE = "Tôi còn giữ biên lai thu tiền"


@pytest.fixture
def world() -> World:
    world = World().has_a_coordinator()
    for content in (FIRST, SECOND):
        world.files(content)
        world.clock.advance(minutes=10)
    world.clock.advance(hours=1)
    return world


@pytest.fixture
def alone() -> World:
    world = World().has_a_coordinator()
    world.files(FIRST)
    world.clock.advance(hours=1)
    return world


def named(world: World, content: str) -> Petition:
    return next(petition for petition in world.petitions() if petition.content == content)


def added(world: World) -> list[str | None]:
    return [addition.text for petition in world.petitions() for addition in petition.additions]


def asked(world: World, content: str) -> Petition:
    world.routing(named(world, content).code)
    petition = named(world, content)
    who = officer(petition.unit, Role.COORDINATOR if petition.unit == "VPUB" else Role.OFFICER)
    petition = act(world, who, petition, Action.ACCEPT)
    petition = act(world, who, petition, Action.ASK_SUPPLEMENT, text="Xin gửi thêm ảnh.")
    world.deliver()
    return petition


# Lists and states.


def test_the_list_shows_codes_states_and_titles_newest_first(world: World) -> None:
    reply = world.types("phản ánh của tôi")
    assert reply.index(named(world, SECOND).code) < reply.index(named(world, FIRST).code)
    assert "(Mới)" in reply
    assert f"{named(world, FIRST).code}: Mới" in world.types("2")


def test_a_stranger_has_no_list(world: World) -> None:
    assert "chưa gửi" in world.types("phản ánh của tôi", user="77")


@pytest.mark.parametrize("words", ["đến đâu rồi", "phản ánh của tôi đến đâu rồi", "bao giờ trả lời tôi?"])
def test_a_question_how_it_stands_is_answered_with_the_state(alone: World, words: str) -> None:
    assert f"{alone.petitions()[0].code}: Mới" in alone.types(words)
    assert talk(alone)["step"] == "idle"


def test_how_it_stands_within_a_draft_keeps_the_draft(alone: World) -> None:
    means(alone, "Đèn đường phố Huế hỏng", c.Tell())
    alone.clock.advance(seconds=30)
    assert "Mới" in means(alone, "đơn trước đến đâu rồi", c.Status())
    assert talk(alone)["step"] == "address"


def test_what_is_only_being_written_is_said_not_to_be_sent() -> None:
    world = World()
    means(world, FIRST, c.Tell())
    assert "CHƯA được gửi" in means(world, "đến đâu rồi", c.Status())


@pytest.mark.parametrize("text", ["{code}", "{code} ạ", "tra mã {code}"])
def test_a_code_is_looked_up_however_it_is_written(alone: World, text: str) -> None:
    code = alone.petitions()[0].code
    assert f"{code}: Mới" in alone.types(text.format(code=code.lower()))


def test_a_code_of_nothing_and_an_attempt_at_one_are_explained(alone: World) -> None:
    assert "Không có phản ánh nào với mã" in alone.types(CODE)
    assert "chưa đúng" in alone.types("HN-123")


def test_titles_are_masked_and_the_original_is_not(alone: World) -> None:
    text = "Phường giữ căn cước 001099012345 của tôi, gọi 0912345679 không ai nghe"
    petition = alone.files(text, user="88")
    assert "001099012345" in petition.content
    assert "001099012345" not in petition.title
    assert "0912345679" not in petition.title


def test_at_most_fifty_own_petitions_are_remembered(world: World) -> None:
    path = f"citizens/{world.petitions()[0].citizen}"
    earlier = world.clock.now() - timedelta(days=2)
    many = [{"code": f"HN-{n}", "filed_at": earlier, "title": "x", "fingerprint": []} for n in range(60)]
    world.store.update(path, {"petitions": many})
    world.files("Phường bắt nộp thêm giấy tờ khi xin giấy phép xây dựng")
    assert len(world.citizen()["petitions"]) == 50
    assert "giấy phép" in world.citizen()["petitions"][0]["title"]


# More for a petition.


@pytest.mark.parametrize("answer", ["2", "code"])
def test_an_addition_goes_to_the_petition_that_was_chosen(world: World, answer: str) -> None:
    code = named(world, FIRST).code
    assert "2. " in world.types("bổ sung")
    assert code in world.types(code if answer == "code" else answer)
    assert "Đã bổ sung" in means(world, MORE, c.Add())
    assert [addition.text for addition in named(world, FIRST).additions] == [MORE]
    assert named(world, SECOND).additions == []
    assert code in world.types("xong")
    assert talk(world)["step"] == "idle"


def test_after_an_addition_a_new_matter_begins_a_petition(world: World) -> None:
    world.types("bổ sung", "2", "xong")
    means(world, "Chợ cóc lấn chiếm lòng đường", c.Tell())
    assert talk(world)["step"] == "address"
    assert added(world) == []


def test_an_addition_left_open_ends_by_silence(world: World) -> None:
    world.types("bổ sung", "1")
    means(world, "Thêm một ý", c.Add())
    world.clock.advance(minutes=31)
    means(world, "Chuyện hoàn toàn mới về cấp giấy phép kinh doanh", c.Tell())
    assert talk(world)["step"] == "address"
    assert added(world) == ["Thêm một ý"]


def test_what_is_surely_more_is_added_without_a_question(alone: World) -> None:
    assert "Đã bổ sung" in means(alone, MORE, c.Add())
    assert added(alone) == [MORE]


def test_what_may_be_more_or_new_is_asked_about_and_loses_nothing(alone: World) -> None:
    reply = means(alone, MORE, c.Add(), chance=0.4)
    assert "1. Nói thêm về phản ánh đã gửi\n2. Gửi một phản ánh mới" in reply
    alone.types("1")
    assert added(alone) == [MORE]


def test_of_the_other_choice_it_is_a_new_petition(alone: World) -> None:
    means(alone, MORE, c.Add(), chance=0.4)
    alone.types("2")
    assert draft(alone)["parts"][0]["text"] == MORE


def test_more_that_names_its_petition_goes_there(world: World) -> None:
    code = named(world, FIRST).code
    means(world, f"thêm cho {code}: {MORE}", c.Add())
    assert len(named(world, FIRST).additions) == 1


def test_a_new_story_of_who_has_filed_before_is_said_to_be_new_and_can_be_moved(alone: World) -> None:
    code = alone.petitions()[0].code
    reply = means(alone, "Hôm nay cửa số 3 thu thêm tiền của tôi", c.Tell())
    assert "phản ánh mới" in reply
    assert "BỔ SUNG" in reply
    alone.clock.advance(seconds=30)
    alone.intake(alone.event("user_send_image", IMAGE))
    assert code in alone.types("bổ sung")
    assert "draft" not in talk(alone)
    (petition,) = alone.petitions()
    assert [addition.type for addition in petition.additions] == ["text", "image"]


def test_of_several_it_is_asked_where_it_goes_and_a_refused_one_is_not_offered(world: World) -> None:
    refusing = named(world, FIRST)
    world.files("Sở cấp giấy phép xây dựng quá hạn hai tháng, đòi thêm bản vẽ")
    act(world, COORDINATOR, refusing, Action.REFUSE, text="Thuộc thẩm quyền tòa án.")
    world.clock.advance(days=2)
    reply = world.types("bổ sung")
    assert refusing.code not in reply
    assert named(world, SECOND).code in reply
    world.types(named(world, SECOND).code)
    means(world, MORE, c.Add())
    assert [petition.code for petition in world.petitions() if petition.additions] == [named(world, SECOND).code]


def test_where_nothing_takes_additions_the_draft_stays(alone: World) -> None:
    act(alone, COORDINATOR, alone.petitions()[0], Action.REFUSE, text="Thuộc thẩm quyền tòa án.")
    alone.clock.advance(days=11)
    means(alone, "Cửa số 3 thu thêm tiền của tôi", c.Tell())
    alone.types("bổ sung")
    assert talk(alone)["step"] == "address"
    assert added(alone) == []


@pytest.mark.parametrize("command", [None, c.Talk(), c.Ask(topic="cost"), c.Status()])
def test_a_picture_after_filing_is_added_whatever_its_caption(alone: World, command: c.Command | None) -> None:
    if command:
        means(alone, "cảm ơn em nhé", command)
    alone.intake(alone.event("user_send_image", {**IMAGE, "text": "cảm ơn em nhé"} if command else IMAGE))
    assert len(alone.petitions()[0].files) == 1


def test_a_picture_that_may_be_for_several_is_asked_about(world: World) -> None:
    world.intake(world.event("user_send_image", IMAGE))
    reply = world.last_reply()
    assert "thuộc phản ánh nào" in reply
    world.types("2")
    assert [len(petition.files) for petition in (named(world, FIRST), named(world, SECOND))] == [1, 0]


def test_a_position_and_a_document_get_an_owner_too(alone: World) -> None:
    place = {"type": "location", "payload": {"coordinates": {"latitude": "21.02", "longitude": "105.79"}}}
    sheet = {"type": "file", "payload": {"url": "https://f1.zdn.vn/1.pdf", "name": "biên nhận.pdf"}}
    for name, one in (("user_send_location", place), ("user_send_file", sheet)):
        alone.intake(alone.event(name, {"attachments": [one]}))
    assert [addition.type for addition in alone.petitions()[0].additions] == ["location", "file"]


# Corrections.


def test_a_correction_before_acceptance_is_marked_and_afterwards_refused(world: World) -> None:
    world.types("sửa", "2")
    means(world, "Không phải ngày 5 mà là ngày 6", c.Correct(field=None, value=None))
    (addition,) = named(world, FIRST).additions
    assert (addition.correction, addition.text) == (True, "Không phải ngày 5 mà là ngày 6")
    world.types("xong")
    for content in (FIRST, SECOND):
        world.routing(named(world, content).code)
        petition = named(world, content)
        act(world, officer(petition.unit, Role.COORDINATOR), petition, Action.ACCEPT)
    assert "không sửa trực tiếp" in world.types("sửa")


@pytest.mark.parametrize("command", [c.Correct(field="home", value="số 14"), c.Remove(target="số 12")])
def test_a_correction_told_at_once_goes_to_the_petition_just_filed(alone: World, command: c.Command) -> None:
    words = "tôi ghi nhầm số nhà, đúng là 14"
    reply = means(alone, words, command)
    assert "vẫn ghi như cũ" in reply
    assert [(addition.text, addition.correction) for addition in alone.petitions()[0].additions] == [(words, True)]


# Withdrawal.


def test_withdrawing_is_confirmed_recorded_and_told_to_the_unit(world: World) -> None:
    world.routing(named(world, FIRST).code)
    who = officer(named(world, FIRST).unit)
    world.store.create(f"officers/{who.id}", who.stored())
    world.types("rút phản ánh", "2")
    assert named(world, FIRST).state is State.NEW
    assert "đã được rút" in world.types("1")
    after = named(world, FIRST)
    assert after.state is State.WITHDRAWN
    assert after.next_attempt_at is None
    assert history(world, after.code)[-1] == "withdraw"
    mail = world.store.documents[f"notices/withdrawn-{after.code}-{who.id}"]
    assert (mail["channel"], mail["officer"]) == ("email", who.id)


@pytest.mark.parametrize("no", ["2", "không", "hủy"])
def test_withdrawing_can_be_left(world: World, no: str) -> None:
    world.types("rút phản ánh", "1", no)
    assert {petition.state for petition in world.petitions()} == {State.NEW}
    assert "question" not in talk(world)


@pytest.mark.parametrize("word", ["rút phản ánh", "đánh giá"])
def test_menu_items_of_their_own_wait_for_the_draft(world: World, word: str) -> None:
    means(world, "Chợ cóc lấn chiếm lòng đường", c.Tell())
    world.clock.advance(seconds=30)
    assert "HỦY trước" in world.types(word)
    assert talk(world)["step"] == "address"


@pytest.mark.parametrize("word", ["bổ sung", "sửa", "rút phản ánh"])
def test_a_choice_may_be_left_with_0_and_is_explained_when_it_is_none(world: World, word: str) -> None:
    world.types(word)
    assert "một số trong danh sách" in world.types("7")
    assert "đã dừng lại" in world.types("0")
    assert "question" not in talk(world)


# Duplicates.


def test_the_same_story_again_is_offered_as_an_addition(world: World) -> None:
    again = "cán bộ một cửa phường gây khó khăn khi làm khai sinh, đã ba lần rồi"
    reply = means(world, again, c.Tell())
    assert talk(world)["step"] == "duplicate"
    assert named(world, FIRST).code in reply
    world.types("1")
    assert [addition.text for addition in named(world, FIRST).additions] == [again]
    assert len(world.petitions()) == 2


@pytest.mark.parametrize("answer", [c.Choose(number=2), c.Deny()])
def test_the_same_story_may_be_a_petition_of_its_own(world: World, answer: c.Command) -> None:
    means(world, f"{FIRST} cho cháu thứ hai", c.Tell())
    means(world, "việc khác", answer)
    world.types("Phường Cầu Giấy", "1")
    assert len(world.petitions()) == 3


@pytest.mark.parametrize("commands", [(c.Talk(),), (c.Ask(topic="cost"),), (c.Feedback(),), (c.Tell(),)])
def test_what_is_said_beside_it_leaves_the_question_about_a_twin_open(
    world: World, commands: tuple[c.Command, ...]
) -> None:
    means(world, FIRST, c.Tell())
    world.clock.advance(seconds=30)
    assert "1. Bổ sung vào phản ánh đó" in means(world, "họ còn thu thêm tiền", *commands)
    world.types("1")
    assert len(world.petitions()) == 2


def test_after_thirty_days_or_a_withdrawal_nothing_is_offered(world: World) -> None:
    world.types("rút phản ánh", "2", "1")
    means(world, FIRST, c.Tell())
    assert talk(world)["step"] == "address"
    world.types("hủy")
    world.clock.at += timedelta(days=31)
    means(world, SECOND, c.Tell())
    assert talk(world)["step"] != "duplicate"


def test_photos_told_with_the_same_story_go_along_to_the_earlier_petition(world: World) -> None:
    world.links.links["https://f1.zdn.vn/9.jpg"] = Download(media.jpeg())
    image = {"attachments": [{"type": "image", "payload": {"url": "https://f1.zdn.vn/9.jpg"}}]}
    means(world, f"{FIRST} lần nữa", c.Tell())
    world.intake(world.event("user_send_image", image))
    world.fetch()
    world.types("1")
    world.fetch()
    (path,) = world.store.paths(f"petitions/{named(world, FIRST).code}/attachments")
    assert world.store.documents[path]["state"] == "stored"


# Requests of units.


def test_the_only_one_that_waits_for_the_citizen_is_meant(world: World) -> None:
    asked(world, SECOND)
    means(world, "Ảnh chụp chiều nay, hố vẫn còn", c.Add())
    assert len(named(world, SECOND).additions) == 1


def test_the_request_is_repeated_in_the_units_words_to_who_asks_about_it() -> None:
    world = World()
    requested(world)
    assert "Xin gửi ảnh biên nhận." in means(world, "cần gửi gì?", c.Ask(topic="procedure"))
    assert world.petitions()[0].state is State.AWAITING_CITIZEN


def test_nobody_else_reads_what_a_unit_asked_for() -> None:
    world = World()
    code = requested(world).code
    assert "biên nhận" in world.types(code)
    assert "biên nhận" not in world.types(code, user="another")


def test_who_lacks_what_was_asked_for_is_offered_help_first() -> None:
    world = World().has_a_coordinator()
    requested(world)
    words = "em không có biên nhận"
    assert "2. Gặp cán bộ" in means(world, words, c.Skip())
    assert world.petitions()[0].state is State.AWAITING_CITIZEN
    world.types("1")
    assert added(world) == [words]


def test_of_two_that_wait_a_numbered_question_asks_and_nothing_is_lost(world: World) -> None:
    asked(world, FIRST)
    asked(world, SECOND)
    reply = means(world, "Tôi gửi thêm thông tin đây", c.Add())
    assert "thuộc phản ánh nào" in reply
    means(world, "Còn một điều nữa", c.Add())
    world.types("2")
    messages = ["Tôi gửi thêm thông tin đây", "Còn một điều nữa"]
    assert sorted(added(world), key=str) == sorted(messages, key=str)
    assert len({petition.code for petition in world.petitions() if petition.additions}) == 1


def test_of_two_that_wait_it_may_be_neither(world: World) -> None:
    asked(world, FIRST)
    asked(world, SECOND)
    means(world, "Chợ cóc lấn chiếm lòng đường trước cổng trường", c.Add())
    world.types("0")
    assert talk(world)["step"] == "address"
    assert draft(world)["parts"][0]["text"] == "Chợ cóc lấn chiếm lòng đường trước cổng trường"


def test_what_waits_for_an_answer_is_kept_or_refused_in_words(world: World) -> None:
    asked(world, FIRST)
    asked(world, SECOND)
    messages = [f"Thông tin thứ {number} mà tôi gửi thêm" for number in range(205)]
    reply = {}
    for words in messages:
        world.clock.advance(seconds=5)
        reply[words] = means(world, words, c.Add())
    world.types("2")
    kept = set(added(world))
    assert len(kept) >= 120
    assert kept == {words for words in messages if "Tôi đã giữ tin nhắn" in reply[words]}
    assert all("chưa vào phản ánh nào" in reply[words] for words in messages if words not in kept)


# Quotations.


def quote(world: World, message_id: str, text: str, user: str = USER) -> None:
    world.intake(world.event("user_send_text", {"text": text, "quote_msg_id": message_id}, user=user))


def quoted(world: World, petition: Petition) -> str:
    path = f"notices/{petition.code}-{petition.version}"
    world.store.update(path, {"message_ids": ["zalo-7"]})
    return "zalo-7"


def test_a_quoted_notice_says_which_petition_is_meant(world: World) -> None:
    message = quoted(world, asked(world, FIRST))
    asked(world, SECOND)
    quote(world, message, "Trả lời cho chuyện khai sinh")
    assert [addition.text for addition in named(world, FIRST).additions] == ["Trả lời cho chuyện khai sinh"]
    quote(world, message, "Tôi là người khác, không liên quan gì tới chuyện này", user="99")
    assert len(named(world, FIRST).additions) == 1


def test_the_bots_open_question_comes_before_a_quotation(world: World) -> None:
    message = quoted(world, asked(world, FIRST))
    world.types("bổ sung", "1")
    means(world, "thêm vào chuyện đường", c.Add())
    quote(world, message, "thêm vào chuyện đường")
    assert len(named(world, SECOND).additions) == 2


# Messages from offices, and small talk.


@pytest.mark.parametrize("words", ["cảm ơn bạn nhiều nhé", "cám ơn cháu, bác mừng lắm"])
def test_thanks_open_no_petition(alone: World, words: str) -> None:
    assert "phản ánh mới" not in alone.types(words)
    assert talk(alone)["step"] == "idle"


@pytest.mark.parametrize("command", [c.Add(), c.Contest(), c.Give(field="phone", value="0911222333")])
def test_what_is_told_after_a_refusal_is_about_it(command: c.Command) -> None:
    world = World().has_a_coordinator()
    code = refused(world).code
    words = "Phường vẫn thu tiền của tôi, số tôi 0911222333"
    means(world, words, command)
    assert added(world) == [words]
    assert [document["code"] for document in documents(world, "contact_requests")] == [code]


def documents(world: World, collection: str) -> list[dict[str, Any]]:
    return [world.store.documents[path] for path in world.store.paths(collection)]


def test_a_corrected_telephone_is_the_petitions_until_it_is_accepted(alone: World) -> None:
    reply = means(alone, "số đúng là 0912 000 111", c.Correct(field="phone", value="0912 000 111"))
    assert "Đã sửa" in reply
    assert alone.petitions()[0].contact.phone == "84912000111"
    assert "0912000111" in means(alone, "cho xem lại phản ánh", c.Ask(topic="draft"))


def test_what_was_sent_is_shown_to_its_filer(alone: World) -> None:
    petition = alone.petitions()[0]
    assert petition.content in means(alone, "tôi đã gửi gì", c.Ask(topic="draft"))


# A code that the message names.


@pytest.mark.parametrize(
    "words",
    [
        "rút {code}", "Tôi muốn rút phản ánh {code}", "bổ sung {code}: tôi còn giữ biên lai",
        "Bổ sung cho {code}: có thêm nhân chứng là bà Hoa",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["theirs", "nobodys", "misread"])
def test_what_is_asked_of_a_petition_that_is_not_theirs_is_refused(world: World, words: str, kind: str) -> None:
    other = world.files(FIRST, user="77").code
    code = {"theirs": other, "nobodys": CODE, "misread": other[:-1] + ("2" if other[-1] != "2" else "3")}[kind]
    before = [(petition.code, petition.version) for petition in world.petitions()]
    world.types(words.format(code=code))
    reply = world.last_reply()
    assert ("không có mã" in reply and code in reply) or (kind == "misread" and "Mã này chưa đúng" in reply)
    assert [(petition.code, petition.version) for petition in world.petitions()] == before
    assert not world.talk().get("question")
    assert "draft" not in world.talk()


def test_the_petition_that_is_named_is_the_one_that_is_withdrawn(world: World) -> None:
    first = named(world, FIRST)
    world.types(f"rút {first.code}")
    assert f"muốn rút phản ánh {first.code}" in world.last_reply()
    world.types("1")
    assert [named(world, content).state for content in (FIRST, SECOND)] == [State.WITHDRAWN, State.NEW]
    world.types(f"rút {first.code}")
    assert f"Phản ánh {first.code} đã kết thúc" in world.last_reply()
    assert named(world, SECOND).state is State.NEW


def test_a_draft_is_not_dropped_by_the_withdrawal_of_a_petition(world: World) -> None:
    world.types("Vỉa hè phố Huế bị chiếm làm bãi xe, đề nghị phường xử lý")
    first = named(world, FIRST)
    world.types(f"rút {first.code}")
    assert f"muốn rút phản ánh {first.code}" in world.last_reply()
    assert draft(world)
    world.types("1")
    assert named(world, FIRST).state is State.WITHDRAWN
    assert draft(world)


def test_more_goes_to_the_petition_that_is_named_or_to_none(world: World) -> None:
    first = named(world, FIRST)
    world.types(f"bổ sung {first.code}: {MORE}")
    assert [one.text for one in named(world, FIRST).additions] == [f"bổ sung {first.code}: {MORE}"]
    world.types("XONG")
    world.store.update(f"petitions/{first.code}", {"state": "closed"})
    world.clock.advance(hours=1)
    world.types(f"bổ sung {first.code}: thêm một ảnh nữa")
    assert f"Phản ánh {first.code} đã kết thúc" in world.last_reply()
    assert added(world) == [f"bổ sung {first.code}: {MORE}"]


@pytest.mark.parametrize("way", ["bổ sung hồ sơ {} của mẹ tôi: {}", "cho tôi bổ sung {}: {}", "bổ sung {}: {}"])
@pytest.mark.parametrize("story", ["mẹ tôi nộp ngày 20/11", "phường yêu cầu nộp lại sổ hộ khẩu, đi ba lần không xong"])
def test_more_for_a_petition_that_was_not_filed_on_zalo_begins_no_other_one(way: str, story: str) -> None:
    world = World().has_a_coordinator()
    reply = world.types(way.format("HN-261201-KR1Z-RZ9H", story))
    assert "không có mã HN-261201-KR1Z-RZ9H" in reply
    assert "nộp trên giấy hoặc qua điện thoại" in reply
    assert (talk(world)["step"], world.petitions()) == ("idle", [])
