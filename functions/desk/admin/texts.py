"""Administration of the texts sent to citizens, in Vietnamese and English: search, edit, preview, publish, restore."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request

from desk.shell.forms import Page, lines, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.language.catalogue import SAMPLES, placeholders, preview, where_used
from petitions.domain.language.words import fold
from petitions.domain.officers.policy import Permission
from petitions.domain.units.versions import CATALOGUES
from petitions.errors import NotFound, Rejected
from petitions.usecases.reference.edit_texts import LANGUAGES, TextChange, TextInForce, TextPublication, TextWords
from petitions.usecases.reference.publish_reference import WrongReference

texts = guarded(Blueprint("texts", __name__))

LONGEST_TEXT_FORM = 10_000
SHIPPED = "shipped"


@dataclass(frozen=True)
class ShownText:
    """The contents of the form in which an administrator edits a text for citizens.

    `words` are the edited texts by language, `seen` is the version that was edited.
    """

    words: TextWords
    seen: str
    faults: list[str] = field(default_factory=list)
    change: TextChange | None = None


@texts.get("/admin/texts")
@needs(Permission.ADMINISTER)
def catalogue() -> str:
    """Show all texts, or those with all words of `?q=`, ignoring diacritics.

    The search covers the id of a text, a description of its use, and the text.
    """
    wanted = request.args.get("q", "")
    found = [in_force for in_force in parts().texts.all() if _matches(in_force, fold(wanted).split())]
    return render_template(
        "admin_texts.html", found=found, q=wanted, where_used=where_used, LANGUAGES=LANGUAGES, path=request.path
    )


@texts.get("/admin/texts/<key>")
@needs(Permission.ADMINISTER)
def text(key: str) -> str:
    """Show the form of a text, with its history.

    `?back=` loads an earlier version into the form, and `?back=shipped` the version that came with the software.
    """
    found = parts().texts.one(key)
    history, back = parts().texts.history(found), request.args.get("back", "")
    former = {
        text_publication.kind: text_publication.words
        for text_publication in history
        if text_publication.version == back
    }
    words = {**found.words, **(found.shipped if back == SHIPPED else former)}
    return _page(found, ShownText(words, found.seen), history)


@texts.post("/admin/texts/<key>")
@needs(Permission.ADMINISTER)
def put_text(key: str) -> Page:
    """Preview a text as the messages that citizens would receive. With `do=publish`, publish it.

    Refused if the text has changed since the form was shown.
    """
    words, seen = {kind: lines(request.form, kind) for kind in CATALOGUES}, request.form.get("seen", "")
    change = None
    try:
        change = parts().texts.proposed(key, words, seen)
        if request.form.get("do") == "publish":
            parts().texts.publish(me(), change, request.form.get("previewed", ""))
            flash("Đã công bố. Công dân thấy câu mới trong vòng một phút.")
            return redirect(f"/admin/texts/{key}", HTTPStatus.SEE_OTHER)
    except NotFound:
        raise
    except Rejected as error:
        faults = error.faults if isinstance(error, WrongReference) else [str(error)]
        return _page(parts().texts.one(key), ShownText(words, seen, faults, change)), status_of(error)
    return _page(change.text, ShownText(change.words, seen, change=change))


def _matches(in_force: TextInForce, wanted: list[str]) -> bool:
    searched = fold(" ".join([in_force.key, where_used(in_force.key), *in_force.words.values()]))
    return all(word in searched for word in wanted)


def _page(found: TextInForce, shown: ShownText, history: list[TextPublication] | None = None) -> str:
    change = shown.change
    messages = {kind: preview(words) for kind, words in change.words.items()} if change else {}
    return render_template(
        "admin_text.html", text=found, shown=shown, messages=messages, where=where_used(found.key), SAMPLES=SAMPLES,
        places=sorted(set().union(*map(placeholders, found.shipped.values()))), LANGUAGES=LANGUAGES, path=request.path,
        history=parts().texts.history(found) if history is None else history, LONGEST=LONGEST_TEXT_FORM,
    )  # fmt: skip
