"""The secret link to a citizen's page: random letters that appear only in the chat or on a receipt.

The key of the page is derived from the link, and not the reverse. A browser that got the key by a one-time code or by
digits of the phone number therefore has no link. The public database keeps a copy of the page, encrypted with the key,
under an id derived from the key.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from petitions.domain.petition.petition import Petition

OPEN_FOR = timedelta(days=30)
"""How long the link to a petition's page is valid after the citizen last got it."""
LINK = re.compile(r"[a-z0-9]{20}")
KEY = re.compile(r"[0-9a-f]{40}")
PAGE = re.compile(r"[0-9a-f]{32}")


def page_key(link: str) -> str:
    """Return the key that encrypts the page of a link: 40 hexadecimal digits."""
    return hashlib.sha256(f"key {link}".encode()).hexdigest()[:40]


def page_of(link: str) -> str:
    """Return the id of the page of a link: 32 hexadecimal digits."""
    return page_id(page_key(link))


def page_id(key: str) -> str:
    """Return the id of the page that a key decrypts: 32 hexadecimal digits. The key cannot be derived from the id."""
    return hashlib.sha256(f"page {key}".encode()).hexdigest()[:32]


def page_link(url: str, link: str, language: str | None) -> str:
    """Return the address of a page, for a message in the chat. English pages are below `/en`.

    `url` is the address of the function `citizen_page`.
    """
    return f"{url}/en/{link}" if language == "en" else f"{url}/{link}"


def has_page(petition: Petition) -> bool:
    """Return whether the petition has a web page now. A restricted petition has none."""
    return petition.page is not None and petition.restricted_at is None


def page_address(petition: Petition, url: str, language: str | None = None) -> str:
    """Return the address of a petition's page, or "" if it has none."""
    return page_link(url, petition.page, language) if url and petition.page and has_page(petition) else ""


def copy_path(page: str) -> str:
    return f"pages/{page}"
