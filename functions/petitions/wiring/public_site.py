"""Builds the use cases of `public_site`, the web pages open to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import clock, once, public_store, published_index, settings_of

if TYPE_CHECKING:
    from petitions.adapters.incoming import Incoming
    from petitions.usecases.publishing.public_view import PublicView

BODY_SECONDS = 3.0
"""The seconds that a form may take to arrive."""


@once
def public_view() -> PublicView:
    """Return the use case that reads statuses, results and statistics from the public database."""
    from petitions.usecases.publishing.public_view import PublicView

    return PublicView(public_store(), clock(), published_index())


@once
def incoming() -> Incoming:
    from petitions.adapters.incoming import Incoming

    return Incoming(public_settings().proxies, BODY_SECONDS)


def public_settings() -> config.PublicSettings:
    return settings_of(config.PublicSettings)
