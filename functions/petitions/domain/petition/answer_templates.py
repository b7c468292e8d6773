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
    """Return what is wrong with the list, in Vietnamese, with the template's name."""
    found = [f"Tối đa {MOST_TEMPLATES} mẫu."] if len(templates) > MOST_TEMPLATES else []
    for each in templates:
        twins = [other for other in templates if other.name == each.name]
        found += [f"{each.name or 'Mẫu'}: {fault}" for fault in _of_one(each)]
        found += [f"{each.name}: có hai mẫu cùng tên."] if len(twins) > 1 and twins[0] is each else []
    if len({each.id for each in templates}) < len(templates):
        found.append("Một mẫu xuất hiện hai lần.")
    return found


def _of_one(each: AnswerTemplate) -> list[str]:
    found = []
    if not _ID.fullmatch(each.id):
        found.append("mã mẫu không hợp lệ.")
    if not each.name or len(each.name) > LONGEST_NAME or "\n" in each.name:
        found.append(f"xin ghi tên mẫu trên một dòng, tối đa {LONGEST_NAME} ký tự.")
    if not each.text or len(each.text) > LONGEST_TEMPLATE:
        found.append(f"xin ghi nội dung, tối đa {LONGEST_TEMPLATE} ký tự.")
    if len(each.basis) > LONGEST_FIELD:
        found.append(f"căn cứ dài quá {LONGEST_FIELD} ký tự.")
    said = (each.name, each.text, each.basis)
    if any(unicodedata.category(sign) == "Cc" and sign != "\n" for part in said for sign in part):
        found.append("có ký tự điều khiển không nhìn thấy.")
    plain = "".join(_PLACE.sub(lambda place: "" if place[1].strip() else place[0], part) for part in said[1:])
    if "[" in plain or "]" in plain:
        found.append("chỗ cần điền viết trong một cặp ngoặc vuông trên một dòng, ví dụ [ngày kiểm tra].")
    return found


def differences(old: Sequence[AnswerTemplate], new: Sequence[AnswerTemplate]) -> list[str]:
    """Return the changes from one list to the other, in Vietnamese."""
    before, after = ({each.id: each for each in templates} for templates in (old, new))
    lines = [f"Thêm: {each.name}" for each in new if each.id not in before]
    lines += [f"Bỏ: {each.name}" for each in old if each.id not in after]
    for each in new:
        known = before.get(each.id, each)
        if known != each:
            renamed = f" (trước đây: {known.name})" if known.name != each.name else ""
            lines.append(f"Sửa: {each.name}{renamed}")
    if [each.id for each in old if each.id in after] != [each.id for each in new if each.id in before]:
        lines.append("Đổi thứ tự")
    return lines
