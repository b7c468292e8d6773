"""Counting of paid messages on Zalo, with a warning before a quota is used up."""

from __future__ import annotations

from petitions import telemetry
from petitions.domain.notices.channels import TEMPLATES, Route
from petitions.domain.notices.notice import Notice
from petitions.domain.shared.outcome import Outcome
from petitions.ports.zalo import Delivery

ENDS_BELOW = 10
"""The divisor of a quota: if less than a tenth is left, the quota is reported as nearly used up."""

_PAID = {*TEMPLATES, Route.PAID}


def count_paid(notice: Notice, delivery: Delivery) -> None:
    """Count a paid message by its route, with the quota in Zalo's answer. Without a quota, the message cost money."""
    if delivery.outcome is not Outcome.OK:
        return
    quota = delivery.allowance
    left = {"quota": quota.kind, "left": quota.left, "total": quota.total} if quota else {"quota": "charged"}
    if notice.route in _PAID:
        telemetry.count("zalo_paid", reason=notice.route, notice=notice.id, kind=notice.kind, **left)
    if quota and quota.left * ENDS_BELOW < quota.total:
        telemetry.log(
            "WARNING", "a quota of Zalo's is about to end", metric="zalo_quota_ends", reason=quota.kind, **left
        )
