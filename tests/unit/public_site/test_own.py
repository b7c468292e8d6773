"""What a petition's filer sees with four digits of their telephone, and what nobody sees without them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from petitions.adapters.seals import AesSeals, key_id
from petitions.adapters.secret_keys import GivenKeys
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.publishing.digit_tries import MOST_WRONG, tries_path
from petitions.domain.publishing.own_view import SealedView, last_digits, sealed_path
from petitions.errors import NotFound, Rejected
from petitions.usecases.publishing.seal_view import RenewSeals, SealView
from petitions.usecases.publishing.see_own import Paused, SeeOwn
from tests.fakes import FakeStore
from tests.unit.petition.handling import COORDINATOR, act, officer
from tests.unit.public_site.site import ANSWER, BASIS, BYTES, DIGITS, SHEET, OwnSite, Site, submitted
from tests.unit.world import SEAL_KEYS

ADDRESS = "203.0.113.5"


@pytest.fixture
def site() -> OwnSite:
    return OwnSite()


def wrong(number: int) -> str:
    return f"{number:04}"


def alert(page: TestResponse) -> str:
    found = re.search(r'role="alert"[^>]*>([^<]*)<', page.text)
    return found[1] if found else ""


def test_right_digits_show_the_petition_its_answer_the_basis_and_the_file(site: OwnSite) -> None:
    assert 'name="digits"' in site.client.get("/", query_string={"code": site.code}).text
    page = site.asks()
    assert page.status_code == 200
    for words in ("khi làm khai sinh &lt;b&gt;", ANSWER, BASIS, f"Phụ lục {site.code}.xlsx", "1 KB", "Đã trả lời"):
        assert words in page.text
    for words in ("Nguyễn Thị Lan", "345678", "345 678", DIGITS, "Trung Kính"):
        assert words not in page.text
    saved = site.saves(page)
    assert (saved.status_code, saved.data, saved.mimetype) == (200, BYTES, SHEET)
    assert saved.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''Ph%E1%BB%A5%20l%E1%BB%A5c")
    assert saved.headers["Cache-Control"] == "no-store"
    assert site.asks(" 56 78 ").status_code == 200


def test_the_rating_and_what_was_added_are_shown_too(site: OwnSite) -> None:
    site.world.deliver()
    site.world.types("1")
    assert site.world.petitions()[0].rating
    addition = {"input": "k", "at": site.world.clock.now(), "type": "text", "text": "Thêm một ý"}
    inner = {**addition, "by": "officer", "text": "Cán bộ nhắn"}
    site.world.store.update(petition_path(site.code), {"additions": [addition, inner]})
    site.catches_up()
    page = site.asks().text
    assert "Rất hài lòng" in page
    assert "Thêm một ý" in page
    assert "Cán bộ nhắn" not in page


def test_a_refusal_is_shown_with_its_reason() -> None:
    site = Site()
    act(site.world, COORDINATOR, site.world.petitions()[0], Action.REFUSE, text="Không thuộc thẩm quyền giải quyết")
    site.world.relay()
    page = site.client.post("/own", data={"code": site.petition.code, "digits": DIGITS}).text
    assert "Không thuộc thẩm quyền giải quyết" in page


def test_neither_drafts_nor_answers_that_wait_for_approval_are_sealed() -> None:
    site = Site()
    submitted(site.world, site.world.petitions()[0])
    site.world.relay()
    page = site.client.post("/own", data={"code": site.petition.code, "digits": DIGITS}).text
    assert "trả chậm" in page
    assert "Chưa có câu trả lời" in page
    assert "xin lỗi công dân" not in page
    assert [name for name in site.world.kept.objects if name.startswith("sealed/")] == []


def test_wrong_digits_and_no_telephone_are_answered_with_the_same_words(site: OwnSite) -> None:
    other = site.world.files("Đường ngập nước nhiều ngày, xin xem lại cống", user="7")
    site.world.store.update(petition_path(other.code), {"contact.phone": "không có"})
    site.catches_up()
    assert sealed_path(other.code) not in site.public.documents
    one, two = site.asks("0000"), site.asks("0000", other.code)
    assert (one.status_code, two.status_code) == (400, 400)
    assert alert(one) == alert(two)
    assert "Còn 4 lần thử" in alert(one)
    assert "trả chậm" not in one.text
    paused = [site.asks("0000", each) for each in (site.code, other.code) for _ in range(5)]
    assert {alert(each) for each in (paused[4], paused[9])} == {alert(paused[4])}
    assert alert(paused[4]).startswith("Đã nhập sai 5 lần")


@pytest.mark.parametrize("digits", ["", "567", "56789", "abcd", "５６７８", "0912345678", "5678\x00"])
def test_what_is_not_four_digits_counts_as_no_try(site: OwnSite, digits: str) -> None:
    page = site.asks(digits)
    assert (page.status_code, site.tries.documents) == (400, {})
    assert "bốn chữ số" in alert(page)


def test_after_five_wrong_tries_right_digits_open_nothing_for_a_day(
    site: OwnSite, capsys: pytest.CaptureFixture[str]
) -> None:
    left = [alert(site.asks(wrong(number)))[-13:-1] for number in range(MOST_WRONG)]
    assert left == [f"Còn {number} lần thử"[-12:] for number in (4, 3, 2, 1, 0)]
    paused = site.asks()
    assert (paused.status_code, "xin thử lại sau" in alert(paused)) == (429, True)
    assert "trả chậm" not in paused.text
    logged = capsys.readouterr().out
    assert "own_view_paused" in logged
    assert DIGITS not in logged
    site.clock.advance(days=1, seconds=-1)
    assert site.asks().status_code == 429
    site.clock.advance(seconds=1)
    assert site.asks().status_code == 200
    assert site.asks("0000").status_code == 400


def test_a_right_try_forgives_no_wrong_one_and_another_code_is_not_concerned(site: OwnSite) -> None:
    other = site.world.files("Đường ngập nước nhiều ngày, xin xem lại cống", user="7")
    site.catches_up()
    for number in range(4):
        site.asks(wrong(number))
    assert site.asks().status_code == 200
    site.asks("0005")
    assert site.asks().status_code == 429
    assert site.asks(code=other.code).status_code == 200


def test_of_many_tries_at_the_same_time_only_five_are_looked_at(site: OwnSite) -> None:
    """Also of instances that know nothing of each other."""

    def one(number: int) -> str:
        see = SeeOwn(site.public, site.tries, site.world.kept, site.world.seals, site.clock)
        try:
            see(site.code, wrong(number), ADDRESS)
        except Paused:
            return "paused"
        except Rejected:
            return "wrong"
        return "right"

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(one, range(60)))
    assert (found.count("wrong"), found.count("paused")) == (5, 55)


def test_a_right_try_that_began_before_the_others_ended_does_not_slip_through(site: OwnSite) -> None:
    class Interrupted(FakeStore):
        """Five wrong tries come between the first reading and its commit."""

        begun = False

        def _conflicts(self, attempt: object, seen: int) -> bool:
            if not self.begun:
                self.begun = True
                for number in range(MOST_WRONG):
                    with pytest.raises(Rejected):
                        see(site.code, wrong(number), ADDRESS)
            return super()._conflicts(attempt, seen)  # type: ignore[arg-type]

    see = SeeOwn(site.public, Interrupted(), site.world.kept, site.world.seals, site.clock)
    with pytest.raises(Paused):
        see(site.code, DIGITS, ADDRESS)


def test_the_public_database_and_the_bucket_give_nothing_away(site: OwnSite) -> None:
    documents, objects = repr(site.public.documents), repr(site.world.kept.objects[site.sealed()[0]])
    for words in ("trả chậm", "xin lỗi", BASIS, "Phụ lục", "345678", "345 678", DIGITS, "Trung Kính", "a sheet"):
        assert words not in documents + objects + repr(site.sealed()), words
    record = SealedView.model_validate(site.public.documents[sealed_path(site.code)])
    assert site.world.seals.open(sealed_path(site.code), DIGITS, record.box)
    # Whoever has the database and the digits, but another key, even under the name of ours.
    other = "another-key-of-32-characters-here"
    stranger, renamed = AesSeals(GivenKeys((other,))), key_id(other).encode() + record.box[12:]
    assert stranger.open(sealed_path(site.code), DIGITS, record.box) is None
    assert stranger.open(sealed_path(site.code), DIGITS, renamed) is None
    assert site.world.seals.open(sealed_path("HN-1"), DIGITS, record.box) is None
    assert site.world.seals.open(sealed_path(site.code), "5679", record.box) is None


def test_a_form_of_another_page_uses_up_no_try(site: OwnSite) -> None:
    data = {"code": site.code, "digits": "0000"}
    answer = site.client.post("/own", data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, site.tries.documents) == (403, {})
    assert site.client.post("/own", data=data, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 400


def test_there_is_no_address_that_shows_anything(site: OwnSite) -> None:
    for query in ("", f"?code={site.code}&digits={DIGITS}"):
        answer = site.client.get(f"/own{query}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert site.client.get("/own/file").status_code == 405
    assert site.tries.documents == {}


def test_look_ups_with_digits_count_against_the_clients_limit(site: OwnSite) -> None:
    data = {"code": site.code, "digits": DIGITS}
    assert [site.client.post("/own", data=data).status_code for _ in range(31)] == [200] * 30 + [429]
    assert site.client.post("/own/file", data={"ticket": "x", "number": "0"}).status_code == 429


def test_the_buttons_of_files_work_for_a_quarter_of_an_hour(site: OwnSite) -> None:
    page = site.asks()
    site.clock.advance(minutes=14, seconds=59)
    assert site.saves(page).status_code == 200
    site.clock.advance(seconds=1)
    late = site.saves(page)
    assert (late.status_code, "Đã quá 15 phút" in late.text) == (400, True)


@pytest.mark.parametrize("ticket", ["", "x", "AAAA", "=" * 8, "é", "A" * 400])
def test_a_made_up_ticket_gives_nothing(site: OwnSite, ticket: str) -> None:
    assert site.client.post("/own/file", data={"ticket": ticket, "number": "0"}).status_code == 400


@pytest.mark.parametrize(("number", "status"), [("1", 404), ("-1", 400), ("x", 400), ("9999", 400), ("²", 400)])
def test_a_file_that_is_not_there(site: OwnSite, number: str, status: int) -> None:
    assert site.saves(site.asks(), number).status_code == status


def test_a_reopened_petition_shows_its_former_answer_no_more(site: OwnSite) -> None:
    page = site.asks()
    act(site.world, COORDINATOR, site.petition, Action.REOPEN, text="Công dân chưa đồng ý với câu trả lời")
    site.catches_up()
    assert "xin lỗi công dân" not in site.asks().text
    assert site.sealed() == []
    assert site.saves(page).status_code == 404


def test_a_corrected_telephone_opens_and_the_former_one_does_not(site: OwnSite) -> None:
    before = site.sealed()
    site.world.store.update(petition_path(site.code), {"contact.phone": "+84 24 3825 0001", "version": 90})
    site.project(site.code)
    assert site.asks().status_code == 400
    page = site.asks("0001")
    assert page.status_code == 200
    assert site.saves(page).data == BYTES
    assert len(site.sealed()) == 1
    assert site.sealed() != before


def test_who_was_merged_sees_their_own_words_and_the_answer_without_who_filed_the_main_one() -> None:
    site = Site()
    world, main = site.world, site.world.petitions()[0]
    twin = world.files("Cán bộ một cửa phường làm khó khi tôi xin khai sinh", user="7")
    world.store.update(petition_path(twin.code), {"contact.phone": "0987 000 111"})
    act(world, COORDINATOR, world.petitions()[-1], Action.MERGE, text=main.code)
    main = next(each for each in world.petitions() if each.code == main.code)
    main = submitted(world, main)
    assert main.reply
    reply = Petition.model_validate(world.store.documents[petition_path(main.code)]).reply
    assert reply
    named = reply.model_copy(update={"text": f"Gửi bà Nguyễn Thị Lan, 0912 345 678. {ANSWER}"})
    world.store.update(petition_path(main.code), {"reply": named.stored()})
    world.relay()
    act(world, officer(main.unit, Role.HEAD, "truong"), main, Action.APPROVE, text="Đã xem")
    world.relay()
    page = site.client.post("/own", data={"code": twin.code, "digits": "0111"}).text
    assert "làm khó khi tôi xin khai sinh" in page
    assert "Giấy trả sáng 26/11" in page
    for words in ("Lan", "345 678", "trả chậm", "Phụ lục"):
        assert words not in page
    assert site.client.post("/own", data={"code": twin.code, "digits": DIGITS}).status_code == 400
    own = site.client.post("/own", data={"code": main.code, "digits": DIGITS}).text
    assert "Nguyễn Thị Lan" in own
    assert "Phụ lục" in own


def erased(site: OwnSite) -> None:
    world = site.world
    world.types("xóa dữ liệu của tôi", "1")
    world.clock.advance(minutes=1)
    world.erase()
    assert world.petitions()[0].restricted_at


def test_what_is_erased_is_gone_from_the_page_and_does_not_come_back(site: OwnSite) -> None:
    page = site.asks()
    erased(site)
    site.catches_up()
    assert sealed_path(site.code) not in site.public.documents
    assert site.sealed() == []
    assert site.saves(page).status_code == 404
    assert "không đúng" in alert(site.asks())
    site.project(site.code)
    assert sealed_path(site.code) not in site.public.documents


def test_a_projection_that_was_overtaken_by_an_erasure_leaves_nothing(
    site: OwnSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has read the petition and the file; then everything else happens."""
    site.public.documents.pop(sealed_path(site.code))
    kept = site.world.kept
    kept.erase("sealed/")
    read = kept.read

    def meanwhile(name: str) -> Iterator[bytes]:
        content = read(name)
        monkeypatch.setattr(kept, "read", read)
        erased(site)
        site.catches_up()
        return content

    monkeypatch.setattr(kept, "read", meanwhile)
    site.project(site.code)
    assert kept.read == read
    assert sealed_path(site.code) not in site.public.documents
    assert site.sealed() == []


def test_an_older_state_never_wins(site: OwnSite) -> None:
    site.world.store.update(petition_path(site.code), {"content": "Nội dung cũ", "version": 1})
    site.project(site.code)
    assert "Nội dung cũ" not in site.asks().text


def test_a_restriction_holds_also_where_a_restored_backup_counts_versions_anew(site: OwnSite) -> None:
    restricted = {"restricted_at": site.world.clock.now(), "version": 1}
    site.world.store.update(petition_path(site.code), restricted)
    site.project(site.code)
    assert sealed_path(site.code) not in site.public.documents
    assert site.sealed() == []


def test_a_projection_that_dies_is_made_up_for_by_the_next_delivery(site: OwnSite) -> None:
    site.public.documents.pop(sealed_path(site.code))
    site.public.crash = "before"
    with pytest.raises(Exception, match="crashed"):
        site.project.seal(site.code)
    site.project(site.code)
    assert site.saves(site.asks()).data == BYTES
    commits = site.public.commits
    site.project(site.code)
    assert site.public.commits == commits


def test_a_file_that_is_gone_is_left_out_and_the_rest_is_there(site: OwnSite) -> None:
    site.world.kept.erase("copies/")
    site.world.store.update(petition_path(site.code), {"version": 90})
    site.project(site.code)
    page = site.asks().text
    assert ANSWER in page
    assert "Phụ lục" not in page


def test_a_new_key_takes_over_while_the_former_one_still_opens(site: OwnSite) -> None:
    world, new = site.world, "a-new-key-of-32-characters-and-more"
    other = world.files("Đường ngập nước nhiều ngày, xin xem lại cống", user="7")
    site.catches_up()
    page = site.asks()
    both, only = AesSeals(GivenKeys((new, *SEAL_KEYS))), AesSeals(GivenKeys((new,)))

    def sees(seals: AesSeals) -> SeeOwn:
        return SeeOwn(site.public, FakeStore(), world.kept, seals, site.clock)

    assert sees(both)(site.code, DIGITS, ADDRESS).view.answer == ANSWER
    with pytest.raises(Rejected):
        sees(only)(site.code, DIGITS, ADDRESS)
    renew = RenewSeals(SealView(world.store, site.public, world.kept, both), world.clock)
    assert (renew(), renew()) == (2, 0)
    assert sees(both)(site.code, DIGITS, ADDRESS).view.answer == ANSWER
    seen = sees(only)(site.code, DIGITS, ADDRESS)
    assert sees(only).file(seen.ticket, 0)[1] == BYTES
    assert sees(only)(other.code, DIGITS, ADDRESS)
    assert len(site.sealed()) == 1
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert ticket
    assert sees(both).file(ticket[1], 0)[1] == BYTES
    with pytest.raises(Rejected):
        sees(only).file(ticket[1], 0)


def test_a_seal_that_cannot_be_renewed_stops_no_other(site: OwnSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.world.files("Đường ngập nước nhiều ngày, xin xem lại cống", user="7")
    site.catches_up()
    site.world.store.update(petition_path(site.code), {"contact": "broken"})
    seals = AesSeals(GivenKeys(("a-new-key-of-32-characters-and-more", *SEAL_KEYS)))
    renew = RenewSeals(SealView(site.world.store, site.public, site.world.kept, seals), site.world.clock)
    assert (renew(), renew()) == (2, 1)
    assert "seal_failed" in capsys.readouterr().out


def test_a_file_sealed_for_one_place_opens_at_no_other(site: OwnSite) -> None:
    page, (name,) = site.asks(), site.sealed()
    site.world.kept.objects[name] = (site.world.seals.seal("elsewhere", DIGITS, b"x"), "")
    assert site.saves(page).status_code == 404
    site.world.kept.objects.clear()
    assert site.saves(page).status_code == 404
    with pytest.raises(NotFound):
        site.see.file(site.see(site.code, DIGITS, ADDRESS).ticket, 0)


@pytest.mark.parametrize(
    ("phone", "digits"),
    [("0912 345 678", "5678"), ("+84912345678", "5678"), ("(024) 3825.000-1", "0001"), ("113", None)],
)
def test_the_last_four_digits_of_a_telephone(phone: str, digits: str | None) -> None:
    assert last_digits(phone) == digits


def test_tries_hold_nothing_but_counts(site: OwnSite) -> None:
    site.asks("0000")
    site.asks()
    tries = site.tries.documents.pop(tries_path(site.code))
    assert set(tries) == {"schema_version", "wrong", "wrong_at", "at", "expires_at"}
    assert [set(each) for each in site.tries.documents.values()] == [
        {"schema_version", "wrong", "began_at", "expires_at"}
    ] * 2
    assert site.clock.now() - tries["at"] < timedelta(seconds=1)
    assert site.world.petitions()[0].state is State.ANSWERED
