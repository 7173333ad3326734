from __future__ import annotations

import json

import pytest

from factually.foundation.errors import InvalidInput
from factually.independence.registers.entries import Entry
from factually.independence.registers.formats.mapped_csv import Mapping, parse_mapped_table, parse_mapping
from tests.support.register_files import lines

TOML = b"""
key = "id"
name = "caption"
former_names = ["was"]
other_names = ["short", "aliases"]
sponsors = ["client"]
domains = ["website"]
ein = "irs"
details = ["country", "topics"]
separator = ";"
list_separator = "|"
encoding = "windows-1252"
"""
HEADER = "id;caption;was;short;aliases;client;website;irs;country;topics"
ROW = "7;Caf\u00e9 Lobby;Tea Lobby;CL;Lobby A|Lobby B||CL;Beans Inc;https://www.Example.org/us|example.com;90-0000001;MDU;"


def table(*rows: str) -> bytes:
    return lines(HEADER, *rows).decode().encode("cp1252")


def test_a_table_is_read_as_its_mapping_says() -> None:
    assert parse_mapped_table(table(ROW), parse_mapping(TOML)) == (
        Entry(
            key="7",
            name="Café Lobby",
            former_names=("Tea Lobby",),
            other_names=("CL", "Lobby A", "Lobby B"),
            sponsors=("Beans Inc",),
            domains=("example.org", "example.com"),
            ein="900000001",
            details={"country": "MDU"},
        ),
    )


def test_a_mapping_may_be_json_and_name_only_what_is_needed() -> None:
    mapping = parse_mapping(json.dumps({"key": "id", "name": "caption", "details": "country"}).encode())
    assert mapping == Mapping(key="id", name="caption", details=("country",))
    (entry,) = parse_mapped_table(lines("caption,id,country", "Lobby,7,MDU"), mapping)
    assert entry == Entry(key="7", name="Lobby", details={"country": "MDU"})


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROW.replace("7;", ";", 1), "Line 2: id is empty"),
        (ROW.replace("7;", f"{'7' * 201};", 1), "Line 2: id is longer than 200"),
        (ROW.replace("90-0000001", "90-1"), "Line 2: irs is not nine digits"),
        (ROW.replace("example.com", "no host"), "Line 2: a domain is no host name"),
        (ROW.replace("example.com", "http://[::1"), "Line 2: a web address is broken"),
        (ROW.replace("Lobby A", "L" * 501), "Line 2: aliases is longer than 500"),
    ],
)
def test_a_damaged_line_is_refused(row: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse_mapped_table(table(row), parse_mapping(TOML))


def test_a_key_stands_once() -> None:
    with pytest.raises(InvalidInput, match="Line 3: 7 stands on line 2 already"):
        parse_mapped_table(table(ROW, ROW), parse_mapping(TOML))


def test_bytes_outside_the_stated_encoding_are_refused() -> None:
    with pytest.raises(InvalidInput, match="Line 2: it is not CP1252"):
        parse_mapped_table(table() + b"8;\x81\n", parse_mapping(TOML))


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (b"\xff", "neither TOML nor JSON"),
        (b"key =", "neither TOML nor JSON"),
        (b"{", "neither TOML nor JSON"),
        (b"", "does not say which column is the key and the name"),
        (b'name = "n"', "does not say which column is the key"),
        (b'key = ""\nname = "n"', "key is no text"),
        (b'key = 1\nname = "n"', "key is no text"),
        (TOML + b'colour = "red"', "it says colour, which a register has not"),
        (TOML.replace(b'["was"]', b"[1]"), "former_names is no list of columns"),
        (TOML.replace(b'";"', b'"x"'), "separator is no comma"),
        (TOML.replace(b"windows-1252", b"klingon"), "encoding is none of utf-8"),
        (TOML.replace(b'"topics"', b'"t\xc3\xb6pics"'), "other than plain letters"),
        (b'{"key": "\\ud800", "name": "n"}', "key is no text"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(mapping: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match="Nothing was loaded") as caught:
        parse_mapping(mapping)
    assert message in caught.value.message
