"""The pages of the glossary and of the officers' guide, which describes every page open to the reader."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from desk.guide import glossary
from desk.shell.forms import Page
from desk.shell.guard import guarded, needs, permissions
from desk.shell.parts import parts
from desk.shell.session import me
from desk.words.help_texts import TOPICS, HelpTopic
from petitions.domain.officers.policy import Permission, may
from petitions.domain.shared.instants import hanoi

guide = guarded(Blueprint("guide", __name__))


@guide.get("/help")
@needs(Permission.ENTER)
def terms() -> Page:
    """Show the glossary of states, deadlines and roles."""
    return render_template("help.html", **_glossary())


@guide.get("/help/guide")
@needs(Permission.ENTER)
def book() -> Page:
    """Show the officers' guide for printing: the help of all pages that the officer may open, and the glossary."""
    return render_template("help_guide.html", topics=_topics(), **_glossary())


def _glossary() -> dict[str, object]:
    rules = parts().timekeeping.rules
    return {
        "states": glossary.states(me().role),
        "clocks": glossary.clocks(rules, hanoi(parts().clock.now()).date()),
        "times": glossary.times(),
        "duties": glossary.duties(),
        "rules_version": rules.version,
    }


def _topics() -> list[HelpTopic]:
    needed = permissions(current_app)
    return [topic for rule, topic in TOPICS.items() if (permission := needed[rule]) and may(me(), permission)]
