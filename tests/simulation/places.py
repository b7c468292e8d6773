"""The place of every port's method, for faults, and the methods without a place."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from petitions import ports

PLACES: Mapping[str, tuple[str, ...]] = {
    "Downloader.fetch": ("links.fetch",),
    "Files.put": ("files.put",),
    "Files.read": ("files.read",),
    "Files.erase": ("files.erase",),
    "Mailbox.open": ("mailbox.open",),
    "OpenMailbox.after": ("mailbox.after",),
    "OpenMailbox.content": ("mailbox.content",),
    "OpenMailbox.done": ("mailbox.done",),
    "Mailer.send": ("mail.send",),
    "Publisher.publish": ("pubsub.publish", "pubsub.published"),
    "RawPublisher.publish": ("door.publish", "door.published"),
    "Portal.submit": ("portal.DongBoPAKN",),
    "Portal.update_status": ("portal.CapNhatTrangThaiPAKN",),
    "Portal.answer": ("portal.TraLoiPAKN",),
    "Portal.rate": ("portal.DanhGiaPAKN",),
    "Portal.attach": ("portal.DinhKemPAKN",),
    "Portal.look_up": ("portal.TraCuuPAKN",),
    "Portal.changes_since": ("portal.LayThayDoiPAKN",),
    "Portal.records_since": ("portal.LayDanhSachPAKN",),
    "Portal.fetch": ("portal.LayPAKN",),
    "Portal.units": ("portal.LayDanhMucCoQuan",),
    "Reader.get": ("store.get", "transaction.read", "snapshot.read"),
    "Reader.get_all": ("store.get_all", "transaction.read", "snapshot.read"),
    "Reader.find": ("store.find", "transaction.query", "snapshot.query"),
    "Store.snapshot": ("store.snapshot",),
    "Store.transact": ("transaction.begun", "store.commit", "store.committed"),
    "Store.create": ("store.create",),
    "Store.update": ("store.update",),
    "Store.update_unchanged": ("store.update_unchanged",),
    "Store.create_all": ("store.create_all",),
    "Store.count": ("store.count",),
    "SecretKeys.again": ("keys.again",),
    "ZaloMessages.send_text": ("zalo.cs",),
    "ZaloMessages.upload": ("zalo.file", "zalo.image"),
    "ZaloMessages.send_upload": ("zalo.cs",),
    "ZaloMessages.send_form": ("zalo.cs",),
    "ZaloMessages.delete_profile": ("zalo.deletefollowerinfo",),
    "ZaloHistory.page": ("zalo.conversation",),
    "TokenVault.keep": ("vault.keep",),
    "TokenVault.kept": ("vault.kept",),
    "ZaloOAuth.exchange": ("zalo.exchange",),
    "ZaloOAuth.owner": ("zalo.getoa",),
    "ZaloOAuth.refresh": ("zalo.refresh",),
}
"""The places by `Port.method`. For HTTP adapters they are at the connection, so that the adapter's own code is run."""

OF_ADAPTERS = (
    "portal.login",
    "portal.answered",
    "zalo.answered",
    "zalo.tokens",
    "portal.listed",
    "portal.page of several",
)
"""Places inside an adapter that do not belong to one method of a port."""

_COMMITTED = "kept in the attempt until its commit, which is a place"
_NO_CALL = "works out a value, and calls nobody"
_NO_REPORTS = "of `reports`, which no world has: its files are made again from what is frozen"
_NO_TEMPLATES = "the account of a world has no approved templates"

WITHOUT: Mapping[str, str] = {
    "Transaction.create": _COMMITTED,
    "Transaction.update": _COMMITTED,
    "Transaction.delete": _COMMITTED,
    "Transaction.written": _NO_CALL,
    "Thumbnails.make": _NO_CALL,
    "Portal.takes": _NO_CALL,
    "Portal.word_of_state": _NO_CALL,
    "Clock.now": _NO_CALL,
    "Ids.token": _NO_CALL,
    "Ids.code_letters": _NO_CALL,
    "SecretKeys.current": _NO_CALL,
    "Seals.current": _NO_CALL,
    "Seals.seal": _NO_CALL,
    "Seals.key_of": _NO_CALL,
    "Seals.open": _NO_CALL,
    "Seals.mark": _NO_CALL,
    "Tracer.span": "never raises, and nothing waits for it",
    "Identities.email": "nobody signs in: officers of a world are at the desk's use cases",
    "ManagementPaper.__call__": _NO_REPORTS,
    "TableWriter.workbook": _NO_REPORTS,
    "TableWriter.paper": _NO_REPORTS,
    "SheetWriter.workbook": _NO_REPORTS,
    "SheetWriter.paper": _NO_REPORTS,
    "PaperRenderer.pdf": _NO_REPORTS,
    "PaperRenderer.docx": _NO_REPORTS,
    "PaperSigner.sign": _NO_REPORTS,
    "PaperSigner.check": _NO_REPORTS,
    "ZaloMessages.send_template": _NO_TEMPLATES,
    "ZaloMessages.send_template_by_phone": _NO_TEMPLATES,
}
"""The reason why no fault strikes a method, by `Port.method`."""


def port_methods() -> set[str]:
    """Return `Port.method` for every protocol in `petitions.ports`."""
    modules = [
        importlib.import_module(iter_module.name)
        for iter_module in pkgutil.iter_modules(ports.__path__, "petitions.ports.")
    ]
    return {
        f"{name}.{method}"
        for module in modules
        for name, kind in vars(module).items()
        if getattr(kind, "_is_protocol", False) and kind.__module__ == module.__name__
        for method, value in vars(kind).items()
        if callable(value) and (method == "__call__" or not method.startswith("_"))
    }
