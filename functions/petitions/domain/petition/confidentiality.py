"""Confidentiality of petitions: towards the accused unit, units before classification, and the portal (LAW 7.8).

Closure belongs to a family: petitions merged with each other, and those that the same filer filed again. If one of them
is closed to a unit, all are. `usecases/shared/petition_changes.py` enforces that at every change.
"""

from __future__ import annotations

from typing import Any

from petitions.domain.petition.classification import CLASS_LABELS, COMPLAINT_CLASSES, Nature
from petitions.domain.petition.petition import COORDINATORS, WARDS, Petition
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import INSPECTORATE, INSPECTORS, Directory


def grounds(petition: Petition) -> frozenset[str]:
    """Return the grounds for closing the petition and its family: accused units and complaint classes."""
    return petition.grounds


def closed_with(petition: Petition, *others: Petition) -> list[str]:
    """Return the new value of the petition's `closed_with` if the others join its family."""
    return sorted({*petition.closed_with}.union(*map(grounds, others)))


def is_accused(petition: Petition, unit: str) -> bool:
    """Return whether the petition or its family is, or may be, about this unit's own conduct."""
    return petition.accuses(unit)


def is_closed_to_unit(petition: Petition, unit: str) -> bool:
    """Return whether nobody of this unit may know of the petition.

    It is closed to the coordinators' unit only if it accuses that unit. Otherwise the access of its people depends on
    their roles.
    """
    if petition.accuses_coordinators:
        return not petition.is_kept_by(unit)
    return unit != COORDINATORS and (is_denunciation(petition) or is_accused(petition, unit))


def is_closed_to_taker(petition: Petition) -> bool:
    """Return whether the petition is closed to the unit that recorded it.

    People of that unit know its code, its filer and its link.
    """
    unit = petition.taken and petition.taken.unit
    return bool(unit) and is_closed_to_unit(petition, str(unit))


def named_unit(petition: Petition) -> str:
    """Return the unit that is named outside the desk. For a protected petition it is always the receiving point.

    So its code does not reveal where it goes.
    """
    return COORDINATORS if is_protected(petition) else petition.unit


def keeper(petition: Petition, directory: Directory) -> str:
    """Return the office that keeps it from the units: the coordinators', or its superior if that office is accused."""
    offices = [directory.heir(item) for item in (COORDINATORS, INSPECTORATE, INSPECTORS)]
    accused = {directory.heir(ground) for ground in grounds(petition)}
    return next((office for office in offices if office not in accused), offices[-1])


def is_protected(petition: Petition) -> bool:
    """Return whether its filer must be protected from the accused."""
    return bool(grounds(petition))


def is_denunciation(petition: Petition) -> bool:
    """Return whether the petition or its family is a denunciation, which only coordinators may read."""
    return "denunciation" in grounds(petition)


def is_with_coordinators(petition: Petition) -> bool:
    """Return whether the petition is confidential and no unit has it, because it is closed to all or unassigned.

    If it accuses the coordinators, the office in their place counts as them.
    """
    if petition.accuses_coordinators:
        return True
    closed_to_all = petition.is_doubted or why_kept(petition) is not None
    held = petition.unit != COORDINATORS or bool(petition.coordinating)
    return closed_to_all or (is_protected(petition) and not held)


def is_confidential(petition: Petition) -> bool:
    """Return whether officers read the petition without its filer: it is protected or about an office's conduct.

    Until an officer has classified it, the nature proposed by the routing counts, even for a mere delay or an unknown
    kind.
    """
    decided = petition.classified or petition.routed
    conduct = decided is not None and decided.nature in {Nature.CONDUCT, Nature.BOTH}
    return conduct or is_protected(petition)


def why_kept(petition: Petition) -> str | None:
    """Return the reason, in Vietnamese, to keep the petition with the coordinators. Return None if there is none."""
    classes = grounds(petition) & COMPLAINT_CLASSES
    if not classes:
        return None
    name = CLASS_LABELS[max(classes)]  # a denunciation is stricter
    return f"{name} chỉ do cán bộ điều phối giữ, không chuyển cho đơn vị khác: xin từ chối kèm hướng dẫn."


def why_closed_to(petition: Petition, unit: str, directory: Directory) -> str | None:
    """Return the reason, in Vietnamese, why this unit may not have or see the petition. Return None if it may."""
    if petition.accuses_coordinators:
        return None if unit == keeper(petition, directory) else _SUPERIORS_ALONE
    if unit != COORDINATORS and (kept := why_kept(petition)):
        return kept
    accused = grounds(petition) - COMPLAINT_CLASSES
    if petition.is_doubted and unit != COORDINATORS:
        return (
            "Hồ sơ nói về hành vi của một cơ quan chưa rõ: xin phân loại và ghi cơ quan bị phản ánh trước khi chuyển."
        )
    if is_accused(petition, unit) or unit in {directory.heir(item) for item in accused}:
        return "Hồ sơ nói về hành vi của chính đơn vị này, nên do cấp trên giải quyết."
    if accused and (unit.startswith(WARDS) or directory.is_service_centre(unit)):
        return "Hồ sơ nói về hành vi của một cơ quan; xã, phường và trung tâm phục vụ không phải là cấp trên."
    return None


_SUPERIORS_ALONE = "Hồ sơ nói về hành vi của cơ quan điều phối, nên do cấp trên của cơ quan đó giải quyết."


def without_closed(petition: Petition, directory: Directory) -> Petition:
    """Return the petition without the units that it is closed to, as helpers and as holder.

    If it was held by such a unit, its keeper holds it.
    """
    helping = [item for item in petition.coordinating if not why_closed_to(petition, item, directory)]
    kept: dict[str, Any] = {"coordinating": helping}
    if why_closed_to(petition, petition.unit, directory):
        kept |= {"unit": keeper(petition, directory), "handler": None}
    return replace(petition, **kept)


def may_go_to_portal(petition: Petition) -> bool:
    """Return whether the national portal may get news of the petition now.

    The petition must be classified by an officer, be no complaint or denunciation (LAW 1.1), and accuse no unit: people
    of that unit use the portal too, and their access there is unknown (LAW 7.8).

    A petition that the portal already knew before it was classified or closed stays in sync. One that was filed there
    does so even if it is a complaint. Petitions split off from one that was filed there are not sent.
    """
    if petition.source == "portal":
        return petition.sync.national_code is not None
    if grounds(petition) & COMPLAINT_CLASSES:
        return False
    if petition.sync.national_code is not None or petition.sync.in_doubt:
        return True
    return petition.classified is not None and not is_protected(petition)
