"""Every citation of the law and of Zalo's platform leads to an entry, and every entry is cited."""

from __future__ import annotations

import re

import pytest

from tests import citations
from tests.demands import ROWS

PATH = "functions/petitions/domain/example.py"


def test_every_citation_leads_to_an_entry_and_every_entry_is_cited() -> None:
    report = citations.follow()
    assert report.faults == []
    assert report.citations > report.entries > 0


def test_entries_are_numbered_without_gaps_and_state_their_certainty() -> None:
    sections: dict[str, list[int]] = {}
    for name, entry in citations.entries().items():
        sheet, number = name.split()
        section, _, place = number.partition(".")
        sections.setdefault(f"{sheet} {section}", []).append(int(place))
        assert entry.anchor == f"{sheet.lower()}-{number}"
        assert entry.sure.startswith(citations.LEVELS[sheet]), name
    assert all(places == list(range(1, len(places) + 1)) for places in sections.values()), sections


@pytest.mark.parametrize("sheet", citations.SHEETS.values())
def test_every_row_of_a_sheet_is_an_entry(sheet: str) -> None:
    rows = re.findall(r"^\| (?!entry |---)", citations.texts()[sheet], re.MULTILINE)
    assert len(rows) == sum(entry.line.startswith(sheet) for entry in citations.entries().values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_every_demand_of_zalo_cites_its_entry(row: list[str]) -> None:
    assert re.search(r"\[PLATFORM \d+\.\d+\]", row[0])


@pytest.mark.parametrize(
    "words",
    [
        "zalo-platform facts 1.4",
        "(zalo-platform 3.3)",
        "zalo-platform.md 1.7",
        "domain.md 8.3",
        "domain facts 2.4",
        "platform.md 5",
        "the platform's fact sheet",
        "routing facts 1.5",
        "performance 3.4",
        "design.md 4",
        "design 5 adds",
        "the bars of issue and design",
        "the issue's rules",
        "issue 5",
        "promise 4",
        "once a day (1.4, 3.5, §8.3)",
        "every shape (1.6-1.13)",
        "of another unit (R4)",
        "QĐ 31/2021 Đ38",
        "LAW 1.1, 1.2",
        "LAW 1.1-1.3",
        "see PLATFORM",
    ],
)
def test_the_old_forms_are_found(words: str) -> None:
    assert list(citations.old_style(PATH, f'"""An example: {words}."""\n'))


@pytest.mark.parametrize(
    "text",
    [
        '"""It follows the law (LAW 1.1, LAW 1.2); see LAW.md and Decision 771."""\n',
        "time.sleep(2.2)\n",
        'SAID = "QĐ 1207/QĐ-UBND"\n',
    ],
)
def test_other_forms_are_left_unchanged(text: str) -> None:
    assert not list(citations.old_style(PATH, text))


def test_a_citation_in_a_readme_is_a_link_to_its_entry() -> None:
    known = citations.entries()
    right = "as [LAW 1.1] has it\n\n[LAW 1.1]: functions/LAW.md#law-1.1\n"
    assert not list(citations.unlinked("README.md", right, known))
    for wrong in (
        "as LAW 1.1 has it\n\n[LAW 1.1]: functions/LAW.md#law-1.1\n",
        "as [LAW 1.1] has it\n",
        "as [LAW 1.1] has it\n\n[LAW 1.1]: functions/LAW.md#law-1.2\n",
        "nothing\n\n[LAW 1.1]: functions/LAW.md#law-1.1\n",
    ):
        assert list(citations.unlinked("README.md", wrong, known)), wrong


def test_a_legal_text_must_be_in_the_sheet() -> None:
    assert not list(citations.unnamed(PATH, "Decree 20/2008/NĐ-CP, QĐ 1207/QĐ-UBND, Luật 91/2025, on 28/2/2025"))
    assert len(list(citations.unnamed(PATH, "Decree 21/2008, Thông báo 1/TB-BNV"))) == 2
