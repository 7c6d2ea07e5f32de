"""What people type about themselves and their vehicles."""

from __future__ import annotations

import pytest

from customers.details import Invalid, read_contact, read_vehicle
from lib import clock
from lib.vins import vin_with_check_digit

CIVIC_VIN = vin_with_check_digit("2HGFC2F50KH000001")
GOOD = {
    "name": "Éloïse L’Heureux-Nguyễn",
    "phone": "(514) 555-0123",
    "email": "Eloise@Example.COM",
    "language": "fr",
}


def errors(read, raw) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        read(raw)
    return refused.value.errors


def test_a_contact_is_brought_to_one_form() -> None:
    contact = read_contact(GOOD)

    assert (contact.name, contact.phone, contact.email) == (
        "Éloïse L’Heureux-Nguyễn", "+15145550123", "eloise@example.com",
    )  # fmt: skip


@pytest.mark.parametrize("way", ["phone", "email"])
def test_one_way_to_reach_somebody_is_enough(way: str) -> None:
    assert read_contact({**GOOD, "phone": "", "email": "", way: GOOD[way]})


def test_every_error_is_said_at_once() -> None:
    assert set(errors(read_contact, {"name": " ", "phone": "12", "email": "nope", "language": "de"})) == {
        "name", "phone", "email", "language",
    }  # fmt: skip


def test_nobody_can_be_reached_by_nothing() -> None:
    assert set(errors(read_contact, {"name": "Luc"})) == {"phone"}


@pytest.mark.parametrize(
    "raw",
    [
        {"make": "Honda", "model": "Civic", "year": "2019"},
        {"plate": "K4T 7QF"},
        {"vin": "1M8GDM9AXKP042788"},
        {"make": "Honda", "model": "Civic"},
    ],
)
def test_a_vehicle_is_known_by_make_and_model_or_plate_or_vin(raw: dict[str, str]) -> None:
    assert read_vehicle(raw)


@pytest.mark.parametrize("raw", [{}, {"make": "Honda"}, {"year": "2019"}, {"colour": "Gris"}])
def test_too_little_is_refused(raw: dict[str, str]) -> None:
    assert set(errors(read_vehicle, raw)) == {"make"}


def test_a_wrong_check_digit_is_a_warning() -> None:
    vehicle = read_vehicle({"vin": "1M8GDM9A1KP042788"})

    assert vehicle.doubtful_vin
    assert vehicle.vin == "1M8GDM9A1KP042788"


def test_an_o_in_a_vin_is_read_as_zero_and_said() -> None:
    vehicle = read_vehicle({"vin": "1M8GDM9AXKPO42788"})

    assert (vehicle.vin, vehicle.corrected_vin, vehicle.doubtful_vin) == ("1M8GDM9AXKP042788", True, False)


@pytest.mark.parametrize("year", ["19", "1850", "20199", "deux mille", "２０１９", "-2019", "2019.5"])
def test_an_impossible_year_is_refused(year: str) -> None:
    assert "year" in errors(read_vehicle, {"make": "Honda", "model": "Civic", "year": year})


def test_next_years_model_is_accepted() -> None:
    assert read_vehicle({"make": "Honda", "model": "Civic", "year": str(clock.now().year + 1)}).year


@pytest.mark.parametrize(
    "text", ["\x00", "A\x00B" * 60, "\u202e" * 5000, "x" * 1_000_000, "\ud800", "🚗" * 200, "e\u0301" * 5000]
)
def test_exotic_text_is_cleaned_or_refused_and_never_breaks(text: str) -> None:
    raw = {
        "name": text,
        "phone": text,
        "email": text,
        "make": text,
        "model": text,
        "vin": text,
        "plate": text,
        "year": text,
        "odometer": text,
        "fuel": text,
    }
    for read in (read_contact, read_vehicle):
        assert errors(read, raw)


def test_a_vin_fills_in_what_was_not_typed() -> None:
    vehicle = read_vehicle({"vin": CIVIC_VIN})

    assert (vehicle.title, vehicle.trim) == ("Honda Civic 2019", "LX")
    assert (vehicle.engine, vehicle.fuel) == ("2.0 L, 4 cyl.", "gasoline")


def test_what_is_typed_beside_a_vin_counts() -> None:
    vehicle = read_vehicle({"vin": CIVIC_VIN, "make": "honda", "model": "Accord", "year": "2018"})

    assert vehicle.title == "Honda Accord 2018"
    assert (vehicle.trim, vehicle.engine) == ("", "")


def test_another_make_than_the_vin_s_takes_nothing_from_it() -> None:
    vehicle = read_vehicle({"vin": CIVIC_VIN, "make": "Mazda"})

    assert (vehicle.make, vehicle.model, vehicle.trim, vehicle.fuel) == ("Mazda", "", "", "")


@pytest.mark.parametrize(
    ("raw", "fuel"),
    [
        ({"make": "Tesla", "model": "Model 3"}, "electric"),
        ({"make": "Hyundai", "model": "Kona", "year": "2022"}, ""),
        ({"make": "Hyundai", "model": "Kona", "year": "2022", "fuel": "electric"}, "electric"),
        ({"make": "Hyundai", "model": "Kona", "year": "2022", "fuel": "diesel"}, ""),
        ({"make": "Hyundai", "model": "Kona", "year": "2018", "fuel": "electric"}, "gasoline"),
        ({"make": "Lada", "model": "Niva", "fuel": "diesel"}, "diesel"),
        ({"make": "Lada", "model": "Niva", "fuel": "steam"}, ""),
        ({"vin": CIVIC_VIN, "fuel": "electric"}, "gasoline"),
        ({"plate": "ABC 123"}, ""),
    ],
)
def test_the_fuel_is_the_vin_s_or_the_only_one_or_the_one_that_was_said(
    raw: dict[str, str], fuel: str
) -> None:
    assert read_vehicle(raw).fuel == fuel


def test_a_misspelt_make_is_corrected_and_kept_as_it_was_typed() -> None:
    vehicle = read_vehicle({"make": "hunday", "model": "kona", "year": "2022"})

    assert (vehicle.title, vehicle.misspelt_make) == ("Hyundai Kona 2022", "hunday")
    assert read_vehicle({"make": "vw", "model": "golf"}).misspelt_make == ""


@pytest.mark.parametrize(
    ("text", "kilometres"),
    [
        ("86 500 km", 86_500), ("86,500", 86_500), ("86.500", 86_500), ("86\u202f500\u00a0KM", 86_500),
        ("86500kms", 86_500), ("0", 0), ("1 000 000", 1_000_000), ("", None),
    ],
)  # fmt: skip
def test_kilometres_are_read_as_people_write_them(text: str, kilometres: int | None) -> None:
    assert read_vehicle({"plate": "ABC123", "odometer": text}).odometer == kilometres


@pytest.mark.parametrize(
    "text", ["1000001", "-5", "86,5", "1 00 000", "abc", "²", "86500 mi", "9" * 50, "\x00"]
)
def test_kilometres_that_make_no_sense_are_refused(text: str) -> None:
    assert set(errors(read_vehicle, {"plate": "ABC123", "odometer": text})) == {"odometer"}


def test_a_misspelt_model_is_corrected_and_kept_as_it_was_typed() -> None:
    vehicle = read_vehicle({"make": "honda", "model": "Sivic", "year": "2019"})

    assert (vehicle.title, vehicle.misspelt_model) == ("Honda Civic 2019", "Sivic")
    assert (vehicle.misspelt_make, vehicle.fuel) == ("", "gasoline")
    assert read_vehicle({"make": "Ford", "model": "f150"}).misspelt_model == ""
