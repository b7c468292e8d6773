"""A desk with e-mails from citizens, and two clerks of the unit that owns the mailbox."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from petitions.domain.files.attachment import copy_name, original_name
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.mailbox.mail import Mail, MailFile, mail_path
from petitions.domain.officers.officer import Officer, officer_path
from tests.unit.desk.office import Office
from tests.unit.mailbox.letters import PDF, STORY


def posted() -> Office:
    office = Office()
    for who, name in (("clerk", "Phạm Thị Thư"), ("other", "Lý Văn Thư")):
        officer = Officer(id=who, name=name, email=f"{who}@example.vn", unit="VPUB", role=Role.OFFICER)
        office.store.create(officer_path(who), officer.stored())
    return office


def mail(office: Office, mail_id: str = "m1", **fields: Any) -> Mail:
    digest = hashlib.sha256(PDF).hexdigest()
    file: dict[str, Any] = {
        "id": "1",
        "name": "Đơn.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "sha256": digest,
    }
    given = {
        "unit": "VPUB",
        "arrived_at": office.clock.now() - timedelta(hours=3),
        "message_id": f"<{mail_id}@example.vn>",
        "sender": "lan@example.vn",
        "sender_name": "Nguyễn Thị Lan",
        "subject": "Phản ánh về giấy khai sinh",
        "text": STORY,
        "files": [MailFile(**file, object=f"object-{mail_id}", kept=True)],
        "changed_at": office.clock.now(),
    }
    made = Mail.model_validate({"id": mail_id, **given, **fields})
    office.store.create(mail_path(mail_id), made.stored())
    for mail_file in made.files:
        if mail_file.kept:
            names = [name(mail_file.object or "", mail_file.sha256 or "") for name in (original_name, copy_name)]
            for name in names:
                office.kept.put(name, PDF, "application/pdf")
    return made


def now(office: Office, mail_id: str = "m1") -> Mail:
    return Mail.model_validate(office.store.documents[mail_path(mail_id)])
