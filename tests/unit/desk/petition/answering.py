from __future__ import annotations

from petitions.domain.petition.petition import Petition
from tests.unit.desk.office import Office

SAID = (
    "Ngày 25/11 Sở đã làm việc với bộ phận một cửa phường Yên Hòa, xác nhận phản ánh là đúng. "
    "Cán bộ đã bị nhắc nhở, giấy khai sinh được trả tận nhà sáng 26/11, không thu thêm giấy tờ nào."
)
WHY_NONE = "Việc đã xong tại chỗ, không có giấy tờ"


def in_progress(office: Office, content: str = "UBND phường chậm trả giấy khai sinh") -> Petition:
    petition = office.filed_in("SXD", content)
    officer = office.at_desk("sxd-officer")
    for action in ("accept", "assign", "start"):
        assert officer.does(office.petition(petition.code), action).status_code == 303
    return office.petition(petition.code)


def submits(office: Office, petition: Petition, text: str = SAID, **more: str) -> int:
    more = {"no_evidence": WHY_NONE, **more}
    return office.at_desk("sxd-officer").does(petition, "submit_answer", text=text, **more).status_code
