"""The PDFs are read back as a reader's program would read them."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from typst import TypstError

from factually.donations.my import documents
from factually.donations.my.documents import Issuer, statement_pdf
from factually.donations.my.statements import Contribution, receipt, statement
from factually.foundation.money import Money

if TYPE_CHECKING:
    from pathlib import Path

ISSUER = Issuer(name="Factually", address="https://example.org", contact="hello@example.org", sandbox=False)
DAY = date(2026, 11, 24)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def gift(giver: str = "Ada Reader", *, minor: int = 500, kept: int | None = None) -> Contribution:
    return Contribution(
        number="k3v9abcd",
        day=DAY,
        giver=giver,
        taken=Money(minor, "USD"),
        kept=Money(minor if kept is None else kept, "USD"),
        note="" if kept is None else "Partly given back.",
    )


def read(document: bytes) -> tuple[str, PdfReader]:
    reader = PdfReader(BytesIO(document))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split()), reader


def words_of(*gifts: Contribution, issuer: Issuer = ISSUER) -> str:
    return read(statement_pdf(statement(gifts, period=YEAR, as_of=DAY), issuer=issuer))[0]


def test_a_receipt_says_who_gave_what_and_when_and_that_nothing_was_given_in_return() -> None:
    text, _ = read(statement_pdf(receipt(gift(), as_of=DAY), issuer=ISSUER))
    for part in (
        "Factually",
        "hello@example.org",
        "Receipt for gift k3v9abcd",
        "Ada Reader",
        "November 24, 2026",
        "Total of gifts: $5.00",
        "No goods or services were given in return for this gift.",
    ):
        assert part in text
    assert "Sandbox" not in text
    assert "170(f)(8)" not in text


def test_it_can_be_read_aloud_archived_and_found() -> None:
    _, reader = read(statement_pdf(receipt(gift(), as_of=DAY), issuer=ISSUER))
    assert reader.metadata is not None
    assert reader.metadata.title == "Receipt for gift k3v9abcd"
    root = str(reader.root_object)
    for said in ("'/Lang': 'en-US'", "'/Marked': True", "'/DisplayDocTitle': True", "/StructTreeRoot"):
        assert said in root
    assert reader.xmp_metadata is not None
    claims = reader.xmp_metadata.stream.get_data()
    assert b"<pdfuaid:part>1<" in claims
    assert b"<pdfaid:part>2<" in claims


def test_what_went_back_is_subtracted_from_the_total() -> None:
    text = words_of(gift(minor=1000, kept=400), gift())
    assert "$10.00 $6.00 $4.00" in text
    assert "Partly given back." in text
    assert "Total of gifts: $9.00" in text
    assert "in return for these gifts." in text


def test_a_gift_of_250_dollars_is_acknowledged_as_tax_law_asks() -> None:
    assert "170(f)(8)" in words_of(gift(minor=25_000))


def test_a_time_without_gifts_is_said_to_be_one() -> None:
    assert "No money was taken for a gift in this time." in words_of()


def test_the_sandbox_is_named() -> None:
    sandbox = Issuer(name="F", address="https://example.org", contact="a@example.org", sandbox=True)
    assert "Sandbox: no money moved." in words_of(gift(), issuer=sandbox)


def test_the_same_data_gives_the_same_bytes() -> None:
    made = statement([gift(), gift("Čapek")], period=YEAR, as_of=DAY)
    assert statement_pdf(made, issuer=ISSUER) == statement_pdf(made, issuer=ISSUER)


def test_a_long_statement_goes_on_over_numbered_pages_and_repeats_its_head() -> None:
    _, reader = read(statement_pdf(statement([gift()] * 80, period=YEAR, as_of=DAY), issuer=ISSUER))
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) > 2
    assert all(f"Page {number} of {len(texts)}" in text for number, text in enumerate(texts, 1))
    assert "Given by" in texts[1]


@pytest.mark.parametrize("name", ["Žofie Ωmega", "Анна", "Հայկ", "ქეთევან", "José & Søns"])
def test_a_name_is_written_in_its_own_script(name: str) -> None:
    text = words_of(gift(name))
    assert name in text
    assert "Latin letters" not in text


@pytest.mark.parametrize("name", ["محمد علی", "שלום"])
def test_a_name_written_from_right_to_left_is_in_its_own_script_too(name: str) -> None:
    text = words_of(gift(name))
    assert set(name) <= set(text)
    assert "Latin letters" not in text


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("王小明", "WangXiaoMing"),
        ("김철수", "GimCheolSu"),
        ("தமிழ்", "tmil"),
        ("สมชาย", "smchay"),
        ("さくら", "sakura"),
    ],
)
def test_a_name_that_no_face_shows_is_written_in_latin_letters_and_the_paper_says_so(
    name: str, latin: str
) -> None:
    text = words_of(gift(name))
    assert latin in text
    assert "A name is written here in Latin letters" in text


def test_a_name_without_any_letter_still_gives_a_receipt() -> None:
    assert "(a name that can't be printed)" in words_of(gift("\ue000"))


@pytest.mark.parametrize(
    "name", ['#import "x": y', "$ x $ *bold* _it_ @ref <a>", '#read("/etc/passwd")', "\\u{41}"]
)
def test_a_name_is_never_read_as_markup(name: str) -> None:
    assert name.replace('"', "") in words_of(gift(name)).replace('"', "")


def test_a_fault_of_the_layout_is_not_taken_for_a_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "statement.typ").write_text("#no-such-function()")
    monkeypatch.setattr(documents, "_PRINT", tmp_path)
    with pytest.raises(TypstError, match="no-such-function"):
        words_of(gift())
