"""The limits on questions to the filer ("supplements"), which pause the clocks until the filer replies.

There are two stages: until the petition is accepted, and until it is answered. The rule of the stage's clock limits the
number of questions and the length of all pauses. The table of transitions lists the roles that may ask again (LAW 7.9).
"""

from __future__ import annotations

from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.lifecycle.lifecycle import ROLE_LABELS, Role, TransitionRow
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import AtMost

_STAGES = {ClockName.RECEPTION: "tiếp nhận", ClockName.ANSWER: "giải quyết"}


def why_not_asked(petition: Petition, row: TransitionRow, role: Role) -> str | None:
    """Return the reason, in Vietnamese, why the role may not ask the filer now, or None if asking is allowed."""
    if petition.restricted_at:
        return "Dữ liệu của người gửi đã được xóa nên không còn gửi yêu cầu bổ sung tới họ được."
    clock = _clock_of_stage(petition)
    if clock is None:
        return None
    stage, asked, most = _STAGES[clock.name], clock.pauses, clock.rule.max_pauses
    if most is not None and not AtMost(most).has_room(asked):
        return f"Đã yêu cầu bổ sung {asked} lần khi {stage} (tối đa {most} lần). Xin xử lý theo thông tin đã có."
    if asked and role not in row.again:
        return f"Đã yêu cầu bổ sung {asked} lần khi {stage}. Lần tiếp theo phải do {ROLE_LABELS[Role.HEAD]} yêu cầu."
    if clock.rule.max_pause is not None and clock.pause_left == 0:
        return f"Thời gian chờ bổ sung khi {stage} đã dùng hết. Xin xử lý theo thông tin đã có."
    return None


def _clock_of_stage(petition: Petition) -> PetitionClock | None:
    clocks = (petition.clocks.get(name) for name in _STAGES)
    return next((clock for clock in clocks if clock and clock.stopped_at is None), None)
