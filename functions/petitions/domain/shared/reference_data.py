"""Parse reference data (calendars, rules and so on) and report all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

VersionName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^/]+$")]
"""The version that reference data declare. It becomes a part of a document's id."""
REFERENCE_LABELS: Mapping[str, str] = {
    "calendars": "Lịch làm việc",
    "deadline_rules": "Quy tắc thời hạn",
    "reminder_ladder": "Bậc nhắc việc",
    "housekeeping": "Mở lại và đánh giá",
    "paper_forms": "Mẫu văn bản",
    "report_forms": "Biểu báo cáo",
    "scoring_rules": "Chấm điểm đơn vị",
    "management_rules": "Báo cáo điều hành",
    "answers": "Mẫu trả lời",
    "directory": "Danh mục đơn vị",
}
"""The Vietnamese names of the kinds of reference data that officers change."""
M = TypeVar("M", bound=BaseModel)


class ReferenceModel(BaseModel):
    """A part of reference data: immutable, and unknown fields are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReferenceFaults(ValueError):  # noqa: N818 - it carries several faults
    """Raised for faulty reference data. `faults` lists all faults."""

    def __init__(self, what: str, faults: list[str]) -> None:
        super().__init__(f"{what}: " + "; ".join(faults))
        self.faults = faults
        """All faults as sentences, each with its place in the data."""


def parse(model: type[M], raw: Mapping[str, Any], what: str) -> M:
    """Return the data as a validated model. Raise ReferenceFaults with all faults, not only the first."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in found['loc'])}: {line}".removeprefix(": ")
            for found in error.errors()
            for line in found["msg"].removeprefix("Value error, ").split("\n")
        ]
        raise ReferenceFaults(what, faults) from error
