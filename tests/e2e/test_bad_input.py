"""Invalid input at every entry to the system gets a response that lists every fault, and loses nothing."""

from __future__ import annotations

from functools import partial

import pytest

from tests.e2e.stack import LocalStack, wait_for


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff\x00", b"{" * 5000, b"x" * (1 << 20) + b"yy"])
def test_the_webhook_answers_200_to_probes_and_rubbish(stack: LocalStack, body: bytes) -> None:
    """A body that comes too slowly on a busy machine gets 503, and Zalo sends it again."""
    for signature in ("", "mac=abc"):
        wait_for(partial(_taken, stack, body, signature), "200")


def _taken(stack: LocalStack, body: bytes, signature: str) -> bool:
    status = stack.post_event(body, signature).status_code
    assert status in {200, 503}
    return status == 200


def test_the_webhook_answers_probes_by_get_and_head_and_knows_no_other_path(stack: LocalStack) -> None:
    url = stack.info["functions"]["zalo_webhook"]
    assert stack.http.get(url).status_code == 200
    assert stack.http.head(url).status_code == 200
    assert stack.http.post(f"{url}/push/zalo-events-intake", content=b"{}").status_code in {401, 403, 404}


def test_functions_behind_the_platform_refuse_strangers(stack: LocalStack) -> None:
    for name in ("intake", "routing", "notifications", "reminders", "portal_sync", "relay"):
        url = stack.info["functions"][name]
        assert stack.http.post(f"{url}/push/zalo-events-intake", content=b"{}").status_code in {401, 403}
        assert stack.http.get(url).status_code in {401, 403, 404}


def test_the_desk_lists_every_fault_of_a_bad_request(stack: LocalStack, user: str) -> None:
    code = stack.files(user)
    coordinator = stack.officer("coordinator")
    token = {"X-CSRF-Token": coordinator.csrf}
    body = {"seen": 1, "text": 5, "extra": True}
    answer = coordinator.http.post(f"/api/petitions/{code}/answer", json=body, headers=token)
    assert answer.status_code in {400, 403}
    assert coordinator.try_to(code, "accept", version="one").status_code == 400
    petition = coordinator.petition(code)
    assert petition is not None
    assert petition["state"] == "new"


def test_desk_explains_impossible_actions(stack: LocalStack, user: str) -> None:
    code = stack.files(user)
    coordinator = stack.officer("coordinator")
    petition = coordinator.petition(code)
    assert petition is not None
    forbidden = coordinator.try_to(code, "approve", version=petition["version"])
    assert forbidden.status_code == 403
    assert "Không thể" in forbidden.text
    stale = coordinator.try_to(code, "accept", version=petition["version"] + 1)
    assert stale.status_code == 409
    assert coordinator.try_to("HN-260101-AAAA-AAAA", "accept", version=1).status_code == 404
    assert coordinator.try_to(code, "dance", version=1).status_code in {400, 404}


def test_status_by_code_explains_a_wrong_code(stack: LocalStack) -> None:
    for code in ("HN-261124-AAAA-AAA1", "nonsense", "HN-000000-0000-0000"):
        answer = stack.http.post(f"{stack.url('public_url')}/api/status", data={"code": code})
        assert answer.status_code in {400, 404}
        assert answer.json()["message"]


def test_wrong_settings_are_all_listed_and_nothing_starts() -> None:
    broken = LocalStack("e2e-wrong", ZALO_OPENAPI_URL="not an address", PORTAL_URL="ftp://x", ID_KEY="short")
    done = broken.command("up")
    broken.http.close()
    assert done.returncode != 0
    for name in ("ZALO_OPENAPI_URL", "PORTAL_URL", "ID_KEY"):
        assert name in done.stdout + done.stderr
