"""Builds the use cases of `reports`, the function that runs background jobs and creates official papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import (
    attachment_files,
    clock,
    coordinators_judge,
    frozen_files,
    ids,
    in_force,
    once,
    petitions_store,
    publisher,
    reports_danger,
    settings_of,
    staff,
    timekeeping,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from petitions.adapters.reference import ReferenceSet
    from petitions.ports.papers import PaperSigner
    from petitions.usecases.channels.check_entries import CheckEntries, EntryWork
    from petitions.usecases.channels.import_entries import ImportEntries
    from petitions.usecases.exports.make_difficulty_list import MakeDifficultyList
    from petitions.usecases.exports.make_list_files import MakeListFiles
    from petitions.usecases.jobs.run_job import RunJob, Worker
    from petitions.usecases.jobs.sweep_jobs import SweepJobs
    from petitions.usecases.management.make_management_report import MakeManagementReport
    from petitions.usecases.management.read_management import ReadManagement
    from petitions.usecases.management.send_management_report import SendManagementReport
    from petitions.usecases.papers.make_paper_files import MakePaperFiles
    from petitions.usecases.reports.freeze_report import FreezeReport
    from petitions.usecases.reports.make_official_report import MakeOfficialReport
    from petitions.usecases.scoring.freeze_scoring import FreezeScoring
    from petitions.usecases.scoring.make_scoring import MakeScoring


def workers() -> Mapping[str, Callable[[], Worker]]:
    """Return the builders of background workers by kind of job (`domain/jobs/job_kinds.py`)."""
    return {
        "official_report": official_report,
        "freeze_report": freeze_report,
        "make_scoring": make_scoring,
        "freeze_scoring": freeze_scoring,
        "management_report": management_report,
        "list_files": list_files,
        "difficulty_list": difficulty_list,
        "check_entries": check_entries,
        "import_entries": import_entries,
    }


@in_force
def official_report(reference: ReferenceSet) -> MakeOfficialReport:
    from petitions.adapters.documents.tables import TableFiles
    from petitions.usecases.reports.make_official_report import MakeOfficialReport
    from petitions.usecases.reports.read_histories import ReadHistories

    histories = ReadHistories(petitions_store())
    return MakeOfficialReport(histories, reference.report_forms, reference.directory, TableFiles())


def freeze_report() -> FreezeReport:
    from petitions.usecases.reports.freeze_report import FreezeReport

    return FreezeReport(petitions_store(), clock(), official_report(), frozen_files())


@in_force
def make_scoring(reference: ReferenceSet) -> MakeScoring:
    """Return the worker that calculates units' yearly scores."""
    from petitions.usecases.reports.read_histories import ReadHistories
    from petitions.usecases.scoring.keep_scoring import KeepScoring
    from petitions.usecases.scoring.make_scoring import MakeScoring
    from petitions.usecases.scoring.read_opinions import ReadOpinions

    store, kinds = petitions_store(), reference.report_forms.periods
    reading = ReadHistories(store), ReadOpinions(store)
    return MakeScoring(store, clock(), *reading, kinds, reference.scoring, KeepScoring(frozen_files()))


def freeze_scoring() -> FreezeScoring:
    from petitions.usecases.scoring.freeze_scoring import FreezeScoring
    from petitions.usecases.scoring.keep_scoring import KeepScoring

    return FreezeScoring(petitions_store(), clock(), KeepScoring(frozen_files()))


@in_force
def _read_management(reference: ReferenceSet) -> ReadManagement:
    from petitions.usecases.figures.read_figures import ReadFigures
    from petitions.usecases.management.read_management import ReadManagement

    store, figures = petitions_store(), ReadFigures(petitions_store(), clock())
    known = (reference.management, reference.directory, reference.fields, reference.calendar)
    return ReadManagement(store, clock(), figures, *known)


def management_report() -> MakeManagementReport:
    """Return the worker that creates the monthly report for the city's leadership."""
    from petitions.adapters.documents.management_paper import management_paper
    from petitions.usecases.management.make_management_report import MakeManagementReport

    return MakeManagementReport(_read_management(), management_paper)


@in_force
def list_files(reference: ReferenceSet) -> MakeListFiles:
    """Return the worker that exports long work lists as files."""
    from petitions.adapters.documents.tables import SheetFiles
    from petitions.usecases.desk.export_list import ExportList
    from petitions.usecases.desk.read_work_list import ReadWorkList
    from petitions.usecases.exports.list_request import ReadListRequest
    from petitions.usecases.exports.make_list_files import MakeListFiles

    lists = ReadWorkList(petitions_store(), clock(), reference.directory, timekeeping(), staff())
    read = ReadListRequest(reference.directory, staff(), reference.fields)
    return MakeListFiles(ExportList(lists, ids()), staff(), reference.fields, SheetFiles(), read)


@in_force
def difficulty_list(reference: ReferenceSet) -> MakeDifficultyList:
    from petitions.adapters.documents.tables import SheetFiles
    from petitions.usecases.difficulties.read_difficulties import ReadDifficulties
    from petitions.usecases.exports.make_difficulty_list import MakeDifficultyList

    difficulties = ReadDifficulties(petitions_store(), clock(), attachment_files())
    return MakeDifficultyList(difficulties, staff(), reference.directory, SheetFiles())


@in_force
def _entry_work(reference: ReferenceSet) -> EntryWork:
    from petitions.adapters.documents.tables import SheetFiles
    from petitions.usecases.channels.alarm import Alarm
    from petitions.usecases.channels.check_entries import EntryWork
    from petitions.usecases.channels.hand_in import HandIn
    from petitions.usecases.contact.request_contact import RequestContact
    from petitions.usecases.petition.file_petition import PetitionFiling

    filing = PetitionFiling(ids(), reference.texts, timekeeping())
    ports = (petitions_store(), publisher(), clock(), ids(), attachment_files())
    alarm = Alarm(RequestContact(reference.texts, timekeeping(), coordinators_judge()), reports_danger)
    hand_in = HandIn(*ports, reference.directory, filing, alarm)
    return EntryWork(petitions_store(), clock(), attachment_files(), staff(), hand_in, SheetFiles())


@in_force
def check_entries(reference: ReferenceSet) -> CheckEntries:
    """Return the worker that checks, line by line, a file of petitions to import."""
    from petitions.adapters.understanding.routers import router_of
    from petitions.usecases.channels.check_entries import CheckEntries

    return CheckEntries(_entry_work(), router_of(reference))


def import_entries() -> ImportEntries:
    """Return the worker that files the petitions in a checked file."""
    from petitions.usecases.channels.import_entries import ImportEntries

    return ImportEntries(_entry_work())


@in_force
def send_management_report(reference: ReferenceSet) -> SendManagementReport:
    """Return the scheduled job that creates the monthly report and e-mails it to the city's leadership."""
    from petitions.usecases.management.send_management_report import SendManagementReport
    from petitions.usecases.officers.officer_mail import OfficerMail

    mail = OfficerMail(reference.texts, reference.directory, settings_of(config.ReportsSettings).desk_url)
    return SendManagementReport(petitions_store(), publisher(), clock(), mail, reference.calendar, _read_management())


@once
def run_job() -> RunJob:
    from petitions.usecases.jobs.run_job import RunJob

    return RunJob(petitions_store(), clock(), attachment_files(), workers())


@once
def sweep_jobs() -> SweepJobs:
    """Return the job that restarts interrupted jobs and deletes old files. It runs every minute."""
    from petitions.usecases.jobs.sweep_jobs import SweepJobs

    return SweepJobs(petitions_store(), publisher(), clock(), attachment_files())


@in_force
def make_paper_files(reference: ReferenceSet) -> MakePaperFiles:
    """Return the use case that creates, signs and checks the files of an official paper."""
    from petitions.adapters.papers.renderer import FileRenderer
    from petitions.usecases.papers.make_paper_files import MakePaperFiles

    return MakePaperFiles(
        store=petitions_store(),
        publisher=publisher(),
        clock=clock(),
        ids=ids(),
        files=attachment_files(),
        renderer=FileRenderer(),
        signer=paper_signer(),
        texts=reference.texts,
        directory=reference.directory,
        citizen_url=settings_of(config.ReportsSettings).citizen_url,
    )


@once
def paper_signer() -> PaperSigner:
    """Return the signer of official papers, which uses the office's private key."""
    from petitions.adapters.papers.signing import KeyFileSigner

    return KeyFileSigner(settings_of(config.ReportsSettings).paper_signing_key)
