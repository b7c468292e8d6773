"""Messages that the bot once misread now lead to the right result on the running system."""

from __future__ import annotations

import pytest

from tests.e2e.pages import ANSWER
from tests.e2e.stack import (
    ASKS_CONSENT,
    ASKS_PLACE,
    ASKS_TO_CONFIRM,
    ASKS_WHO,
    FILED,
    NAME,
    PHONE,
    PLACE,
    USUAL,
    LocalStack,
    wait_for,
)

WHY_NONE = "Việc đã xong tại chỗ, không có tài liệu"


def answered(stack: LocalStack, user: str) -> str:
    code = stack.files(user)
    officer, head = stack.officer("officer", "PX-00175"), stack.officer("head", "PX-00175")
    wait_for(lambda: officer.petition(code), "the petition at the ward")
    officer.does(code, "accept")
    head.does(code, "assign", handler=officer.id)
    officer.does(code, "start")
    officer.does(code, "submit_answer", text=ANSWER, no_evidence=WHY_NONE)
    head.does(code, "approve", text="Đã xem")
    wait_for(lambda: any(ANSWER in message["text"] for message in stack.messages(user)), "the answer")
    return code


@pytest.mark.parametrize("words", ["mở lại phản ánh giúp tôi", "tôi không đồng ý với câu trả lời, đề nghị xem xét lại"])
def test_a_contested_answer_is_no_new_petition(stack: LocalStack, user: str, words: str) -> None:
    code = answered(stack, user)
    stack.says(user, words, "xem lại")
    stack.says(user, "không hài lòng tí nào", "chưa hài lòng. Để ghi đúng")
    stack.says(user, "3", "đã đánh giá")
    stack.says(user, "phản ánh của tôi", code)


def test_erasure_is_understood_in_the_middle_of_a_draft(stack: LocalStack, user: str) -> None:
    stack.begins(user)
    stack.says(user, "tôi muốn xoá hết thông tin của tôi", "1. Xóa")
    stack.says(user, "1", "đang được xóa")


def test_a_question_comes_before_consent_and_no_consent_is_taken_from_it(stack: LocalStack, user: str) -> None:
    stack.says(user, USUAL, ASKS_CONSENT)
    stack.says(user, "gửi phản ánh này có mất tiền không vậy", "không mất phí")
    stack.says(user, "Ừ tôi đồng ý", ASKS_PLACE)


def test_a_late_command_is_answered(stack: LocalStack, user: str) -> None:
    stack.begins(user)
    late = stack.event(user, "hủy", timestamp=str(stack.now_ms()))
    stack.says(user, PLACE, ASKS_WHO)
    assert stack.post_event(late).status_code == 200
    wait_for(
        lambda: any("đến chậm hơn" in message["text"] for message in stack.messages(user)), "an answer to the command"
    )
    stack.says(user, f"{NAME}, như trên, {PHONE}", ASKS_TO_CONFIRM)
    stack.says(user, "1", FILED)


def test_a_hostile_message_keeps_nobody_waiting(stack: LocalStack, user: str) -> None:
    hostile = "a" + "\n" * 663 + "tôi là" + "\n" * 663 + "x"
    assert stack.post_event(stack.event(user, hostile)).status_code == 200
    stack.says(f"{user[:-6]}9{user[-5:]}", USUAL, ASKS_CONSENT)
    stack.says(user, USUAL, ASKS_CONSENT)
    stack.says(user, "đồng ý", ASKS_PLACE)
