"""Transfers of a petition between units: circular transfers, and reasons that do not justify a refusal."""

from __future__ import annotations

from petitions.domain.language.words import fold
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import Instant, Root
from petitions.domain.units.directory import COORDINATORS, Directory

NOT_OURS = (
    "Không thuộc đơn vị mình không phải lý do từ chối: xin trả lại điều phối kèm lý do, "
    "hoặc chuyển cơ quan có thẩm quyền."
)
"""The message to an officer who refuses a petition because it belongs to another unit."""

_NOT_OURS = tuple(
    fold(phrase)
    for phrase in (
        "không thuộc thẩm quyền",
        "ngoài thẩm quyền",
        "không phải thẩm quyền",
        "không thuộc trách nhiệm",
        "không phải trách nhiệm",
        "không thuộc chức năng",
        "không thuộc nhiệm vụ",
        "không thuộc địa bàn",
        "không phải địa bàn",
        "không thuộc đơn vị",
        "không phải việc của",
    )
)


class RoutingCorrection(Root):
    """A correction of the routing: an officer chose another unit, or the routing was unsure of its own choice.

    It is stored as `corrections/{code}-{seq}` without any text of the petition, so that erasing the petition erases the
    text everywhere.
    """

    id: str
    code: str
    seq: int
    unit: str
    proposed: list[str]
    auto: bool
    kind: str | None = None
    directory_version: str
    officer: str
    at: Instant


def correction_path(correction_id: str) -> str:
    return f"corrections/{correction_id}"


def routing_correction(after: Petition, officer: str, at: Instant) -> RoutingCorrection | None:
    """Return the correction made by an assignment, or None if the routing was sure of the unit or never ran."""
    routed = after.routed
    if routed is None or (routed.auto and routed.proposals[0].unit == after.unit):
        return None
    return RoutingCorrection(
        id=f"{after.code}-{after.version}",
        code=after.code,
        seq=after.version,
        unit=after.unit,
        proposed=[proposal.unit for proposal in routed.proposals],
        auto=routed.auto,
        kind=after.kind,
        directory_version=routed.directory_version,
        officer=officer,
        at=at,
    )


def units_that_held(petition: Petition, unit: str) -> list[str]:
    """Return the units that have handled the petition, in order, with `unit` added. Coordinators are left out."""
    if unit == COORDINATORS or petition.held_by[-1:] == [unit]:
        return petition.held_by
    return [*petition.held_by, unit]


def is_circular(petition: Petition, unit: str, directory: Directory) -> bool:
    """Return whether `unit`, or a unit since merged into it, has already given up the petition."""
    return unit != petition.unit and unit in {directory.heir(item) for item in petition.held_by}


def claims_other_unit(text: str) -> bool:
    """Return whether the text claims that another unit is competent, which is a reason to give back, not to refuse."""
    folded = fold(text)
    return any(phrase in folded for phrase in _NOT_OURS)


def senders(petition: Petition, directory: Directory) -> set[str]:
    """Return the codes of the units that sent the petition, as its filer or as the forwarding authority."""
    names = [petition.contact.name, petition.taken.authority if petition.taken else ""]
    return {code for name in names if name and (code := directory.unit_named(name))}
