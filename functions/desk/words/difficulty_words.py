"""How pages of the desk and changes are called where a difficulty speaks of them."""

from __future__ import annotations

from petitions.domain.difficulties.difficulty import CHANGE_LABELS, ChangeKind, MadeChange
from words.audit_words import SUBJECTS
from words.labels import NAVIGATION


def met_on(page: str) -> str:
    """Return what the page on which a difficulty was met is called; its path if it has no name."""
    first = f"/{page.split('/')[1]}" if page.startswith("/") else ""
    if first == "/petitions":
        return "Trang hồ sơ"
    names = {f"/{path.split('/')[1]}": words for path, words, _ in NAVIGATION}
    return names.get(first, page)


def made(change: MadeChange) -> str:
    """Return a change in words; of reference data its name and version."""
    if change.kind is not ChangeKind.REFERENCE:
        return f"{CHANGE_LABELS[change.kind]}: {change.what}"
    kind, _, version = change.what.partition(" ")
    return f"{SUBJECTS.get(kind, kind)}, phiên bản {version}" if version else change.what
