"""The vehicles of the region: models that sell in Québec, with the parts of their numbers that stay the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """A model: maker's prefix (3), description (5; a letter in position 7 of the VIN), plant, years sold, share."""

    make: str
    name: str
    prefix: str
    description: str
    plant: str
    first_year: int
    last_year: int
    share: float


_ROWS = """
Honda|Civic|2HG|FC2F5|H|2014|2026|9
Honda|CR-V|2HK|RW2H8|H|2015|2026|6
Honda|HR-V|3CZ|RU6H5|M|2016|2026|2.5
Honda|Accord|1HG|CV1F3|A|2014|2025|1
Toyota|RAV4|2T3|B1RFV|W|2014|2026|8
Toyota|Corolla|2T1|BURHE|C|2014|2025|7
Toyota|Camry|4T1|B11HK|U|2015|2026|2
Toyota|Prius Prime|JTD|KARFP|3|2017|2025|1.5
Toyota|Sienna|5TD|YZRFH|S|2015|2026|1.2
Toyota|Tacoma|3TM|CZ5AN|M|2016|2025|1.5
Ford|F-150|1FT|FW1EF|F|2014|2026|6
Ford|Escape|1FM|CU9GD|U|2014|2025|3.5
Ford|Bronco Sport|3FM|CR9BZ|R|2021|2026|1
Ford|Mustang Mach-E|3FM|TK1RM|M|2021|2026|0.8
Hyundai|Kona|KM8|K2CAA|U|2018|2026|5
Hyundai|Elantra|KMH|D84LF|U|2014|2026|5
Hyundai|Tucson|KM8|J3CAL|U|2015|2026|4
Hyundai|Santa Fe|5NM|S3CAA|H|2015|2026|1.8
Hyundai|Ioniq 5|KM8|KNDAF|U|2022|2026|1.5
Nissan|Rogue|5N1|AT2MV|C|2014|2026|5
Nissan|Kicks|3N1|CP5CU|L|2018|2026|2.5
Nissan|Sentra|3N1|AB8CV|Y|2014|2025|1.8
Nissan|Leaf|1N4|AZ1CP|C|2014|2024|1
Mazda|CX-5|JM3|KFBDM|0|2014|2026|5
Mazda|Mazda3|JM1|BPBLM|1|2014|2026|4
Mazda|CX-30|3MV|DMBDL|M|2020|2026|2
Subaru|Outback|4S4|BSCNC|3|2014|2025|2.5
Subaru|Crosstrek|JF2|GTACC|H|2014|2026|4
Subaru|Forester|JF2|SKAEC|H|2014|2026|2.5
Subaru|Impreza|JF1|GPAC6|G|2014|2023|1.5
Kia|Sportage|KND|PM3AC|7|2014|2026|2.5
Kia|Forte|3KP|F24AD|E|2014|2024|2.5
Kia|Soul|KND|J23AU|7|2014|2025|1.5
Kia|Niro|KND|CB3LC|5|2017|2026|1.3
Kia|Seltos|KND|EU2AA|7|2021|2026|1.6
Chevrolet|Equinox|2GN|AXHEV|6|2014|2026|2.6
Chevrolet|Silverado 1500|3GC|UYDED|G|2014|2026|2
Chevrolet|Bolt EV|1G1|FY6S0|4|2017|2023|1.6
Chevrolet|Trax|KL7|CJPSB|B|2014|2026|1.3
GMC|Sierra 1500|3GT|U9DED|G|2014|2026|2
GMC|Terrain|3GK|ALTEV|L|2014|2026|1
Volkswagen|Jetta|3VW|C57BU|M|2014|2026|2
Volkswagen|Tiguan|3VV|B7AXE|M|2018|2026|2
Volkswagen|Golf|WVW|A17AU|W|2014|2021|1.2
Volkswagen|Taos|3VV|EX7BU|M|2022|2026|0.8
Ram|1500|1C6|RR7LT|N|2014|2026|2
Jeep|Wrangler|1C4|HJXEG|W|2014|2026|1.3
Dodge|Grand Caravan|2C4|RDGBG|R|2014|2020|1.5
Mitsubishi|Outlander|JA4|AZ3A3|Z|2014|2026|1.6
Mitsubishi|RVR|JA4|AJ3AU|U|2014|2024|1.2
Tesla|Model 3|5YJ|3E1EA|F|2018|2026|1.6
Tesla|Model Y|7SA|YGDEE|F|2021|2026|1.4
Volvo|XC60|YV4|A22RK|1|2014|2026|0.7
Acura|RDX|5J8|TC2H3|L|2014|2026|0.9
Lexus|NX|JTJ|BARBZ|2|2015|2026|0.9
Audi|Q5|WA1|BNAFY|2|2014|2026|0.8
"""


def _read(row: str) -> Model:
    make, name, prefix, description, plant, first, last, share = row.split("|")
    return Model(make, name, prefix, description, plant, int(first), int(last), float(share))


MODELS = tuple(_read(row) for row in _ROWS.strip().splitlines())

# Position 10 of the VIN, from 2010 on.
YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY"

# Colour and the paint code that the parts desk looks for.
PAINTS: dict[str, tuple[tuple[str, str], ...]] = {
    "Honda": (
        ("Blanc platine nacré", "NH-883P"), ("Noir cristal nacré", "NH-731P"), ("Acier moderne", "NH-797M"),
        ("Rouge rallye", "R-513"), ("Bleu égéen", "B-593M"), ("Argent lunaire", "NH-830M"),
    ),
    "Toyota": (
        ("Super blanc", "040"), ("Noir minuit", "218"), ("Gris magnétique", "1G3"), ("Argent céleste", "1J9"),
        ("Rouge course", "3R3"), ("Bleu blizzard", "8X8"), ("Roche lunaire", "6X3"),
    ),
    "Ford": (
        ("Blanc Oxford", "YZ"), ("Noir agate", "UM"), ("Gris carbone", "M7"), ("Rouge intense", "D4"),
        ("Argent emblématique", "JS"), ("Bleu atlas", "B3"),
    ),
    "Hyundai": (
        ("Blanc atlas", "SAW"), ("Noir fantôme", "NKA"), ("Gris galactique", "R3G"), ("Bleu intense", "YP5"),
        ("Rouge ultime", "R2P"), ("Argent chatoyant", "R2T"),
    ),
    "Nissan": (
        ("Blanc perle", "QAB"), ("Super noir", "KH3"), ("Gris acier", "KAD"), ("Braise écarlate", "NBL"),
        ("Bleu caspien", "RBY"), ("Argent brillant", "K23"),
    ),
    "Mazda": (
        ("Rouge vibrant cristal", "46V"), ("Gris mécanique", "46G"), ("Noir de jais", "41W"),
        ("Blanc flocon de neige", "25D"), ("Bleu cristal profond", "42M"), ("Argent sonique", "45P"),
    ),
    "Subaru": (
        ("Blanc cristal nacré", "K1X"), ("Noir cristal silice", "D4S"), ("Gris magnétite", "P8Y"),
        ("Argent glacé", "G1U"), ("Bleu saphir", "SAZ"), ("Rouge pur", "M7Y"),
    ),
    "Kia": (
        ("Blanc neige nacré", "SWP"), ("Noir aurore", "ABP"), ("Gris gravité", "KDG"), ("Bleu neptune", "B3A"),
        ("Rouge passion", "CR5"), ("Argent étincelant", "KCS"),
    ),
    "Chevrolet": (
        ("Blanc sommet", "GAZ"), ("Noir mosaïque", "GB8"), ("Gris satin", "G9K"), ("Rouge radieux", "GNT"),
        ("Bleu minuit", "GXN"), ("Argent glace", "GAN"),
    ),
    "Volkswagen": (
        ("Blanc pur", "LC9A"), ("Noir profond nacré", "LC9X"), ("Gris platine", "LD7R"), ("Bleu soie", "LD5Q"),
        ("Rouge tornade", "LY3D"), ("Argent reflex", "LA7W"),
    ),
    "Tesla": (
        ("Blanc nacré multicouche", "PPSW"), ("Noir uni", "PBSB"), ("Argent minuit", "PMNG"),
        ("Bleu profond métallisé", "PPSB"), ("Rouge multicouche", "PPMR"),
    ),
    "": (
        ("Blanc éclatant", "PW7"), ("Noir diamant", "PXJ"), ("Gris granit", "PAU"), ("Rouge flamboyant", "PR4"),
        ("Bleu hydro", "PBJ"), ("Argent billet", "PSC"),
    ),
}  # fmt: skip
