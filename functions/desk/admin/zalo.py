"""The connection to the Zalo Official Account (OAuth with PKCE), for administrators.

Authorization codes and verifiers are never shown.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.officers.policy import Permission

zalo = guarded(Blueprint("zalo", __name__))


@zalo.get("/zalo")
@needs(Permission.CONNECT)
def page() -> str:
    """Show whether messages are sent, the result of the consent begun in this session, and the connect button."""
    standing = parts().consent.standing(me(), session.get("zalo_consent"))
    return render_template(
        "zalo.html", standing=standing, taken=parts().boards.newest_on_zalo(), sending=parts().sending
    )


@zalo.post("/zalo/begin")
@needs(Permission.CONNECT)
def begin() -> str:
    """Start a connection and show a link to Zalo's consent page.

    The page shows a link instead of a redirect, because the desk's security policy lets forms lead only to the desk.
    """
    url, session["zalo_consent"] = parts().consent.begin(me())
    return render_template("zalo.html", url=url)


@zalo.get("/zalo/callback")
@needs(Permission.CONNECT)
def callback() -> Response:
    """Pass the authorization code from Zalo on, and redirect, so that the code leaves the address bar."""
    given = request.args
    parts().consent.hand_over(me(), given.get("state", ""), given.get("code", ""), given.get("oa_id", ""))
    return redirect("/zalo", HTTPStatus.SEE_OTHER)
