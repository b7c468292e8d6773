"""Conversations between citizens and the Official Account, and Zalo's events about them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.local.clock import LocalClock
from infra.local.zalo.delivery import Deliveries
from infra.local.zalo.events import Events, new_msg_id
from infra.local.zalo.store import ChatStore

_MESSAGE_EVENTS = "user_send_"


class Stamp:
    """A source of increasing times: the stack's movable clock in milliseconds since 1970.

    Every call returns a later time than the one before.
    """

    def __init__(self, clock: LocalClock) -> None:
        self._clock = clock
        self._last = 0

    def __call__(self) -> int:
        self._last = max(self._last + 1, int(self._clock.now().timestamp() * 1000))
        return self._last


class OpenPhones:
    """The phone pages that are open in browsers, with the asyncio events that make them load new content."""

    def __init__(self) -> None:
        self._bells: dict[str, set[asyncio.Event]] = {}
        self.epoch = 0

    @contextmanager
    def watch(self, user_id: str) -> Iterator[asyncio.Event]:
        """Yield an asyncio event that is set whenever this citizen's conversation has a new message."""
        bell = asyncio.Event()
        self._bells.setdefault(user_id, set()).add(bell)
        try:
            yield bell
        finally:
            self._bells[user_id].discard(bell)

    def is_open(self, user_id: str) -> bool:
        return bool(self._bells.get(user_id))

    def ring(self, user_id: str) -> None:
        """Set the events of this citizen's open pages, so that they load new messages."""
        for bell in self._bells.get(user_id, ()):
            bell.set()

    def start_again(self) -> None:
        """Make every open page reload after a reset, because its conversation no longer exists."""
        self.epoch += 1
        self.ring_all()

    def ring_all(self) -> None:
        """Set the events of all open pages, so that they load new content."""
        for user_id in self._bells:
            self.ring(user_id)


class Chat:
    """Performs the steps of a conversation: store the message, wake the phone page, send the event to the webhook."""

    def __init__(self, store: ChatStore, events: Events, deliveries: Deliveries, stamp: Stamp) -> None:
        self.store = store
        self.events = events
        self.deliveries = deliveries
        self.stamp = stamp
        self.phones = OpenPhones()

    async def citizen_sends(
        self, user_id: str, kind: str, text: str | None, attachments: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """Send a citizen's message to the webhook. `kind` is `text`, `image` and so on.

        Return the event's delivery report.
        """
        message: dict[str, Any] = {"msg_id": new_msg_id()}
        if text is not None:
            message["text"] = text
        if attachments:
            message["attachments"] = attachments
        body = self.events.by_user(f"user_send_{kind}", user_id, message=message)
        self.observe(body)
        return await self.deliveries.send_and_see(user_id, body)

    def observe(self, body: str) -> bool:
        """Record a citizen's action from the body of its event. Return False if the event is no citizen's action."""
        event = json.loads(body)
        name, at = str(event["event_name"]), int(event["timestamp"])
        user_id = str((event.get("sender") or event.get("follower") or {}).get("id") or event.get("user_id") or "")
        if not user_id or name.startswith("oa_"):
            return False
        self.store.interacted(user_id, at)
        if name.startswith(_MESSAGE_EVENTS):
            message = event["message"]
            attachments = message.get("attachments", [])
            self.store.add_message(user_id, message["msg_id"], "in", message.get("text") or "", attachments, at)
        elif name in {"follow", "unfollow"}:
            self.store.set_follower(user_id, follower=name == "follow")
        elif name == "user_submit_info":
            self.store.share(user_id, event["info"])
        self.phones.ring(user_id)
        return True

    def account_sends(
        self, user_id: str, text: str, attachments: list[dict[str, Any]], admin_id: str | None = None
    ) -> tuple[str, int]:
        """Send a message of the Official Account to a citizen. Return the message's id and time.

        `admin_id` is the person who wrote it in the chat tool, None for the API. The events for the echo, the receipt
        and, if the citizen's phone page is open, "seen" are delivered too.
        """
        msg_id, at = new_msg_id(), self.stamp()
        self.store.meet(user_id, at)
        self.store.add_message(user_id, msg_id, "out", text, attachments, at)
        message: dict[str, Any] = {"msg_id": msg_id, "text": text}
        if attachments:
            message["attachments"] = attachments
        kind = attachments[0]["type"] if attachments else "text"
        self.deliveries.send(
            user_id, self.events.by_account(f"oa_send_{kind}", user_id, admin_id=admin_id, message=message)
        )
        received = self.events.by_account("user_received_message", user_id, message={"msg_id": msg_id})
        self.deliveries.send(user_id, received)
        if self.phones.is_open(user_id):
            self.citizen_sees(user_id)
        self.phones.ring(user_id)
        return msg_id, at

    def template_to_phone(
        self, user_id: str, phone: str, text: str, attachments: list[dict[str, Any]], tracking_id: str
    ) -> tuple[str, int]:
        """Send a template message to a phone number. Return the message's id and time.

        The receipt contains the number and the tracking id. There is no echo event (PLATFORM 1.22).
        """
        msg_id, at = new_msg_id(), self.stamp()
        self.store.meet(user_id, at)
        self.store.add_message(user_id, msg_id, "out", text, attachments, at)
        message = {"delivery_time": str(at), "msg_id": msg_id, "tracking_id": tracking_id}
        received = self.events.by_account("user_received_message", phone, message=message)
        self.deliveries.send(user_id, received)
        self.phones.ring(user_id)
        return msg_id, at

    def citizen_sees(self, user_id: str) -> None:
        """Mark the account's messages to this citizen as seen, and send the event about the new ones."""
        msg_ids = self.store.take_unseen(user_id)
        if msg_ids:
            body = self.events.by_account("user_seen_message", user_id, message={"msg_ids": msg_ids})
            self.deliveries.send(user_id, body)
