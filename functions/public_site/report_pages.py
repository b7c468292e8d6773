"""The page of published official reports, each with citywide numbers and a hash for verification."""

from __future__ import annotations

from http import HTTPStatus

from flask import render_template
from status_pages import Answer, StatusPages

from petitions.usecases.publishing.public_view import PublicView


class ReportPages:
    def __init__(self, pages: StatusPages, view: PublicView) -> None:
        self._pages = pages
        self._view = view

    def page(self) -> Answer:
        self._pages.check_reads()
        return render_template("reports.html", reports=self._view.reports()), HTTPStatus.OK
