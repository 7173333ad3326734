"""From bytes to lines: the one place that refuses what is not text (wrong encoding, control characters)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from factually.foundation.errors import InvalidInput

MAX_BYTES = 1_000_000
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# What XML 1.0 can't hold (section 2.2) would break the feed; C1 controls are never meant.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no text of ours holds."""


@dataclass(frozen=True)
class Line:
    """A line that is not blank.

    Attributes:
        number: Its place in the file, from 1, so that an error can name it.
        text: Without space at either end, NFC.
        field: Name of the input field it came in.
    """

    number: int
    text: str
    field: str = "text"

    def refusal(self, reason: str) -> InvalidInput:
        """Return the error that says what is wrong with this line."""
        return InvalidInput(f"Line {self.number}: {reason}", field=self.field)


def read_lines(data: bytes | str, *, field: str = "text") -> list[Line]:
    """Return the lines of a text that are not blank.

    A byte order mark is dropped, every kind of line end is one, and the text is put into NFC.

    Raises:
        InvalidInput: Not UTF-8, a control character, more than 1 MB, or nothing but blanks.
    """
    text = _decode(data, field)
    lines = []
    for number, raw in enumerate(_LINE_END.split(text), start=1):
        line = Line(number, unicodedata.normalize("NFC", raw).strip(), field)
        forbidden = FORBIDDEN.search(raw)
        if forbidden is not None:
            code_point = f"U+{ord(forbidden.group()):04X}"
            raise line.refusal(f"the control character {code_point} can't stand in a text.")
        if line.text:
            lines.append(line)
    if not lines:
        raise InvalidInput("The text is empty.", field=field)
    return lines


def _decode(data: bytes | str, field: str) -> str:
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"The text is longer than {MAX_BYTES // 1_000_000} MB.", field=field)
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = Line(data.count(b"\n", 0, error.start) + 1, "", field)
        raise line.refusal("the text is not UTF-8.") from error
