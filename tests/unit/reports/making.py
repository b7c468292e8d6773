"""A desk's background jobs, run like in the function `reports`, over in-memory fakes."""

from __future__ import annotations

from collections.abc import Callable

from petitions.adapters import reference
from petitions.adapters.documents.management_paper import management_paper
from petitions.adapters.documents.tables import SheetFiles, TableFiles
from petitions.adapters.understanding import routers
from petitions.usecases.channels.check_entries import CheckEntries, EntryWork
from petitions.usecases.channels.hand_in import HandIn
from petitions.usecases.channels.import_entries import ImportEntries
from petitions.usecases.desk.export_list import ExportList
from petitions.usecases.desk.read_work_list import ReadWorkList
from petitions.usecases.difficulties.read_difficulties import ReadDifficulties
from petitions.usecases.exports.list_request import ReadListRequest
from petitions.usecases.exports.make_difficulty_list import MakeDifficultyList
from petitions.usecases.exports.make_list_files import MakeListFiles
from petitions.usecases.figures.read_figures import ReadFigures
from petitions.usecases.jobs.run_job import RunJob, Worker
from petitions.usecases.management.make_management_report import MakeManagementReport
from petitions.usecases.management.read_management import ReadManagement
from petitions.usecases.officers.staff import Staff
from petitions.usecases.petition.file_petition import PetitionFiling
from petitions.usecases.reports.freeze_report import FreezeReport
from petitions.usecases.reports.make_official_report import MakeOfficialReport
from petitions.usecases.reports.read_histories import ReadHistories
from petitions.usecases.scoring.freeze_scoring import FreezeScoring
from petitions.usecases.scoring.keep_scoring import KeepScoring
from petitions.usecases.scoring.make_scoring import MakeScoring
from petitions.usecases.scoring.read_opinions import ReadOpinions
from tests.fakes import FakeFiles
from tests.unit.world import World


def management(world: World) -> ReadManagement:
    data = reference.shipped()
    figures = ReadFigures(world.store, world.clock)
    known = (data.management, data.directory, data.fields, data.calendar)
    return ReadManagement(world.store, world.clock, figures, *known)


def entry_work(world: World) -> EntryWork:
    filing = PetitionFiling(world.ids, reference.texts(), world.timekeeping)
    ports = (world.store, world.publisher, world.clock, world.ids, world.kept)
    hand_in = HandIn(*ports, reference.directory(), filing, world.alarm)
    return EntryWork(world.store, world.clock, world.kept, Staff(world.store, world.clock), hand_in, SheetFiles())


def do_jobs(world: World, frozen: FakeFiles) -> None:
    histories = ReadHistories(world.store)
    make = MakeOfficialReport(histories, reference.report_forms(), reference.directory(), TableFiles())
    freeze = FreezeReport(world.store, world.clock, make, frozen)
    keep, rules = KeepScoring(frozen), reference.shipped().scoring
    score = MakeScoring(
        world.store, world.clock, histories, ReadOpinions(world.store), reference.report_forms().periods, rules, keep
    )
    freeze_scores = FreezeScoring(world.store, world.clock, keep)
    staff, ports = Staff(world.store, world.clock), (world.store, world.clock)
    workers: dict[str, Callable[[], Worker]] = {
        "official_report": lambda: make,
        "freeze_report": lambda: freeze,
        "make_scoring": lambda: score,
        "freeze_scoring": lambda: freeze_scores,
        "list_files": lambda: MakeListFiles(
            ExportList(ReadWorkList(*ports, reference.directory(), world.timekeeping, staff), world.ids),
            staff,
            reference.fields(),
            SheetFiles(),
            ReadListRequest(reference.directory(), staff, reference.fields()),
        ),
        "difficulty_list": lambda: MakeDifficultyList(
            ReadDifficulties(*ports, world.kept), staff, reference.directory(), SheetFiles()
        ),
        "check_entries": lambda: CheckEntries(entry_work(world), routers.router()),
        "import_entries": lambda: ImportEntries(entry_work(world)),
        "management_report": lambda: MakeManagementReport(management(world), management_paper),
    }
    run = RunJob(world.store, world.clock, world.kept, workers)
    for message in world.publisher.of("jobs"):
        run(message.data["id"])
