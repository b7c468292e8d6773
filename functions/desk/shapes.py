"""What each route of the JSON API takes and answers, for its description."""

from __future__ import annotations

from admin.answer_templates import PutSkeletons
from admin.officers import PutOfficer
from admin.reference import PutReference
from admin.texts import PutText
from admin.units import PutUnit
from boards.differences import Dismiss, Wish
from petition.api import Act, Draft, Note, Reveal, Search, SignIn, Upload
from pydantic import BaseModel
from schema.boards import (
    DifferenceAnswer,
    DifferencesAnswer,
    FiguresAnswer,
    LatenessAnswer,
    LettersAnswer,
    NoticesAnswer,
    PutAnswer,
    ReferenceAnswer,
    ReplayedAnswer,
    SkeletonsAnswer,
    StaffListAnswer,
    TextAnswer,
    TextsAnswer,
    TriageAnswer,
    TriedAnswer,
    TriedTextAnswer,
    UnitAnswer,
    UnitsAnswer,
    UnitTriedAnswer,
)
from schema.petition import (
    ContactAnswer,
    DoneAnswer,
    DraftAnswer,
    EditorAnswer,
    FileAnswer,
    ListAnswer,
    NotedAnswer,
    PetitionAnswer,
    ReceiptAnswer,
    ResultsAnswer,
    SessionAnswer,
    StandInAnswer,
)
from team.api import HandOver, Many, NewPetition, StandIn

SHAPES: dict[str, tuple[type[BaseModel] | None, type[BaseModel]]] = {
    "api_entrance.enter": (SignIn, SessionAnswer),
    "api.who": (None, SessionAnswer),
    "api.listing": (None, ListAnswer),
    "api.search": (Search, ListAnswer),
    "api.petition": (None, PetitionAnswer),
    "api.act": (Act, DoneAnswer),
    "api.answer": (None, EditorAnswer),
    "api.save_answer": (Draft, DraftAnswer),
    "api.add_file": (Upload, FileAnswer),
    "api.remove_file": (None, DraftAnswer),
    "api.take_in": (NewPetition, DoneAnswer),
    "api.receipt": (None, ReceiptAnswer),
    "api.bulk": (Many, ResultsAnswer),
    "api.hand_over": (HandOver, ResultsAnswer),
    "api.stand_in": (StandIn, StandInAnswer),
    "api.note": (Note, NotedAnswer),
    "api.reveal": (Reveal, ContactAnswer),
    "api.differences": (None, DifferencesAnswer),
    "api.repair": (Wish, DifferenceAnswer),
    "api.dismiss": (Dismiss, DifferenceAnswer),
    "api.as_json": (None, FiguresAnswer),
    "api.triage_json": (None, TriageAnswer),
    "api.lateness_json": (None, LatenessAnswer),
    "api.reminders_json": (None, NoticesAnswer),
    "api.undelivered_json": (None, NoticesAnswer),
    "api.letters_json": (None, LettersAnswer),
    "api.replay_json": (None, ReplayedAnswer),
    "api.listed": (None, StaffListAnswer),
    "api.put_json": (PutOfficer, PutAnswer),
    "api.units_json": (None, UnitsAnswer),
    "api.unit_json": (None, UnitAnswer),
    "api.edit_json": (PutUnit, UnitTriedAnswer),
    "api.reference_json": (None, ReferenceAnswer),
    "api.publish_json": (PutReference, TriedAnswer),
    "api.skeletons_json": (None, SkeletonsAnswer),
    "api.put_skeletons_json": (PutSkeletons, SkeletonsAnswer),
    "api.texts_json": (None, TextsAnswer),
    "api.text_json": (None, TextAnswer),
    "api.put_text_json": (PutText, TriedTextAnswer),
}
"""Of each route the body that it takes and the answer that it gives."""
QUERY = {
    "api.as_json": ("unit", "weeks"),
    "api.listing": ("view", "state", "time", "kind", "level", "ward", "unit", "mine", "sort", "after"),
    "api.differences": ("after",),
}

CHANGES = {"api.remove_file"}
"""Routes that change something and take no body."""
