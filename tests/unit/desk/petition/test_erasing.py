from __future__ import annotations

import copy

import pytest

from infra.operate.recovery.erasures import apply_again, erasures
from petitions.domain.contact.contact_request import ContactRequest
from petitions.domain.petition.petition import LegalBasis
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.privacy.erasure import filer_of
from petitions.usecases.privacy.erase_citizen import EraseCitizen
from petitions.usecases.privacy.mask_elsewhere import MaskElsewhere
from petitions.usecases.privacy.restrict_petition import RestrictPetition
from tests.fakes import FakeStore
from tests.unit.desk.office import Office
from tests.unit.desk.petition.entering import GIVEN, entered
from tests.unit.world import ID_KEY

WHY = "Đơn đề nghị ngày 23/11 của công dân"


def test_a_coordinator_erases_with_a_reason_that_is_kept() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk("coordinator")
    page = f"/petitions/{petition.code}"
    assert f'action="{page}/erase"' in browser.see(page).text
    answer = browser.submit(f"{page}/erase", reason=WHY)
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    (audit,) = [office.store.documents[path] for path in office.store.paths("audit") if "/view-" not in path]
    assert (audit["officer"], audit["what"], audit["code"]) == ("coordinator", "erasure", petition.code)
    assert (audit["citizen"], audit["reason"]) == (petition.citizen, WHY)
    assert office.store.documents[f"citizens/{petition.citizen}"].get("contact") is None
    office.clock.advance(minutes=1)
    office.erase()
    assert office.petition(petition.code).contact.name == ""
    shown = browser.see(page).text
    assert "Dữ liệu cá nhân của công dân đã được xóa" in shown
    assert "/erase" not in shown
    assert "/reveal" not in shown


def test_without_a_reason_nothing_is_erased_and_once_is_enough() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    browser = office.at_desk("coordinator")
    page = f"/petitions/{petition.code}"
    refused = browser.submit(f"{page}/erase", reason="vì")
    assert refused.status_code == 400
    assert "Xin ghi lý do xóa" in refused.text
    assert not office.store.paths("erasures")
    browser.submit(f"{page}/erase", reason=WHY)
    office.clock.advance(minutes=1)
    office.erase()
    again = browser.submit(f"{page}/erase", reason=WHY)
    assert again.status_code == 400
    assert "đã được xóa" in again.text


def test_only_coordinators_see_the_button() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    assert "/erase" not in office.at_desk("sxd-head").see(f"/petitions/{petition.code}").text


TOLD = ("Lê Văn Bình", "12 phố Trung Kính", "987654321")
CONTENT = f"Tôi là {TOLD[0]}, số 0{TOLD[2]}. {GIVEN['content']}"


@pytest.mark.parametrize("channel", ["letter", "1022"])
def test_entered_petition_is_restricted_without_a_citizen_on_zalo(channel: str) -> None:
    office = Office()
    browser = office.at_desk("coordinator")
    first, other = (entered(office, browser, channel=channel, key=f"form-000{n}", content=CONTENT) for n in "12")
    file = PetitionFile(id="scan", type="image", object="scan-object", sha256="aa")
    office.store.create(f"petitions/{first.code}/attachments/scan", file.stored())
    office.kept.put("copies/scan-object/aa", b"scan", "image/jpeg")
    now = office.clock.now()
    fields = {"id": "c", "why": "low_rating", "citizen": first.citizen, "code": first.code, "unit": "SXD", "at": now}
    request = ContactRequest.model_validate({**fields, "text": TOLD[0], "expires_at": now})
    office.store.create("contact_requests/c", request.stored())
    page = f"/petitions/{first.code}"
    assert "Chỉ áp dụng cho hồ sơ này" in browser.see(page).text
    audits = set(office.store.paths("audit"))
    assert browser.submit(f"{page}/erase", reason=WHY).status_code == 303
    who = filer_of(ID_KEY, first.code)
    assert office.store.paths("erasures") == [f"erasures/{who}"]
    (line,) = [office.store.documents[path] for path in office.store.paths("audit") if path not in audits]
    assert (line["officer"], line["what"], line["code"], line["citizen"], line["reason"]) == (
        "coordinator", "erasure", first.code, who, WHY,
    )  # fmt: skip
    office.clock.advance(minutes=1)
    office.erase()
    after = office.petition(first.code)
    assert after.restricted_at == office.clock.now()
    assert after.legal_basis is LegalBasis.STATUTORY_DUTY
    left = repr([fields for path, fields in office.store.documents.items() if first.code in path])
    assert [secret for secret in TOLD if secret in left] == []
    assert "[đã ẩn]" in after.content
    assert "Bãi xe số 5" in after.content  # the office must still answer
    assert not office.store.paths(f"petitions/{first.code}/attachments")
    assert not office.store.paths("contact_requests")
    assert "copies/scan-object/aa" not in office.kept.objects
    assert office.petition(other.code) == other
    assert not office.store.paths("citizens")
    assert not office.store.paths("notices")
    deed = office.store.documents[f"erasures/{who}"]
    assert (deed["stage"], deed["kept"], deed["petition"]) == ("done", [first.code], first.code)
    assert "đã được xóa" in browser.submit(f"{page}/erase", reason=WHY).text
    assert browser.does(after, "accept").status_code == 303


def test_it_is_restricted_again_in_a_database_from_before_and_one_from_before_its_filing_stays_empty() -> None:
    office = Office()
    browser = office.at_desk("coordinator")
    unborn = copy.deepcopy(office.store.documents)
    petition = entered(office, browser, content=CONTENT)
    backup = copy.deepcopy(office.store.documents)
    assert browser.submit(f"/petitions/{petition.code}/erase", reason=WHY).status_code == 303
    office.clock.advance(minutes=1)
    office.erase()
    for documents in (backup, unborn):
        again = FakeStore()
        for path, fields in documents.items():
            again.create(path, fields)
        assert apply_again(office.store, again, office.clock) == 1
        restrict = RestrictPetition(again, office.publisher, office.clock, office.ids, office.kept)
        assert EraseCitizen(again, office.clock, office.kept, restrict, MaskElsewhere(again, restrict), years=10)() == 1
        assert [secret for secret in TOLD if secret in repr(again.documents)] == []
        assert [deed.stage for _, deed in erasures(again)] == ["done"]
        assert not again.paths("citizens")
        assert again.paths("petitions") == ([f"petitions/{petition.code}"] if documents is backup else [])


def test_only_a_coordinator_restricts_an_entered_petition() -> None:
    office = Office()
    petition = entered(office, office.at_desk("coordinator"))
    head = office.at_desk("sxd-head")
    office.store.update(f"petitions/{petition.code}", {"unit": "SXD"})
    assert head.submit(f"/petitions/{petition.code}/erase", reason=WHY).status_code == 403
    assert not office.store.paths("erasures")
