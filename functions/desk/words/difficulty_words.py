"""Names of the desk's pages in reports of difficulties."""

from __future__ import annotations

from desk.words.labels import NAVIGATION


def met_on(page: str) -> str:
    """Return the name of the page with this path, or the path if it has no name."""
    first = f"/{page.split('/')[1]}" if page.startswith("/") else ""
    if first == "/petitions":
        return "Trang hồ sơ"
    names = {f"/{path.split('/')[1]}": words for path, words, _ in NAVIGATION}
    return names.get(first, page)
