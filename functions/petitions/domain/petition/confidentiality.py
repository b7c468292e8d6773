"""Confidentiality of petitions: from which units and from the portal a petition is hidden (LAW 7.8).

A petition is closed to a unit if nobody of that unit may see it, for instance because it reports the unit's own
misconduct. Its grounds are the accused units' codes and the classes "complaint" and "denunciation". A petition with
grounds is protected.

A family of petitions is a petition with those merged with it and those that its filer filed again. If one of a family
is closed to a unit, all are. `usecases/shared/petition_changes.py` enforces that at every change.
"""

from __future__ import annotations

from typing import Any

from petitions.domain.petition.classification import CLASS_LABELS, COMPLAINT_CLASSES, Nature
from petitions.domain.petition.petition import COORDINATORS, WARDS, Petition
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import INSPECTORATE, INSPECTORS, Directory


def grounds(petition: Petition) -> frozenset[str]:
    """Return the grounds for confidentiality: accused units, and complaint classes, of the petition's family."""
    return petition.grounds


def closed_with(petition: Petition, *others: Petition) -> list[str]:
    """Return the accused units and complaint classes of the petition's family once `others` have joined it.

    The result is stored in `Petition.closed_with`.
    """
    return sorted({*petition.closed_with}.union(*map(grounds, others)))


def is_accused(petition: Petition, unit: str) -> bool:
    """Return whether the petition or its family is, or may be, about this unit's own conduct."""
    return petition.accuses(unit)


def is_closed_to_unit(petition: Petition, unit: str) -> bool:
    """Return whether the petition is hidden from everybody in this unit.

    If the petition accuses the coordinators, only the office that handles it in their place may see it. Otherwise the
    coordinators' unit always may, and the access of its officers depends on their roles.
    """
    if petition.accuses_coordinators:
        return not petition.is_kept_by(unit)
    return unit != COORDINATORS and (is_denunciation(petition) or is_accused(petition, unit))


def is_closed_to_taker(petition: Petition) -> bool:
    """Return whether the petition is hidden from the unit of the officer who entered it for its filer.

    Even then the officers of that unit see its code, its filer and the link to the filer's page.
    """
    unit = petition.taken and petition.taken.unit
    return bool(unit) and is_closed_to_unit(petition, str(unit))


def named_unit(petition: Petition) -> str:
    """Return the unit to name to the filer, the portal and the public.

    For a protected petition it is the coordinators' unit, so that no outsider can conclude from the name that the
    petition accuses somebody.
    """
    return COORDINATORS if is_protected(petition) else petition.unit


def keeper(petition: Petition, directory: Directory) -> str:
    """Return the code of the office that handles a petition hidden from ordinary units.

    That is the coordinators' office or, if the petition accuses it, Thanh tra thành phố, or else Sở Nội vụ.
    """
    offices = [directory.heir(item) for item in (COORDINATORS, INSPECTORATE, INSPECTORS)]
    accused = {directory.heir(ground) for ground in grounds(petition)}
    return next((office for office in offices if office not in accused), offices[-1])


def is_protected(petition: Petition) -> bool:
    """Return whether the filer must be protected: the petition or its family accuses a unit or is a complaint."""
    return bool(grounds(petition))


def is_denunciation(petition: Petition) -> bool:
    """Return whether the petition or its family is a denunciation, which only coordinators may read."""
    return "denunciation" in grounds(petition)


def is_with_coordinators(petition: Petition) -> bool:
    """Return whether the coordinators handle the confidential petition, because no other unit may or does have it.

    True also if it accuses the coordinators, although another office then handles it in their place.
    """
    if petition.accuses_coordinators:
        return True
    closed_to_all = petition.is_doubted or why_kept(petition) is not None
    held = petition.unit != COORDINATORS or bool(petition.coordinating)
    return closed_to_all or (is_protected(petition) and not held)


def is_confidential(petition: Petition) -> bool:
    """Return whether officers may not see the filer: the petition is protected or about an office's conduct.

    Before an officer classifies it, the nature proposed by the routing counts, even if that is a guess.
    """
    decided = petition.classified or petition.routed
    conduct = decided is not None and decided.nature in {Nature.CONDUCT, Nature.BOTH}
    return conduct or is_protected(petition)


def why_kept(petition: Petition) -> str | None:
    """Return, in Vietnamese, why only coordinators may handle the petition, or None if it is no complaint."""
    classes = grounds(petition) & COMPLAINT_CLASSES
    if not classes:
        return None
    name = CLASS_LABELS[max(classes)]  # a denunciation is stricter
    return f"{name} chỉ do cán bộ điều phối giữ, không chuyển cho đơn vị khác: xin từ chối kèm hướng dẫn."


def why_closed_to(petition: Petition, unit: str, directory: Directory) -> str | None:
    """Return the reason, in Vietnamese, why this unit may not have or see the petition, or None if it may."""
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
    """Return the petition without helping units from which it is hidden.

    If it is hidden from the unit that handles it, the office returned by `keeper` becomes its unit.
    """
    helping = [item for item in petition.coordinating if not why_closed_to(petition, item, directory)]
    kept: dict[str, Any] = {"coordinating": helping}
    if why_closed_to(petition, petition.unit, directory):
        kept |= {"unit": keeper(petition, directory), "handler": None}
    return replace(petition, **kept)


def may_go_to_portal(petition: Petition) -> bool:
    """Return whether the system may send the petition or its changes to the national portal now.

    An officer must have classified the petition, it must be no complaint or denunciation (LAW 1.1), and it must accuse
    no unit, because officers of that unit use the portal too and their access there is unknown (LAW 7.8).

    If the portal already had the petition before it was classified or closed to units, its changes are still sent. The
    same holds for a petition filed on the portal, even if it is a complaint. A petition split off from one that was
    filed on the portal is not sent.
    """
    if petition.source == "portal":
        return petition.sync.national_code is not None
    if grounds(petition) & COMPLAINT_CLASSES:
        return False
    if petition.sync.national_code is not None or petition.sync.in_doubt:
        return True
    return petition.classified is not None and not is_protected(petition)
