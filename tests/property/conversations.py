"""Random conversations with the bot, as a state machine of hypothesis, and the rules that hold after every message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.draft import ConversationStep
from petitions.domain.language.texts import MAX_MESSAGE
from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.identity import pseudonym
from petitions.errors import Forbidden
from petitions.usecases.lifecycle.commands import command
from tests.unit.petition.handling import ANSWER, WHY_NONE, officer
from tests.unit.world import ID_KEY, USER, World


def image(number: int) -> dict[str, Any]:
    url = f"https://f1.zdn.vn/{number}.jpg"
    return {"attachments": [{"type": "image", "payload": {"thumbnail": url, "url": url}}]}


PATH = f"citizens/{pseudonym(ID_KEY, USER)}"
STORIES = [
    "Cán bộ một cửa phường Yên Hòa đòi thêm giấy tờ khi tôi làm khai sinh cho con",
    "can bo mot cua phuong yen hoa doi them giay to khi toi lam khai sinh cho con",
    "Rác thải đổ bừa bãi ở ngõ 12 mấy hôm nay không ai dọn",
    "Cháy nhà ở 12 Trung Kính, cứu với",
    "Tôi khiếu nại quyết định thu hồi đất của UBND quận",
    "Hello, I want to report that the ward office refused my residence certificate",
]
ANSWERS = ["1", "2", "3", "0", "9", "đồng ý", "không", "xong", "ok", "12 phố Trung Kính, phường Yên Hòa", "như trên"]
COMMANDS = [
    "hủy", "thôi không gửi nữa", "huy", "cancel", "quay lại", "làm lại", "menu", "help", "trợ giúp", "giúp tôi với",
    "cảm ơn em", "cam on", "thanks", "xin chào", "alo", "hello", "sửa", "tôi muốn sửa tên", "english", "tiếng việt",
    "bỏ qua", "không có", "gặp cán bộ", "mở lại", "bổ sung", "rút phản ánh", "đánh giá", "tra cứu",
    "xóa dữ liệu của tôi",
]  # fmt: skip
"""Words that the bot asks citizens to type, in the spellings of different people."""
TWO_IN_ONE = [
    "đồng ý, tôi là Trần Văn An, số 0987654321",
    "Đồng ý nhé. Việc xảy ra ở phường Yên Hòa, có mất phí không em?",
    "tên sai rồi, phải là Đỗ Thị Lành, còn lại đúng thì gửi đi",
    "bỏ câu cuối, thêm là tôi đã đi năm lần",
    "không phải nơi đó, là 36 Hàng Đào, phường Hoàn Kiếm; số của tôi 0912 345 678",
    "hồ sơ của tôi đến đâu rồi, cho tôi gặp cán bộ",
    "không cháy nữa rồi, tôi an toàn, gửi giúp tôi",
]
"""Messages with several commands."""
PAPERS = (
    "đơn xin xác nhận", "sổ hộ khẩu", "hợp đồng mua nhà", "bản sao công chứng", "biên lai nộp thuế", "giấy khai sinh",
)  # fmt: skip
TELLINGS = [f"Ngoài ra cán bộ một cửa còn bảo tôi về lấy thêm {paper}" for paper in PAPERS]
"""Further sentences of a petition, which the bot recognises as such at every question."""
STRAIGHT = [STORIES[0], "đồng ý", "Phường Yên Hòa", "Trần Văn An, như trên, 0987654321", "1"]
"""The messages of the shortest conversation that files a petition."""
FORM = {"name": "Lê Hoa", "phone": "84912000111", "address": "5 phố Huế"}
IMAGE = {"attachments": [{"type": "image", "payload": {"url": "https://f1.zdn.vn/1.jpg"}}]}


class Conversation(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.typed: list[str] = []
        self.erased = False

    @property
    def citizen(self) -> Citizen | None:
        found = self.world.store.documents.get(PATH)
        return Citizen.model_validate(found) if found else None

    def takes(self, name: str, message: dict[str, Any], **more: Any) -> None:
        """Send one message and check that it gets at most one reply.

        A text must get one, except within a rapid series of messages.
        """
        before = len(self.world.replies())
        talk = self.citizen.conversation if self.citizen else None
        self.world.intake(self.world.event(name, message, **more))
        answered = len(self.world.replies()) - before
        assert answered <= 1
        assert self.citizen is not None
        if answered == 0:
            assert talk is not None
            assert talk.acknowledged_at is not None or talk.flooding

    @rule(
        text=st.sampled_from(STORIES)
        | st.sampled_from(ANSWERS)
        | st.sampled_from(COMMANDS)
        | st.sampled_from(TWO_IN_ONE)
        | st.text(max_size=50)
    )
    def types(self, text: str) -> None:
        self.typed.append(text)
        self.takes("user_send_text", {"text": text})

    @rule()
    def goes_straight(self) -> None:
        for text in STRAIGHT:
            self.types(text)

    @rule(caption=st.none() | st.sampled_from(ANSWERS))
    def sends_a_picture(self, caption: str | None) -> None:
        self.takes("user_send_image", {**IMAGE, **({"text": caption} if caption else {})})

    @rule()
    def fills_zalos_form(self) -> None:
        self.takes("user_submit_info", {}, info=FORM)

    @rule(seconds=st.sampled_from([10, 25, 160, 3600, 86_400, 8 * 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.at += timedelta(seconds=seconds)
        before = self.citizen
        self.world.pauses()
        after = self.citizen
        if before and after and before.conversation.last_at and not after.conversation.last_at:
            self.erased = True
            self.typed.clear()

    @precondition(lambda self: self.world.petitions())
    @rule(action=st.sampled_from([Action.ASK_SUPPLEMENT, Action.ACCEPT, Action.REFUSE]), data=st.data())
    def an_officer_acts(self, action: Action, data: st.DataObject) -> None:
        petition = data.draw(st.sampled_from(self.world.petitions()))
        who = officer("VPUB", Role.COORDINATOR)
        if petition.state in {State.NEW, State.ACCEPTED} and not (
            action is Action.ACCEPT and petition.state is not State.NEW
        ):
            deed = command(
                petition.code, action, petition.version, text="Xin gửi thêm ảnh giấy hẹn.", why=RefusalReason.OTHER
            )
            try:
                self.world.desk(who, deed)
            except Forbidden:
                assert action is Action.ASK_SUPPLEMENT, "only a request too many is refused"

    @precondition(lambda self: any(_may_be_given(item) for item in self.world.petitions()))
    @rule()
    def an_answer_comes(self) -> None:
        petition = next(item for item in self.world.petitions() if _may_be_given(item))
        coordinator, head = officer("VPUB", Role.COORDINATOR), officer("SXD", Role.HEAD)
        for who, action, unit, text in (
            (coordinator, Action.ACCEPT, None, ""),
            (coordinator, Action.ASSIGN, "SXD", ""),
            (head, Action.START, None, ""),
            (head, Action.SUBMIT_ANSWER, None, ANSWER),
            (coordinator, Action.APPROVE, None, "Đã xem"),
        ):
            version = next(item.version for item in self.world.petitions() if item.code == petition.code)
            deed = command(petition.code, action, version, text=text, unit=unit, no_evidence=WHY_NONE, sure=True)
            self.world.desk(who, deed)

    @invariant()
    def nothing_typed_is_dropped(self) -> None:
        inputs = [self.world.store.documents[path] for path in self.world.store.paths(f"{PATH}/inputs")]
        kept = {"".join((part.get("text") or "").split()) for item in inputs for part in item["parts"]}
        for text in self.typed:
            if text.isprintable() and text.isascii() and text.strip():
                assert "".join(text.split()) in kept

    @invariant()
    def there_is_a_next_step_and_one_draft_at_most(self) -> None:
        citizen = self.citizen
        if citizen is None:
            return
        talk = citizen.conversation
        assert (talk.step is None) == (talk.draft is None)
        if talk.draft and talk.question:
            assert talk.question.purpose in {"erase", "meant", "matters", "callback"}
        if talk.step is ConversationStep.WARD:
            assert talk.draft
            assert talk.draft.ward_choices
        if talk.step is ConversationStep.DUPLICATE:
            assert talk.draft
            assert talk.draft.similar

    @invariant()
    def consent_comes_before_contact_data(self) -> None:
        """Data from Zalo's form are only used after consent. Typed data stay in the draft."""
        citizen = self.citizen
        if citizen and citizen.consent is None:
            draft = citizen.conversation.draft
            assert citizen.contact is None
            assert not draft or draft.name != FORM["name"]
            assert not self.world.petitions()

    @invariant()
    def replies_are_whole(self) -> None:
        for path in self.world.store.paths("notices"):
            fields = self.world.store.documents[path]
            assert fields["text"].strip() or fields["channel"] == "profile"
            if fields["kind"] == "reply":
                assert len(fields["text"]) < MAX_MESSAGE
                assert "$" not in fields["text"].replace("\\$", "") or "$" in "".join(self.typed)

    @invariant()
    def own_petitions_are_his_own(self) -> None:
        citizen = self.citizen
        if citizen:
            assert {petition.code for petition in citizen.petitions} == {
                petition.code for petition in self.world.petitions()
            }
            assert [petition.filed_at for petition in citizen.petitions] == sorted(
                (petition.filed_at for petition in citizen.petitions), reverse=True
            )

    @invariant()
    def petitions_are_complete(self) -> None:
        for petition in self.world.petitions():
            check(petition)


def check(petition: Petition) -> None:
    """Fail if the petition lacks a field required by LAW 1.3."""
    assert petition.content.strip()
    assert petition.contact.name
    assert petition.contact.address
    assert petition.contact.phone.startswith(("84", "+")) or petition.contact.phone == ""
    assert petition.address or petition.location


def _may_be_given(petition: Petition) -> bool:
    return petition.state is State.NEW and petition.accused is None
