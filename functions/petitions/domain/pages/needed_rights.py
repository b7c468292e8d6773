"""The right that a browser needs for what is sent from a page."""

from __future__ import annotations

from petitions.domain.pages.browsers import Right
from petitions.domain.pages.page_copy import PageView
from petitions.domain.pages.posts import DraftEdit, PageAction, PageCorrection, PageErasure, PageWithdrawal


def needed_right(action: PageAction, view: PageView, *, files: bool) -> Right:
    """Return the right without which the action is not taken; `files` says whether files come with it.

    A link can be passed on, so a browser that came by it alone files nothing that its filer has not written in the
    chat, and changes nobody's name or number. What they have written there, and nobody has touched on the page, goes
    out by one tap.
    """
    if isinstance(action, PageWithdrawal | PageErasure):
        return Right.END
    if isinstance(action, PageCorrection):
        return Right.SEND
    if isinstance(action, DraftEdit) and action.sends:
        touched = files or bool(view.posts) or not action.only_sends
        return Right.SEND if touched else Right.ACT
    return Right.ACT
