"""Editing of texts by administrators: one text at a time, in both languages, with preview and restoring.

A stored version has only the texts that the city has changed. All others come with the software
(`language.catalogue.merged`). Running functions use a change within a minute.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.domain.language.catalogue import merge_texts, text_faults, tidy_text
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.fingerprint import seen_mark
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.versions import CATALOGUES, CURRENT_PATH, ReferenceVersion, VersionsInForce, version_path
from petitions.errors import Conflict, NotFound
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.reference.load_reference import LoadReference
from petitions.usecases.reference.publish_reference import NEWEST, NOT_PREVIEWED, OTHER_VERSION, WrongReference

TEXT_CHANGED = "Đã có người đổi câu này trong lúc anh/chị sửa. Xin xem câu đang có hiệu lực ở dưới rồi quyết định."
LANGUAGES = dict(zip(CATALOGUES, ("Tiếng Việt", "Tiếng Anh"), strict=True))
TextWords = Mapping[str, str]
"""One text by kind of catalogue (CATALOGUES), i.e. by language. Texts for officers are in Vietnamese only."""


@dataclass(frozen=True)
class TextPublication:
    """A past publication of a text in one language."""

    at: datetime
    officer: str | None
    kind: str
    version: str
    words: str


@dataclass(frozen=True)
class TextInForce:
    """A text in force, and the same text as it comes with the software."""

    key: str
    words: TextWords
    """The wording in force."""
    shipped: TextWords
    seen: str
    """A fingerprint of the text in force."""


@dataclass(frozen=True)
class TextChange:
    """A change of a text, ready to be published."""

    text: TextInForce
    words: TextWords
    different: tuple[str, ...]
    """The kinds of catalogues, i.e. languages, in which the text changes."""
    previewed: str
    """A fingerprint of the whole change."""


@dataclass(frozen=True)
class EditTexts:
    """Edits the texts of messages and pages, for administrators."""

    store: Store
    clock: Clock
    ids: Ids
    shipped: Callable[[str], dict[str, str]]
    """A function that returns the software's catalogue of a kind."""

    def all(self) -> list[TextInForce]:
        """Return all texts, in the order of the catalogue."""
        current = self._in_force(self._known())
        shipped = {kind: self.shipped(kind) for kind in CATALOGUES}
        keys = dict.fromkeys(key for kind in CATALOGUES for key in shipped[kind])
        return [_one(key, current, shipped) for key in keys]

    def one(self, key: str) -> TextInForce:
        """Return the text with this key. Raise NotFound."""
        found = next((in_force for in_force in self.all() if in_force.key == key), None)
        if found is None:
            raise NotFound("Không có câu này.", reason="text_unknown")
        return found

    def proposed(self, key: str, words: TextWords, seen: str) -> TextChange:
        """Return the change that publishing `words` would make, which is empty if they are in force already.

        Raise NotFound, WrongReference with all faults, or Conflict if somebody else has changed the text since `seen`.
        """
        text = self.one(key)
        tidy = {kind: tidy_text(words.get(kind, "")) for kind in text.shipped}
        if seen != text.seen and tidy != text.words:
            raise Conflict(TEXT_CHANGED)
        found = [
            f"{LANGUAGES[kind]}: {fault}" for kind in tidy for fault in text_faults(key, tidy[kind], text.shipped[kind])
        ]
        if found:
            raise WrongReference(found)
        different = tuple(kind for kind in tidy if tidy[kind] != text.words[kind])
        return TextChange(text, tidy, different, seen_mark(key, seen, *tidy.values()))

    def publish(self, admin: Officer, change: TextChange, previewed: str) -> None:
        """Publish the change of a text, with an audit line for every language. Do nothing if nothing differs.

        Raise Conflict if the change is not the one that was previewed, or if others have published meanwhile.
        """
        if previewed != change.previewed:
            raise Conflict(NOT_PREVIEWED, reason="not_previewed")
        known, now, key = self._known(), self.clock.now(), change.text.key
        own = self._own(known)
        data = {kind: _with(own[kind], key, change.words[kind], change.text.shipped[kind]) for kind in change.different}
        loading = LoadReference(self.store, self.clock)
        plan = loading.plan_edits(data, {kind: self.shipped(kind) for kind in data})
        if plan.before != known:
            raise Conflict(OTHER_VERSION)
        versions = plan.after.in_force(hanoi(now).date())
        entries = {
            self.ids.token(): AuditEntry.by(
                admin, what="change", action=f"{kind}_published",
                subject=_subject(key), reason=versions[kind], at=now,
                words=f"“{change.text.words[kind]}” → “{change.words[kind]}”",
            )
            for kind in data
        }  # fmt: skip

        def audit(tx: Transaction) -> None:
            for entry_id, entry in entries.items():
                tx.create(audit_path(entry_id), entry.stored())

        try:
            loading.apply(plan, audit)
        except Conflict as error:
            raise Conflict(OTHER_VERSION) from error

    def history(self, text: TextInForce) -> list[TextPublication]:
        """Return the publications of a text by administrators, newest first, with the text's wording at the time."""
        query = Query("audit", (("subject", "==", _subject(text.key)),), order_by=("-at",), limit=NEWEST)
        entries = [AuditEntry.model_validate(document.data) for document in self.store.find(query)]
        read = [
            (audit_entry, (audit_entry.action or "").removesuffix("_published"), audit_entry.reason or "")
            for audit_entry in entries
        ]
        known = [(entry, kind, version) for entry, kind, version in read if kind in text.shipped]
        data = self._data([version_path(kind, version) for _, kind, version in known])
        return [
            TextPublication(entry.at, entry.officer, kind, version, found.get(text.key, text.shipped[kind]))
            for (entry, kind, version), found in zip(known, data, strict=True)
        ]

    def _known(self) -> VersionsInForce:
        found = self.store.get(CURRENT_PATH)
        return VersionsInForce.model_validate(found) if found else VersionsInForce()

    def _in_force(self, known: VersionsInForce) -> dict[str, dict[str, str]]:
        versions = known.in_force(hanoi(self.clock.now()).date())
        kinds = [kind for kind in CATALOGUES if kind in versions]
        data = dict(zip(kinds, self._data([version_path(kind, versions[kind]) for kind in kinds]), strict=True))
        return {kind: merge_texts(self.shipped(kind), data.get(kind, {})) for kind in CATALOGUES}

    def _own(self, known: VersionsInForce) -> dict[str, dict[str, str]]:
        kinds = {kind for kind in CATALOGUES if kind in known.edited}
        current = self._in_force(known)
        shipped = {kind: self.shipped(kind) for kind in CATALOGUES}
        return {
            kind: {key: text for key, text in current[kind].items() if kind in kinds and text != shipped[kind].get(key)}
            for kind in CATALOGUES
        }

    def _data(self, paths: list[str]) -> list[dict[str, Any]]:
        found = self.store.get_all(paths) if paths else []
        return [json.loads(ReferenceVersion.model_validate(fields).data) if fields else {} for fields in found]


def _one(key: str, current: Mapping[str, TextWords], shipped: Mapping[str, TextWords]) -> TextInForce:
    kinds = [kind for kind in CATALOGUES if key in shipped[kind]]
    words = {kind: current[kind][key] for kind in kinds}
    return TextInForce(key, words, {kind: shipped[kind][key] for kind in kinds}, seen_mark(*words.values()))


def _with(own: TextWords, key: str, text: str, shipped: str) -> dict[str, str]:
    others = {item: words for item, words in own.items() if item != key}
    return others if text == shipped else {**others, key: text}


def _subject(key: str) -> str:
    return f"text:{key}"
