"""The shipped texts for citizens and officers, their keys, and the places in the code that use them."""

from __future__ import annotations

import ast
from itertools import combinations
from pathlib import Path
from typing import get_args

from petitions.domain.citizen.draft import ConversationStep
from petitions.domain.citizen.guidance import GUIDANCE_KINDS
from petitions.domain.clock.ladder import Recipient
from petitions.domain.conversation.dialogue import MEANT
from petitions.domain.conversation.filing import LEFT_OPEN
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.lifecycle.states import ClockName, Level, State
from petitions.domain.petition.petition import NewsKind, ReplyBy
from petitions.domain.reminders.digests import DigestSection
from petitions.domain.reminders.duties import Duty
from petitions.domain.understanding.commands import SAID_FIELDS, TOPICS
from tests import law

CATALOGUE: dict[str, str] = law.packaged_data("texts.vi.json")
ENGLISH: dict[str, str] = law.packaged_data("texts.en.json")
CODE = Path(__file__).parents[3] / "functions"
_OFFICERS = (
    "reminder_",
    "withdrawn_",
    "officer_more",
    "news_",
    "digest_",
    "duty_",
    "mail_",
    "week_",
    "staff_missing_",
    "moved_",
    "portal_",
    "asked_",
    "receipt",
    "answer_mail",
    "step_",
    "taken_back_",
    "contact_",
    "management_",
    "notice_read",
    "ready_",
)
FOR_OFFICERS = {key for key in CATALOGUE if key.startswith(_OFFICERS)}
STEPS = [step.value for step in ConversationStep]
PURPOSES = ["add", "correct", "withdraw", "rate"]
# Keys composed by code: the awaited step, the clock, the subject of a question about one's own petitions, guidance.
COMPOSED = {f"help_{step}" for step in STEPS} | {f"clock_{name}" for name in ClockName}
COMPOSED |= {f"{step}_ask" for step in STEPS if step != "confirm"} | {
    f"{purpose}_ask" for purpose in ["view", *PURPOSES]
}
COMPOSED |= {f"none_to_{purpose}" for purpose in PURPOSES} | {"add_now", "correct_now"}
COMPOSED |= {f"no_{name}" for name in ("address", "ward", "name", "residence", "email", "phone", "content")}
COMPOSED |= {"type_individual", "type_business", "abroad_yes", "abroad_no"}
COMPOSED |= {"guide_field", "guide_civil"} | {f"guide_{kind}" for kind in GUIDANCE_KINDS.values()}
COMPOSED |= {f"meant_{reading}" for reading in MEANT.values()}
COMPOSED |= {f"faq_{topic}" for topic in TOPICS if topic not in {"english", "menu"}}
COMPOSED |= {f"field_{field}" for field in (*SAID_FIELDS, "residence", "type")}
COMPOSED |= {f"rating_sure_{level}" for level in (1, 2, 3)}
COMPOSED |= {f"page_type_{kind}" for kind in ("individual", "business")} | {"field_reply_by"}
COMPOSED |= {f"page_reply_by_{way}" for way in ("none", *get_args(ReplyBy))}
COMPOSED |= {"danger_where", "danger_where_suicide"}
COMPOSED |= {f"person_ask_{'_'.join(two)}" for two in combinations(("name", "residence", "phone"), 2)}
COMPOSED |= {f"{step}_again" for step in STEPS} | {f"way_out_{step}" for step in LEFT_OPEN}
COMPOSED |= {"ready_denunciation", "ready_denunciation_above"} | {
    f"ready_{why}" for why in RefusalReason if why is not RefusalReason.OTHER
}
COMPOSED |= {f"level_{level}" for level in Level} | {f"late_who_{recipient}" for recipient in Recipient}
COMPOSED |= {f"{step}_why" for step in ("name", "residence", "phone")}
STATES = {f"state_{state}" for state in State}
COMPOSED |= {f"news_{kind}" for kind in get_args(NewsKind)} | {f"duty_{duty}" for duty in Duty}
COMPOSED |= {
    f"digest_{digest_section}" for digest_section in (DigestSection.OVERDUE, DigestSection.TODAY, DigestSection.SOON)
}


def users() -> list[tuple[str, frozenset[str], bool]]:
    found = []
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr not in {"say", "render"} or not node.args:
                continue
            keys = [leaf.value for leaf in ast.walk(node.args[0]) if isinstance(leaf, ast.Constant)]
            named = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            whole = all(keyword.arg for keyword in node.keywords)
            found += [(key, named, whole) for key in keys if isinstance(key, str) and key in CATALOGUE]
    return found


def strings() -> set[str]:
    trees = [ast.parse(path.read_text()) for path in (CODE / "petitions").rglob("*.py")]
    leaves = (leaf.value for tree in trees for leaf in ast.walk(tree) if isinstance(leaf, ast.Constant))
    return {leaf for leaf in leaves if isinstance(leaf, str)}
