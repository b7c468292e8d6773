"""Builds the reader of citizens' messages over the package's data, for commands that read messages in files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions.wiring.base import once

if TYPE_CHECKING:
    from petitions.domain.routing.places import Places
    from petitions.domain.understanding.reading import Reader


@once
def reader() -> Reader:
    """Return the reader that turns citizens' messages into commands."""
    from petitions.adapters.understanding import network

    return network.reader(places())


@once
def places() -> Places:
    """Return the finder of wards and places in texts."""
    from petitions.adapters.understanding import routers

    return routers.places()


@once
def ward_names() -> dict[str, str]:
    """Return the names of the wards by code."""
    from petitions.adapters import reference

    return {ward.code: ward.name for ward in reference.shipped().directory.wards}
