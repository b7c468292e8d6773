"""The data of the Zalo simulator: citizens, conversations and uploaded files."""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

TABLES_SQL = """
CREATE TABLE IF NOT EXISTS citizens (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, follower INTEGER NOT NULL DEFAULT 0,
    shared TEXT NOT NULL DEFAULT '{}', last_interaction INTEGER, made_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, msg_id TEXT NOT NULL, user_id TEXT NOT NULL, direction TEXT NOT NULL,
    text TEXT NOT NULL, attachments TEXT NOT NULL, at INTEGER NOT NULL, seen INTEGER NOT NULL DEFAULT 0,
    UNIQUE (user_id, msg_id, direction, attachments));
CREATE INDEX IF NOT EXISTS messages_of_user ON messages (user_id, seq);
CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, content BLOB NOT NULL, at INTEGER NOT NULL);
"""

ChatDirection = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message of a conversation.

    The direction `in` is from the citizen to the account, `out` the reverse. `at` is in milliseconds since 1970.
    """

    seq: int
    msg_id: str
    user_id: str
    direction: ChatDirection
    text: str
    attachments: list[dict[str, Any]]
    at: int

    def as_json(self) -> dict[str, Any]:
        """Return the message in the format of the `/sim` endpoints. `at` is a string, like all of Zalo's times."""
        return {
            "seq": self.seq,
            "msg_id": self.msg_id,
            "user_id": self.user_id,
            "direction": self.direction,
            "text": self.text,
            "attachments": self.attachments,
            "at": str(self.at),
        }


@dataclass(frozen=True, slots=True)
class File:
    id: str
    name: str
    type: str
    content: bytes
    at: int


class ChatStore:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def citizen(self, user_id: str) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self.database.execute("SELECT * FROM citizens WHERE id = ?", (user_id,)).fetchone()
        return found

    def citizens(self) -> list[sqlite3.Row]:
        """Return all citizens with their last message, the most recently active first."""
        return self.database.execute(
            "SELECT c.*, m.text AS last_text, m.at AS last_at FROM citizens c LEFT JOIN messages m ON m.seq ="
            " (SELECT max(seq) FROM messages WHERE user_id = c.id) ORDER BY coalesce(m.at, c.made_at) DESC"
        ).fetchall()

    def meet(self, user_id: str, at: int, name: str | None = None) -> None:
        """Add a citizen unless already stored. A given name replaces the stored one."""
        self.database.execute(
            "INSERT INTO citizens (id, name, made_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (user_id, default_name(user_id), at),
        )
        if name is not None:
            self.database.execute("UPDATE citizens SET name = ? WHERE id = ?", (name, user_id))

    def interacted(self, user_id: str, at: int) -> None:
        """Record the time of a citizen's action, after which the account may reply for some days."""
        self.meet(user_id, at)
        self.database.execute("UPDATE citizens SET last_interaction = ? WHERE id = ?", (at, user_id))

    def set_follower(self, user_id: str, *, follower: bool) -> None:
        self.database.execute("UPDATE citizens SET follower = ? WHERE id = ?", (follower, user_id))

    def share(self, user_id: str, info: dict[str, Any]) -> None:
        """Store the information (name, phone and so on) that the citizen agreed to share with the account."""
        self.database.execute("UPDATE citizens SET shared = ? WHERE id = ?", (json.dumps(info), user_id))

    def add_message(
        self,
        user_id: str,
        msg_id: str,
        direction: ChatDirection,
        text: str,
        attachments: list[dict[str, Any]],
        at: int,
    ) -> None:
        """Append a message unless it is already stored. Parts of an album have the same msg_id."""
        self.database.execute(
            "INSERT OR IGNORE INTO messages (user_id, msg_id, direction, text, attachments, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (user_id, msg_id, direction, text, json.dumps(attachments), at),
        )

    def messages(self, user_id: str | None = None, after: int = 0, since: int = 0) -> list[ChatMessage]:
        """Return messages in order, of one citizen or of all.

        Only messages with a number above `after` and a time from `since` (in milliseconds) are returned.
        """
        rows = self.database.execute(
            "SELECT * FROM messages WHERE seq > ? AND at >= ? AND (? IS NULL OR user_id = ?) ORDER BY seq",
            (after, since, user_id, user_id),
        )
        return [_message(row) for row in rows]

    def last_seq(self) -> int:
        return int(self.database.execute("SELECT coalesce(max(seq), 0) FROM messages").fetchone()[0])

    def take_unseen(self, user_id: str) -> list[str]:
        """Mark the account's messages to this citizen as seen. Return the ids that were unseen before."""
        rows = self.database.execute(
            "UPDATE messages SET seen = 1 WHERE user_id = ? AND direction = 'out' AND seen = 0 RETURNING seq, msg_id",
            (user_id,),
        ).fetchall()
        return [row["msg_id"] for row in sorted(rows, key=lambda row: row["seq"])]

    def add_file(self, name: str, media_type: str, content: bytes, at: int) -> File:
        file = File(secrets.token_urlsafe(24), name, media_type, content, at)
        self.database.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?)", (file.id, file.name, file.type, file.content, file.at)
        )
        return file

    def file(self, file_id: str) -> File | None:
        row = self.database.execute("SELECT * FROM files WHERE id = ?", (file_id,)).fetchone()
        return File(**dict(row)) if row else None


def default_name(user_id: str) -> str:
    return f"Công dân {user_id[-4:]}"


def _message(row: sqlite3.Row) -> ChatMessage:
    return ChatMessage(
        seq=row["seq"],
        msg_id=row["msg_id"],
        user_id=row["user_id"],
        direction=row["direction"],
        text=row["text"],
        attachments=json.loads(row["attachments"]),
        at=row["at"],
    )
