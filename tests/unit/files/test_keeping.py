"""Citizens' files are downloaded in time, stored once, within the limits, with a reply about every failure."""

from __future__ import annotations

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from infra.paths import ROOT
from petitions.domain.files.attachment import MAX_FILE
from petitions.ports.files import Download
from tests import media
from tests.fakes import FakeStore
from tests.unit.world import USER, World

PHOTO = media.jpeg()
REAL = (ROOT / "infra" / "local" / "zalo" / "static" / "photo.jpg").read_bytes()


def link(number: int) -> str:
    return f"https://f1.zdn.vn/{number}.jpg"


@pytest.fixture
def world() -> World:
    made = World()
    made.types("Vỉa hè bị đào xới suốt ba tháng", "1")
    return made


def sends(world: World, *urls: str, kind: str = "image", **payload: str) -> None:
    for url in urls:
        attachment = {"type": kind, "payload": {"url": url, **payload}}
        world.intake(world.event(f"user_send_{kind}", {"attachments": [attachment]}))


def files(world: World) -> list[dict[str, Any]]:
    inputs = [item for path, item in world.store.documents.items() if "/inputs/" in path]
    return [file for item in sorted(inputs, key=lambda item: item["at"]) for file in item["files"]]


def states(world: World) -> list[str]:
    return [str(file["state"]) for file in files(world)]


def confirm(world: World) -> str:
    world.types("xong", "Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321", "1")
    return world.petitions()[-1].code


def minute(world: World) -> None:
    world.clock.advance(minutes=1)
    world.sweep()
    world.fetch()


def notices_to(world: World) -> list[str]:
    return [item["text"] for path, item in world.store.documents.items() if path.startswith("notices/file-")]


def test_a_photo_is_kept_twice_as_it_came_and_without_its_place(world: World) -> None:
    world.links.links[link(1)] = Download(PHOTO)
    sends(world, link(1))
    world.fetch()
    (file,) = files(world)
    digest = hashlib.sha256(PHOTO).hexdigest()
    assert (file["state"], file["media_type"], file["size"], file["sha256"]) == (
        "stored", "image/jpeg", len(PHOTO), digest,
    )  # fmt: skip
    original, copy = (f"{folder}/{file['object']}/{digest}" for folder in ("originals", "copies"))
    assert world.kept.objects[original] == (PHOTO, "image/jpeg")
    assert media.LATITUDE_WORDS not in world.kept.objects[copy][0]
    assert len(world.kept.objects) == 2
    assert notices_to(world) == []


def test_a_photo_is_kept_with_its_thumbnail_and_erased_with_it(world: World) -> None:
    world.links.links[link(1)] = Download(REAL)
    sends(world, link(1))
    code = confirm(world)
    world.fetch()
    (file,) = files(world)
    name = f"copies/{file['object']}/thumbnail-{file['sha256']}"
    assert world.kept.objects[name][1] == "image/webp"
    (below,) = (world.store.documents[path] for path in world.store.paths(f"petitions/{code}/attachments"))
    assert below["thumbnail"] is True
    world.intake(world.event("user_withdraw", user_id=USER))
    world.erase()
    assert not world.kept.objects


def test_an_older_photo_gets_its_thumbnail_once_and_none_while_it_is_erased(world: World) -> None:
    world.links.links[link(1)] = Download(REAL)
    sends(world, link(1))
    code = confirm(world)
    world.fetch()
    (path,) = world.store.paths(f"petitions/{code}/attachments")
    (name,) = (item for item in world.kept.objects if "thumbnail" in item)
    small, file_id = world.kept.objects.pop(name), path.rsplit("/", 1)[1]
    del world.store.documents[path]["thumbnail"]
    world.kept.after_put = lambda: world.store.update(f"petitions/{code}", {"restricted_at": world.clock.now()})
    world.make_thumbnail(code, file_id)
    assert name not in world.kept.objects
    del world.store.documents[f"petitions/{code}"]["restricted_at"]
    world.make_thumbnail(code, file_id)
    assert world.kept.objects[name] == small
    assert world.store.documents[path]["thumbnail"] is True
    del world.kept.objects[name]
    world.make_thumbnail(code, file_id)
    assert name not in world.kept.objects


def test_the_messages_hold_no_link_and_no_zalo_id(world: World) -> None:
    sends(world, link(1))
    confirm(world)
    contents = json.dumps([[dict(message.data), message.key] for message in world.publisher.of("attachments")])
    assert "zdn.vn" not in contents
    assert USER not in contents
    assert len(world.publisher.of("attachments")) == 2


def test_filing_costs_the_same_however_many_photos_there_are(world: World) -> None:
    """Filing makes six writes: inbox, citizen, input, notice, petition, history. The limit is ten."""
    sends(world, *map(link, range(20)))
    before = set(world.store.documents)
    confirm(world)
    written = {path.split("/")[0] for path in set(world.store.documents) - before}
    assert written == {"inbox", "citizens", "notices", "petitions"}
    code = world.petitions()[0].code
    assert sorted(path for path in world.store.documents if code in path and "/" in path and "notices" not in path) == [
        f"petitions/{code}",
        f"petitions/{code}/history/1",
    ]


@pytest.mark.parametrize("order", ["fetched first", "filed first"])
def test_the_petition_has_its_files_whichever_comes_first(world: World, order: str) -> None:
    world.links.links[link(1)] = Download(PHOTO)
    sends(world, link(1), link(2))
    if order == "fetched first":
        world.fetch()
    code = confirm(world)
    world.fetch()
    below = [world.store.documents[path] for path in world.store.paths(f"petitions/{code}/attachments")]
    assert sorted(item["state"] for item in below) == ["stored", "waiting"]
    assert all("url" not in item for item in below)
    world.links.links[link(2)] = Download(media.png())
    minute(world)
    kinds = [
        world.store.documents[path].get("media_type") for path in world.store.paths(f"petitions/{code}/attachments")
    ]
    assert sorted(map(str, kinds)) == ["image/jpeg", "image/png"]


def test_every_delivery_may_come_again(world: World) -> None:
    world.links.links[link(1)] = Download(PHOTO)
    sends(world, link(1))
    confirm(world)
    for _ in range(3):
        world.fetch()
        world.delivered = 0
    assert world.links.fetched == [link(1)]
    assert len(world.store.paths("petitions")) == 1
    assert len(world.store.paths(f"petitions/{world.petitions()[0].code}/attachments")) == 1


def test_dead_link_is_reported_retried_for_25_minutes_and_reported_again(world: World) -> None:
    sends(world, link(1))
    world.fetch()
    assert notices_to(world) == [world.last_reply()]
    assert "ảnh thứ 1" in world.last_reply()
    began, tries = world.clock.now(), []
    for _ in range(40):
        before = len(world.links.fetched)
        minute(world)
        if len(world.links.fetched) > before:
            tries.append(round((world.clock.now() - began).total_seconds() / 60))
    assert tries == [1, 3, 7, 15, 25]
    assert states(world) == ["failed"]
    assert len(notices_to(world)) == 2
    assert "Không tải được ảnh thứ 1" in notices_to(world)[-1]
    assert "gửi lại" in notices_to(world)[-1]
    assert "next_attempt_at" not in next(
        item for path, item in world.store.documents.items() if "/inputs/" in path and item["files"]
    )


def test_recovered_link_is_stored_without_another_notice(world: World) -> None:
    sends(world, link(1))
    world.fetch()
    world.links.links[link(1)] = Download(PHOTO)
    minute(world)
    assert states(world) == ["stored"]
    assert len(notices_to(world)) == 1


def test_an_album_of_dead_links_gets_one_first_word_and_one_last_each(world: World) -> None:
    sends(world, *map(link, range(3)))
    world.fetch()
    assert len(notices_to(world)) == 1
    code = confirm(world)
    for _ in range(30):
        minute(world)
    assert states(world) == ["failed"] * 3
    last = [text for text in notices_to(world) if code in text]
    assert [number for number in (1, 2, 3) if any(f"ảnh thứ {number}" in text for text in last)] == [1, 2, 3]
    assert len(last) == 3
    page = [world.store.documents[path] for path in world.store.paths(f"petitions/{code}/attachments")]
    assert [(item["state"], item["reason"]) for item in page] == [("failed", "connection")] * 3


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (Download(b"<html>"), "chỉ nhận ảnh"),
        (Download(b"\xff\xd8\xff\xe1\xff\xffbroken"), "chỉ nhận ảnh"),
        (Download(b"\xff\xd8\xff" + bytes(MAX_FILE)), "25 MB"),
        (Download(reason="host", final=True), "Không tải được"),
    ],
)
def test_permanent_failure_is_reported_at_once(world: World, got: Download, words: str) -> None:
    world.links.links[link(1)] = got
    sends(world, link(1), kind="file", name="giấy tờ.pdf")
    world.fetch()
    minute(world)
    assert states(world) == ["failed"]
    assert len(notices_to(world)) == 1
    assert words in notices_to(world)[0]
    assert "“giấy tờ.pdf”" in notices_to(world)[0]
    assert world.kept.objects == {}
    assert len(world.links.fetched) == 1


def test_a_petition_takes_100_mb_and_no_more(world: World) -> None:
    for number in range(5):
        world.links.links[link(number)] = Download(b"%PDF-" + bytes([number]) * (24 * 2**20))
    sends(world, *map(link, range(3)), kind="file")
    world.fetch()
    sends(world, link(3), kind="file")
    confirm(world)
    world.fetch()
    assert states(world) == ["stored"] * 4
    world.links.links[link(5)] = Download(b"%PDF-" + bytes(3 * 2**20))
    world.clock.advance(minutes=2)
    world.types("phản ánh mới")
    sends(world, link(4), link(5), kind="file")
    world.fetch()
    assert states(world)[4:] == ["stored"] * 2, "another draft has room of its own"


def test_the_fifth_large_file_of_one_petition_is_refused_a_small_one_still_fits(world: World) -> None:
    for number in range(5):
        world.links.links[link(number)] = Download(b"%PDF-" + bytes([number]) * (24 * 2**20))
    world.links.links[link(5)] = Download(b"%PDF-" + bytes(3 * 2**20))
    sends(world, *map(link, range(6)), kind="file")
    world.fetch()
    assert states(world) == ["stored"] * 4 + ["failed", "stored"]
    assert [file.get("reason") for file in files(world)][4] == "full"
    assert "100 MB" in notices_to(world)[0]


def test_two_workers_at_once_cannot_overfill(world: World) -> None:
    for number in range(6):
        world.links.links[link(number)] = Download(b"%PDF-" + bytes([number]) * (24 * 2**20))
    sends(world, *map(link, range(6)), kind="file")
    with ThreadPoolExecutor(6) as pool:
        list(
            pool.map(
                lambda item: world.keep(item.data["citizen"], item.data["input"]), world.publisher.of("attachments")
            )
        )
    assert sorted(states(world)) == ["failed"] * 2 + ["stored"] * 4


def test_a_crash_between_upload_and_commit_costs_a_second_look_and_nothing_else(world: World) -> None:
    world.links.links[link(1)] = Download(PHOTO)
    sends(world, link(1))

    def die() -> None:
        if len(world.kept.objects) == 2:
            raise KeyboardInterrupt
        world.kept.after_put = die

    world.kept.after_put = die
    with pytest.raises(KeyboardInterrupt):
        world.fetch()
    assert len(world.kept.objects) == 2
    world.delivered = 0
    world.fetch()
    assert states(world) == ["fetching"], "the lease of the dead worker still holds"
    for _ in range(3):
        minute(world)
    assert states(world) == ["stored"]
    assert len(world.kept.objects) == 2, "the same bytes under the same names"
    assert notices_to(world) == []


def kills(world: World) -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    world.kept.before_put = killed
    with pytest.raises(KeyboardInterrupt):
        world.fetch()
    world.kept.before_put = None


def test_file_that_kills_its_worker_is_tried_three_times_and_reported(world: World) -> None:
    world.links.links[link(1)] = Download(PHOTO)
    sends(world, link(1))
    kills(world)
    for _ in range(2):
        world.clock.advance(minutes=3)
        world.sweep()
        kills(world)
    assert [(file["state"], file["attempts"]) for file in files(world)] == [("fetching", 3)]
    assert notices_to(world) == []
    world.clock.advance(minutes=3)
    world.sweep()
    world.fetch()
    (file,) = files(world)
    assert (file["state"], file["attempts"], file["reason"]) == ("failed", 3, "interrupted")
    assert len(world.links.fetched) == 3
    assert len(notices_to(world)) == 1
    assert "Không tải được ảnh thứ 1" in notices_to(world)[0]
    world.clock.advance(minutes=30)
    assert world.sweep() == 0


def test_a_killed_try_counts_even_if_others_failed_in_between(world: World) -> None:
    sends(world, link(1))
    world.fetch()
    world.links.links[link(1)] = Download(PHOTO)
    for _ in range(2):
        world.clock.advance(minutes=4)
        world.sweep()
        kills(world)
    minute(world)
    minute(world)
    minute(world)
    assert states(world) == ["stored"]
    assert files(world)[0]["interrupted"] == 2


def test_of_two_workers_one_fetches(world: World) -> None:
    world.links.links[link(1)] = Download(PHOTO)
    sends(world, link(1))
    data = world.publisher.of("attachments")[0].data
    gate = threading.Barrier(2)

    def fetch(_: int) -> int:
        gate.wait()
        return world.keep(data["citizen"], data["input"])

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(fetch, range(2))) == [0, 1]
    assert world.links.fetched == [link(1)]


def test_worker_with_an_expired_lease_changes_nothing(world: World) -> None:
    world.links.links[link(1)] = Download(PHOTO)
    sends(world, link(1))
    data = world.publisher.of("attachments")[0].data

    def overtaken() -> None:
        world.clock.advance(minutes=3)
        world.keep(data["citizen"], data["input"])

    world.kept.after_put = overtaken
    world.keep(data["citizen"], data["input"])
    (file,) = files(world)
    assert (file["state"], file["attempts"]) == ("stored", 2)
    assert len(world.kept.objects) == 2


def test_our_own_storage_failing_is_waited_out(world: World) -> None:
    world.links.links[link(1)] = Download(PHOTO)
    world.kept.failing = True
    sends(world, link(1))
    world.fetch()
    assert states(world) == ["waiting"]
    world.kept.failing = False
    minute(world)
    assert states(world) == ["stored"]


def test_a_lost_message_is_made_good_by_the_sweep(world: World) -> None:
    world.links.links[link(1)] = Download(PHOTO)
    sends(world, link(1))
    world.delivered = len(world.publisher.of("attachments"))
    minute(world)
    assert states(world) == ["stored"]


def test_a_draft_given_up_is_not_fetched_any_more(world: World) -> None:
    sends(world, link(1))
    world.types("hủy")
    world.fetch()
    assert states(world) == ["dropped"]
    assert world.links.fetched == []
    assert notices_to(world) == []


def test_a_late_worker_finds_the_file_of_the_earlier_petition(world: World) -> None:
    """The worker is so late that the citizen's record already points to the next petition."""
    world.links.links[link(1)] = Download(PHOTO)
    sends(world, link(1))
    first = confirm(world)
    world.clock.advance(minutes=5)
    world.types("Đèn đường hỏng cả tuần nay", "xong", "Phường Yên Hòa", "1")
    world.fetch()
    assert [
        item["state"]
        for item in map(world.store.documents.get, world.store.paths(f"petitions/{first}/attachments"))
        if item
    ] == ["stored"]


@pytest.mark.parametrize("filed", [False, True])
def test_what_an_officer_sends_in_the_chat_tool_goes_to_the_petition_in_hand(world: World, *, filed: bool) -> None:
    if filed:
        confirm(world)
    body = json.loads(world.event("oa_send_image", {"attachments": [{"type": "image", "payload": {"url": link(1)}}]}))
    body["sender"], body["recipient"] = {"id": "oa", "admin_id": "7"}, {"id": USER}
    world.intake(json.dumps(body).encode())
    world.fetch()
    assert states(world) == (["waiting"] if filed else [])
    assert [len(petition.files) for petition in world.petitions()] == ([1] if filed else [])
    assert notices_to(world) == []


def test_a_shared_link_is_words_and_a_sticker_is_nothing(world: World) -> None:
    sends(world, "https://vnexpress.net/bai-bao", kind="link")
    sends(world, "https://zalo.vn/s.png", kind="sticker")
    assert files(world) == []
    confirm(world)
    assert "https://vnexpress.net/bai-bao" in world.petitions()[0].content
    assert world.petitions()[0].files == []


def test_a_supplement_brings_its_photos_to_the_petition(world: World) -> None:
    code = confirm(world)
    who = next(path for path in world.store.documents if path.count("/") == 1 and path.startswith("citizens/"))
    adding = {"kind": "adding", "code": code, "at": world.clock.now()}
    talk = world.store.documents[who]["conversation"] | {"stage": adding}
    world.store.update(who, {"conversation": talk})
    world.links.links[link(1)] = Download(PHOTO)
    sends(world, link(1))
    world.fetch()
    petition = world.petitions()[0]
    assert [ref.id for ref in petition.files] == [petition.additions[0].input]
    below = [world.store.documents[path] for path in world.store.paths(f"petitions/{code}/attachments")]
    assert [item["state"] for item in below] == ["stored"]


def test_the_message_of_an_input_that_was_erased_does_nothing(world: World) -> None:
    before = dict(world.store.documents)
    assert world.keep("nobody", "nothing") == 0
    assert world.store.documents == before


class Commits(FakeStore):
    def __init__(self) -> None:
        super().__init__()
        self.log: list[tuple[int, int]] = []

    def _conflicts(self, attempt: Any, seen: int) -> bool:
        self.log.append((len(attempt.read), len(attempt.writes)))
        return super()._conflicts(attempt, seen)


def test_a_photo_stays_within_the_bars_of_a_message() -> None:
    """A photo makes at most two reads and five writes in one commit, and one publish call per topic."""
    world = World(store=Commits())
    world.types("Vỉa hè bị đào xới suốt ba tháng", "1")
    assert isinstance(world.store, Commits)
    world.clock.advance(minutes=2)
    world.store.log.clear()
    before = len(world.publisher.published)
    sends(world, link(1))
    assert world.store.log == [(1, 4)]
    assert sorted(message.topic for message in world.publisher.published[before:]) == ["attachments", "notices"]
