"""Who must not learn of a petition: the unit accused, other units before it is classified, the portal (LAW 7.8)."""

from __future__ import annotations

from petitions.domain.petition.classification import CLASS_LABELS, COMPLAINT_CLASSES, Nature
from petitions.domain.petition.petition import COORDINATORS, Petition
from petitions.domain.units.directory import UNKNOWN_WARD, Directory

_WARDS = "PX-"


def is_accused(petition: Petition, unit: str) -> bool:
    """Return whether the petition is, or may be, about this unit's own conduct; any ward's if it is not known which."""
    return unit == petition.accused or (petition.accused == UNKNOWN_WARD and unit.startswith(_WARDS))


def is_protected(petition: Petition) -> bool:
    """Return whether its filer must be protected from those whom it is about."""
    return petition.accused is not None or petition.petition_class in COMPLAINT_CLASSES


def is_confidential(petition: Petition) -> bool:
    """Return whether it is read without its filer: whoever is protected, and what is about an office's conduct.

    What the machine takes for conduct counts until an officer has classified it: a mere delay as well, and what it
    knows no kind for.
    """
    decided = petition.classified or petition.routed
    conduct = decided is not None and decided.nature in {Nature.CONDUCT, Nature.BOTH}
    return conduct or is_protected(petition)


def why_kept(petition: Petition) -> str | None:
    """Return why the petition stays with the coordinators whatever its unit, in Vietnamese; None if it need not."""
    if petition.petition_class not in COMPLAINT_CLASSES:
        return None
    name = CLASS_LABELS[petition.petition_class]
    return f"{name} chỉ do cán bộ điều phối giữ, không chuyển cho đơn vị khác: xin từ chối kèm hướng dẫn."


def why_closed_to(petition: Petition, unit: str, directory: Directory) -> str | None:
    """Return why the petition may not be given or shown to this unit, in Vietnamese; None if it may."""
    if unit != COORDINATORS and (kept := why_kept(petition)):
        return kept
    if petition.accused is None:
        return None
    if directory.heir(petition.accused) == unit or is_accused(petition, unit):
        return "Hồ sơ nói về hành vi của chính đơn vị này, nên do cấp trên giải quyết."
    if unit.startswith(_WARDS) or directory.is_service_centre(unit):
        return "Hồ sơ nói về hành vi của một cơ quan; xã, phường và trung tâm phục vụ không phải là cấp trên."
    return None


def may_go_to_portal(petition: Petition) -> bool:
    """Return whether the national portal may be told of the petition now.

    It must be classified by an officer, and be no complaint or denunciation (LAW 1.1). What was filed there, or is
    known there from before petitions were classified, goes on being told; what was filed there also if it is one.
    """
    if petition.source == "portal":
        return True
    if petition.petition_class in COMPLAINT_CLASSES:
        return False
    return petition.classified is not None or petition.sync.national_code is not None
