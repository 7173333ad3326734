from __future__ import annotations

from benchmarks.chance import chance_of
from benchmarks.word_shapes import WordShapes

LEARNED = ("MADISON", "MADDOX", "ADDISON", "HARRISON", "HARRIS", "MORRIS", "PAC")


def test_new_words_are_like_the_learned_ones_and_none_of_them() -> None:
    shapes, random = WordShapes(LEARNED), chance_of(1)
    words = {shapes.new_word(random) for _ in range(500)}
    assert len(words) == 500
    assert not words & set(LEARNED)
    assert all(word.isalpha() and word.isupper() for word in words)
