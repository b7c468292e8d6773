"""The link to a citizen's page: random letters that identify nobody and appear only in the chat or on a receipt.

The key of the page is derived from the link. The link cannot be derived from the key, so a browser that got the key
by code and digits has no link. The public database keeps a copy of the page under the key's hash, sealed with the
key.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from petitions.domain.petition.petition import Petition

OPEN_FOR = timedelta(days=30)
"""How long the link to a petition's page is valid after it was last given."""
LINK = re.compile(r"[a-z0-9]{20}")
KEY = re.compile(r"[0-9a-f]{40}")
PAGE = re.compile(r"[0-9a-f]{32}")


def page_key(link: str) -> str:
    """Return the key of the page that a link leads to: 40 hexadecimal digits."""
    return hashlib.sha256(f"key {link}".encode()).hexdigest()[:40]


def page_of(link: str) -> str:
    """Return the id of the page that a link leads to."""
    return page_id(page_key(link))


def page_id(key: str) -> str:
    """Return the id of the page that a key opens: 32 hexadecimal digits, from which the key cannot be derived."""
    return hashlib.sha256(f"page {key}".encode()).hexdigest()[:32]


def page_link(url: str, link: str, language: str | None) -> str:
    """Return the address to give in the chat. `url` is that of the function `citizen_page`."""
    return f"{url}/en/{link}" if language == "en" else f"{url}/{link}"


def has_page(petition: Petition) -> bool:
    """Return whether the petition has a page now."""
    return petition.page is not None and petition.restricted_at is None


def page_address(petition: Petition, url: str, language: str | None = None) -> str:
    """Return the address of a petition's page, or "" if it has none."""
    return page_link(url, petition.page, language) if url and petition.page and has_page(petition) else ""


def copy_path(page: str) -> str:
    """Return the path of the copy of a page in the public database."""
    return f"pages/{page}"
