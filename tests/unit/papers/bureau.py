"""A desk that makes official papers, with the function `reports`, the real renderer and a real key."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from infra.local.stack.signing_key import made_key
from petitions.adapters import reference
from petitions.adapters.papers.renderer import FileRenderer
from petitions.adapters.papers.signing import KeyFileSigner
from petitions.domain.papers.paper import Paper, PaperRegister
from petitions.domain.petition.petition import Petition
from petitions.ports.papers import PaperSigner
from petitions.usecases.papers.make_paper_files import MakePaperFiles
from tests.unit.desk.office import Office


@cache
def key_file() -> str:
    return made_key()


@dataclass
class Bureau(Office):
    signer: PaperSigner = field(default_factory=lambda: KeyFileSigner(key_file()))

    def __post_init__(self) -> None:
        super().__post_init__()
        for who, position in (("sxd-head", "Phó Giám đốc"), ("syt-head", "Giám đốc")):
            self.store.update(f"officers/{who}", {"position": position})
        self.made = 0

    def making(self) -> MakePaperFiles:
        return MakePaperFiles(
            self.store,
            self.publisher,
            self.clock,
            self.ids,
            self.kept,
            FileRenderer(),
            self.signer,
            reference.texts(),
            reference.directory(),
            "https://pakn.example.vn",
        )

    def drafts(self, petition: Petition, kind: str = "receipt", who: str = "sxd-officer") -> Paper:
        browser = self.at_desk(who)
        page = browser.see(f"/petitions/{petition.code}").text
        key = re.search(r'name="key" value="([a-z0-9]{20})"', page)
        assert key, page
        begun = browser.submit(f"/petitions/{petition.code}/papers", kind=kind, key=key[1])
        assert begun.status_code == 303, begun.text
        return self.paper(petition.code, key[1])

    def issues(self, paper: Paper, who: str = "sxd-head", **written: str) -> Any:
        form = {"subject": paper.subject, "body": paper.body, "seen": paper.drafted_at.isoformat(), **written}
        return self.at_desk(who).submit(f"/petitions/{paper.code}/papers/{paper.id}", do="issue", **form)

    def issued(self, petition: Petition, kind: str = "receipt", who: str = "sxd-head", **written: str) -> Paper:
        draft = self.drafts(petition, kind)
        answer = self.issues(draft, who, **written)
        assert answer.status_code == 303, answer.text
        return self.paper(petition.code, draft.id)

    def makes(self) -> None:
        messages = self.publisher.of("papers")
        while self.made < len(messages):
            data = messages[self.made].data
            self.made += 1
            self.making()(data["code"], data["paper"])

    def ready(self, petition: Petition, **written: str) -> Paper:
        paper = self.issued(petition, **written)
        self.makes()
        return self.paper(petition.code, paper.id)

    def paper(self, code: str, paper_id: str) -> Paper:
        return Paper.model_validate(self.store.documents[f"petitions/{code}/papers/{paper_id}"])

    def last(self, unit: str = "SXD") -> int:
        found = self.store.documents.get(f"paper_registers/{unit}:2026")
        return PaperRegister.model_validate(found).last if found else 0
