"""Names of the desk's pages, for the lists of difficulties that officers reported on them."""

from __future__ import annotations

from desk.words.labels import NAVIGATION


def met_on(page: str) -> str:
    """Return the name of the page of the desk with this path, or the path if the page has no name."""
    first = f"/{page.split('/')[1]}" if page.startswith("/") else ""
    if first == "/petitions":
        return "Trang hồ sơ"
    names = {f"/{path.split('/')[1]}": words for path, words, _ in NAVIGATION}
    return names.get(first, page)
