"""What the desk's routes work with: the use cases, found through the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app

from petitions.domain.answering import AnswerTemplates
from petitions.domain.directory import Directory
from petitions.domain.officer import Officer
from petitions.domain.petition import Contact
from petitions.ports import Clock, Identities, Ids
from petitions.usecases.act_on_petition import ActOnPetition
from petitions.usecases.desk_differences import DeskDifferences
from petitions.usecases.draft_answer import DraftAnswer
from petitions.usecases.edit_answers import EditAnswers
from petitions.usecases.edit_texts import EditTexts
from petitions.usecases.edit_unit import EditUnit
from petitions.usecases.key_in import KeyIn
from petitions.usecases.manage_officers import ManageOfficers
from petitions.usecases.note_petition import NotePetition
from petitions.usecases.plan_recovery import PlanRecovery
from petitions.usecases.publish_reference import PublishReference
from petitions.usecases.read_attachment import ReadAttachment
from petitions.usecases.read_boards import ReadBoards
from petitions.usecases.read_desk import DeskView
from petitions.usecases.read_figures import ReadFigures
from petitions.usecases.read_petition import PetitionView
from petitions.usecases.read_receipt import ReadReceipt
from petitions.usecases.read_unit import ReadUnit
from petitions.usecases.replay_at_the_desk import ReplayAtTheDesk
from petitions.usecases.replaying import DeadLetters
from petitions.usecases.save_filter import SaveFilter
from petitions.usecases.set_profile import SetProfile
from petitions.usecases.staff import Staff
from petitions.usecases.staffing import Staffing
from petitions.usecases.zalo_consent import AskConsent


@dataclass(frozen=True)
class Parts:
    """The use cases of the desk."""

    lists: DeskView
    petitions: PetitionView
    read_file: ReadAttachment
    act: ActOnPetition
    draft: DraftAnswer
    templates: AnswerTemplates
    note: NotePetition
    key_in: KeyIn
    receipts: ReadReceipt
    staffing: Staffing
    reveal: Callable[[Officer, str, str], Contact]
    erase: Callable[[Officer, str, str], None]
    plan: PlanRecovery
    profile: SetProfile
    staff: Staff
    save_filter: SaveFilter
    figures: ReadFigures
    boards: ReadBoards
    manage: ManageOfficers
    publish: PublishReference
    texts: EditTexts
    skeletons: EditAnswers
    unit: ReadUnit
    edit_unit: EditUnit
    letters: DeadLetters
    replay: ReplayAtTheDesk
    directory: Directory
    ids: Ids
    clock: Clock
    identities: Identities
    consent: AskConsent
    differences: DeskDifferences
    portal_state: Callable[[str], str]


def parts() -> Parts:
    """Those of the application that answers this request."""
    return cast("Parts", current_app.extensions["desk"])
