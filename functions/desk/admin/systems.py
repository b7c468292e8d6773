"""Accounts of other systems that call `/api/v1`, for administrators: create, issue a new key, revoke a key, close.

A key is shown once, when it is issued. Closing an account and revoking a key stop the other system at once, so both ask
for confirmation.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from desk.shell.forms import Page, number_in, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from desk.words.labels import RIGHT_LABELS
from petitions.domain.officers.policy import Permission
from petitions.domain.officers.service_account import USUAL_A_MINUTE, ServiceRight
from petitions.domain.shared.channel import CHANNEL_LABELS, Channel
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.usecases.officers.service_accounts import LONGEST_ACCOUNT_ID, LONGEST_NAME, NewKey, WantedAccount

systems = guarded(Blueprint("systems", __name__))

LIST = "/admin/systems"


@systems.get(LIST)
@needs(Permission.ADMINISTER)
def accounts() -> str:
    return _page()


@systems.post(LIST)
@needs(Permission.ADMINISTER)
def change() -> Page:
    """Change an account by the form field `do`: create it, issue a new key, revoke a key, or close the account.

    `end` and `close` show a question first and are carried out with `sure=1`.
    """
    form, keeper = request.form, parts().service_accounts
    does, account = form.get("do", ""), form.get("id", "")
    if does in {"end", "close"} and form.get("sure") != "1":
        return _page(asked=(does, account, form.get("key", "")))
    try:
        if does == "rotate":
            return _page(made=keeper.rotate(me(), account))
        if does == "end":
            after = keeper.end_key(me(), account, form.get("key", ""))
            flash(f"Đã thu hồi khóa của {after.name}. Còn {len(after.keys)} khóa có hiệu lực.")
        elif does == "close":
            flash(f"Đã đóng tài khoản {keeper.close(me(), account).name}.")
        else:
            return _page(made=keeper.make(me(), _wanted()))
    except (NotFound, Forbidden):
        raise
    except Rejected as error:
        return _page(refusal=error, typed=form, chosen=form.getlist("rights")), status_of(error)
    return redirect(LIST, HTTPStatus.SEE_OTHER)


def _wanted() -> WantedAccount:
    form = request.form
    channel, rights = form.get("channel", ""), form.getlist("rights")
    return WantedAccount(
        id=form.get("id", "").strip(),
        name=form.get("name", ""),
        unit=form.get("unit", ""),
        channel=Channel(channel) if channel in set(Channel) else None,
        rights=[ServiceRight(right) for right in rights if right in set(ServiceRight)],
        a_minute=number_in(form, "a_minute") or 0,
    )


def _page(
    made: NewKey | None = None, refusal: Rejected | None = None, typed: Any = None, chosen: Any = (), asked: Any = ()
) -> str:
    return render_template(
        "admin_systems.html", known=parts().service_accounts.known(me()), made=made, refusal=refusal, asked=asked,
        typed=typed or {}, chosen=chosen, RIGHTS=RIGHT_LABELS, CHANNELS=CHANNEL_LABELS, USUAL=USUAL_A_MINUTE,
        LONGEST_NAME=LONGEST_NAME, LONGEST_ID=LONGEST_ACCOUNT_ID, path=request.path,
    )  # fmt: skip
