"""Descriptions of background jobs in Vietnamese, for the list of jobs and the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from desk.shell.parts import parts
from petitions.domain.reports.periods import PeriodFault, named
from petitions.errors import Rejected
from petitions.usecases.desk.list_words import VIEW_LABELS, filter_words
from petitions.usecases.exports.list_request import ReadListRequest


def asked_in_words(kind: str, params: Mapping[str, str]) -> str:
    """Return the parameters of a job in words, or "" for an unknown kind of job or outdated values."""
    try:
        return _WORDS[kind](params) if kind in _WORDS else ""
    except (KeyError, ValueError, Rejected):
        return ""


def period_words(kind: str, name: str) -> str:
    """Return a reporting period in words, by its kind (such as `quarter`) and name. Raise PeriodFault if unknown."""
    return named(parts().reference.report_forms.periods, kind, name).label


def year_words(scoring: str) -> str:
    """Return the period of a yearly scoring by its id, or "" if such periods are no longer defined."""
    kind, year = parts().reference.scoring.period, scoring.rpartition("-")[2]
    try:
        return period_words(kind, year)
    except PeriodFault:
        return ""


def _report(params: Mapping[str, str]) -> str:
    return _joined(f"biểu {params['form']}", period_words(params["period"], params["name"]), _restated(params))


def _scoring(params: Mapping[str, str]) -> str:
    return _joined(period_words(parts().reference.scoring.period, params["name"]), _restated(params))


def _list(params: Mapping[str, str]) -> str:
    directory, staff, fields = parts().directory, parts().staff, parts().reference.fields
    view, filters = ReadListRequest(directory, staff, fields)(params)
    return _joined(VIEW_LABELS[view], *filter_words(filters, directory, staff, fields).values())


def _days(params: Mapping[str, str]) -> str:
    first, last = (date.fromisoformat(params[name]) for name in ("since", "until"))
    return f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"


def _month(params: Mapping[str, str]) -> str:
    year, _, month = params["name"].partition("-")
    return f"tháng {int(month)}/{year}"


def _restated(params: Mapping[str, str]) -> str:
    return f"đính chính: {params['restates']}" if params.get("restates") else ""


def _joined(*words: str) -> str:
    return " · ".join(filter(None, words))


_WORDS: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "official_report": _report,
    "freeze_report": _report,
    "make_scoring": _scoring,
    "freeze_scoring": lambda params: year_words(params["scoring"]),
    "list_files": _list,
    "difficulty_list": _days,
    "management_report": _month,
}
"""The functions that describe the parameters of a job, by kind of job."""
