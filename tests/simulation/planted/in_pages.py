"""Planted faults in the web pages of citizens: posts that are ignored, and copies that are outdated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from petitions.domain.pages import apply_edit
from petitions.domain.pages.page_copy import PageCopy
from petitions.usecases.pages import keep_copy, take_post
from tests.simulation.planted.planting import Planted


def _dropped(_self: Any, _tx: Any, _post: Any) -> list[Any]:
    return []


IN_PAGES: Mapping[str, Planted] = {
    "a page's posts are dropped": Planted("every_post_is_applied_once", take_post.TakePost, "_apply", _dropped),
    "a page's story is passed over": Planted(
        "nothing_told_on_a_page_is_lost", apply_edit, "_edit_content", lambda _: None
    ),
    "the pages of petitions rest": Planted(
        "every_page_shows_what_is_so", keep_copy.KeepCopy, "petition", lambda *_: None
    ),
    "an older copy replaces a newer one": Planted(
        "every_page_shows_what_is_so", PageCopy, "order", property(lambda copy: (copy.stage, 0, 0, 0))
    ),
}
