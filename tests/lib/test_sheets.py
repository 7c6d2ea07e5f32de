from __future__ import annotations

import csv
import io

import pytest

from lib.sheets import write_sheet


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_sheet_is_comma_separated_with_a_mark_for_excel():
    written = write_sheet(["jour", "détail"], [["2026-11-30", 'a, "b"\nc']])

    assert written.startswith("\ufeff")
    assert read(written) == [["jour", "détail"], ["2026-11-30", 'a, "b"\nc']]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_what_would_be_a_formula_is_text(text):
    assert read(write_sheet(["a"], [[text]]))[1] == [f"'{text}"]


def test_numbers_stay_numbers_and_nothing_is_empty():
    assert read(write_sheet(["a", "b", "c"], [[-15, None, 0.5]]))[1] == ["-15", "", "0.5"]
