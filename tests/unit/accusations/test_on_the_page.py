"""Reports of misconduct sent from a citizen's page go only to the coordinators."""

from __future__ import annotations

import pytest

from petitions.domain.pages.links import page_key
from petitions.domain.pages.posts import MoreForPetition, PageAction, PageContest, PageCorrection, PageRating
from petitions.domain.petition.petition import Petition
from petitions.usecases.pages.send_post import SentFile
from tests.unit.accusations.later_words import (
    ACCUSES,
    INNOCENT,
    a_world,
    again,
    answered_by_the_ward,
    apart_from,
    at_the_ward,
    check_kept_from_the_ward,
    new_at_the_ward,
    nothing_apart,
)
from tests.unit.pages.paged import Paged
from tests.unit.pages.test_petition_posts import PHOTO


@pytest.fixture
def page() -> Paged:
    return Paged(a_world(), begun=False)


def send(page: Paged, petition: Petition, action: PageAction, files: tuple[SentFile, ...] = ()) -> str:
    before, key = len(page.world.replies()), page_key(str(petition.page))
    page.sends(action, page.view(key), files, key=key)
    page.applies()
    return "\n\n".join(page.world.replies()[before:])


@pytest.mark.parametrize(
    "action",
    [
        MoreForPetition(words=ACCUSES),
        PageContest(words=ACCUSES),
        PageRating(level=2, reason=ACCUSES),
        PageRating(level=3, reason=ACCUSES),
    ],
    ids=lambda action: f"{action.kind}-{getattr(action, 'level', '')}",
)
def test_words_that_accuse(page: Paged, action: PageAction) -> None:
    before = answered_by_the_ward(page.world)
    reply = send(page, before, action)
    own = check_kept_from_the_ward(page.world, before)
    assert own.code in reply
    assert own.code in page.world.citizen()["posts"][0]["words"], "the page shows the code too"
    rating = again(page.world.store, before).rating
    assert (rating.level if rating else None) == (action.level if isinstance(action, PageRating) else None)


@pytest.mark.parametrize(
    "action",
    [MoreForPetition(words=INNOCENT), PageContest(words=INNOCENT), PageRating(level=3, reason=INNOCENT)],
    ids=lambda action: action.kind,
)
def test_innocent_words(page: Paged, action: PageAction) -> None:
    before = answered_by_the_ward(page.world)
    send(page, before, action)
    assert INNOCENT in str(again(page.world.store, before))
    assert nothing_apart(page.world.store)


def test_a_correction_that_accuses(page: Paged) -> None:
    world = page.world
    before = new_at_the_ward(world)
    send(page, before, PageCorrection(values={"place": f"12 phố Trung Kính, {ACCUSES}"}))
    check_kept_from_the_ward(world, before, ACCUSES)
    assert again(world.store, before) == before


def test_files_go_with_the_words(page: Paged) -> None:
    before = at_the_ward(page.world)
    send(page, before, MoreForPetition(words=ACCUSES), (SentFile("1.jpg", "image/jpeg", PHOTO),))
    page.world.fetch()
    own = apart_from(page.world.store, before)
    assert len(page.world.store.paths(f"petitions/{own.code}/attachments")) == 1
    assert page.world.store.paths(f"petitions/{before.code}/attachments") == []


def test_a_files_name_is_read_as_well(page: Paged) -> None:
    before = at_the_ward(page.world)
    send(page, before, MoreForPetition(), (SentFile("cán bộ nhận hối lộ.jpg", "image/jpeg", PHOTO),))
    assert apart_from(page.world.store, before).files
    assert again(page.world.store, before) == before
