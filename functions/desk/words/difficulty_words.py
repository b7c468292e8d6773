"""How pages of the desk are called where a difficulty speaks of them."""

from __future__ import annotations

from desk.words.labels import NAVIGATION


def met_on(page: str) -> str:
    """Return what the page on which a difficulty was met is called; its path if it has no name."""
    first = f"/{page.split('/')[1]}" if page.startswith("/") else ""
    if first == "/petitions":
        return "Trang hồ sơ"
    names = {f"/{path.split('/')[1]}": words for path, words, _ in NAVIGATION}
    return names.get(first, page)
