"""An administrator connects the Official Account, from the consent at Zalo to the tokens, within ten minutes."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.records import replace
from petitions.domain.zalo.grant import GRANT_PATH
from petitions.domain.zalo.zalo_consent import consent_path
from petitions.errors import Forbidden, Rejected, Retryable
from petitions.usecases.notices.read_sending import wake_refused
from petitions.usecases.zalo.zalo_consent import AskConsent, TakeConsent
from petitions.usecases.zalo.zalo_tokens import ZaloTokens
from tests.fakes import FakePublisher
from tests.unit.notices.channel import FIRST, Channel, answer, refuse


class Consenting:
    def __init__(self) -> None:
        self.channel = Channel(first=replace(FIRST, refresh_token=""))
        self.publisher = FakePublisher()
        self.ask = AskConsent(
            store=self.channel.store,
            publisher=self.publisher,
            clock=self.channel.clock,
            ids=self.channel.ids,
            app_id="app-1",
            oauth_url="https://oauth.test",
            desk_url="https://desk.test",
        )
        self.take = TakeConsent(self.channel.store, self.channel.clock, self.channel.tokens, "oa-1", self._wake)

    def _wake(self) -> int:
        return wake_refused(self.channel.store, self.channel.clock)

    def begun(self) -> tuple[dict[str, str], str]:
        url, state = self.ask.begin(WHO)
        return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}, state

    def verifier(self) -> str:
        """Return the secret (PKCE verifier) of the newest consent, after checking that older ones have none."""
        found = [self.channel.store.documents[path]["verifier"] for path in self.channel.store.paths("zalo_consents")]
        (verifier,) = filter(None, found)
        return str(verifier)

    def delivered(self) -> None:
        for message in self.publisher.of("zalo-consents"):
            data: dict[str, Any] = dict(message.data)
            self.take(data["state"], data["code"], data["oa_id"])


def officer(role: Role, unit: str = "VPUB") -> Officer:
    return Officer(id=f"{unit}-{role}", name="x", email="x@example.vn", unit=unit, role=role)


WHO = officer(Role.COORDINATOR)


@pytest.fixture
def desk() -> Consenting:
    return Consenting()


def test_the_address_of_zalos_page(desk: Consenting) -> None:
    asked, state = desk.begun()
    digest = hashlib.sha256(desk.verifier().encode()).digest()
    assert asked == {
        "app_id": "app-1",
        "redirect_uri": "https://desk.test/zalo/callback",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "state": state,
    }
    assert len(desk.verifier()) == 43
    assert desk.verifier().isalnum()


def test_the_code_goes_over_pubsub_to_the_tokens_and_is_stored_nowhere(
    desk: Consenting, capsys: pytest.CaptureFixture[str]
) -> None:
    _, state = desk.begun()
    verifier = desk.verifier()
    desk.channel.zalo.code, desk.channel.zalo.verifier = "the-code", verifier
    desk.ask.hand_over(WHO, state, "the-code", "oa-1")
    assert desk.ask.standing(WHO, state) == "handed"
    assert desk.channel.zalo.refreshes == 0
    for _ in range(2):
        desk.delivered()
    assert desk.ask.standing(WHO, state) == "given"
    assert desk.channel.tokens_store.documents[GRANT_PATH]["refresh_token"] == "refresh-1"
    kept = str(desk.channel.store.documents) + capsys.readouterr().out
    assert all(secret not in kept for secret in ("the-code", verifier, "refresh-1", "access-1"))


def test_consent_that_expires_while_its_code_is_used_keeps_the_tokens(
    desk: Consenting, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, state = desk.begun()
    verifier, accept = desk.verifier(), desk.channel.tokens.accept
    desk.channel.zalo.code, desk.channel.zalo.verifier = "the-code", verifier
    desk.ask.hand_over(WHO, state, "the-code", "oa-1")

    def slowly(_: ZaloTokens, code: str, verifier: str) -> None:
        accept(code, verifier)
        del desk.channel.store.documents[consent_path(state)]

    monkeypatch.setattr(ZaloTokens, "accept", slowly)
    desk.delivered()
    assert desk.channel.tokens_store.documents[GRANT_PATH]["refresh_token"] == "refresh-1"


def test_a_callback_is_taken_once_from_who_began_it_and_in_time(desk: Consenting) -> None:
    _, state = desk.begun()
    with pytest.raises(Rejected):
        desk.ask.hand_over(WHO, "another-state", "c", "oa-1")
    with pytest.raises(Rejected):
        desk.ask.hand_over(Officer(**WHO.model_dump() | {"id": "another"}), state, "c", "oa-1")
    with pytest.raises(Rejected):
        desk.ask.hand_over(WHO, state, "", "oa-1")
    desk.ask.hand_over(WHO, state, "c", "oa-1")
    with pytest.raises(Rejected):
        desk.ask.hand_over(WHO, state, "c", "oa-1")
    assert len(desk.publisher.published) == 1
    _, late = desk.begun()
    desk.channel.clock.advance(minutes=10)
    with pytest.raises(Rejected):
        desk.ask.hand_over(WHO, late, "c", "oa-1")


@pytest.mark.parametrize("who", [officer(Role.OFFICER), officer(Role.INSPECTOR, "SNV"), officer(Role.HEAD)])
def test_others_do_not_administer(desk: Consenting, who: Officer) -> None:
    for deed in (
        lambda: desk.ask.begin(who),
        lambda: desk.ask.hand_over(who, "s", "c", "oa-1"),
        lambda: desk.ask.standing(who, None),
    ):
        with pytest.raises(Forbidden):
            deed()


def test_another_account_and_a_refusal_leave_the_tokens(desk: Consenting) -> None:
    _, state = desk.begun()
    desk.ask.hand_over(WHO, state, "c", "oa-2")
    desk.delivered()
    assert (desk.ask.standing(WHO, state), desk.channel.zalo.refreshes) == ("refused", 0)
    desk.publisher.published.clear()
    _, state = desk.begun()
    desk.channel.zalo.faults["access_token"] = [refuse(-14003), answer(503)]
    desk.ask.hand_over(WHO, state, "c", "oa-1")
    desk.delivered()
    assert desk.ask.standing(WHO, state) == "refused"
    desk.delivered()
    assert len(desk.channel.zalo.faults["access_token"]) == 1


def test_unpublished_callback_is_reported(desk: Consenting) -> None:
    _, state = desk.begun()
    desk.publisher.failing = True
    with pytest.raises(Retryable):
        desk.ask.hand_over(WHO, state, "c", "oa-1")


def test_account_is_read_from_zalo_and_not_from_the_callbacks_address(desk: Consenting) -> None:
    """The callback's address names our account, but the consent is for another account."""
    before = desk.channel.tokens_store.documents.get(GRANT_PATH)
    _, state = desk.begun()
    zalo = desk.channel.zalo
    zalo.code, zalo.verifier, zalo.owner = "the-code", desk.verifier(), "oa-2"
    desk.ask.hand_over(WHO, state, "the-code", "oa-1")
    desk.delivered()
    assert desk.ask.standing(WHO, state) == "refused"
    after = desk.channel.tokens_store.documents[GRANT_PATH]
    assert (before, after["refresh_token"], after.get("access_token"), after.get("lease_until")) == (
        None,
        "",
        None,
        None,
    )


def test_consent_is_accepted_if_zalo_names_the_account_at_the_third_try(desk: Consenting) -> None:
    _, state = desk.begun()
    zalo = desk.channel.zalo
    zalo.code, zalo.verifier = "the-code", desk.verifier()
    zalo.faults["getoa"] = [answer(503), answer(200, "<html>")]
    desk.ask.hand_over(WHO, state, "the-code", "oa-1")
    desk.delivered()
    assert desk.ask.standing(WHO, state) == "given"
    _, state = desk.begun()
    zalo.code, zalo.verifier = "another-code", desk.verifier()
    zalo.faults["getoa"] = [answer(503)] * 3
    desk.publisher.published.clear()
    desk.ask.hand_over(WHO, state, "another-code", "oa-1")
    desk.delivered()
    assert desk.ask.standing(WHO, state) == "refused"
