"""`make talk`: a conversation with the running system in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.stack import ASKS_CONSENT, USUAL, LocalStack

LINES = ("xin chào", USUAL, "@photo giấy hẹn", "@voice 3", "@location", "@wait 60", "đồng ý")


def test_a_citizen_talks_in_the_terminal(stack: LocalStack, user: str, tmp_path: Path) -> None:
    log = tmp_path / "talk.jsonl"
    done = stack.command("talk", "--user", user, "--log", str(log), typed="\n".join(LINES))
    assert done.returncode == 0, done.stdout + done.stderr
    logged = [json.loads(line) for line in log.read_text().splitlines()]
    turns = {entry["text"]: entry for entry in logged}
    assert [entry["text"] for entry in logged if entry["text"]] == list(LINES)
    assert turns["xin chào"]["replies"]
    assert any(ASKS_CONSENT in reply for reply in turns[USUAL]["replies"])
    texts = [message["text"] for message in stack.messages(user) if message["text"]]
    replies = [reply for entry in logged for reply in entry["replies"]]
    assert [reply for reply in replies if not reply.startswith("[")] == texts
    assert all(line in done.stdout for reply in texts for line in reply.splitlines())
    if stack.info["firestore_admin_url"] is not None:
        assert turns["đồng ý"]["read"].startswith("consent")
        assert f"read: {turns['đồng ý']['read']}" in done.stdout
