"""What the demo's constructors schedule: kilometres or months, whichever comes first, and what is then done."""

from __future__ import annotations

from dataclasses import dataclass

from booking.models import MaintenancePlan
from customers.models import Fuel
from dealerships.models import Dealership

ENGINES = (Fuel.GASOLINE, Fuel.HYBRID, Fuel.PLUG_IN_HYBRID)


@dataclass(frozen=True, slots=True)
class PlanRow:
    fuels: tuple[Fuel, ...]
    km: int
    months: int
    fr: str
    en: str
    contents_fr: tuple[str, ...]
    contents_en: tuple[str, ...]


PLANS = (
    PlanRow(
        ENGINES, 8_000, 6, "Entretien A", "Service A",
        (
            "Vidange d’huile synthétique et filtre", "Permutation des pneus et pression",
            "Inspection des freins, de la direction et de la suspension", "Niveaux et éclairage vérifiés",
        ),
        (
            "Synthetic oil and filter", "Tire rotation and pressure",
            "Inspection of brakes, steering and suspension", "Fluids and lights checked",
        ),
    ),
    PlanRow(
        ENGINES, 16_000, 12, "Entretien B", "Service B",
        (
            "Tout l’entretien A", "Filtre d’habitacle remplacé", "Freins démontés, nettoyés et lubrifiés",
            "Batterie mise à l’essai", "Essuie-glaces et courroies inspectés",
        ),
        (
            "All of Service A", "Cabin air filter replaced", "Brakes taken apart, cleaned and lubricated",
            "Battery tested", "Wipers and belts inspected",
        ),
    ),
    PlanRow(
        ENGINES, 48_000, 36, "Entretien C", "Service C",
        (
            "Tout l’entretien B", "Filtre à air du moteur remplacé", "Liquide de frein remplacé",
            "Liquide de transmission vérifié", "Géométrie mesurée",
        ),
        (
            "All of Service B", "Engine air filter replaced", "Brake fluid replaced",
            "Transmission fluid checked", "Alignment measured",
        ),
    ),
    PlanRow(
        ENGINES, 96_000, 72, "Entretien D", "Service D",
        (
            "Tout l’entretien C", "Bougies d’allumage remplacées", "Liquide de refroidissement remplacé",
            "Liquide de transmission remplacé", "Courroie d’entraînement inspectée de près",
        ),
        (
            "All of Service C", "Spark plugs replaced", "Coolant replaced", "Transmission fluid replaced",
            "Drive belt inspected closely",
        ),
    ),
    PlanRow(
        (Fuel.DIESEL,), 12_000, 6, "Entretien diesel A", "Diesel service A",
        (
            "Vidange d’huile et filtre pour diesel", "Eau purgée du filtre à carburant",
            "Permutation des pneus et pression", "Inspection des freins et de la suspension",
        ),
        (
            "Diesel oil and filter", "Water drained from the fuel filter", "Tire rotation and pressure",
            "Inspection of brakes and suspension",
        ),
    ),
    PlanRow(
        (Fuel.DIESEL,), 24_000, 12, "Entretien diesel B", "Diesel service B",
        (
            "Tout l’entretien diesel A", "Filtre à carburant remplacé", "Filtre d’habitacle remplacé",
            "Système antipollution vérifié",
        ),
        (
            "All of Diesel service A", "Fuel filter replaced", "Cabin air filter replaced",
            "Emissions system checked",
        ),
    ),
    PlanRow(
        (Fuel.ELECTRIC,), 12_000, 12, "Inspection électrique", "Electric inspection",
        (
            "Permutation des pneus et pression", "Freins nettoyés et lubrifiés, contre la rouille de l’hiver",
            "Prise de recharge et câbles inspectés", "Batterie 12 V mise à l’essai",
        ),
        (
            "Tire rotation and pressure", "Brakes cleaned and lubricated against winter rust",
            "Charging port and cables inspected", "12 V battery tested",
        ),
    ),
    PlanRow(
        (Fuel.ELECTRIC,), 24_000, 24, "Entretien électrique", "Electric service",
        (
            "Toute l’inspection électrique", "Filtre d’habitacle remplacé",
            "Liquide de refroidissement de la batterie vérifié", "État de la batterie de traction mesuré",
        ),
        (
            "All of the Electric inspection", "Cabin air filter replaced", "Battery coolant checked",
            "State of the traction battery measured",
        ),
    ),
)  # fmt: skip


def make_maintenance(dealership: Dealership) -> None:
    """The plans of the scheduled maintenance, where it has none."""
    service = dealership.services.filter(code="maintenance").first()
    if service is None or service.plans.exists():
        return
    MaintenancePlan.objects.bulk_create(
        MaintenancePlan(
            service=service, fuels=list(row.fuels), every_km=row.km, every_months=row.months, name_fr=row.fr,
            name_en=row.en, contents_fr="\n".join(row.contents_fr), contents_en="\n".join(row.contents_en),
            position=position,
        )
        for position, row in enumerate(PLANS)
    )  # fmt: skip
