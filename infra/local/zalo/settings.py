"""The settings of the Zalo simulator, given on the command line."""

from __future__ import annotations

from dataclasses import dataclass

OA_NAME = "Phản ánh kiến nghị thành phố Hà Nội"


@dataclass(frozen=True, slots=True)
class ZaloSettings:
    """The ids and secrets of one app and one Official Account, and the address of one webhook.

    `retry_scale` multiplies the pauses before retries of deliveries.
    """

    webhook_url: str
    app_id: str
    oa_id: str
    oa_secret_key: str
    app_secret_key: str
    first_refresh_token: str
    retry_scale: float = 1.0
