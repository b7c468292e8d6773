"""A personal field's class alone determines its masking, erasure, copying, search and logging."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import create_model

from infra.paths import ROOT
from petitions import domain
from petitions.domain.citizen.draft import PetitionDraft, contact_of, missing_of
from petitions.domain.language.searching import PHONE_END, KeyKind, name_keys, name_words, search_key
from petitions.domain.lifecycle.states import Role, State
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.privacy.erasure import joined
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.privacy.personal_data import no_words, treatments_of, without_who
from petitions.domain.publishing.publication import clean
from petitions.domain.shared.personal import Personal, fields_of, personal_classes
from petitions.domain.shared.records import Record, replace
from tests.fakes import FakeClock
from tests.unit.petition.handling import officer
from tests.unit.privacy.planting import VALUES, WHO, Planter

for module in pkgutil.walk_packages(domain.__path__, "petitions.domain."):
    importlib.import_module(module.name)

FAX = "0987654321"


class ContactOfTomorrow(Contact):
    """A contact with one more field, of which the code knows only the class."""

    fax: Annotated[str, Personal.PHONE] = ""


class DraftOfTomorrow(PetitionDraft):
    fax: str = ""


def records(model: type[Record] = Record) -> Iterator[type[Record]]:
    for subclass in model.__subclasses__():
        if subclass.__module__.startswith("petitions."):
            yield subclass
        yield from records(subclass)


PEOPLE = sorted((item for item in records() if personal_classes(item)), key=lambda item: item.__name__)
FIELDS = [
    (item, name) for item in (*PEOPLE, ContactOfTomorrow) for name, kind in personal_classes(item).items()
    if kind is not Personal.NOBODY
]  # fmt: skip


def without_class(model: type[Record], name: str) -> type[Record]:
    fields: dict[str, Any] = {name: (str, "")}
    return create_model(model.__name__, __base__=model, **fields)


def faults(model: type[Record], name: str, value: str) -> list[str]:
    """Return a line for every place in which the field is not treated as personal data."""
    given: dict[str, Any] = {name: value}
    record = Planter()(model, **given)
    person, words = KnownPerson([record]), f"Người gửi viết: {value}, và chờ."
    found = []
    if value in person.hide(words) or not person.is_in(words):
        found.append("not looked for in words")
    if getattr(without_who(record, str, str), name):
        found.append("not erased")
    if isinstance(record, Contact):
        petition = Planter()(Petition, contact=record, content=words, title=words, address=value, state=State.CLOSED)
        shown = without_filer(petition, officer("SNV", Role.INSPECTOR))
        if value in f"{shown.content}{shown.title}{shown.address}":
            found.append("read by inspectors")
        business = replace(petition, contact=replace(record, type="business"))
        if value in clean(words, petition) + clean(words, business):
            found.append("published")
    return found


@pytest.mark.parametrize(("model", "name"), FIELDS)
def test_a_personal_field_is_hidden_and_erased(model: type[Record], name: str) -> None:
    assert faults(model, name, VALUES[personal_classes(model)[name]][-1]) == []


@pytest.mark.parametrize(("model", "name"), FIELDS)
def test_without_its_class_the_field_is_found_unprotected(model: type[Record], name: str) -> None:
    kind, changed = personal_classes(model)[name], without_class(model, name)
    assert name not in personal_classes(changed)
    assert "not looked for in words" in faults(changed, name, VALUES[kind][-1])


def test_every_field_of_a_contact_has_a_class() -> None:
    assert set(personal_classes(Contact)) == set(Contact.model_fields)


@pytest.mark.parametrize("model", PEOPLE)
def test_field_without_a_class_is_reported(model: type[Record]) -> None:
    assert set(treatments_of(model)) == set(model.model_fields)
    changed = without_class(model, "another")
    assert set(changed.model_fields) - set(treatments_of(changed)) == {"another"}


def test_a_new_number_is_copied_everywhere_with_its_class_alone() -> None:
    draft = DraftOfTomorrow(name="Nguyễn Thị Lan", phone="84912345678", residence="Số 9 Láng", fax=FAX)
    contact = contact_of(draft, ContactOfTomorrow)
    assert contact == ContactOfTomorrow(name="Nguyễn Thị Lan", phone="84912345678", address="Số 9 Láng", fax=FAX)
    copied = {"name": "Nguyễn Thị Lan", "phone": "84912345678", "residence": "Số 9 Láng", "fax": FAX}
    assert missing_of(contact, DraftOfTomorrow()).items() >= copied.items()
    assert "fax" not in missing_of(contact, DraftOfTomorrow(fax="0911111111"))
    assert joined([contact], [replace(contact, fax="")])[0] == contact
    assert fields_of(ContactOfTomorrow, Personal.PHONE) == [*fields_of(Contact, Personal.PHONE), "fax"]
    assert KnownPerson([contact]).words("gọi 0987 654 321 hoặc 0987.654.321") == "gọi [điện thoại] hoặc [điện thoại]"
    assert without_who(contact, no_words, no_words) == ContactOfTomorrow(name="", phone="")


def test_a_petition_s_words_have_no_personal_field_and_a_name_has_keys_of_its_own() -> None:
    petition = Petition(
        code="HN-261123-0000-0025", citizen="c", title="Đường hỏng", content="Đường hỏng", address="Chợ",
        state=State.NEW, contact=Contact.model_validate(WHO), filed_at=FakeClock().now(),
    )  # fmt: skip
    plain = replace(petition, contact=Contact(name="", phone=""))
    assert petition.words == plain.words
    ends = {search_key(KeyKind.PHONE_END, item[-PHONE_END:]) for item in petition.contact.phones}
    assert ends
    assert set(petition.found_by) - set(plain.found_by) == {*name_keys(WHO["name"]), *ends}
    assert not set(name_keys(WHO["name"])) & {search_key(KeyKind.WORD, word) for word in name_words(WHO["name"])}


def test_no_line_of_the_log_is_given_a_personal_field() -> None:
    names = {
        name for person in PEOPLE for name, kind in personal_classes(person).items() if kind is not Personal.NOBODY
    }
    names |= {"contact", "zalo_id", "residence"}
    given = []
    for file in (ROOT / "functions").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in {"telemetry.log", "telemetry.count"}:
                given += [
                    f"{file.name}:{call.lineno} {keyword.arg}"
                    for keyword in call.keywords
                    if keyword.arg in names
                    or names & {part.attr for part in ast.walk(keyword.value) if isinstance(part, ast.Attribute)}
                ]
    assert given == []
