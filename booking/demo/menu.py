"""The service menu of the demo. Minutes: planning values of the trade; prices: cents, before taxes, indicative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from booking.models import Skill, Transport


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    code: str
    fr: str
    en: str
    minutes: int = 0
    price: int = 0
    notice: int = 0


@dataclass(frozen=True, slots=True)
class QuestionRow:
    code: str
    fr: str
    en: str
    choices: tuple[ChoiceRow, ...]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    code: str
    fr: str
    en: str
    summary_fr: str
    summary_en: str
    icon: str
    minutes: int
    price: int | None
    skill: Skill
    transports: tuple[Transport, ...]
    waitable: bool = True
    questions: tuple[QuestionRow, ...] = ()
    same_day_until: time | None = None


LEFT_HERE = (Transport.DROP_OFF, Transport.KEY_DROP, Transport.SHUTTLE)
SHORT = (Transport.WAIT, *LEFT_HERE)
LONG = (*LEFT_HERE, Transport.COURTESY_CAR)

RIMS = QuestionRow(
    "rims", "Vos pneus sont-ils déjà posés sur des jantes?", "Are your tires already on rims?",
    (
        ChoiceRow("on", "Oui, sur jantes", "Yes, on rims"),
        ChoiceRow("off", "Non, sans jantes", "No, off rims", minutes=30, price=5000),
    ),
)  # fmt: skip
TIRES = QuestionRow(
    "tires", "Où sont les pneus à poser?", "Where are the tires to install?",
    (
        ChoiceRow("own", "Je les apporte", "I bring them"),
        ChoiceRow("stored", "Entreposés chez vous", "Stored with you", notice=48),
    ),
)  # fmt: skip

SERVICES = (
    ServiceRow(
        "tire_swap", "Changement de pneus", "Tire change",
        "Pose de vos pneus d’hiver ou d’été, équilibrage au besoin, pression et couple de serrage vérifiés.",
        "Your winter or summer tires put on, balanced if needed, pressure and torque checked.",
        "snowflake", 30, 7995, Skill.TIRES, SHORT, questions=(RIMS, TIRES),
    ),
    ServiceRow(
        "oil_change", "Vidange d’huile et filtre", "Oil and filter change",
        "Huile synthétique, filtre, niveaux et coup d’œil aux freins et aux pneus.",
        "Synthetic oil, filter, fluid levels and a look at brakes and tires.",
        "droplets", 40, 8995, Skill.EXPRESS, SHORT, same_day_until=time(14),
    ),
    ServiceRow(
        "maintenance", "Entretien périodique", "Scheduled maintenance",
        "L’entretien que le constructeur prévoit à ce kilométrage, avec inspection complète.",
        "What the manufacturer schedules at this mileage, with a full inspection.",
        "clipboard-check", 105, 24995, Skill.MECHANICAL, LONG, waitable=False,
    ),
    ServiceRow(
        "alignment", "Alignement des roues", "Wheel alignment",
        "Le volant est de travers ou les pneus s’usent d’un côté : géométrie mesurée et réglée.",
        "The steering wheel is off centre or the tires wear on one side: geometry measured and set.",
        "move-horizontal", 60, 12995, Skill.MECHANICAL, SHORT,
    ),
    ServiceRow(
        "brakes", "Freins", "Brakes",
        "Bruit, vibration ou pédale molle : inspection, puis plaquettes et disques sur estimation.",
        "Noise, vibration or a soft pedal: inspection, then pads and rotors on estimate.",
        "circle-dot", 90, None, Skill.MECHANICAL, LONG, waitable=False,
    ),
    ServiceRow(
        "diagnosis", "Diagnostic", "Diagnosis",
        "Un voyant, un bruit, un doute: un technicien cherche la cause et vous appelle avant toute réparation.",
        "A warning light, a noise, a doubt: a technician finds the cause and calls you before any repair.",
        "gauge", 60, 14995, Skill.DIAGNOSIS, LONG, waitable=False,
    ),
    ServiceRow(
        "recall", "Rappel du constructeur", "Manufacturer recall",
        "Vous avez reçu une lettre de rappel : la correction est faite sans frais.",
        "You received a recall letter: the correction is made at no charge.",
        "shield-alert", 60, 0, Skill.MECHANICAL, LONG, waitable=False,
    ),
)  # fmt: skip
