"""A check of every citation of functions/LAW.md and functions/PLATFORM.md: `python -m tests.citations`.

These two files, the sheets, are tables of numbered facts about the law and about Zalo's platform. A citation is
`LAW 1.1` or `PLATFORM 1.1`, written in full for every entry. In a README it is a link, `[LAW 1.1]`, with its target at
the end of the file.
"""

from __future__ import annotations

import ast
import io
import posixpath
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SHEETS = {"LAW": "functions/LAW.md", "PLATFORM": "functions/PLATFORM.md"}
LEVELS = {
    "LAW": ("read", "reported", "assumed", "not found"),
    "PLATFORM": ("observed", "documented", "read in code", "one source", "disputed", "measured", "assumed"),
}
"""The allowed beginnings of the last column of a sheet, which states the certainty of a fact."""

OLD_ANYWHERE = {
    r"\b(?:design|domain|zalo-platform|platform|routing|performance|emulators|anchors|rooms)\.md": "no such text",
    r"facts \d": "the sheets are LAW and PLATFORM",
    r"fact sheet": "the sheets are LAW and PLATFORM",
    r"platform sheet": "the sheets are LAW and PLATFORM",
    r"zalo-platform \d": "the sheets are LAW and PLATFORM",
    r"§": "cite LAW or PLATFORM",
    r"(?:LAW|PLATFORM) \d+\.\d+(?:,| and| or| to|-) ?\d": "write the sheet before every number",
    r"\b(?:LAW|PLATFORM)\b(?! \d+\.\d+\b|\.md)": "a sheet without a number",
}
OLD_IN_PROSE = {
    r"\b(?:design|domain|platform|routing|performance|emulators?) \d+(?:\.\d+)?\b": "cite LAW or PLATFORM",
    r"\(design\b": "cite a README",
    r"in the design\b": "cite a README",
    r"of the design\b": "cite a README",
    r"promise \d": "cite a README",
    r"issue #?\d": "cite a README",
    r"the issue's": "cite a README",
    r"of issue\b": "cite a README",
    r"\(\d{1,2}\.\d{1,2}(?:[,-] ?§?\d{1,2}(?:\.\d{1,2})?)*\)": "a number without its sheet",
    r"\([IRCOSPD]\d{1,2}\)": "a number without its sheet",
    r"\b(?:NĐ|QĐ|CĐ|NQ|TT) \d|\bĐ\d": "cite LAW; name a text in English and its article in words",
}
"""Outdated forms of citation in comments, docstrings, READMEs and Terraform, by pattern, with the advice to print."""

_CITATION = re.compile(r"\b(?:LAW|PLATFORM) \d+\.\d+\b")
_ENTRY = re.compile(r'\| <a id="(?P<anchor>[^"]+)"></a>(?P<name>\S+ \S+) \| (?P<fact>.+) \| .+ \| (?P<sure>.+) \|')
_TARGET = re.compile(r"\[(?P<name>(?:LAW|PLATFORM) \d+\.\d+)\]: (?P<target>\S+)")
_LEGAL = re.compile(
    r"\b\d+(?:/\d{4})?/(?:NĐ|ND|QĐ|CĐ|NQ|TB|TT|VPCP|QH)[\w-]*"
    r"|(?:Decree|Nghị định|NĐ|Decision|Quyết định|Law|Luật) (?P<short>\d+/\d{4})\b"
)
_PROSE_SUFFIXES = {"", ".md", ".tf", ".toml", ".example"}
_OWN = {"citations.py", "test_citations.py"}
_GENERATED = ("requirements.txt", "LICENSE")
_CITIZENS = "infra/conversation/texts/"
"""Messages of citizens for training. The laws that they mention need not be in a sheet."""


class Entry(NamedTuple):
    name: str
    anchor: str
    fact: str
    sure: str
    line: str


class Report(NamedTuple):
    citations: int
    entries: int
    files: int
    faults: list[str]


@cache
def texts() -> dict[str, str]:
    """Return the text files of the working tree that git does not ignore, by path, except those of this check."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    found = {}
    for name in sorted(set(listed)):
        path = ROOT / name
        if not path.is_file() or path.name in _OWN or path.name.endswith(_GENERATED):
            continue
        try:
            found[name] = path.read_text()
        except UnicodeDecodeError:
            continue
    return found


def entries() -> dict[str, Entry]:
    found = {}
    for sheet in SHEETS.values():
        for number, line in enumerate(texts()[sheet].splitlines(), 1):
            if match := _ENTRY.fullmatch(line):
                found[match["name"]] = Entry(**match.groupdict(), line=f"{sheet}:{number}")
    return found


def prose(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield number and text of every line of prose: comments and docstrings in Python, all lines in other files."""
    lines = text.splitlines()
    if not path.endswith(".py"):
        if Path(path).suffix in _PROSE_SUFFIXES:
            yield from enumerate(lines, 1)
        return
    comments = tokenize.generate_tokens(io.StringIO(text).readline)
    yield from ((comment.start[0], comment.string) for comment in comments if comment.type == tokenize.COMMENT)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            first, last = node.lineno, node.end_lineno or node.lineno
            yield from enumerate(lines[first - 1 : last], first)


def old_style(path: str, text: str) -> Iterator[str]:
    """Yield a fault for every citation in a form that cannot be followed."""
    for pattern, advice in (OLD_ANYWHERE | OLD_IN_PROSE).items():
        if not re.search(pattern, text):  # most files: nothing need be taken apart
            continue
        lines = prose(path, text) if pattern in OLD_IN_PROSE else enumerate(text.splitlines(), 1)
        for number, line in lines:
            if match := re.search(pattern, line):
                yield f"{path}:{number}: {match[0]!r}: {advice}"


def unlinked(path: str, text: str, known: dict[str, Entry]) -> Iterator[str]:
    """Yield a fault for every citation in a README without a link to its entry, and for every unused link target."""
    targets = {match["name"]: match["target"] for match in map(_TARGET.fullmatch, text.splitlines()) if match}
    body = "\n".join(line for line in text.splitlines() if not _TARGET.fullmatch(line))
    for name in sorted(set(_CITATION.findall(body)) | set(targets)):
        sheet = posixpath.relpath(SHEETS[name.split()[0]], posixpath.dirname(path) or ".")
        anchor = known[name].anchor if name in known else "?"
        if targets.get(name) != f"{sheet}#{anchor}":
            yield f"{path}: {name} should lead to {sheet}#{anchor}, not to {targets.get(name)}"
        linked = body.count(f"[{name}]")
        if not linked or _CITATION.findall(body).count(name) != linked:
            yield f"{path}: write [{name}] wherever it is cited, and cite it if there is a target"


def unnamed(path: str, text: str) -> Iterator[str]:
    """Yield a fault for every legal document that the text names and functions/LAW.md does not."""
    law = texts()[SHEETS["LAW"]]
    for number, line in enumerate(text.splitlines(), 1):
        for match in _LEGAL.finditer(line):
            legal = (match["short"] or match[0]).replace("/ND-", "/NĐ-")
            if not re.search(rf"\b{re.escape(legal)}", law):
                yield f"{path}:{number}: {legal} is not in {SHEETS['LAW']}"


def follow() -> Report:
    """Return the number of citations in the repository, and a fault for every one that leads nowhere."""
    known = entries()
    faults = []
    cited: list[str] = []
    files = 0
    for path, text in texts().items():
        in_sheet = path in SHEETS.values()
        rows = (line for line in text.splitlines() if not _TARGET.fullmatch(line))
        here = []
        for number, line in enumerate(rows, 1):
            match = _ENTRY.fullmatch(line) if in_sheet else None
            names = _CITATION.findall(match["fact"] if match else "" if in_sheet else line)
            faults += [f"{path}:{number}: {name} is no entry" for name in names if name not in known]
            here += names
        if in_sheet:
            continue
        cited += here
        files += bool(here)
        faults += old_style(path, text)
        if path.endswith(".md"):
            faults += unlinked(path, text, known)
        if not path.startswith(("tests/", _CITIZENS)) and not path.endswith((".jsonl", "_model.json")):
            faults += unnamed(path, text)
    faults += [f"{entry.line}: nobody cites {name}" for name, entry in known.items() if name not in set(cited)]
    return Report(len(cited), len(known), files, faults)


def main() -> int:
    report = follow()
    sys.stdout.writelines(f"{fault}\n" for fault in report.faults)
    sys.stdout.write(
        f"{report.citations} citations in {report.files} files of {report.entries} entries: "
        f"{len(report.faults)} unresolved\n"
    )
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
