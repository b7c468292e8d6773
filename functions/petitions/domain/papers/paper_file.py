"""The signed PDF of a paper as a file of the petition, to be sent on Zalo and shown on the filer's page."""

from __future__ import annotations

from petitions.domain.files.attachment import AttachmentState
from petitions.domain.papers.paper import Paper
from petitions.domain.petition.petition_file import PetitionFile

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def paper_file(paper: Paper) -> PetitionFile:
    """Return the signed PDF of a paper as a file of its petition. The paper must be in the state READY."""
    return PetitionFile(
        id=paper.id,
        type="file",
        purpose="answer",
        name=f"{paper.label} số {paper.number}-{paper.year}.pdf",
        state=AttachmentState.STORED,
        media_type=PDF,
        size=paper.pdf.size if paper.pdf else None,
        sha256=paper.pdf.sha256 if paper.pdf else None,
        object=paper.object,
    )
