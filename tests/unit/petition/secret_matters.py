"""Confidential petitions with unique words in name, phone and text, and officers to test access to them."""

from __future__ import annotations

from petitions.adapters import reference
from petitions.adapters.understanding import vocabulary
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import replace
from petitions.usecases.desk.read_petition import ReadPetition
from petitions.usecases.desk.read_work_list import ReadWorkList
from petitions.usecases.desk.search_petitions import SearchPetitions
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.staff import Staff
from petitions.usecases.petition.note_petition import NotePetition
from petitions.usecases.privacy.reveal_contact import RevealContact
from tests.classification import classifying
from tests.unit.petition.handling import officer
from tests.unit.world import World

WARD = "PX-00175"
"""Phường Yên Hòa, the ward of all petitions."""

DELAY = "UBND phường chậm trả giấy khai sinh"
HEAD = "Chủ tịch phường Yên Hòa có thái độ hách dịch, quát mắng, đuổi dân khi tôi đến hỏi giấy khai sinh"
STAFF = "Cán bộ một cửa phường Yên Hòa quát mắng, gây khó dễ, bắt đi lại năm lần khi tôi làm giấy khai sinh"
DENUNCIATION = "Tôi tố cáo ông Nguyễn Văn Tám, cán bộ địa chính phường Yên Hòa nhận hối lộ 50 triệu đồng"
COMPLAINT = "Tôi khiếu nại quyết định xử phạt số 15 của Chủ tịch UBND phường Yên Hòa, yêu cầu hủy quyết định"

UNITS = (WARD, "SXD", "STP", "TTPVHCC", "VPUB", "TTTP")
PEOPLE = (
    *(officer(unit, role, role.value) for unit in UNITS for role in (Role.OFFICER, Role.HEAD)),
    officer("VPUB", Role.COORDINATOR, "dieu-phoi"),
    officer("SNV", Role.INSPECTOR, "kiem-tra"),
)


def marks(number: int) -> tuple[str, str, str]:
    return f"Quách Thị Mốc{number}", f"8497700{number:04d}", f"chuyenrieng{number}"


class SecretWorld(World):
    def __post_init__(self) -> None:
        super().__post_init__()
        for person in PEOPLE:
            self.store.create(officer_path(person.id), person.stored())
        directory, staff = reference.directory(), Staff(self.store, self.clock)
        shown = (self.store, self.clock, directory, self.timekeeping, staff)
        self.pages, self.lists = ReadPetition(*shown, classifying(), vocabulary.search_words()), ReadWorkList(*shown)
        self.search = SearchPetitions(self.store, self.clock, self.ids, directory, staff)
        self.reveal = RevealContact(self.store, self.clock, self.ids)
        self.note = NotePetition(
            self.store,
            self.publisher,
            self.clock,
            self.ids,
            directory,
            staff,
            OfficerMail(reference.texts(), directory, ""),
        )

    def secret(self, content: str, number: int = 0) -> Petition:
        known = {petition.code for petition in self.petitions()}
        self.files(user=str(10**18 + number))
        filed = next(petition for petition in self.petitions() if petition.code not in known)
        name, phone, story = marks(number)
        contact = replace(filed.contact, name=name, phone=phone)
        fields = {"content": f"{content}. Việc này là {story}.", "contact": contact.stored()}
        self.store.update(f"petitions/{filed.code}", fields | {"title": content[:60]})
        self.routing(filed.code)
        return self.again(filed)

    def again(self, petition: Petition) -> Petition:
        return Petition.model_validate(self.store.documents[f"petitions/{petition.code}"])


def of(unit: str, role: Role) -> Officer:
    return next(person for person in PEOPLE if (person.unit, person.role) == (unit, role))


COORDINATOR = of("VPUB", Role.COORDINATOR)
