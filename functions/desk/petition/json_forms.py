"""The JSON forms of what the desk shows. Instants are ISO 8601 in UTC; what is absent is null."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shell.parts import parts

from petitions.domain.clock.clocks import TIME_STATE_LABELS
from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.answering import AnswerTemplates
from petitions.domain.petition.petition import AnswerDraft, Location, PetitionFile
from petitions.usecases.desk.read_petition import PetitionPage
from petitions.usecases.desk.read_work_list import Line, Listing

Json = dict[str, Any]
_COUNTED = {"schema_version", "figures", "unfolded_at"}
"""Of a line of the history: what is for the dashboards alone."""


def _rounded(place: Location | None) -> dict[str, float] | None:
    """To about 100 m: enough to find it, not whose door it is."""
    return {"latitude": round(place.latitude, 3), "longitude": round(place.longitude, 3)} if place else None


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def officer_json(officer: Officer) -> Json:
    """An officer, without the e-mail address."""
    return {
        "id": officer.id,
        "name": officer.name,
        "role": officer.role.value,
        "unit": officer.unit,
        "unit_name": parts().directory.name_of(officer.unit),
    }


def line_json(line: Line) -> Json:
    """One petition in a list."""
    return {
        "code": line.code,
        "title": line.title,
        "state": line.state.value,
        "state_label": STATE_LABELS[line.state],
        "unit": line.unit,
        "unit_name": line.unit_name,
        "handler": line.handler,
        "handler_name": line.handler_name or None,
        "filed_at": _at(line.filed_at),
        "due_at": _at(line.due_at),
        "clock": line.clock,
        "time_state": line.time_state.value if line.time_state else None,
        "time_state_label": TIME_STATE_LABELS[line.time_state] if line.time_state else None,
        "paused": line.paused,
        "recovery": line.recovery.model_dump(mode="json") if line.recovery else None,
        "level": line.level,
        "version": line.version,
        "working_seconds_left": int(line.left.total_seconds()) if line.left is not None else None,
    }


def listing_json(listing: Listing) -> Json:
    """One page of a list; `found` counts what the filters left, on the first page."""
    return {
        "view": listing.view.value,
        "petitions": [line_json(line) for line in listing.lines],
        "next": listing.next,
        "counts": {view.value: count for view, count in listing.counts.items()},
        "found": listing.found,
        "as_of": listing.as_of.isoformat(),
    }


def file_json(code: str, file: PetitionFile) -> Json:
    """A picture or file; `path` is where its bytes are, once they are there."""
    known = file.model_dump(mode="json", exclude={"schema_version", "object"})
    return known | {"path": f"/petitions/{code}/files/{file.id}" if file.state == "stored" else None}


def draft_json(draft: AnswerDraft | None, mark: str) -> Json:
    """An answer being written; `seen` is what its next save has to name."""
    kept = {"text", "basis", "no_evidence", "attachments"}
    written: Json = draft.model_dump(include=kept) if draft else {}
    empty: Json = {"text": "", "basis": "", "no_evidence": "", "attachments": []}
    return {**empty, **written, "seen": mark}


def templates_json(catalogue: AnswerTemplates) -> list[Json]:
    """The skeletons of answers."""
    return [each.model_dump() for each in catalogue.templates]


def page_json(page: PetitionPage) -> Json:
    """One petition, without who filed it."""
    petition = page.petition
    name = parts().directory.name_of
    return {
        "code": petition.code,
        "version": petition.version,
        "title": petition.title,
        "content": petition.content,
        "address": petition.address,
        "ward": petition.ward,
        "location": _rounded(petition.location),
        "kind": petition.kind,
        "petition_class": petition.petition_class,
        "level": petition.level,
        "state": petition.state.value,
        "state_label": STATE_LABELS[petition.state],
        "unit": petition.unit,
        "unit_name": name(petition.unit),
        "handler": petition.handler,
        "hops": petition.hops,
        "filed_at": _at(petition.filed_at),
        "due_at": _at(petition.due_at),
        "additions": [each.model_dump(mode="json", exclude={"input"}) for each in petition.additions],
        "attachments": [file_json(petition.code, each) for each in page.attachments],
        "answer_files": [file_json(petition.code, each) for each in page.answer_files],
        "routed": petition.routed.model_dump(mode="json") if petition.routed else None,
        "reply": petition.reply.model_dump(mode="json", exclude={"fingerprint"}) if petition.reply else None,
        "merged_into": petition.merged_into,
        "absorbed": petition.absorbed,
        "duplicates": [
            {"code": each.code, "title": each.title, "state": each.state.value, "unit": each.unit}
            for each in page.twins
        ],
        "accountable": petition.accountable.value,
        "recovery": petition.recovery.model_dump(mode="json") if petition.recovery else None,
        "publication": petition.publication.model_dump(mode="json") if petition.publication else None,
        "rating": petition.rating.model_dump(mode="json") if petition.rating else None,
        "portal": {"national_code": petition.sync.national_code, "waiting": petition.sync.next_at is not None},
        "clocks": [
            {
                "name": each.clock.name,
                "due_at": _at(each.clock.due_at),
                "stopped_at": _at(each.clock.stopped_at),
                "paused_at": _at(each.clock.paused_at),
                "time_state": each.time_state.value,
                "explanation": each.clock.explanation,
                "extensions": each.clock.extensions,
            }
            for each in page.clocks
        ],
        "history": [each.model_dump(mode="json", exclude=_COUNTED) for each in page.history],
        "notices": [
            {
                "id": each.id,
                "kind": each.kind,
                "channel": each.channel,
                "to": each.officer or "citizen",
                "state": each.state.value,
                "created_at": _at(each.created_at),
                "sent_at": _at(each.sent_at),
            }
            for each in page.notices
        ],
        "actions": [{"action": row.action.value, "label": row.label, "text": row.text} for row in page.actions],
        "extension": {"left": page.extension.left, "unit": page.extension.unit} if page.extension else None,
        "levels": [
            {
                "level": each.level.value,
                "moves": [each.model_dump(mode="json") for each in each.moves],
                "refused": each.refused,
            }
            for each in page.levels
        ],
        "as_of": page.as_of.isoformat(),
    }
