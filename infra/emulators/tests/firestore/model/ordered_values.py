"""Values of all types in the order in which Firestore sorts them."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from google.cloud import firestore

ORDERED = [
    None,
    False,
    True,
    math.nan,
    -math.inf,
    -(2**63),
    -1.5,
    0,
    2**53,
    2**53 + 1,
    float(2**53 + 2),
    2**63 - 1,
    float(2**63),
    math.inf,
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 1, tzinfo=UTC),
    "",
    "A",
    "a",
    "a\x00",
    "ab",
    "đ",
    "\uffff",
    "\U0001f600",
    b"",
    b"\x00",
    b"\xff",
    firestore.GeoPoint(-90, 0),
    firestore.GeoPoint(0, -180),
    firestore.GeoPoint(0, 180),
    [],
    [None],
    [1],
    [1, 1],
    [2],
    ["a"],
    {},
    {"a": 1},
    {"a": 1, "b": 1},
    {"a": 2},
    {"b": 0},
]
