"""One plain spelling for characters that look alike, so that slugs, rules and searches meet."""

from __future__ import annotations

_LOOKALIKES = {
    # NFKC turns U+2011 into U+2010 and leaves both apart from "-", so dashes are mapped by hand.
    **dict.fromkeys(range(0x2010, 0x2016), "-"),
    0x2212: "-",
    **dict.fromkeys(range(0x2018, 0x201C), "'"),
    **dict.fromkeys(range(0x201C, 0x2020), '"'),
    0x00A0: " ",
    0x2009: " ",
    0x202F: " ",
}


def fold(text: str) -> str:
    """Return text with plain hyphens, quotes and spaces, so that the same word is found in each spelling.

    Each character maps to exactly one, so a place found in the folded text is the same place in the
    original, which alone is shown (reference publishing, section 1).
    """
    return text.translate(_LOOKALIKES)
