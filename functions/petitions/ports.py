"""What use cases need of the world, as protocols. Paths are `collection/id[/collection/id]`; instants are aware UTC.

Standard library alone: the webhook's use case imports this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Final, Generic, Protocol, TypeVar

T = TypeVar("T")
Fields = Mapping[str, Any]


class Mark(Enum):
    """Values that mean something to an update."""

    DELETE = "delete"


DELETE: Final = Mark.DELETE
"""As a value in an update: the field is removed (a sparse field leaves its index)."""


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        ...


class Ids(Protocol):
    """Chance."""

    def token(self) -> str:
        """A fresh unguessable id of 20 characters."""
        ...

    def code_letters(self) -> str:
        """Seven random Crockford base-32 characters."""
        ...


@dataclass(frozen=True)
class Message:
    """A message to publish: ids and numbers in `data`, never personal data (Zalo's raw events excepted)."""

    topic: str
    data: Fields
    key: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


class Publisher(Protocol):
    """Pub/Sub."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish all, in order within a key; returns when Pub/Sub has confirmed. Raises Retryable."""
        ...


@dataclass
class Span:
    """What one function does for one request. `trace` is its traceparent; `fault`, if set, why it failed."""

    trace: str | None
    fault: str | None = None


class Tracer(Protocol):
    """Traces over all functions."""

    def span(self, name: str, trace: str | None, fields: Fields, /) -> AbstractContextManager[Span]:
        """A span in the trace of this traceparent, or the first of a new trace. Never raises for want of a backend."""
        ...


class Identities(Protocol):
    """The sign-in in front of the desk."""

    def email(self, assertion: str) -> str:
        """The e-mail address (lower case) in what the front signed. Raises Forbidden; Retryable without its keys."""
        ...


class RawPublisher(Protocol):
    """Pub/Sub for the webhook: bytes as they came."""

    def publish(self, topic: str, body: bytes, attributes: Mapping[str, str], key: str) -> None:
        """Publish one message; returns when Pub/Sub has confirmed. Raises Retryable."""
        ...


class SecretKeys(Protocol):
    """The keys of a secret that are valid now: one, or two while the key is changed."""

    def current(self) -> tuple[str, ...]:
        """The keys as they were read last."""
        ...

    def again(self) -> tuple[str, ...]:
        """The keys, read anew where they may have changed: at most every 10 s."""
        ...


class Seals(Protocol):
    """Content that opens only with a key of ours and what its reader knows; `place` is what it is and where it lies."""

    def current(self) -> str:
        """The id of the key that seals now, read anew where it may have changed."""
        ...

    def seal(self, place: str, known: str, content: bytes) -> bytes:
        """A box, never the same twice."""
        ...

    def key_of(self, box: bytes) -> str:
        """The id of the key that sealed it."""
        ...

    def open(self, place: str, known: str, box: bytes) -> bytes | None:
        """The content; None for another place or other knowledge, or when the key is valid no more."""
        ...

    def mark(self, place: str, known: str, content: bytes) -> str:
        """32 letters and digits: the same for the same under the same key, telling nothing without it."""
        ...


@dataclass(frozen=True)
class Document:
    """A stored document; `version` tells this state of it from any later one."""

    id: str
    data: Fields
    version: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Query:
    """A query of one collection: all conditions hold; `order_by` entries are a field, or `-field` for descending.

    The field `__name__` is the document's id. With `group` it is of every collection of that name, wherever it lies,
    and the ids of what it finds are whole paths.
    """

    collection: str
    where: tuple[tuple[str, str, Any], ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    group: bool = False
    start_after: tuple[Any, ...] = ()


class Reader(Protocol):
    """Reads of documents."""

    def get(self, path: str) -> Fields | None:
        """The document's fields, or None."""
        ...

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        """Several documents in one call, in the order asked for."""
        ...

    def find(self, query: Query) -> list[Document]:
        """The documents that the query finds."""
        ...


class Transaction(Reader, Protocol):
    """One attempt of one transaction. Reads come first and see one snapshot; writes are applied at its end."""

    def create(self, path: str, fields: Fields) -> None:
        """Write a new document; the transaction is tried again if it exists by then."""
        ...

    def update(self, path: str, fields: Fields) -> None:
        """Change these fields of an existing document and leave the others."""
        ...

    def delete(self, path: str) -> None:
        """Remove a document."""
        ...


class Store(Reader, Protocol):
    """Firestore, one database."""

    def snapshot(self) -> Reader:
        """Everything as it is at this moment, to be read within the hour."""
        ...

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction until it commits without a conflict (10 s at most).

        `work` may run several times and must have no effect but its writes. Raises Retryable when conflicts
        or faults outlast the time, and whatever `work` raises.
        """
        ...

    def create(self, path: str, fields: Fields) -> bool:
        """Write a new document by itself; False if it exists already."""
        ...

    def update(self, path: str, fields: Fields) -> None:
        """Change these fields of an existing document, unconditionally. Raises NotFound."""
        ...

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        """In one batched write change fields of documents that `find` of this store gave, each by itself.

        Returns those that were still as they had been found; the others stay as they are. Raises Retryable.
        """
        ...

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        """In one batched write create documents by their paths; returns how many did not exist. Raises Retryable."""
        ...

    def count(self, query: Query) -> int:
        """How many documents the query finds, without reading them."""
        ...


class Outcome(StrEnum):
    """What a call to the outside came to."""

    OK = "ok"
    REFUSED = "refused"  # answered no: nothing happened there
    UNKNOWN = "unknown"  # no answer: it may have happened


@dataclass(frozen=True)
class PortalSubmission:
    """A petition as one side first tells the other of it. `unit` and `ward` are codes of our directory.

    `code` is ours, empty for one that was filed there; `kind` is its class (pakn, vbqppl).
    """

    code: str
    title: str
    content: str
    name: str
    address: str
    phone: str
    unit: str
    unit_name: str
    ward: str
    kind: str
    at: datetime
    email: str = ""


@dataclass(frozen=True)
class PortalStatus:
    """A petition's state (ours) and the unit that holds it. The portal knows its own petitions by the national code."""

    code: str
    national_code: str
    state: str
    unit: str
    unit_name: str
    at: datetime


@dataclass(frozen=True)
class PortalAnswer:
    """The approved answer."""

    code: str
    national_code: str
    text: str
    author: str
    unit_name: str
    at: datetime


@dataclass(frozen=True)
class PortalRating:
    """How satisfied the citizen is: 1 very, 2, 3 not."""

    code: str
    national_code: str
    level: int
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class PortalFile:
    """A file of the petition or of its answer; `id` is ours, by which the portal keeps it once."""

    code: str
    national_code: str
    id: str
    purpose: str
    name: str
    media_type: str
    content: bytes = field(repr=False)


PortalItem = PortalSubmission | PortalStatus | PortalAnswer | PortalRating


@dataclass(frozen=True)
class PortalReply:
    """What a call came to. `reason` is a stable word for logs; `national_code` only if the portal gave it.

    A look-up is OK also when the portal has nothing under that key: then `found` is False. `down` says that the
    portal as a whole is not there (no connection, no session, silence), not that it said no to this call.
    """

    outcome: Outcome
    reason: str = ""
    found: bool = False
    national_code: str | None = None
    down: bool = False


@dataclass(frozen=True)
class PortalChange:
    """Something that was done on the portal. `kind` is ours, None if the portal's word for it is not known here.

    `id` is the change's identity there; `code` is ours and `key` that of our call, empty if the portal did not give
    them; `raw` is what came. `strange` names a field that holds a code which is not known here. `unit` is the unit of
    ours that it names, `level` a rating, `petition` what was filed there.
    """

    id: str
    kind: str | None
    code: str
    national_code: str
    text: str
    at: datetime | None
    raw: Mapping[str, Any]
    key: str = ""
    unit: str = ""
    level: int | None = None
    petition: PortalSubmission | None = None
    strange: str = ""


@dataclass(frozen=True)
class PortalRecord:
    """A petition as the portal holds it now. `state` is the portal's word; `level` 0 means no rating.

    `away` says that another authority holds it, `returned` that its answer waits to be given again; `petition` is
    what was filed.
    """

    national_code: str
    code: str
    key: str
    state: str
    unit: str
    answer: str
    level: int
    away: bool
    returned: bool
    at: datetime | None
    petition: PortalSubmission | None


@dataclass(frozen=True)
class PortalPage(Generic[T]):
    """A page of what the portal lists, nothing unless the outcome is OK; `more` pages may follow."""

    outcome: Outcome
    reason: str = ""
    items: tuple[T, ...] = ()
    more: bool = False
    down: bool = False


class Portal(Protocol):
    """The petition system of the National Public Service Portal. Nothing raises: outcomes are values.

    `key` is the caller's own id of the call: the portal keeps one record a key, so that a call which may have
    happened can be looked up, and a repeated one makes no twin.
    """

    def submit(self, key: str, item: PortalSubmission) -> PortalReply:
        """Hand a petition in; the reply may carry the national code."""
        ...

    def update_status(self, key: str, item: PortalStatus) -> PortalReply:
        """Tell a new state or unit."""
        ...

    def answer(self, key: str, item: PortalAnswer) -> PortalReply:
        """Hand the answer over."""
        ...

    def rate(self, key: str, item: PortalRating) -> PortalReply:
        """Tell the citizen's rating."""
        ...

    def takes(self, media_type: str, size: int) -> bool:
        """Whether the portal takes files of this type and size (bytes)."""
        ...

    def attach(self, key: str, item: PortalFile) -> PortalReply:
        """Add a file to what the portal has."""
        ...

    def look_up(self, key: str) -> PortalReply:
        """Whether the call with this key happened."""
        ...

    def changes_since(self, since: datetime, page: int) -> PortalPage[PortalChange]:
        """Page `page` (from 1) of what was done there since that instant (seconds count), oldest first."""
        ...

    def records_since(self, since: datetime, page: int) -> PortalPage[PortalRecord]:
        """Page `page` (from 1) of the petitions for us that were made or changed there since, oldest first."""
        ...

    def fetch(self, national_code: str) -> PortalPage[PortalRecord]:
        """One petition, or none."""
        ...

    def units(self) -> PortalPage[str]:
        """The codes of the units of ours that the portal knows."""
        ...

    def word_of_state(self, state: str) -> str:
        """The portal's word for a state of ours."""
        ...


@dataclass(frozen=True)
class Delivery:
    """The end of one try to send: the channel's message id, or the error's stable word (see domain/refusals.py).

    `said` is the other side's own words about an error, for the log.
    """

    outcome: Outcome
    message_id: str = ""
    error: str = ""
    said: str = ""


class ZaloMessages(Protocol):
    """Zalo's messages. Nothing raises for what Zalo or the network does."""

    def send_text(self, access_token: str, user_id: str, text: str) -> Delivery:
        """Send one text of at most 2000 characters to one user."""
        ...

    def upload(self, access_token: str, kind: str, name: str, media_type: str, content: bytes) -> Delivery:
        """Give Zalo a `file` or `image` for one message; OK has its token as the id. Never unknown: it tells nobody."""
        ...

    def send_upload(self, access_token: str, user_id: str, kind: str, token: str) -> Delivery:
        """Send what was uploaded to one user."""
        ...

    def send_form(self, access_token: str, user_id: str, title: str, subtitle: str, image_url: str) -> Delivery:
        """Ask one user for name, telephone and address in Zalo's own form."""
        ...

    def send_template(self, access_token: str, user_id: str, template_id: str, data: Mapping[str, str]) -> Delivery:
        """Send an approved template to one user, at any time after their last interaction."""
        ...

    def send_template_by_phone(
        self, access_token: str, phone: str, template_id: str, data: Mapping[str, str], tracking_id: str
    ) -> Delivery:
        """Send an approved template to a phone (84...); its receipts name `tracking_id`. Errors: `phone-118`."""
        ...

    def delete_profile(self, access_token: str, user_id: str) -> Delivery:
        """Have Zalo delete what it keeps of one user for the account. Never unknown: twice is as once."""
        ...


@dataclass(frozen=True)
class HistoryPage:
    """Messages of Zalo's conversations as they came, newest first; none unless the outcome is OK."""

    outcome: Outcome
    messages: tuple[Mapping[str, Any], ...] = ()
    error: str = ""


class ZaloHistory(Protocol):
    """Reading conversations."""

    def page(self, access_token: str, offset: int, count: int, user_id: str | None) -> HistoryPage:
        """Messages with one citizen, or with all of them. Never raises for what Zalo or the network does."""
        ...


@dataclass(frozen=True)
class TokenPair:
    """What a refresh gives; the refresh token that was used is spent."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    seconds: int = 0


@dataclass(frozen=True)
class TokenAnswer:
    """The end of one refresh: the new pair with OK, else the error's stable word."""

    outcome: Outcome
    pair: TokenPair | None = None
    error: str = ""
    said: str = ""


class TokenVault(Protocol):
    """Where a pair of tokens is kept that the database would not take: the one before it is spent."""

    def keep(self, pair: str) -> None:
        """Keep it as the newest. Raises Retryable."""
        ...

    def kept(self) -> str | None:
        """The newest, or None. Raises Retryable."""
        ...


class ZaloOAuth(Protocol):
    """Zalo's token endpoint."""

    def exchange(self, code: str, verifier: str) -> TokenAnswer:
        """Spend the code of a consent. Never raises for what Zalo or the network does."""
        ...

    def refresh(self, refresh_token: str) -> TokenAnswer:
        """Spend a refresh token. Never raises for what Zalo or the network does."""
        ...


@dataclass(frozen=True)
class Download:
    """The end of one fetch: the bytes, or a stable word why there are none; `final` when no later try can help."""

    content: bytes | None = field(default=None, repr=False)
    reason: str = ""
    final: bool = False


class Downloader(Protocol):
    """Zalo's servers of attachments."""

    def fetch(self, url: str, most: int) -> Download:
        """The bytes behind a link that Zalo gave, at most `most`. Never raises for what a link or the network does."""
        ...


class Files(Protocol):
    """Cloud Storage, one bucket."""

    def put(self, name: str, content: bytes, media_type: str) -> None:
        """Keep bytes under a name that is theirs alone; already there is as good. Raises Retryable."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes in pieces; the first is there when this returns. Raises NotFound and Retryable."""
        ...

    def erase(self, folder: str) -> int:
        """Delete every object whose name begins so; returns how many there were. Raises Retryable."""
        ...


class Mailer(Protocol):
    """E-mail."""

    def send(self, message_key: str, address: str, subject: str, text: str) -> Delivery:
        """Send one plain text; the same key gives the same Message-ID. Never raises for what the server does."""
        ...
