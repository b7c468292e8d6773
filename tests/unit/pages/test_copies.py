"""The encrypted copies of pages are up to date, never replaced by older ones, and removed in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from petitions.adapters.seals import AesSeals, key_id
from petitions.adapters.secret_keys import GivenKeys
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.pages.links import copy_path, page_id, page_key
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.publishing.own_view import last_digits, sealed_path
from petitions.domain.shared.records import replace
from petitions.errors import NotFound, Retryable
from petitions.usecases.pages.answer_file import AnswerFile
from petitions.usecases.pages.keep_copy import KeepCopy
from petitions.usecases.pages.open_page import OpenPage
from petitions.usecases.publishing.seal_view import RenewSeals, SealView
from tests.unit.pages.paged import DIGITS, STORY, Paged
from tests.unit.petition.handling import COORDINATOR, act, officer
from tests.unit.public_site.site import ANSWER, BASIS, BYTES, SHEET, answered, submitted
from tests.unit.world import SEAL_KEYS, World

NEW_KEY = "a-new-key-of-32-characters-and-more"


@pytest.fixture
def filed() -> Paged:
    page = Paged()
    page.world.types("1")
    page.world.routing(page.petition().code)
    return page


@pytest.fixture
def page(filed: Paged) -> Paged:
    answered(filed.world, filed.petition())
    filed.world.relay()
    return filed


def sealed(page: Paged) -> list[str]:
    return [name for name in page.world.kept.objects if name.startswith("sealed/")]


def file_of(page: Paged, number: int = 0) -> bytes:
    key = page.key
    return AnswerFile(page.world.kept, page.world.seals)(key, page.view(key), number)[1]


def copied(page: Paged) -> str:
    return copy_path(page_id(page.key))


def test_the_answer_is_shown_with_its_basis_and_its_file(page: Paged) -> None:
    own = page.petition_view().own
    assert (own.content, own.answer, own.basis) == (STORY, ANSWER, BASIS)
    (file,) = own.files
    assert (file.name, file.media_type, file.size) == (f"Phụ lục {page.petition().code}.xlsx", SHEET, len(BYTES))
    assert file_of(page) == BYTES
    for number in (-1, 1):
        with pytest.raises(NotFound):
            file_of(page, number)


def test_rating_and_additions_are_shown_but_no_notes_of_officers(page: Paged) -> None:
    page.world.deliver()
    page.world.types("1")
    addition = {"input": "k", "at": page.world.clock.now(), "type": "text", "text": "Thêm một ý"}
    inner = {**addition, "by": "officer", "text": "Cán bộ nhắn"}
    page.world.store.update(petition_path(page.petition().code), {"additions": [addition, inner], "version": 90})
    page.world.project(page.petition().code)
    view = page.petition_view()
    assert view.own.rating == 1
    assert [own_addition.text for own_addition in view.own.additions] == ["Thêm một ý"]
    assert "Cán bộ nhắn" not in view.model_dump_json()


def test_a_refusal_is_shown_with_its_reason(filed: Paged) -> None:
    act(filed.world, COORDINATOR, filed.petition(), Action.REFUSE, text="Không thuộc thẩm quyền giải quyết")
    filed.world.relay()
    assert filed.petition_view().own.decision == "Không thuộc thẩm quyền giải quyết"


def test_an_answer_that_waits_for_approval_is_not_copied(filed: Paged) -> None:
    submitted(filed.world, filed.petition())
    filed.world.relay()
    view = filed.petition_view()
    assert (view.own.answer, view.own.files, sealed(filed)) == (None, [], [])
    assert ANSWER not in view.model_dump_json()


def test_database_and_bucket_give_nothing_away(page: Paged) -> None:
    documents, (name,) = repr(page.world.public.documents), sealed(page)
    for words in (STORY, ANSWER, BASIS, "Phụ lục", "345678", DIGITS, "Trung Kính", "a sheet"):
        assert words not in documents + name + repr(page.world.kept.objects[name]), words
    key, box = page.key, page.world.public.documents[copied(page)]["box"]
    assert key not in documents
    assert page.world.seals.open(copied(page), key, box)
    # An attacker with the database and the link, but another key of ours, even under the name of the right one.
    other = "another-key-of-32-characters-here"
    stranger, renamed = AesSeals(GivenKeys((other,))), key_id(other).encode() + box[12:]
    assert stranger.open(copied(page), key, box) is None
    assert stranger.open(copied(page), key, renamed) is None
    assert page.world.seals.open(copy_path("0" * 32), key, box) is None


def test_a_reopened_petition_shows_its_former_answer_no_more(page: Paged) -> None:
    before = page.petition_view()
    act(page.world, COORDINATOR, page.petition(), Action.REOPEN, text="Công dân chưa đồng ý với câu trả lời")
    page.world.relay()
    assert page.petition_view().own.answer is None
    assert sealed(page) == []
    with pytest.raises(NotFound):
        AnswerFile(page.world.kept, page.world.seals)(page.key, before, 0)


def test_filer_of_a_merged_petition_sees_the_answer_without_the_main_filer(filed: Paged) -> None:
    world, main = filed.world, filed.petition()
    twin = world.files("Cán bộ một cửa phường làm khó khi tôi xin khai sinh", user="7")
    act(world, COORDINATOR, twin, Action.MERGE, text=main.code)
    main = submitted(world, next(petition for petition in world.petitions() if petition.code == main.code))
    reply = Petition.model_validate(world.store.documents[petition_path(main.code)]).reply
    assert reply
    named = replace(reply, text=f"Gửi bà Nguyễn Thị Lan, 0912 345 678. {ANSWER}")
    world.store.update(petition_path(main.code), {"reply": named.stored()})
    act(world, officer(main.unit, Role.HEAD, "truong"), main, Action.APPROVE, text="Đã xem")
    world.relay()
    theirs = filed.petition_view(page_key(str(twin.page)))
    assert theirs.own.content.startswith("Cán bộ một cửa phường làm khó")
    assert "Giấy trả sáng 26/11" in (theirs.own.answer or "")
    for words in ("Nguyễn Thị Lan", "345 678", STORY, "Phụ lục"):
        assert words not in theirs.own.model_dump_json()
    own = filed.petition_view(page_key(str(main.page))).own
    assert "Nguyễn Thị Lan" in (own.answer or "")
    assert len(own.files) == 1


def test_an_older_state_of_the_main_petition_never_wins_on_the_page_of_a_merged_one(filed: Paged) -> None:
    """The merged petition itself gets no new version when the main petition is answered."""
    world, main = filed.world, filed.petition()
    twin = world.files("Cán bộ một cửa phường làm khó khi tôi xin khai sinh", user="7")
    act(world, COORDINATOR, twin, Action.MERGE, text=main.code)
    world.relay()
    older = dict(world.store.documents[petition_path(main.code)])
    answered(world, next(petition for petition in world.petitions() if petition.code == main.code))
    world.relay()
    assert filed.petition_view(page_key(str(twin.page))).own.answer
    world.store.documents[petition_path(main.code)] = older
    world.project(twin.code)
    assert filed.petition_view(page_key(str(twin.page))).own.answer


def erased(world: World) -> None:
    world.types("xóa dữ liệu của tôi", "1")
    world.clock.advance(minutes=1)
    world.erase()


def test_erased_data_does_not_come_back(page: Paged) -> None:
    code, path = page.petition().code, copied(page)
    erased(page.world)
    page.world.relay()
    page.world.project(code)
    assert page.world.petitions()[0].restricted_at
    assert path not in page.world.public.documents
    assert sealed_path(code) not in page.world.public.documents
    assert sealed(page) == []


def meanwhile(monkeypatch: pytest.MonkeyPatch, of: object, name: str, happens: Callable[[], None]) -> None:
    """Call `happens` just before the next call of the method `name` of `of`."""
    method = getattr(of, name)

    def call(*given: Any) -> Any:
        monkeypatch.setattr(of, name, method)
        happens()
        return method(*given)

    monkeypatch.setattr(of, name, call)


def test_a_projection_that_an_erasure_overtakes_leaves_nothing(page: Paged, monkeypatch: pytest.MonkeyPatch) -> None:
    """The projection has read the petition and the file before the erasure happens."""
    world, code, path = page.world, page.petition().code, copied(page)
    del world.public.documents[path]
    world.kept.erase("sealed/")
    read = world.kept.read

    def after_reading(name: str) -> Iterator[bytes]:
        content = read(name)
        monkeypatch.setattr(world.kept, "read", read)
        erased(world)
        world.relay()
        return content

    monkeypatch.setattr(world.kept, "read", after_reading)
    world.project(code)
    assert world.petitions()[0].restricted_at
    assert (path in world.public.documents, sealed_path(code) in world.public.documents) == (False, False)
    assert sealed(page) == []


@pytest.mark.parametrize("how", ["erased", "dropped"])
def test_a_copy_of_a_draft_that_its_end_overtakes_leaves_nothing(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Paged()
    world, key = page.world, page.key
    (who,) = (path.partition("/")[2] for path in world.store.paths("citizens"))

    def ends() -> None:
        if how == "erased":
            erased(world)
        else:
            world.types("3")
        world.relay()

    meanwhile(monkeypatch, world.public, "get", ends)
    world.copies.draft(who, page_id(key))
    assert world.public.paths("pages") == []


def test_a_copy_of_a_draft_that_its_filing_overtakes_is_that_of_the_petition(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Paged()
    world, key = page.world, page.key
    (who,) = (path.partition("/")[2] for path in world.store.paths("citizens"))

    def sent() -> None:
        world.types("1")
        world.relay()

    meanwhile(monkeypatch, world.public, "get", sent)
    world.copies.draft(who, page_id(key))
    assert page.petition_view(key).code == page.petition().code


def test_an_older_state_never_wins(page: Paged) -> None:
    code = page.petition().code
    page.world.store.update(petition_path(code), {"content": "Nội dung cũ", "version": 1})
    page.world.project(code)
    assert page.petition_view().own.content == STORY


def test_a_restriction_holds_also_where_a_restored_backup_counts_versions_anew(page: Paged) -> None:
    code, path = page.petition().code, copied(page)
    page.world.store.update(petition_path(code), {"restricted_at": page.world.clock.now(), "version": 1})
    page.world.project(code)
    assert (path in page.world.public.documents, sealed_path(code) in page.world.public.documents) == (False, False)
    assert sealed(page) == []


def test_a_projection_that_dies_is_made_up_for_by_the_next_delivery(page: Paged) -> None:
    code = page.petition().code
    del page.world.public.documents[copied(page)]
    page.world.public.crash = "before"
    with pytest.raises(Retryable):
        page.world.seal(code)
    page.world.project(code)
    assert file_of(page) == BYTES
    commits = page.world.public.commits
    page.world.project(code)
    assert page.world.public.commits == commits


def test_a_file_that_is_gone_is_left_out_and_the_rest_is_there(page: Paged) -> None:
    page.world.kept.erase("copies/")
    page.world.store.update(petition_path(page.petition().code), {"version": 90})
    page.world.project(page.petition().code)
    own = page.petition_view().own
    assert (own.answer, own.files) == (ANSWER, [])


def test_a_file_sealed_for_one_place_opens_at_no_other(page: Paged) -> None:
    (name,), key = sealed(page), page.key
    page.world.kept.objects[name] = (page.world.seals.seal("elsewhere", key, b"x"), "")
    with pytest.raises(NotFound):
        file_of(page)
    page.world.kept.objects.clear()
    with pytest.raises(NotFound):
        file_of(page)


def test_a_new_key_seals_the_files_of_answers_too(page: Paged) -> None:
    both, only = AesSeals(GivenKeys((NEW_KEY, *SEAL_KEYS))), AesSeals(GivenKeys((NEW_KEY,)))
    world, key = page.world, page.key
    copies = KeepCopy(world.store, world.public, world.kept, both, world.copies.directory, world.index)
    assert RenewSeals(SealView(world.store, world.public, both, copies), world.clock)() == 1
    view = OpenPage(world.public, page.tries, only, world.clock)._view(key)
    assert len(sealed(page)) == 1
    assert AnswerFile(world.kept, only)(key, view, 0)[1] == BYTES
    with pytest.raises(NotFound):
        AnswerFile(world.kept, world.seals)(key, view, 0)


def test_a_seal_that_cannot_be_renewed_stops_no_other(page: Paged, capsys: pytest.CaptureFixture[str]) -> None:
    world, broken = page.world, page.petition().code
    world.files("Đường ngập nước nhiều ngày, xin xem lại cống", user="7")
    world.relay()
    world.store.update(petition_path(broken), {"contact": "broken"})
    seals = AesSeals(GivenKeys((NEW_KEY, *SEAL_KEYS)))
    copies = KeepCopy(world.store, world.public, world.kept, seals, world.copies.directory, world.index)
    renew = RenewSeals(SealView(world.store, world.public, seals, copies), world.clock)
    assert (renew(), renew()) == (3, 2)  # two documents of the broken petition stay: its page, and its entry by code
    assert "seal_failed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("phone", "digits"),
    [("0912 345 678", "5678"), ("+84912345678", "5678"), ("(024) 3825.000-1", "0001"), ("113", None)],
)
def test_the_last_four_digits_of_a_telephone(phone: str, digits: str | None) -> None:
    assert last_digits(phone) == digits


def test_the_wards_of_a_draft_have_their_names_before_the_list_of_all_is_published() -> None:
    page = Paged()
    view = page.draft_view()
    assert view.ward_names == {view.ward: "Phường Yên Hòa"}
