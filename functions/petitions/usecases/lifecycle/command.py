"""The base class of officers' commands. A command is an officer's request for one action on a petition."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any, ClassVar

from petitions.domain.lifecycle.lifecycle import Action, Transition
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.units.directory import Directory
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from petitions.usecases.contact.bring_answer import BringAnswer
from petitions.usecases.lifecycle.assign_unit import AssignUnit
from petitions.usecases.lifecycle.classify_petition import ClassifyPetition
from petitions.usecases.lifecycle.merge_petitions import MergePetitions
from petitions.usecases.lifecycle.submit_answer import SubmitAnswer
from petitions.usecases.petition.tell_citizen import TellCitizen
from petitions.usecases.shared.petition_changes import Moved
from petitions.usecases.shared.timekeeping import Timekeeping


@dataclass(frozen=True)
class Services:
    """The rules and texts that all commands share."""

    directory: Directory
    timekeeping: Timekeeping
    telling: TellCitizen
    answering: SubmitAnswer
    classifying: ClassifyPetition
    assigning: AssignUnit
    merging: MergePetitions
    bringing: BringAnswer


@dataclass(frozen=True)
class Situation:
    """The circumstances of a command: its transaction, the officer, and the petition before the action."""

    tx: Transaction
    officer: Officer
    petition: Petition
    step: Transition
    now: datetime
    services: Services
    main: Petition | None = None
    """The petition into which this one is merged, or which it leaves if a merge is undone."""


@dataclass(frozen=True)
class Command:
    """An officer's request for one action on a petition.

    Subclasses add the options of their action. All methods except `finish` only read, and raise Rejected or Forbidden
    with a Vietnamese message for the officer.
    """

    action: ClassVar[Action]
    keeps_text: ClassVar[bool] = True
    """Whether the history shows the officer's text."""

    code: str
    version: int
    """The version of the petition that the officer saw."""
    text: str = ""
    _: KW_ONLY
    asked: str | None = None
    """The unique id of the request, if another system sent it."""

    def check(self, at: Situation) -> None:
        """Raise Rejected if an option of the command is invalid. It is called before anything else is read."""

    def main(self, at: Situation) -> Petition | None:
        """Return the petition into which this one is merged, or which it leaves if a merge is undone, else None."""
        return None

    def classification(self, at: Situation) -> dict[str, Any]:
        """Return the changed fields of the classification if the action includes one, else {}."""
        return {}

    def changes(self, at: Situation) -> dict[str, Any]:
        """Return the changed fields other than state, clocks and classification."""
        return {}

    def timed(self, at: Situation, moved: Petition) -> tuple[Petition, list[str]]:
        """Return the petition with its clocks changed by the step, and the clock effects to record in the history."""
        effects = at.step.effects
        timed = at.services.timekeeping.after(moved, effects, at.now)
        return timed, [f"{effect.verb} {effect.clock}" for effect in effects]

    def words(self, at: Situation, after: Petition) -> str:
        """Return the text for the history and the citizen: the selected options in words, then the officer's text."""
        return self.text.strip()

    def portal_words(self, at: Situation, after: Petition, words: str) -> str | None:
        """Return the text for a filer on the portal, or None.

        State, unit, deadlines and answer go to the portal in any case.
        """
        return at.services.telling.portal_words(at.petition, after, self.action, words)

    def notices(self, at: Situation, after: Petition) -> list[Notice]:
        """Return the notices to people other than the petition's own filer."""
        return []

    def files(self, at: Situation, after: Petition) -> list[PetitionFile]:
        """Return the files that the filer gets with the notice."""
        return []

    def finish(self, at: Situation, moved: Moved) -> list[Message]:
        """Write the further effects of the action after the petition itself. Return the messages to publish."""
        return []
