"""Pages about the channel: how it works, the responsible office, data processing, and accessibility."""

from __future__ import annotations

from typing import Any

from flask import render_template
from page_words import language, say, state_label
from status_pages import Answer

from petitions.domain.citizen.citizen import CONSENT_VERSION
from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.lifecycle.states import Level
from petitions.domain.privacy.data_storage import DataStorage
from petitions.domain.privacy.erasure import BACKLOG_DAYS, BACKUP_DAYS, RECOVERY_DAYS
from petitions.domain.publishing.figure_names import PublicTerm
from petitions.domain.shared.retention import HANDLED_EVENTS_KEPT_FOR, UNCONSENTED_FOR
from petitions.usecases.publishing.public_view import PublicView


class AboutPages:
    """Handlers of the pages about the channel. Only the terms of deadlines are read from the database."""

    def __init__(self, view: PublicView, storage: DataStorage) -> None:
        self._view = view
        self._storage = storage

    def privacy(self) -> Answer:
        """Show the complete notice about data processing, which the chat summarises (LAW 5.1, LAW 5.2, LAW 5.4)."""
        return self._page(
            "privacy",
            version=CONSENT_VERSION,
            storage=self._storage,
            unconsented=UNCONSENTED_FOR.days,
            handled=HANDLED_EVENTS_KEPT_FOR.days,
            copies=max(BACKLOG_DAYS, RECOVERY_DAYS, BACKUP_DAYS),
        )

    def contact(self) -> Answer:
        """Show the office responsible for the channel, and how to reach it."""
        return self._page("contact")

    def accessibility(self) -> Answer:
        """Show how accessible the site is, and where to report problems."""
        return self._page("accessibility")

    def how(self) -> Answer:
        """Show a printable guide: how to send a petition, how it is handled, and the names of its states."""
        states = [(state_label(state), say(f"means_{state}")) for state in STATE_LABELS]
        return self._page("how", states=states, terms=[_worded(term) for term in self._view.figure_names().terms])

    def _page(self, name: str, **values: object) -> Answer:
        return render_template(f"{name}.{language()}.html", **values)


def _worded(term: PublicTerm) -> dict[str, Any]:
    step = say(f"term_{term.clock}")
    return {
        "step": step if term.level is Level.NORMAL else f"{step}, {say(f'level_{term.level}')}",
        "time": say(f"unit_{term.unit}", count=term.amount),
        "decided": term.decided,
        "more": say(f"unit_{term.unit}", count=term.max_extension) if term.max_extension else say("term_never"),
    }
