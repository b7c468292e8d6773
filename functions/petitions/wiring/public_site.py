"""What `public_site` is built of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import clock, once, public_store, settings_of

if TYPE_CHECKING:
    from petitions.usecases.public_view import PublicView


@once
def public_view() -> PublicView:
    """The use case of `public_site`."""
    from petitions.usecases.public_view import PublicView

    return PublicView(public_store(), clock())


def public_settings() -> config.PublicSettings:
    """The settings of `public_site`."""
    return settings_of(config.PublicSettings)
