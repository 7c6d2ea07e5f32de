"""The addresses of the capacity pages, under `/desk/<dealership>/capacity/`: each area lists its own."""

from __future__ import annotations

from desk.views.capacity import (
    absences,
    change,
    closures,
    journal,
    people,
    rules,
    snow,
    stranded,
    unmet,
    wait_list,
    week,
    why,
)

areas = (week, change, stranded, journal, people, absences, rules, closures, snow, why, unmet, wait_list)
urlpatterns = [pattern for area in areas for pattern in area.urlpatterns]
