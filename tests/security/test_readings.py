"""No function that reads a citizen's text takes too long. Functions with loops are found in the syntax tree."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from types import CodeType, FrameType
from typing import Any

import pytest

from infra.paths import FUNCTIONS
from petitions.domain.understanding.commands import Situation
from tests.security.hostile import (
    CLASSES,
    DRAFT,
    MESSAGE,
    PHRASES,
    STORIES,
    milliseconds,
    of_own_words,
    repeated,
    texts,
)
from tests.security.readings import READINGS

WHOLE = tuple(name for name in READINGS if name.startswith("a message, ") or "petition" in name or "matters" in name)
"""The functions that read everything in a message. Every other one is a single loop."""
MESSAGE_MS, DRAFT_MS = 100.0, 500.0
WHOLE_MESSAGE_MS, WHOLE_DRAFT_MS = 200.0, 1_000.0
"""Time limits in milliseconds for a message and for a draft, about four times the time of the slowest text.

The executed lines of our own code are counted exactly below. The time limits detect regular expressions that backtrack,
which take seconds.
"""
ASKED = (Situation.CONTENT, Situation.PLACE, Situation.CONTACT, Situation.CONFIRM, "edited")
MEASURED = [name for name in READINGS if not name.startswith("a message, ") or name.split(", ")[1] in ASKED]

DOMAIN = FUNCTIONS / "petitions" / "domain"
OF_NO_CITIZEN = {
    "clock", "figures", "files", "jobs", "lifecycle", "officers", "portal", "reminders", "reports", "scoring", "units",
    "zalo",
}  # fmt: skip
"""Folders of the domain whose texts come from reference data, officers or other systems. `files` has
its own fuzz test.
"""
SHORT = {
    "channels/entry_table.py:_first": "the words of choices",
    "citizen/citizen.py:StoredInput:part": "a key",
    "citizen/conversation.py:Conversation:after_rating": "a code",
    "citizen/conversation.py:Conversation:after_supplement": "a code",
    "citizen/conversation.py:Conversation:without": "a code",
    "citizen/draft_changes.py:settled": "the names of values",
    "citizen/recovered.py:_payloads": "a kind of event",
    "citizen/recovered.py:citizen_of": "an id",
    "citizen/recovered.py:event_of": "an id",
    "citizen/recovered.py:remember_recovered": "a mark",
    "conversation/after_filing.py:_contact": "the values of a question",
    "conversation/after_filing.py:add": "parts of inputs",
    "conversation/after_filing.py:ask_rating": "parts of an input",
    "conversation/after_filing.py:contest": "parts of inputs",
    "conversation/after_filing.py:numbered_lines": "codes",
    "conversation/after_filing.py:rate": "parts of an input",
    "conversation/after_filing.py:resolve_question": "codes",
    "conversation/answers.py:_answer": "codes",
    "conversation/corrections.py:_remember": "the names of values",
    "conversation/corrections.py:_set_content": "parts of inputs",
    "conversation/corrections.py:_undo": "the names of values",
    "conversation/turn.py:Turn:take_fields": "the commands of a reading",
    "notices/notice.py:without_petitions": "titles of 90 characters, 20 a duty, and codes",
    "understanding/edit_words.py:_of": "a vocabulary",
    "understanding/edit_words.py:_owned": "a vocabulary",
    "conversation/repairs.py:_carry_out": "parts of inputs",
    "conversation/repairs.py:ask_meant": "parts of inputs",
    "language/catalogue.py:_named": "an administrator's text, at most one message",
    "language/catalogue.py:merge_texts": "an administrator's texts",
    "language/catalogue.py:text_faults": "an administrator's text, at most one message",
    "language/catalogue.py:where_used": "a key",
    "language/texts.py:Texts:__init__": "an administrator's texts",
    "language/texts.py:Texts:labels": "an administrator's text, at most one message",
    "management/attention.py:_of": "the signals of a rule",
    "management/attention.py:needing": "rows of figures",
    "management/management_sheet.py:months_until": "months",
    "notices/channels.py:ZaloTemplate:filled": "a code and a link",
    "notices/sending.py:refused": "a reason",
    "pages/browsers.py:PageBrowsers:shut_out_by": "marks of browsers",
    "pages/browsers.py:PageBrowsers:with_browser": "hashes",
    "pages/apply_post.py:_corrected": "the values of four lines of a form",
    "pages/apply_post.py:_differing": "the values of the lines of a form",
    "pages/browsers.py:PageBrowsers:right_of": "browsers of a page, at most `MOST_BROWSERS` of each way",
    "pages/browsers.py:PageBrowsers:tried": "words sent, at most `_REMEMBERED`",
    "pages/browsers.py:PageBrowsers:with_word": "words sent, at most `_REMEMBERED`",
    "pages/browsers.py:PageBrowsers:word_for": "words sent, at most `_REMEMBERED`",
    "pages/draft_view.py:draft_view": "keys of files and codes",
    "pages/filled_form.py:FilledForm:draft": "the fields of the form",
    "pages/petition_view.py:petition_view": "keys of files",
    "papers/composing.py:facts_of": "the lines of an officer's text",
    "papers/paper_forms.py:left_open": "places of a form, found by a linear expression",
    "papers/sheet.py:in_lines": "the name of an office",
    "papers/signing_right.py:_heads_part": "the name of an office",
    "papers/signing_right.py:_is": "the name of an office",
    "petition/answering.py:AnswerTemplates:find": "an id",
    "petition/answering.py:_filled": "a template of the administrator",
    "petition/classification.py:AdministrationFields:knows": "a code",
    "petition/confidentiality.py:why_closed_to": "codes of units",
    "petition/classification.py:AdministrationFields:name_of": "a code",
    "petition/classification.py:AdministrationFields:proposed": "codes",
    "petition/codes.py:make_code": "letters drawn",
    "petition/codes.py:_check": "the digits of a code",
    "petition/history_counts.py:slot_mark": "codes",
    "petition/history_actions.py:step_label": "the name of an action",
    "petition/known_person.py:masks_in": "an officer's text, once over",
    "petition/search_terms.py:_beginning": "what an officer types into the field of the search",
    "petition/search_terms.py:_letters_of_code": "what an officer types into the field of the search",
    "petition/search_terms.py:_named": "what an officer types into the field of the search",
    "petition/search_terms.py:_ward_in": "what an officer types into the field of the search",
    "petition/search_terms.py:read_terms": "what an officer types into the field of the search",
    "petition/transfers.py:is_circular": "codes",
    "petition/transfers.py:routing_correction": "an id",
    "privacy/stored_documents.py:declared": "a path",
    "publishing/digit_tries.py:guesser": "an address of the internet",
    "publishing/law_references.py:law_references": "an officer's answer",
    "publishing/own_view.py:OwnView:masked": "the additions and files of a petition",
    "publishing/public.py:result_id": "a code",
    "publishing/published.py:filter_key": "a code",
    "routing/proposed_class.py:_book": "phrases of the rules",
    "routing/routing_rules.py:_channel": "phrases of the rules",
    "routing/routing_rules.py:_requests": "phrases of the rules",
    "routing/boundaries.py:Boundaries:__init__": "reference data",
    "routing/boundaries.py:_ward": "reference data",
    "routing/place_meanings.py:names_hanoi": "at most `_MOST_MENTIONS` places",
    "routing/places.py:Places:_district": "at most `_MOST_MENTIONS` places",
    "routing/superiors.py:_accused": "units",
    "routing/superiors.py:passed_on": "units",
    "language/phrases.py:PhraseBook:__init__": "reference data",
    "routing/gazetteer.py:Gazetteer:__init__": "reference data",
    "routing/gazetteer.py:Gazetteer:_add": "reference data",
    "routing/linear_model.py:LinearModel:load": "reference data",
    "routing/linear_model.py:packed": "training data",
    "routing/places.py:Places:__init__": "reference data",
    "routing/dangers.py:_joined": "a vocabulary",
    "routing/dangers.py:_listed": "a vocabulary",
    "routing/reading.py:_parts": "reference data",
    "routing/routing_rules.py:RoutingRules:load": "reference data",
    "routing/routing_rules.py:_by_phrase": "reference data",
    "routing/routing_rules.py:_expanded": "reference data",
    "routing/routing_rules.py:_phrases": "reference data",
    "shared/reference_data.py:parse": "reference data",
    "understanding/own_values.py:_Blocks:_is_told_by_another": "the words, once for a presentation by “cháu” or “em”",
    "understanding/short_forms.py:_by_short_form": "a vocabulary",
    "understanding/short_wishes.py:_refusals": "a message of a few words",
    "understanding/short_wishes.py:_refused": "a message of a few words",
    "understanding/told_asides.py:_listed": "a vocabulary",
    "conversation/filing.py:_is_doubtful": "at most `MOST_OTHERS` values",
    "conversation/filing.py:ask_whose": "the values of a message",
    "papers/composing.py:marks_of": "the facts of a paper",
    "papers/composing.py:why_outdated": "the facts of a paper",
    "language/phrases.py:_trie": "the phrases of a vocabulary",
    "language/words.py:phrase_spellings": "a phrase of a vocabulary",
    "understanding/vocabulary.py:phrase_set": "a vocabulary",
}
"""Functions of the domain with a loop over short data, by the reason. No reading calls them."""
BOUNDED = {
    "conversation/draft_words.py:_runs": "over at most `MOST_ITEMS` words of each instruction",
    "understanding/local_reader.py:LocalReader:_choice": "once for each clause, of which a short text may have but one",
    "understanding/packed.py:Head:row": "once for each feature that is not at hand from an earlier text",
    "understanding/packed.py:key_of": "as `Head.row`",
    "understanding/text.py:Text:of": "once more, for the head and the tail of a text of more than `LONGEST_READ` words",
    "routing/places.py:Places:_districts_beside": "each of at most `_MOST_MENTIONS` places beside each other",
}
"""Functions with faster than linear growth up to a limit, with the reason."""
STEPPED = {"two matters in one message", "an edit that adds"}
"""Functions that call others a limited number of times, so that executed lines grow in steps. Only time is measured.

An edit that adds text tries up to `MOST_ITEMS` words as its place, and every sentence as the one to extend.
"""
LITTLE, MUCH = 300, 1_200
GROWTH, LEAST = 6.0, 2_000
"""The largest growth of executed lines for a text of four times the length. Linear is 4, quadratic 16.

Growth is not checked below LEAST lines.
"""


@pytest.mark.release
@pytest.mark.parametrize("name", MEASURED)
def test_no_reading_takes_long(name: str) -> None:
    read = READINGS[name]
    read("xin chào")
    for size, one_loop, whole in ((MESSAGE, MESSAGE_MS, WHOLE_MESSAGE_MS), (DRAFT, DRAFT_MS, WHOLE_DRAFT_MS)):
        budget = whole if name in WHOLE else one_loop
        every = (1 if name not in WHOLE else 3) * (1 if size == MESSAGE else 3)
        for text in _hostile(size)[::every]:
            assert milliseconds(partial(read, text), budget) <= budget, text[:60]


@cache
def _hostile(size: int) -> tuple[str, ...]:
    return (*texts(size), *[*of_own_words(size)][::6])


def test_no_loop_grows_faster_than_the_text_and_none_is_out_of_sight() -> None:
    called: set[str] = set()
    faster: set[str] = set()
    for read in READINGS.values():
        read("xin chào")  # loads cached data
    for name, read in READINGS.items():
        some = slice(None) if name not in WHOLE or name == MEASURED[0] else slice(0, 7, 3)
        for little, much in zip(_few(LITTLE)[some], _few(MUCH)[some], strict=True):
            few, many = _lines(partial(read, little)), _lines(partial(read, much))
            called |= {_known_as(code) for code in many}
            faster |= (
                {
                    f"{_known_as(code)} in {name} of {much[:30]!r}: {few[code]} lines, then {lines}"
                    for code, lines in many.items()
                    if few[code] and lines > max(LEAST, GROWTH * few[code]) and _known_as(code) not in BOUNDED
                }
                if name not in STEPPED
                else set()
            )
    assert faster == set()
    loops = set(_loops())
    assert loops - called - SHORT.keys() == set(), "loops over text without a reading: add one, or list them in SHORT"
    assert SHORT.keys() <= loops


@cache
def _few(size: int) -> list[str]:
    pieces = (*STORIES, *CLASSES[::7], *PHRASES[::6], *[*of_own_words(150)][::30])
    return ["".join((*STORIES, *PHRASES))[:size], *(repeated(piece, size) for piece in pieces)]


def _loops() -> Iterator[str]:
    """Yield the functions of the domain that have a loop, and a text or its words as arguments."""
    for path in sorted(DOMAIN.rglob("*.py")):
        if path.relative_to(DOMAIN).parts[0] not in OF_NO_CITIZEN:
            yield from _in(ast.parse(path.read_text()), str(path.relative_to(DOMAIN)))


def _in(node: ast.AST, name: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        inner = f"{name}:{child.name}" if isinstance(child, ast.FunctionDef | ast.ClassDef) else name
        if (
            isinstance(child, ast.FunctionDef)
            and _takes_text(child)
            and any(isinstance(e, _LOOPS) for e in ast.walk(child))
        ):
            yield inner
        yield from _in(child, inner)


_LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _takes_text(function: ast.FunctionDef) -> bool:
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs, function.args.vararg]
    annotations = [ast.unparse(arg.annotation) for arg in given if arg is not None and arg.annotation is not None]
    return any(word in item for item in annotations for word in ("str", "Word", "Token", "Match"))


@cache
def _known_as(code: CodeType) -> str:
    """Return a function's name in the form of `_loops`. A nested function counts as the outer one."""
    outer = code.co_qualname.partition(".<locals>")[0]
    return f"{code.co_filename.removeprefix(f'{DOMAIN}/')}:{outer.replace('.', ':')}"


def _lines(action: Callable[[], object]) -> Counter[CodeType]:
    """Run the action. Return the number of executed lines for every function of the product."""
    ran: Counter[CodeType] = Counter()
    ours = str(FUNCTIONS / "petitions")

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if event == "call" and not frame.f_code.co_filename.startswith(ours):
            return None
        ran[frame.f_code] += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return ran
