"""No bytes, however damaged, get past a parser as anything but sound entries or a refusal in a sentence."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.foundation.errors import InvalidInput
from factually.independence.registers.entries import content_hash
from factually.independence.registers.formats.mapped_csv import Mapping, parse_mapped_table, parse_mapping
from factually.independence.registers.kinds import REGISTER_KINDS
from factually.independence.registers.unpacking import unpacked
from tests.support import register_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from factually.independence.registers.entries import Entry

    Parser = Callable[[bytes], tuple[Entry, ...]]

SAMPLES = {
    "fec_committees": register_files.FEC_CSV,
    "irs_8871": register_files.FORM_8871,
    "irs_eo_bmf": register_files.BMF_OFFICIAL,
    "political_email_domains": register_files.EMAIL_DOMAINS,
    "uk_parties": register_files.UK_PARTIES,
    "ca_parties": register_files.CA_PARTIES,
    "au_aec_entities": register_files.AEC,
    "party_facts": register_files.PARTY_FACTS,
}
MAPPED = partial(
    parse_mapped_table,
    mapping=Mapping(key="ec_id", name="name", domains=("name",), other_names=("name",), details=("name",)),
)
PARSERS = [
    *(
        pytest.param(kind.parse, SAMPLES[kind.kind], id=kind.kind)
        for kind in REGISTER_KINDS.values()
        if kind.parse
    ),
    pytest.param(REGISTER_KINDS["fec_committees"].parse, register_files.FEC_MASTER, id="fec_master"),
    pytest.param(REGISTER_KINDS["irs_eo_bmf"].parse, register_files.BMF_CLEANED, id="bmf_cleaned"),
    pytest.param(MAPPED, register_files.UK_PARTIES, id="mapped"),
]
DAMAGE = st.lists(
    st.tuples(st.integers(0, 2_000), st.integers(0, 12), st.binary(max_size=4)), min_size=1, max_size=4
)


def read(parser: Parser, data: bytes) -> None:
    with suppress(InvalidInput):
        entries = parser(data)
        assert len({entry.key for entry in entries}) == len(entries) > 0
        for entry in entries:
            assert entry.name
            assert "\x00" not in repr(entry)
            assert len(content_hash(entry)) == 32


@pytest.mark.parametrize(("parser", "sample"), PARSERS)
@given(data=st.binary())
def test_no_bytes_raise_anything_but_a_refusal(parser: Parser, sample: bytes, data: bytes) -> None:
    read(parser, data)
    read(parser, sample + data)


@pytest.mark.parametrize(("parser", "sample"), PARSERS)
@given(damage=DAMAGE)
def test_no_damage_to_a_sound_file_raises_anything_but_a_refusal(
    parser: Parser, sample: bytes, damage: list[tuple[int, int, bytes]]
) -> None:
    for place, length, other in damage:
        start = place % (len(sample) + 1)
        sample = sample[:start] + other + sample[start + length :]
    read(parser, sample)


@pytest.mark.parametrize(("parser", "sample"), PARSERS)
def test_a_file_cut_off_anywhere_but_at_the_end_of_a_line_is_refused(parser: Parser, sample: bytes) -> None:
    for end in range(len(sample)):
        if sample[end - 1 : end] != b"\n":
            with pytest.raises(InvalidInput):
                parser(sample[:end])


@given(st.sampled_from([b"", b"\x1f\x8b", b"PK\x03\x04"]), st.binary())
def test_no_compressed_bytes_raise_anything_but_a_refusal(magic: bytes, data: bytes) -> None:
    with suppress(InvalidInput):
        assert unpacked(magic + data) is not None


@given(st.binary() | st.text().map(str.encode) | st.binary().map(lambda data: b'{"key": ' + data))
def test_no_mapping_raises_anything_but_a_refusal(data: bytes) -> None:
    with suppress(InvalidInput):
        assert parse_mapping(data).columns
