"""Every stored field has a treatment, and the retention times promised to citizens match the infrastructure."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel

from petitions import domain
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Addition, Petition
from petitions.domain.privacy import erasure, personal_data
from petitions.domain.privacy.personal_data import (
    DELETED_RECORDS,
    PERSONAL_DATA_FIELDS,
    ErasureTreatment,
    treatments_of,
)
from petitions.domain.shared.records import Record, Root, replace
from tests.unit.privacy.planting import SPELLED, Planter, parts_of

ROOT = Path(__file__).resolve().parents[3]
for module in pkgutil.walk_packages(domain.__path__, "petitions.domain."):
    importlib.import_module(module.name)


def test_every_type_of_document_is_in_the_registry() -> None:
    stored = {subclass for subclass in Root.__subclasses__() if subclass.__module__.startswith("petitions.domain.")}
    assert stored - DELETED_RECORDS == {field for field in PERSONAL_DATA_FIELDS if issubclass(field, Root)}


def test_every_field_is_classified() -> None:
    for model in PERSONAL_DATA_FIELDS:
        assert set(treatments_of(model)) == set(model.model_fields), model


def test_a_field_within_is_a_record_of_the_registry_and_no_other_record_holds_words() -> None:
    for model in PERSONAL_DATA_FIELDS:
        for name, part in treatments_of(model).items():
            kinds = parts_of(model.model_fields[name].annotation)
            records = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
            assert (part is ErasureTreatment.WITHIN) <= bool(records), (model, name)
            assert all(record in PERSONAL_DATA_FIELDS for record in records) or part is not ErasureTreatment.WITHIN, (
                model,
                name,
            )


def test_words_are_planted_however_containers_are_nested() -> None:
    class Nested(Record):
        lists: dict[str, list[Addition]]
        dicts: list[dict[str, str]]

    planter = Planter()
    planted = planter(Nested)
    assert planted.lists["mot"][0].text in {f"{mark}: {'; '.join(SPELLED)}." for _, mark, _ in planter.marks}
    assert planted.dicts[0]["mot"] in {mark for _, mark, _ in planter.marks}


def test_citizen_is_informed_how_long_backups_contain_erased_data() -> None:
    manifest = json.loads((ROOT / "functions" / "manifest.json").read_text())
    day = 24 * 3600
    assert max(item["retention_seconds"] for item in manifest["subscriptions"].values()) == erasure.BACKLOG_DAYS * day
    firestore = (ROOT / "infra" / "gcp" / "firestore.tf").read_text()
    terms = [eval(item) for item in re.findall(r'retention = "\$\{([0-9 *]+)\}s"', firestore)]  # noqa: S307
    assert len(terms) == 2
    assert max(terms) == erasure.BACKUP_DAYS * day
    # Point-in-time recovery is seven days in any database that has it.
    assert "POINT_IN_TIME_RECOVERY_ENABLED" in firestore
    storage = (ROOT / "infra" / "gcp" / "storage.tf").read_text()
    (older,) = re.findall(r"days_since_noncurrent_time = (\d+)", storage)
    (soft,) = re.findall(r"attachments = \{.*soft_days = (\d+)", storage)
    assert int(older) + int(soft) == erasure.RECOVERY_DAYS


def test_a_file_is_kept_for_its_years_and_longer_while_it_is_open() -> None:
    filed = datetime(2028, 2, 29, 3, 0, tzinfo=UTC)
    petition = Planter()(Petition, state=State.CLOSED, filed_at=filed, clocks={})
    last = datetime(2038, 3, 1, 3, 0, tzinfo=UTC)
    assert personal_data.kept_until(petition, 10) == last
    assert personal_data.must_keep(petition, 10, last - timedelta(seconds=1))
    assert not personal_data.must_keep(petition, 10, last)
    still_open = replace(petition, state=State.IN_PROGRESS)
    assert personal_data.must_keep(still_open, 10, last)
