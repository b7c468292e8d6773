"""Builds the reader of citizens' messages from the package's data, for commands that read messages from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions.wiring.base import once

if TYPE_CHECKING:
    from petitions.domain.routing.places import Places
    from petitions.domain.understanding.reading import Reader


@once
def reader() -> Reader:
    from petitions.adapters.understanding import network

    return network.reader(places())


@once
def places() -> Places:
    from petitions.adapters.understanding import routers

    return routers.places()


@once
def ward_names() -> dict[str, str]:
    from petitions.adapters import reference

    return {ward.code: ward.name for ward in reference.shipped().directory.wards}
