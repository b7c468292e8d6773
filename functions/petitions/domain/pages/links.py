"""The link to a citizen's page: a random key, which names nobody and stands nowhere but in the chat.

The public database keeps a copy of what the page shows under the key's hash, sealed with the key.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from petitions.domain.petition.petition import Petition

OPEN_FOR = timedelta(days=30)
"""How long the link to a petition's page holds, from when it was given last."""
KEY = re.compile(r"[a-z0-9]{20}")
PAGE = re.compile(r"[0-9a-f]{32}")


def page_id(key: str) -> str:
    """Return the id of the page that a key opens, from which the key cannot be found: 32 hexadecimal digits."""
    return hashlib.sha256(f"page {key}".encode()).hexdigest()[:32]


def page_link(url: str, key: str, language: str | None) -> str:
    """Return the address to give in the chat; `url` is that of the function `citizen_page`."""
    return f"{url}/en/{key}" if language == "en" else f"{url}/{key}"


def page_address(petition: Petition, url: str, language: str | None = None) -> str:
    """Return the address of a petition's page, or "" if it has none."""
    return page_link(url, petition.page, language) if url and petition.page and not petition.restricted_at else ""


def copy_path(page: str) -> str:
    """Return the path of the copy of a page in the public database."""
    return f"pages/{page}"
