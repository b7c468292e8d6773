"""The official reports that are public: frozen, with the row of the whole city and a hash that anyone can verify."""

from __future__ import annotations

from http import HTTPStatus

from flask import render_template
from status_pages import Answer, StatusPages

from petitions.usecases.publishing.public_view import PublicView


class ReportPages:
    """The route of the reports."""

    def __init__(self, pages: StatusPages, view: PublicView) -> None:
        self._pages = pages
        self._view = view

    def page(self) -> Answer:
        """Show the reports, the newest period first, with one read."""
        self._pages.check_reads()
        return render_template("reports.html", reports=self._view.reports()), HTTPStatus.OK
