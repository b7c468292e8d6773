"""What the desk's routes work with: the use cases, found through the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app

from petitions.domain.officers.officer import Officer
from petitions.domain.petition.answering import AnswerTemplates
from petitions.domain.petition.petition import Contact
from petitions.domain.units.directory import Directory
from petitions.ports.world import Clock, Identities, Ids
from petitions.usecases.dead_letters.replay_at_the_desk import ReplayAtTheDesk
from petitions.usecases.dead_letters.replay_dead_letter import DeadLetters
from petitions.usecases.desk.read_attachment import ReadAttachment
from petitions.usecases.desk.read_boards import ReadBoards
from petitions.usecases.desk.read_petition import PetitionView
from petitions.usecases.desk.read_work_list import DeskView
from petitions.usecases.figures.read_figures import ReadFigures
from petitions.usecases.officers.manage_officers import ManageOfficers
from petitions.usecases.officers.save_filter import SaveFilter
from petitions.usecases.officers.set_profile import SetProfile
from petitions.usecases.officers.staff import Staff
from petitions.usecases.petition.act_on_petition import ActOnPetition
from petitions.usecases.petition.draft_answer import DraftAnswer
from petitions.usecases.petition.key_in import KeyIn
from petitions.usecases.petition.manage_handlers import Staffing
from petitions.usecases.petition.note_petition import NotePetition
from petitions.usecases.petition.plan_recovery import PlanRecovery
from petitions.usecases.petition.read_receipt import ReadReceipt
from petitions.usecases.portal.desk_differences import DeskDifferences
from petitions.usecases.reference.edit_answers import EditAnswers
from petitions.usecases.reference.edit_texts import EditTexts
from petitions.usecases.reference.edit_unit import EditUnit
from petitions.usecases.reference.publish_reference import PublishReference
from petitions.usecases.reference.read_unit import ReadUnit
from petitions.usecases.zalo.zalo_consent import AskConsent


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
