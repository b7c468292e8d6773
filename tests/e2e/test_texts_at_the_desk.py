"""An administrator changes a text at the desk. The citizen's phone shows the new text a minute later."""

from __future__ import annotations

import re
from html import unescape

from tests.e2e.stack import LocalStack, Officer

KEY = "code_wrong"
NEW = "Mã này có ký tự chưa đúng. Xin xem lại biên nhận rồi gửi lại mã."
WRONG_CODE = "HN-250101-ABCD-EFGJ"


def words_of(admin: Officer) -> dict[str, str]:
    page = admin.http.get(f"/admin/texts/{KEY}").text
    found = re.findall(r'<textarea [^>]*name="(texts\w*)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen
    return {name: unescape(words).strip() for name, words in found} | {"seen": seen[1]}


def published(admin: Officer, words: str) -> None:
    path, fields = f"/admin/texts/{KEY}", {**words_of(admin), "texts": words}
    tried = admin.submit(path, do="preview", **fields).text
    previewed = re.search(r'name="previewed" value="([^"]*)"', tried)
    assert previewed, tried
    done = admin.submit(path, do="publish", previewed=previewed[1], **fields)
    assert done.status_code == 303, done.text


def test_a_text_published_at_the_desk_reaches_the_phone_within_a_minute_and_is_taken_back(
    stack: LocalStack, user: str
) -> None:
    admin = stack.officer("admin")
    shipped = words_of(admin)["texts"]
    stack.says(user, WRONG_CODE, shipped)
    published(admin, NEW)
    try:
        stack.move_clock("+1m")
        stack.says(user, WRONG_CODE, NEW)
        assert words_of(admin)["texts"] == NEW
    finally:
        published(admin, shipped)
    stack.move_clock("+1m")
    stack.says(user, WRONG_CODE, shipped)
