"""Short wishes in the citizen's own words: a way to be reached, a warning of other readers, files to remove."""

from __future__ import annotations

from petitions.domain.conversation.after_filing import ask_belongs, own_codes
from petitions.domain.conversation.dialogue import petition_meant
from petitions.domain.conversation.filing import LONGEST_QUOTED
from petitions.domain.conversation.turn import AddToPetition, Slot, Turn
from petitions.domain.language.masking import LINK
from petitions.domain.language.words import shortened
from petitions.domain.shared.records import replace
from petitions.domain.understanding.short_wishes import is_about_messages, which_files


def reach_otherwise(turn: Turn) -> None:
    """Add the citizen's wish about how to reach them to the draft or the filed petition.

    A wish for no more messages also gets the explanation of `warn_of_readers`.
    """
    words = shortened(turn.entry.text, LONGEST_QUOTED)
    if turn.drafting:
        turn.keep(turn.entry.telling)
        turn.say(Slot.DONE, "reach_kept", words=words)
    else:
        _pass_on(turn, "reach_added", "reach_unfiled", words=words)
    if is_about_messages(turn.reading.text):
        warn_of_readers(turn)


def warn_of_readers(turn: Turn) -> None:
    """Explain to the citizen that other users of the phone can read the chat, and how to end that."""
    turn.say(Slot.ANSWER, "phone_readers")


def drop_files(turn: Turn) -> None:
    """Remove pictures and files from the draft: all, the last, or the only one. Ask if that is unclear."""
    if not turn.drafting:
        _pass_on(turn, "sent_stays", "nothing_to_cancel")
        return
    files, which = turn.draft.files(), which_files(turn.reading.text)
    if not files:
        turn.say(Slot.DONE, "files_none")
    elif len(files) > 1 and not which:
        turn.say(Slot.ANSWER, "files_which", count=len(files))
    else:
        newest = max(files, key=lambda part: (part.at, part.key))
        gone = {part.key for part in files} if which != "last" else {newest.key}
        turn.change_draft(
            parts=[part for part in turn.draft.parts if part.key not in gone],
            beyond=[part for part in turn.draft.beyond if part.key not in gone],
        )
        turn.say(Slot.DONE, "page_files_removed", count=len(gone))


def drop_link(turn: Turn) -> None:
    """Remove web addresses from the draft."""
    if not turn.drafting:
        _pass_on(turn, "sent_stays", "nothing_to_cancel")
        return
    before = turn.draft.parts
    bare = [replace(part, text=LINK.sub("", part.text).strip()) if part.text else part for part in before]
    parts = [part for part in bare if part.type != "link" and not (part.type == "text" and not part.text)]
    turn.change_draft(parts=parts)
    turn.say(Slot.DONE, "link_dropped" if parts != before else "link_none")


def _pass_on(turn: Turn, passed_on: str, unfiled: str, **params: str) -> None:
    """Add the wish to the petition that it is about. `passed_on` and `unfiled` are the keys of the reply's texts."""
    code = _code(turn)
    if code:
        turn.do(Slot.DONE, AddToPetition(code, turn.entry.telling, quiet=True))
        turn.say(Slot.DONE, passed_on, code=code, **params)
    elif own_codes(turn.citizen):
        ask_belongs(turn, own_codes(turn.citizen), turn.entry.telling)
    else:
        turn.say(Slot.ANSWER, unfiled)


def _code(turn: Turn) -> str | None:
    """Return the code of the petition that a wish is about: the one last talked about, or the only one, or None."""
    own = own_codes(turn.citizen)
    return petition_meant(turn.citizen, turn.entry.at) or (own[0] if len(own) == 1 else None)
