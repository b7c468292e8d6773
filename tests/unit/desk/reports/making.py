"""Two official reports at a desk: one that can still change, and a frozen one."""

from __future__ import annotations

from tests.unit.desk.office import Office
from tests.unit.reports.making import do_jobs


def made_and_frozen(office: Office) -> tuple[str, str]:
    person = office.at_desk("coordinator")
    form = {"form": "II.05a", "period": "days", "name": "2026-10-01/2026-12-31"}
    made = person.submit("/reports", **form, key="scene00001").headers["Location"]
    do_jobs(office, office.frozen)
    over = form | {"name": "2026-10-01/2026-11-01"}
    person.submit("/reports", **over, key="scene00002", do="freeze", sure="1")
    do_jobs(office, office.frozen)
    return made, "/reports/frozen/II.05a-days-2026-10-01-2026-11-01/1"
