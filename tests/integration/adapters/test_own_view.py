"""What filers see, over the emulator: tries at the same time are counted one by one, and seals of another key found."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from unittest import mock

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import GivenKeys
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.domain.publishing.digit_tries import MOST_WRONG
from petitions.errors import Rejected
from petitions.usecases.publishing.project_public import ProjectPublic
from petitions.usecases.publishing.seal_view import RenewSeals, SealView
from petitions.usecases.publishing.see_own import Paused, SeeOwn
from tests.fakes import FakeClock, FakeFiles

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"
CODES = ("HN-261123-0000-003Y", "HN-261123-0000-0001")
KEYS = ("a-key-of-32-characters-for-tests", "another-key-of-32-characters-xxx")
MANY = 12


def test_tries_are_counted_one_by_one_and_seals_of_another_key_are_found(tmp_path: Path) -> None:
    with FirestoreServer(tmp_path / "data.sqlite", indexes=INDEXES) as server:
        with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}):
            petitions, public, tries = (
                FirestoreStore(CHECKED_PROJECT, each) for each in ("petitions", "public", "tries")
            )
        # The emulator deletes what has expired by its own clock, which is the machine's.
        clock, files = FakeClock(datetime.now(UTC)), FakeFiles()
        contact = Contact(name="n", phone="0912 345 678")

        def sealing(*keys: str) -> SealView:
            return SealView(petitions, public, files, AesSeals(GivenKeys(keys)))

        for code in CODES:
            fields = {"code": code, "citizen": "c", "title": "t", "content": f"Nội dung {code}", "address": "a"}
            petition = Petition.model_validate(
                {**fields, "contact": contact, "state": State.NEW, "unit": "SXD", "filed_at": clock.now()}
            )
            petitions.create(petition_path(code), petition.stored())
            ProjectPublic(
                petitions, public, reference.directory(), reference.fields(), sealing(KEYS[0]), b"0123456789abcdef"
            )(code)
        together = Barrier(MANY)

        def one(number: int) -> str:
            see = SeeOwn(public, tries, files, AesSeals(GivenKeys(KEYS[:1])), clock)
            together.wait(timeout=30)
            try:
                see(CODES[0], f"{number:04}", "203.0.113.5")
            except Paused:
                return "paused"
            except Rejected:
                return "wrong"
            return "right"

        with ThreadPoolExecutor(MANY) as pool:
            found = Counter(pool.map(one, range(MANY)))
        assert found == {"wrong": MOST_WRONG, "paused": MANY - MOST_WRONG}
        assert one_more(SeeOwn(public, tries, files, AesSeals(GivenKeys(KEYS[:1])), clock)) == f"Nội dung {CODES[1]}"

        # Whichever of the two ids comes first in the order of the index.
        for keys in (KEYS, KEYS[::-1]):
            renew = RenewSeals(sealing(*keys), clock)
            renew()
            assert renew() == 0
            assert one_more(SeeOwn(public, tries, files, AesSeals(GivenKeys(keys[:1])), clock))


def one_more(see: SeeOwn) -> str:
    """The other petition, by right digits."""
    return see(CODES[1], "5678", "203.0.113.6").view.content
