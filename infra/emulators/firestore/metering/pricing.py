"""What the counted calls would cost in production, without the free tier: counters times `prices.json`.

Documents only: storage, index entries of plain queries and traffic have no price per call.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from infra.emulators.firestore.metering.counters import Cost

PRICES = Path(__file__).with_name("prices.json")
BILLED = ("reads", "writes", "deletes")


def bill(cost: Cost) -> dict[str, Any]:
    """`lines` (what, how many, price per 100,000, amount), `total` in USD and `total_vnd`."""
    prices = json.loads(PRICES.read_bytes())
    lines = [
        {
            "what": what,
            "count": getattr(cost, what),
            "price": prices[what],
            "amount": getattr(cost, what) * prices[what] / prices["per"],
        }
        for what in BILLED
    ]
    total = sum(line["amount"] for line in lines)
    return {
        "region": prices["region"],
        "currency": prices["currency"],
        "per": prices["per"],
        "lines": lines,
        "total": total,
        "total_vnd": total * prices["vnd_per_usd"],
    }


def printed(made: dict[str, Any]) -> str:
    """A bill as a small table."""
    rows = [f"{'':8}{'count':>12}{'per ' + format(made['per'], ','):>16}{made['currency']:>14}"]
    rows += [f"{one['what']:8}{one['count']:>12,}{one['price']:>16.3f}{one['amount']:>14.6f}" for one in made["lines"]]
    rows.append(f"{'total':8}{'':28}{made['total']:>14.6f}   ({made['total_vnd']:,.2f} VND, {made['region']})")
    return "\n".join(rows) + "\n"
