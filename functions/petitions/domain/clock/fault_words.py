"""Vietnamese wording of the faults found in calendars, deadline rules and ladders of reminders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from petitions.domain.clock.changes_in_words import place_in_words

_WORDS = (
    (r"times are Hanoi's and carry no zone", "giờ ghi theo giờ Hà Nội, không kèm múi giờ"),
    (r"spans must be in order, .*", "các khoảng giờ phải theo thứ tự, không rỗng, không chồng lên nhau"),
    (r"no day is worked", "không có ngày làm việc nào"),
    (r"extra working days have no working time", "có ngày làm bù nhưng chưa có giờ làm việc"),
    (r"none given", "chưa có năm nào"),
    (r"must follow each other without gap or repetition: (.*)", r"các năm phải liền nhau, không thiếu, không lặp: \1"),
    (r"is not in (\d+)", r"không thuộc năm \1"),
    (r"off, but no working day anyway", "ghi là ngày nghỉ, nhưng vốn đã không làm việc"),
    (r"extra working day, but worked anyway", "ghi là ngày làm bù, nhưng vốn đã làm việc"),
    (r"both off and worked", "vừa ghi nghỉ vừa ghi làm bù"),
    (r"an extra working day is given twice", "một ngày làm bù được ghi hai lần"),
    (r"given more than once", "mã quy tắc bị lặp"),
    (r"ends before it begins", "ngày hết hiệu lực phải sau ngày có hiệu lực"),
    (r"no rule", "không có quy tắc nào áp dụng"),
    (r"(.*) contradict each other", r"các quy tắc \1 mâu thuẫn nhau"),
    (r"two rungs have the same name: (.*)", r"hai bậc trùng nhau: \1"),
    (r"rungs must rise: (.*)", r"các bậc phải theo thứ tự tăng dần, không trùng: \1"),
    (r"only the last rung may repeat", "chỉ bậc cuối được lặp lại"),
    (r"a rung that repeats is named (.*)", r"bậc lặp lại phải có tên \1"),
    (r"Field required", "thiếu mục này"),
    (r"Extra inputs are not permitted", "mục này không được dùng"),
    (r"String should match pattern .*", "không dùng dấu gạch chéo (/)"),
    (r"String should have at most (\d+) characters", r"tối đa \1 ký tự"),
    (r"String should have at least 1 character", "không được để trống"),
    (r"Input should be greater than or equal to (.*)", r"phải từ \1 trở lên"),
    (r"Input should be less than or equal to (.*)", r"không được quá \1"),
    (r"Input should be greater than (.*)", r"phải lớn hơn \1"),
    (r"Input should be a valid (?:date|time|integer|string|list|tuple|boolean).*", "giá trị không đúng kiểu"),
    (r"Input should be (.*)", r"phải là: \1"),
)


def in_words(fault: str, data: Mapping[str, Any]) -> str:
    """Return the fault in Vietnamese, with its place in the data.

    A fault without a translation is returned unchanged, so that nothing is hidden.
    """
    where, colon, what = fault.partition(": ")
    for place, text in ((where, what), ("", fault)) if colon else (("", fault),):
        head, _, tail = text.rpartition(": ")
        for before, rest in (("", text), (head, tail)):
            for pattern, words in _WORDS:
                if found := re.fullmatch(pattern, rest):
                    return ": ".join(
                        part for part in (place_in_words(place, data), before, found.expand(words)) if part
                    )
    return fault
