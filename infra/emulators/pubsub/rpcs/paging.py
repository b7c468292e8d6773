"""Split lists of names into pages, for the RPCs that list resources."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from infra.emulators.pubsub.wire.errors import invalid

_MAX_PAGE = 1000


def page(names: Iterable[str], prefix: str, request: Any) -> tuple[list[str], str]:
    if request.page_size < 0:
        raise invalid("page_size must not be negative.")
    size = min(request.page_size or _MAX_PAGE, _MAX_PAGE)
    try:
        after = base64.urlsafe_b64decode(request.page_token.encode()).decode()
    except (binascii.Error, UnicodeError) as error:
        raise invalid("The page_token is not one that this server gave.") from error
    rest = sorted(name for name in names if name.startswith(prefix) and name > after)
    more = len(rest) > size
    return rest[:size], base64.urlsafe_b64encode(rest[size - 1].encode()).decode() if more else ""
