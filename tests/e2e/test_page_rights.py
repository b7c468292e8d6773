"""The rights of a browser on a petition's page depend on the way by which it got there."""

from __future__ import annotations

import re

import httpx

from tests.e2e.stack import NAME, LocalStack, wait_for

WARD = "PX-00175"
WITHDRAWS = {"do": "withdraw", "form": "f" * 24}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def word_of(stack: LocalStack, user: str) -> str:
    def found() -> str | None:
        words = [re.search(r"Mã mở trang[^:]*: (\d{6})", str(message["text"])) for message in stack.messages(user)]
        return next((word[1] for word in reversed(words) if word), None)

    return wait_for(found, "the word in the chat")


def confirmed(stack: LocalStack, user: str, browser: httpx.Client, asked: httpx.Response) -> str:
    assert asked.status_code == httpx.codes.FORBIDDEN
    known = {name: hidden(asked.text, name) for name in ("key", "then")}
    assert browser.post("/word", data=known).status_code == httpx.codes.OK
    typed = {"asked": "word", "typed": word_of(stack, user)}
    answer = browser.post("/confirm", data={**known, **typed})
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    return str(answer.headers["location"])


def withdraws(stack: LocalStack, browser: httpx.Client, sure: str, code: str) -> None:
    data = {**WITHDRAWS, "csrf": hidden(browser.get(sure).text, "csrf")}
    assert browser.post(sure.partition("/sure")[0], data=data).status_code == httpx.codes.SEE_OTHER
    wait_for(lambda: (stack.public_status(code) or {}).get("state") == "withdrawn", "the withdrawal")


def test_code_and_digits_read_and_a_word_from_the_chat_withdraws(stack: LocalStack, user: str) -> None:
    code = stack.files(user)
    officer = stack.officer("officer", WARD)
    wait_for(lambda: officer.petition(code), "the petition at the ward")
    officer.does(code, "accept")
    # The entry by code is written after the status. An earlier attempt would count as a wrong one.
    wait_for(lambda: (stack.public_status(code) or {}).get("state") == "accepted", "the status")
    browser = stack.client(stack.url("citizen_url"))
    entered = browser.post("/code", data={"code": code, "digits": "5678"})
    assert entered.status_code == httpx.codes.SEE_OTHER, entered.text
    page = str(entered.headers["location"])
    shown = browser.get(page).text
    assert code in shown
    assert NAME not in shown
    assert 'name="do"' not in shown
    assert browser.post(page, data=WITHDRAWS).status_code == httpx.codes.FORBIDDEN
    sure = confirmed(stack, user, browser, browser.get(f"{page}/sure/withdraw"))
    assert NAME in browser.get(page).text
    withdraws(stack, browser, sure, code)


def test_first_browser_of_a_fresh_link_withdraws_after_confirmation_in_the_chat(stack: LocalStack, user: str) -> None:
    code = stack.files(user)
    links = re.findall(r"/([a-z0-9]{20})\b", "\n".join(str(message["text"]) for message in stack.messages(user)))
    browser, other = (stack.client(stack.url("citizen_url")) for _ in range(2))

    def opened() -> str | None:
        answer = browser.post("/open", data={"link": links[-1]})
        return str(answer.headers["location"]) if answer.status_code == httpx.codes.SEE_OTHER else None

    page = wait_for(opened, "the page")
    assert NAME in browser.get(page).text
    asked = other.post("/open", data={"link": links[-1]})
    assert (asked.status_code, NAME in asked.text) == (httpx.codes.OK, False)
    sure = confirmed(stack, user, browser, browser.get(f"{page}/sure/withdraw"))
    withdraws(stack, browser, sure, code)
