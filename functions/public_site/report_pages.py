"""The page of published official reports: frozen, with the numbers of the whole city and a hash for verification."""

from __future__ import annotations

from http import HTTPStatus

from flask import render_template
from status_pages import Answer, StatusPages

from petitions.usecases.publishing.public_view import PublicView


class ReportPages:
    """The handler of the page of official reports."""

    def __init__(self, pages: StatusPages, view: PublicView) -> None:
        self._pages = pages
        self._view = view

    def page(self) -> Answer:
        """Show the published official reports, the newest period first."""
        self._pages.check_reads()
        return render_template("reports.html", reports=self._view.reports()), HTTPStatus.OK
