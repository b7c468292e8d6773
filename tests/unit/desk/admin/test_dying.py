from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from petitions.domain.shared.fingerprint import version_of
from tests.mortal import Mortals
from tests.unit.desk.admin.test_reference import PATH as CALENDARS
from tests.unit.desk.admin.test_reference import SHIPPED as CALENDAR
from tests.unit.desk.admin.test_reference import entered, fields_of, with_a_day_off
from tests.unit.desk.admin.test_skeletons import LIST, TEXT, seen
from tests.unit.desk.admin.test_skeletons import SHIPPED as TEMPLATES
from tests.unit.desk.admin.test_texts import ENGLISH, NEW, field_of
from tests.unit.desk.admin.test_texts import PATH as RATED
from tests.unit.desk.admin.test_units import GRAVE, SXD
from tests.unit.desk.admin.test_units import SHIPPED as DIRECTORY
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.team.test_unit_answers import OWN
from tests.unit.desk.team.test_unit_answers import seen as seen_by_head

Form = Callable[[], TestResponse]


def _previewed(admin: Browser, path: str, **fields: str) -> Form:
    page = admin.submit(path, do="preview", **fields).text
    return lambda: admin.submit(path, do="publish", previewed=field_of(page, "previewed"), **fields)


def text(office: Office) -> Form:
    admin = office.at_desk("admin")
    words = {"texts": NEW, "texts_en": f"{ENGLISH['rated']} Thank you."}
    return _previewed(admin, RATED, **words, seen=field_of(admin.see(RATED).text, "seen"))


def calendar(office: Office) -> Form:
    data = json.dumps(with_a_day_off(), ensure_ascii=False)
    return _previewed(office.at_desk("admin"), CALENDARS, data=data, seen=version_of(CALENDAR))


def rules(office: Office) -> Form:
    admin, path = office.at_desk("admin"), "/admin/reference/deadline_rules"
    fields = fields_of(admin.see(path).text)
    page = admin.submit(path, **{**fields, "answer.amount": "12", "csrf": admin.csrf}).text
    data = json.dumps(entered(page), ensure_ascii=False, indent=2)
    return _previewed(admin, path, data=data, seen=fields["seen"][0])


def unit(office: Office) -> Form:
    admin = office.at_desk("admin")
    words = "\r\n".join([*SXD["keywords"], GRAVE])
    fields = {"aliases": "\r\n".join(SXD["aliases"]), "keywords": words, "competence": SXD["competence"]}
    return lambda: admin.submit("/admin/units/SXD", **fields, seen=version_of(DIRECTORY), do="publish")


def template(wanted: str = "new", name: str = "Đã xong") -> Callable[[Office], Form]:
    def begin(office: Office) -> Form:
        admin = office.at_desk("admin")
        fields = {"name": name, "text": TEXT, "basis": "", "seen": seen(admin)}
        return lambda: admin.submit(f"{LIST}/{wanted}", **fields)

    return begin


def place(do: str) -> Callable[[Office], Form]:
    def begin(office: Office) -> Form:
        admin = office.at_desk("admin")
        template()(office)()
        known = seen(admin)
        return lambda: admin.submit(f"{LIST}/{TEMPLATES[1]}/place", do=do, seen=known)

    return begin


def taking_back(office: Office) -> Form:
    template()(office)()
    admin = office.at_desk("admin")
    known = seen(admin)
    return lambda: admin.submit(LIST, version="shipped", seen=known)


def own_template(office: Office) -> Form:
    head = office.at_desk("sxd-head")
    known = seen_by_head(head)
    return lambda: head.submit("/team/answers", do="put", seen=known, **OWN)


def own_template_again(do: str) -> Callable[[Office], Form]:
    def begin(office: Office) -> Form:
        own_template(office)()
        head = office.at_desk("sxd-head")
        listed = head.shown("/team/answers")["listed"]
        fields = {**OWN, "name": "Hẹn lại", "id": listed.templates[0].id, "seen": listed.seen}
        return lambda: head.submit("/team/answers", do=do, **fields)

    return begin


DEEDS: dict[str, Callable[[Any], Form]] = {
    "text": text,
    "calendar": calendar,
    "rules": rules,
    "unit": unit,
    "new template": template(),
    "template": template("handled", "Xong rồi"),
    "template moved up": place("up"),
    "template moved down": place("down"),
    "template removed": place("remove"),
    "former templates": taking_back,
    "a unit's new template": own_template,
    "a unit's template": own_template_again("put"),
    "a unit's template removed": own_template_again("remove"),
}


@pytest.mark.parametrize("name", DEEDS)
def test_publication_survives_crashes_once_and_names_the_right_officer(name: str) -> None:
    mortals = Mortals(Office)
    sends = DEEDS[name](mortals.world)
    failures: list[str] = []

    def again() -> None:
        answer = sends()
        if answer.status_code not in {200, 303}:
            failures.append(f"{answer.status_code} {answer.text}")

    audited = len(mortals.store.paths("audit"))
    assert mortals.differences(sends, again) == []
    assert failures == []
    assert len(mortals.store.paths("audit")) - audited == (2 if name == "text" else 1)  # a line per language
    again()  # and once more, though nothing has died
    assert failures == []
    assert len(mortals.store.paths("audit")) - audited == (2 if name == "text" else 1)
