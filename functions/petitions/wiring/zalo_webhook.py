"""Builds the use case of `zalo_webhook`, the function that receives Zalo's events."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import clock, once, settings_of

if TYPE_CHECKING:
    from petitions.adapters.incoming import Incoming
    from petitions.usecases.zalo.receive_event import ReceiveEvent

BODY_SECONDS = 0.9
"""The seconds that an event may take to arrive. Zalo expects the response within 2 s (PLATFORM 1.5)."""


@once
def receive_event() -> ReceiveEvent:
    """Return the use case that checks and publishes an event. It imports only the standard library."""
    from petitions.adapters.pubsub_rest import RestPublisher
    from petitions.adapters.secret_keys import keys_in
    from petitions.usecases.zalo.quarantine import Quarantine
    from petitions.usecases.zalo.receive_event import ReceiveEvent

    settings = settings_of(config.WebhookSettings)
    return ReceiveEvent(
        app_id=settings.app_id,
        oa_id=settings.oa_id,
        keys=keys_in("ZALO_OA_SECRET_KEYS", settings.oa_secret_keys, config.secret_keys),
        id_key=settings.id_key,
        publisher=RestPublisher(settings.pubsub_url, settings.project),
        clock=clock(),
        max_age=timedelta(days=settings.event_max_age_days),
        quarantine=Quarantine(clock()),
    )


@once
def incoming() -> Incoming:
    from petitions.adapters.incoming import Incoming

    return Incoming(settings_of(config.WebhookSettings).proxies, BODY_SECONDS)


def verification() -> str:
    """Return the code by which Zalo verifies the domain, or "" if none is configured."""
    return settings_of(config.WebhookSettings).verification
