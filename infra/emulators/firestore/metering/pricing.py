"""Prices of counted calls: the counts multiplied by `prices.json`, without the free tier.

Only operations on documents are priced. Storage, index entries of plain queries and traffic are not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from infra.emulators.firestore.metering.cost import Cost

PRICES = Path(__file__).with_name("prices.json")
BILLED = ("reads", "writes", "deletes")


def bill_of(cost: Cost) -> dict[str, Any]:
    """Return a bill with `lines` (item, count, price per 100,000, amount), `total` in USD and `total_vnd`."""
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


def as_table(bill: dict[str, Any]) -> str:
    rows = [f"{'':8}{'count':>12}{'per ' + format(bill['per'], ','):>16}{bill['currency']:>14}"]
    rows += [f"{one['what']:8}{one['count']:>12,}{one['price']:>16.3f}{one['amount']:>14.6f}" for one in bill["lines"]]
    rows.append(f"{'total':8}{'':28}{bill['total']:>14.6f}   ({bill['total_vnd']:,.2f} VND, {bill['region']})")
    return "\n".join(rows) + "\n"
