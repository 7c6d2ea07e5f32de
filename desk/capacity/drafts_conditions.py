"""What the conditions and the groups change, as drafts."""

from __future__ import annotations

from django.utils.text import slugify
from django.utils.translation import gettext as _

from booking.actions.edit import Draft
from booking.models import (
    CapacityRule,
    Choice,
    GroupMember,
    PoolKind,
    Season,
    Service,
    ServiceGroup,
    TransportCondition,
)
from booking.range_words import in_both
from dealerships.models import Dealership
from desk.capacity.forms_conditions import CONDITION, ConditionsForm
from desk.capacity.forms_group import SEASON, GroupForm
from desk.capacity.sayings import own_words

LONGEST_CODE = 28


def save_conditions(dealership: Dealership, form: ConditionsForm) -> Draft:
    """The fields that were typed over, and no others."""
    values, changed = form.cleaned_data, list(form.changed)

    def change() -> None:
        for name in changed:
            _save_field(dealership, name, values)

    return Draft(change, in_both(lambda: _("Conditions for booking")))


def _save_field(dealership: Dealership, name: str, values: dict) -> None:
    if name in ("notice_minutes", "horizon_days"):
        Dealership.objects.filter(pk=dealership.pk).update(**{name: values[name]})
        return
    about, _dash, rest = name.partition("-")
    if about == "answer":
        answers = Choice.objects.filter(question__service__dealership=dealership)
        answers.filter(pk=rest).update(notice_hours=values[name])
    elif about == "service":
        pk, _dash, field = rest.partition("-")
        Service.objects.filter(dealership=dealership, pk=pk).update(**{field: values[name]})
    else:
        all_of_it = {field: values[f"{about}-{field}"] for field in CONDITION}
        TransportCondition.objects.update_or_create(
            dealership=dealership, transport=about, defaults=all_of_it
        )


def save_group(dealership: Dealership, form: GroupForm) -> Draft:
    """The group with its members and seasons; a new one without `form.group`."""
    known, names, values = form.group, form.names, form.cleaned_data
    members, seasons = list(form.members), list(form.seasons)

    def change() -> None:
        group = known or ServiceGroup(
            dealership=dealership, code=_free_code(dealership, names[0]), position=_last_position(dealership)
        )
        group.name_fr, group.name_en = names
        for field in ("first_start", "last_start", "only_in_season"):
            setattr(group, field, values[field])
        group.save()
        _set_members(group, members)
        _set_seasons(group, seasons)

    return Draft(change, in_both(lambda: _("Group of services: %(name)s") % {"name": names[0]}))


def _set_members(group: ServiceGroup, members: list[tuple[int, int | None]]) -> None:
    wanted = set(members)
    for member in group.members.all():
        key = (member.service_id, member.choice_id)
        if key in wanted:
            wanted.remove(key)
        else:
            member.delete()
    GroupMember.objects.bulk_create(
        GroupMember(group=group, service_id=service, choice_id=choice)
        for service, choice in sorted(wanted, key=str)
    )


def _set_seasons(group: ServiceGroup, seasons) -> None:
    kept = {season.pk for season in seasons if season.pk}
    group.seasons.exclude(pk__in=kept).delete()
    for values in seasons:
        Season.objects.update_or_create(
            pk=values.pk, group=group, defaults={name: getattr(values, name) for name in SEASON}
        )


def delete_group(group: ServiceGroup) -> Draft:
    """The group, its seasons and its limits."""

    def change() -> None:
        rules = CapacityRule.objects.filter(dealership=group.dealership_id, kind=PoolKind.SERVICE_GROUP)
        rules.filter(subject=group.code).delete()
        rules.filter(subject__startswith=f"{group.code}/").delete()
        ServiceGroup.objects.filter(pk=group.pk).delete()

    return Draft(
        change, in_both(lambda: _("Group of services deleted: %(name)s") % {"name": own_words(group, "name")})
    )


def _free_code(dealership: Dealership, name: str) -> str:
    """A code made of the name that no other group of the dealership has."""
    stem = slugify(name)[:LONGEST_CODE].strip("-") or "group"
    taken = set(ServiceGroup.objects.filter(dealership=dealership).values_list("code", flat=True))
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code


def _last_position(dealership: Dealership) -> int:
    return ServiceGroup.objects.filter(dealership=dealership).count()
