"""The whole system for tests of use cases: real rules over in-memory fakes, and a citizen who writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from typing import Any

from petitions.adapters import reference
from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import GivenKeys
from petitions.adapters.thumbnails import PillowThumbnails
from petitions.adapters.understanding import network, routers, vocabulary
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.notices.channels import Route
from petitions.domain.notices.notice import Notice, NoticeState
from petitions.domain.notices.sending import planned
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.privacy.data_storage import DataStorage
from petitions.domain.routing.places import Places
from petitions.domain.routing.proposed_class import danger_detector, judge_readers
from petitions.domain.shared.identity import pseudonym
from petitions.domain.shared.records import replace
from petitions.domain.understanding.commands import Command, Field, Give, Situation, Tell
from petitions.domain.understanding.local_reader import LocalReader
from petitions.domain.understanding.network import Network
from petitions.domain.understanding.reading import Reader, Reading
from petitions.domain.understanding.taught_words import codes_in
from petitions.domain.understanding.text import Text
from petitions.ports.store import Transaction
from petitions.usecases.accusations.keep_apart import KeepApart
from petitions.usecases.channels.alarm import Alarm
from petitions.usecases.contact.handle_contact import HandleContact
from petitions.usecases.contact.request_contact import RequestContact
from petitions.usecases.contact.watch_contacts import WatchContacts
from petitions.usecases.conversation.apply_effects import ApplyEffects
from petitions.usecases.conversation.guide import HanoiGuide
from petitions.usecases.conversation.look_up_petition import LookUpPetition
from petitions.usecases.conversation.offer_published import OfferPublished
from petitions.usecases.conversation.set_apart import SetApart
from petitions.usecases.conversation.sweep_citizens import SweepCitizens
from petitions.usecases.conversation.take_input import TakeInput
from petitions.usecases.files.carry_attachments import CarryAttachments
from petitions.usecases.files.keep_attachments import KeepAttachments
from petitions.usecases.files.make_thumbnail import MakeThumbnail
from petitions.usecases.files.sweep_attachments import SweepAttachments
from petitions.usecases.files.tell_attachments import TellAttachments
from petitions.usecases.lifecycle.act_on_petition import ActOnPetition
from petitions.usecases.lifecycle.submit_answer import SubmitAnswer
from petitions.usecases.notices.prepare_notice import write_notice
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.pages.keep_copy import KeepCopy
from petitions.usecases.pages.take_post import TakePost
from petitions.usecases.petition.file_petition import PetitionFiling
from petitions.usecases.petition.tell_citizen import TellCitizen
from petitions.usecases.privacy.erase_citizen import EraseCitizen
from petitions.usecases.privacy.mask_elsewhere import MaskElsewhere
from petitions.usecases.privacy.restrict_petition import RestrictPetition
from petitions.usecases.publishing.project_public import ProjectPublic
from petitions.usecases.publishing.seal_view import SealView
from petitions.usecases.reminders.close_answered import CloseAnswered
from petitions.usecases.reminders.fire_reminders import FireReminders
from petitions.usecases.reminders.send_digests import SendDigests
from petitions.usecases.reminders.tell_units import TellUnits
from petitions.usecases.routing.route_petition import RoutePetition
from petitions.usecases.shared.named_officers import CoordinatorsJudge
from petitions.usecases.shared.published_index import PublishedIndex
from petitions.usecases.shared.tell_lateness import TellLateness
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.classification import classifying
from tests.fakes import FakeClock, FakeDownloader, FakeFiles, FakeIds, FakePublisher, FakeStore

ID_KEY = b"0123456789abcdef-test"
CITIZEN_URL = "https://phieu.example.vn"
STORAGE = DataStorage("Google Cloud", "Singapore", abroad=True, kept_years=10)
SEAL_KEYS = ("a-key-of-32-characters-for-tests",)
USER = "4572947693969771653"
SILENCE = timedelta(hours=2)
MOST_QUESTIONS = 12
_ASKED_AT_ONCE: tuple[Field, ...] = ("name", "home", "phone")


class RememberingReader(LocalReader):
    def __init__(self, network: Network, places: Places) -> None:
        super().__init__(network, places)
        self._once = cache(super().read)

    def read(self, text: Text, situation: Situation, labels: Sequence[str] = ()) -> Reading:
        return self._once(text, situation, tuple(labels))


@cache
def _reader() -> RememberingReader:
    return RememberingReader(network.shipped(), routers.places())


@dataclass(frozen=True)
class ScriptedReader:
    reader: Reader
    meant: Mapping[str, tuple[Command, ...]]
    """The commands to read, by text."""
    situations: list[Situation]
    """The situations of the conversation in which the texts in `meant` were read."""

    def read(self, text: Text, situation: Situation, labels: Sequence[str] = ()) -> Reading:
        commands = self.meant.get(text.raw)
        if commands is None:
            return self.reader.read(text, situation, labels)
        self.situations.append(situation)
        return Reading(text, situation, commands, codes_in(text))


@dataclass
class World:
    """The whole system in memory, without Zalo, the portal and mail. `USER` is its usual citizen."""

    store: FakeStore = field(default_factory=FakeStore)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    clock: FakeClock = field(default_factory=FakeClock)
    ids: FakeIds = field(default_factory=FakeIds)
    kept: FakeFiles = field(default_factory=FakeFiles)
    links: FakeDownloader = field(default_factory=FakeDownloader)
    public: FakeStore = field(default_factory=FakeStore)
    reports_misconduct: Callable[[str], bool] | None = None
    """Replaces the language model's judgement of a text, which may also be doubtful."""
    meant: dict[str, tuple[Command, ...]] = field(default_factory=dict)
    """The commands to read, by text. The model reads all other texts."""
    situations: list[Situation] = field(default_factory=list)
    """The situations of the conversation in which the texts in `meant` were read."""
    projected: int = 0
    paged: int = 0
    counter: int = 0
    delivered: int = 0

    def __post_init__(self) -> None:
        texts, directory, chores = reference.texts(), reference.directory(), reference.chores()
        self.index = PublishedIndex(self.public, vocabulary.search_words())
        self.timekeeping = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), chores)
        tells, may_tell, doubts = judge_readers(routers.router().route)
        readers = (self.reports_misconduct or tells, may_tell, self.reports_misconduct or doubts)
        judge = CoordinatorsJudge(routers.routing_rules().superiors, directory, *readers)
        self.contacting = RequestContact(texts, self.timekeeping, judge)
        self.alarm = Alarm(self.contacting, danger_detector(routers.router()))
        reader = ScriptedReader(_reader(), self.meant, self.situations)
        filing = PetitionFiling(self.ids, texts, self.timekeeping)
        self.keep_apart = KeepApart(judge, filing, texts)
        effects = ApplyEffects(
            guide=HanoiGuide(directory, routers.places(), routers.router(), reader, chores.petitions_a_day, texts),
            texts=texts,
            filing=filing,
            looking_up=LookUpPetition(directory, "https://pakn.example.vn", CITIZEN_URL),
            offering=OfferPublished(self.index, "https://pakn.example.vn"),
            contacting=self.contacting,
            setting_apart=SetApart(self.keep_apart),
            storage=STORAGE,
        )
        self.intake = TakeInput(self.store, self.publisher, self.clock, ID_KEY, effects, SILENCE)
        self.take_post = TakePost(self.store, self.publisher, self.clock, effects)
        self.pauses = SweepCitizens(self.store, self.publisher, self.clock, self.ids, effects)
        self.routing = RoutePetition(self.store, self.publisher, self.clock, routers.router(), directory)
        mail = OfficerMail(texts, directory, "https://desk.example.vn")
        house = CloseAnswered(texts, self.timekeeping)
        lateness = TellLateness(texts, directory)
        self.reminders = FireReminders(
            self.store, self.publisher, self.clock, self.ids, mail, self.timekeeping, house, lateness
        )
        self.news = TellUnits(self.store, self.publisher, self.clock, self.ids, mail, self.timekeeping)
        people = (self.store, self.publisher, self.clock, self.ids, texts, directory)
        self.watch = WatchContacts(*people, self.timekeeping)
        self.handle_contact = HandleContact(*people)
        self.digests = SendDigests(self.store, self.publisher, self.clock, mail, self.timekeeping)
        self.desk = ActOnPetition(
            self.store,
            self.publisher,
            self.clock,
            self.ids,
            directory,
            self.timekeeping,
            TellCitizen(texts, directory, CITIZEN_URL),
            SubmitAnswer(reference.answers()),
            classifying(),
        )

        tell = TellAttachments(texts)
        ports = (self.store, self.publisher, self.clock, self.ids)
        self.keep = KeepAttachments(*ports, self.links, self.kept, PillowThumbnails(), tell)
        self.make_thumbnail = MakeThumbnail(self.store, self.kept, PillowThumbnails())
        self.carry = CarryAttachments(self.store, self.publisher, self.clock)
        self.sweep = SweepAttachments(self.store, self.publisher, self.clock)
        restrict = RestrictPetition(self.store, self.publisher, self.clock, self.ids, self.kept)
        self.erase = EraseCitizen(
            self.store, self.clock, self.kept, restrict, MaskElsewhere(self.store, restrict), years=10
        )
        self.seals = AesSeals(GivenKeys(SEAL_KEYS))
        self.copies = KeepCopy(self.store, self.public, self.kept, self.seals, directory, self.index)
        self.seal = SealView(self.store, self.public, self.seals, self.copies)
        self.project = ProjectPublic(self.store, self.public, directory, reference.fields(), self.seal, ID_KEY)

    def has_a_coordinator(self) -> World:
        person = Officer(
            id="vpub-truc", name="Trực", email="truc@x.vn", unit="VPUB", role=Role.COORDINATOR, on_duty=True
        )
        self.store.create(f"officers/{person.id}", person.stored())
        return self

    def relay(self) -> None:
        """Let `relay` handle the messages about petitions and pages published since the last call."""
        events = self.publisher.of("petition-events")
        for event in events[self.projected :]:
            self.project(event.data["code"])
        self.projected = len(events)
        pages = self.publisher.of("citizen-pages")
        for message in pages[self.paged :]:
            if "code" in message.data:
                self.seal(message.data["code"])
            else:
                self.copies.draft(message.data["citizen"], message.data["page"])
        self.paged = len(pages)

    def fetch(self) -> None:
        messages = self.publisher.of("attachments")
        while self.delivered < len(messages):
            data = messages[self.delivered].data
            self.delivered += 1
            if "file" in data:
                self.make_thumbnail(data["code"], data["file"])
            elif "code" in data:
                self.carry(data["code"], data["event"])
            else:
                self.keep(data["citizen"], data["input"])
            messages = self.publisher.of("attachments")

    def event(self, name: str, message: dict[str, Any] | None = None, *, user: str = USER, **more: Any) -> bytes:
        """Return the JSON of an event of Zalo, one second after the last one."""
        self.counter += 1
        self.clock.advance(seconds=1)
        body: dict[str, Any] = {
            "app_id": "1",
            "event_name": name,
            "sender": {"id": user},
            "recipient": {"id": "oa"},
            "timestamp": str(int(self.clock.now().timestamp() * 1000)),
            **more,
        }
        if message is not None:
            body["message"] = {"msg_id": f"m{self.counter}", **message}
        return json.dumps(body, ensure_ascii=False).encode()

    def types(self, *texts: str, user: str = USER) -> str:
        """Send texts as the citizen one after the other, and return the bot's last reply."""
        for text in texts:
            self.intake(self.event("user_send_text", {"text": text}, user=user))
        return self.last_reply(user)

    def tells(self, content: str, meant: str = "Gửi một phản ánh mới", user: str = USER) -> str:
        """Send a petition's text, choose the option `meant` if the bot asks for its meaning, and return the reply."""
        reply = self.types(content, user=user)
        number = next((line[0] for line in reply.split("\n") if line[1:] == f". {meant}"), None)
        return self.types(number, user=user) if number else reply

    def deliver(self) -> None:
        for path in self.store.paths("notices"):
            before = Notice.model_validate(self.store.documents[path])
            if before.channel == "zalo" and before.state is NoticeState.PLANNED:
                self.clock.advance(seconds=1)
                self.store.transact(partial(self._out, before=before))

    def _out(self, tx: Transaction, before: Notice) -> None:
        claimed = planned(before, Route.FREE, {}, self.clock.now()).sending("try", self.clock.now())
        sent = replace(claimed, state=NoticeState.SENT, next_attempt_at=None)
        write_notice(tx, before, sent)

    def replies(self, user: str = USER) -> list[str]:
        who = pseudonym(ID_KEY, user)
        notices = [self.store.documents[path] for path in self.store.paths("notices")]
        mine = [notice for notice in notices if notice.get("citizen") == who and notice["channel"] == "zalo"]
        return [notice["text"] for notice in sorted(mine, key=lambda item: item["created_at"])]

    def last_reply(self, user: str = USER) -> str:
        replies = self.replies(user)
        return replies[-1] if replies else ""

    def petitions(self) -> list[Petition]:
        return [Petition.model_validate(self.store.documents[path]) for path in self.store.paths("petitions")]

    def files(self, content: str = "UBND phường chậm trả giấy khai sinh", user: str = USER) -> Petition:
        self.writes(content, user=user)
        self.types("1", user=user)
        return self.petitions()[-1]

    def writes(self, content: str, user: str = USER) -> None:
        """Write a petition as the citizen, and answer the bot's questions up to the summary.

        The language model is not used, because the commands of all these texts are preset.
        """
        where, who = "Số 12 phố Trung Kính, phường Yên Hòa", ("Nguyễn Thị Lan", "như trên", "0912 345 678")
        self.meant[content] = (Tell(words=content, end=len(content)),)
        self.meant[where] = (Give(field="place", value=where),)
        self.meant[", ".join(who)] = tuple(
            Give(field=name, value=value) for name, value in zip(_ASKED_AT_ONCE, who, strict=True)
        )
        answers = {"consent": "đồng ý", "content": "2", "duplicate": "2", "address": where}
        self.types(content, user=user)
        for _ in range(MOST_QUESTIONS):
            if (step := self.talk(user)["step"]) == "confirm":
                return
            self.types(answers.get(step, ", ".join(who)), user=user)
        raise AssertionError(f"there is no summary: {self.last_reply(user)}")

    def talk(self, user: str = USER) -> dict[str, Any]:
        conversation: dict[str, Any] = self.citizen(user)["conversation"]
        return {"step": "idle", **conversation, **conversation["stage"]}

    def citizen(self, user: str = USER) -> dict[str, Any]:
        return self.store.documents[f"citizens/{pseudonym(ID_KEY, user)}"]
