"""Static files of the desk and of the htmx package, under addresses that contain a digest of the content.

A changed file gets a new address, so that browsers may cache all files for a year. The htmx package is located without
being imported, because only its files are used.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, abort, request

from petitions.web import ASSETS

HERE = Path(__file__).parents[1] / "assets"
FOREVER = "public, max-age=31536000, immutable"
"""The header Cache-Control of files with a digest in their address: browsers may cache them for a year."""

_FILES = {
    "htmx.js": ("text/javascript", "js_lib_htmx", "static/htmx/htmx.min.js"),
    "desk.css": ("text/css", "", "desk.css"),
    "desk.js": ("text/javascript", "", "desk.js"),
    "icon.svg": ("image/svg+xml", "", "icon.svg"),
}
_PICTURE = re.compile(r"help-([a-z_]{1,40}\.webp)")
"""The names of the pictures in the help texts (`words/help_texts.py`)."""

assets = Blueprint("assets", __name__, url_prefix=ASSETS)


@dataclass(frozen=True)
class Asset:
    """A static file. `packed` is its content compressed with gzip, `digest` a part of the address."""

    media_type: str
    content: bytes
    packed: bytes
    digest: str


@cache
def asset(name: str) -> Asset | None:
    """Return the static file with this name, or None. Files are read once per process."""
    picture = _PICTURE.fullmatch(name)
    if picture is None and name not in _FILES:
        return None
    media_type, package, path = _FILES.get(name, ("image/webp", "", f"help/{picture and picture[1]}"))
    file = _folder(package) / path
    if not file.is_file():
        return None
    content = file.read_bytes()
    return Asset(media_type, content, gzip.compress(content, mtime=0), hashlib.sha256(content).hexdigest()[:16])


def asset_url(name: str) -> str:
    """Return the address of a static file, with its digest. Raise KeyError for an unknown name."""
    found = asset(name)
    if found is None:
        raise KeyError(name)
    return f"{ASSETS}/{found.digest}/{name}"


@assets.get("/<digest>/<name>")
def file(digest: str, name: str) -> Response:
    """Send a static file, compressed if the browser accepts gzip. Status 404 for an unknown name.

    An outdated digest, as in pages loaded before a deployment, returns the current content, which browsers must not
    cache.
    """
    found = asset(name)
    if found is None:
        abort(404)
    small = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(found.packed if small else found.content, mimetype=found.media_type)
    if small:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = FOREVER if digest == found.digest else "no-store"
    return answer


def _folder(package: str) -> Path:
    if not package:
        return HERE
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(package)
    return Path(next(iter(found.submodule_search_locations)))
