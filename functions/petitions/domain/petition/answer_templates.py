"""Checks on the answer templates that administrators write, and the differences between two lists of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from petitions.domain.petition.answering import LONGEST_FIELD, AnswerTemplate

LONGEST_NAME = 100
LONGEST_TEMPLATE = 5000
MOST_TEMPLATES = 50
_ID = re.compile(r"[a-z0-9-]{1,40}")
_PLACE = re.compile(r"\[([^\[\]\n]+)\]")


def faults(templates: Sequence[AnswerTemplate]) -> list[str]:
    """Return the faults of the list as Vietnamese sentences, each starting with the template's name. Empty if none."""
    found = [f"Tối đa {MOST_TEMPLATES} mẫu."] if len(templates) > MOST_TEMPLATES else []
    for template in templates:
        twins = [other for other in templates if other.name == template.name]
        found += [f"{template.name or 'Mẫu'}: {fault}" for fault in _of_one(template)]
        found += [f"{template.name}: có hai mẫu cùng tên."] if len(twins) > 1 and twins[0] is template else []
    if len({template.id for template in templates}) < len(templates):
        found.append("Một mẫu xuất hiện hai lần.")
    return found


def _of_one(answer_template: AnswerTemplate) -> list[str]:
    found = []
    if not _ID.fullmatch(answer_template.id):
        found.append("mã mẫu không hợp lệ.")
    if not answer_template.name or len(answer_template.name) > LONGEST_NAME or "\n" in answer_template.name:
        found.append(f"xin ghi tên mẫu trên một dòng, tối đa {LONGEST_NAME} ký tự.")
    if not answer_template.text or len(answer_template.text) > LONGEST_TEMPLATE:
        found.append(f"xin ghi nội dung, tối đa {LONGEST_TEMPLATE} ký tự.")
    if len(answer_template.basis) > LONGEST_FIELD:
        found.append(f"căn cứ dài quá {LONGEST_FIELD} ký tự.")
    parts = (answer_template.name, answer_template.text, answer_template.basis)
    if any(unicodedata.category(sign) == "Cc" and sign != "\n" for part in parts for sign in part):
        found.append("có ký tự điều khiển không nhìn thấy.")
    plain = "".join(_PLACE.sub(lambda place: "" if place[1].strip() else place[0], part) for part in parts[1:])
    if "[" in plain or "]" in plain:
        found.append("chỗ cần điền viết trong một cặp ngoặc vuông trên một dòng, ví dụ [ngày kiểm tra].")
    return found


def differences(old: Sequence[AnswerTemplate], new: Sequence[AnswerTemplate]) -> list[str]:
    """Return one Vietnamese line per template added, removed, changed or renamed, and one line if the order changed."""
    before, after = ({template.id: template for template in templates} for templates in (old, new))
    lines = [f"Thêm: {item.name}" for item in new if item.id not in before]
    lines += [f"Bỏ: {item.name}" for item in old if item.id not in after]
    for answer_template in new:
        known = before.get(answer_template.id, answer_template)
        if known != answer_template:
            renamed = f" (trước đây: {known.name})" if known.name != answer_template.name else ""
            lines.append(f"Sửa: {answer_template.name}{renamed}")
    if [answer_template.id for answer_template in old if answer_template.id in after] != [
        answer_template.id for answer_template in new if answer_template.id in before
    ]:
        lines.append("Đổi thứ tự")
    return lines
