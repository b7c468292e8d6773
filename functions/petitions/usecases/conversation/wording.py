"""The wording of replies in the citizen's language, with their parameters turned into words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from petitions.domain.conversation.after_filing import OwnPetitionLine
from petitions.domain.conversation.turn import Say
from petitions.domain.language.texts import Texts
from petitions.domain.privacy.data_storage import DataStorage

_WORDED = {"type": "type", "first": "meant", "second": "meant", "what": "field"}
"""The parameters whose values are ends of keys of other texts, with the beginnings of those keys."""


def word_reply(texts: Texts, say: Say, public_url: str, storage: DataStorage) -> str:
    """Return a text of the catalogue with its parameters filled in.

    A parameter that is None becomes the text `no_{name}`. A `link` is a path of the public site at `public_url`, which
    has its English pages below `/en`. `storage` fills in where and how data are stored, in all texts.
    """
    words = {name: _word(texts, name, value) for name, value in say.params.items()}
    site = f"{public_url}/en" if texts.language == "en" else public_url
    links = {"link": f"{site}{words['link']}"} if "link" in words else {}
    return texts.render(say.key, **storage.worded(texts) | words | links)


def _word(texts: Texts, name: str, value: Any) -> str:
    if value is None:
        return texts.render(f"no_{name}")
    if name in _WORDED:
        return texts.render(f"{_WORDED[name]}_{value}")
    return _lines(texts, value) if name == "own" else str(value)


def _lines(texts: Texts, own: Sequence[OwnPetitionLine]) -> str:
    rows = []
    for number, line in enumerate(own, 1):
        state = f" ({texts.render(f'state_{line.state}')})" if line.state else ""
        rows.append(f"{number}. {line.code}{state}: {line.title}")
    return "\n".join(rows)
