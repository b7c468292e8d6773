"""What `zalo_webhook` is built of."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import clock, once, settings_of

if TYPE_CHECKING:
    from petitions.usecases.receive_event import ReceiveEvent


@once
def receive_event() -> ReceiveEvent:
    """The webhook's use case: standard library alone."""
    from petitions.adapters.pubsub_rest import RestPublisher
    from petitions.adapters.secret_keys import GivenKeys, MountedKeys
    from petitions.usecases.receive_event import MinuteCap, ReceiveEvent

    settings = settings_of(config.WebhookSettings)
    given = settings.oa_secret_keys
    mounted = given.startswith("/")
    return ReceiveEvent(
        app_id=settings.app_id,
        oa_id=settings.oa_id,
        keys=MountedKeys(Path(given), config.secret_keys) if mounted else GivenKeys(config.secret_keys(given)),
        id_key=settings.id_key,
        publisher=RestPublisher(settings.pubsub_url, settings.project),
        clock=clock(),
        max_age=timedelta(days=settings.event_max_age_days),
        quarantine=MinuteCap(clock()),
    )


def verification() -> str:
    """The code of Zalo's domain verification, or nothing."""
    return settings_of(config.WebhookSettings).verification
