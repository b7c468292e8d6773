"""Builds the use cases of `citizen_page`, the web page of one citizen's draft or petition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import attachment_files, clock, once, public_store, publisher, seals, settings_of

if TYPE_CHECKING:
    from petitions.adapters.incoming import Incoming
    from petitions.usecases.pages.answer_file import AnswerFile
    from petitions.usecases.pages.open_page import OpenPage
    from petitions.usecases.pages.send_post import SendPost
    from petitions.usecases.pages.ward_names import WardNames

BODY_SECONDS = 5.0
"""The seconds that a form may take to arrive, plus one second per `BODY_PACE` bytes."""
BODY_PACE = 256 * 1024


@once
def open_page() -> OpenPage:
    from petitions.adapters.firestore import FirestoreStore
    from petitions.usecases.pages.open_page import OpenPage

    settings = page_settings()
    tries = FirestoreStore(settings.project, settings.tries_database)
    return OpenPage(public_store(), tries, seals(), clock())


@once
def send_post() -> SendPost:
    from petitions.usecases.pages.send_post import SendPost

    return SendPost(publisher(), attachment_files(), clock())


@once
def answer_file() -> AnswerFile:
    from petitions.usecases.pages.answer_file import AnswerFile

    return AnswerFile(attachment_files(), seals())


@once
def ward_names() -> WardNames:
    from petitions.usecases.pages.ward_names import WardNames

    return WardNames(public_store(), clock())


@once
def incoming() -> Incoming:
    from petitions.adapters.incoming import Incoming

    return Incoming(page_settings().proxies, BODY_SECONDS, BODY_PACE)


def page_settings() -> config.CitizenPageSettings:
    return settings_of(config.CitizenPageSettings)
