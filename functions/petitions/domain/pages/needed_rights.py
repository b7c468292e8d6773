"""The right that a browser needs to send a post (a form or button) from a citizen's page."""

from __future__ import annotations

from petitions.domain.pages.browsers import Right
from petitions.domain.pages.page_copy import PageView
from petitions.domain.pages.posts import DraftEdit, PageAction, PageCorrection, PageErasure, PageWithdrawal


def needed_right(action: PageAction, view: PageView, *, files: bool) -> Right:
    """Return the right that a browser needs for an action. `files` is True if files are sent with it.

    A link can be passed on to others. A browser that has only the link may therefore file only text that the citizen
    wrote in the chat, and may not change names or phone numbers. It may send a draft that was not changed on the page.
    """
    if isinstance(action, PageWithdrawal | PageErasure):
        return Right.END
    if isinstance(action, PageCorrection):
        return Right.SEND
    if isinstance(action, DraftEdit) and action.sends:
        touched = files or bool(view.posts) or not action.only_sends
        return Right.SEND if touched else Right.ACT
    return Right.ACT
