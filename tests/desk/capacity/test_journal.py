"""The journal: who changed what and when, in both languages, and the last change taken back."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions.edit import edition_of
from booking.models import CapacityChange, CapacityEdit, CapacityPool, PoolKind
from dealerships.models import Role
from desk.capacity.journal import A_PAGE

JOURNAL = "/desk/boreal/capacity/journal/"
UNDO = f"{JOURNAL}undo/"


def tires(workshop) -> CapacityPool:
    return CapacityPool.objects.get(kind=PoolKind.SKILL_DAY, subject="tires", local_date=workshop.day)


def test_a_change_is_kept_with_its_author_in_the_language_of_the_page(manager, workshop, ask):
    ask(what="skill:tires", action="lower", amount="1", reason="Compresseur", apply=True)
    edit = CapacityEdit.objects.get()
    french, english = (manager.get(f"{prefix}{JOURNAL}").content.decode() for prefix in ("", "/en"))
    assert edit.summary_fr != ""
    assert edit.summary_en in english.replace("&#x27;", "'")
    for page in (french, english):
        assert "Manager" in page
        assert "Compresseur" in page


def test_the_last_change_is_taken_back_then_the_one_before(manager, workshop, ask):
    ask(what="skill:tires", action="lower", amount="1", apply=True)
    ask(what="skill:tires", action="lower", amount="2", apply=True)
    caps = [tires(workshop).cap]
    for _time in range(2):
        edition = re.search(r'name="edition" value="(\d+)"', manager.get(JOURNAL).content.decode())
        assert edition
        manager.post(UNDO, {"edition": edition[1]})
        caps.append(tires(workshop).cap)
    assert caps == [300, 420, 480]
    page = manager.get(JOURNAL)
    assert [entry.may_undo for entry in page.context["journal"].entries] == [False, False]
    assert all(entry.undone for entry in page.context["journal"].entries)
    assert not CapacityChange.objects.exists()


def test_an_undo_from_a_page_of_before_takes_nothing_back(manager, workshop, ask):
    ask(what="skill:tires", action="lower", amount="1", apply=True)
    old = edition_of(workshop.garage.dealership)
    ask(what="skill:tires", action="lower", amount="2", apply=True)
    page = manager.post(UNDO, {"edition": old}, follow=True)
    assert [str(one) for one in page.context["messages"]]
    assert tires(workshop).cap == 300
    assert not CapacityEdit.objects.filter(undone_at__isnull=False).exists()


@pytest.mark.parametrize("edition", ["", "x", "-1", "99999999999999999999"])
def test_an_undo_without_a_page_takes_nothing_back(edition, manager, workshop, ask):
    ask(what="skill:tires", action="lower", amount="1", apply=True)
    manager.post(UNDO, {"edition": edition})
    assert tires(workshop).cap == 420


def test_the_same_undo_sent_twice_takes_one_change_back(manager, workshop, ask):
    ask(what="skill:tires", action="lower", amount="1", apply=True)
    ask(what="skill:tires", action="lower", amount="2", apply=True)
    edition = edition_of(workshop.garage.dealership)
    for _click in range(2):
        manager.post(UNDO, {"edition": edition})
    assert tires(workshop).cap == 420


def test_nothing_to_undo_is_a_sentence(manager, workshop):
    page = manager.post(UNDO, {"edition": edition_of(workshop.garage.dealership)}, follow=True)
    assert [str(one) for one in page.context["messages"]]


def test_an_undo_comes_back_to_the_week_it_was_asked_from(manager, workshop, ask):
    ask(what="skill:tires", action="lower", amount="1", apply=True)
    sent = {"edition": edition_of(workshop.garage.dealership), "week": str(workshop.day)}
    assert manager.post(UNDO, sent).url.endswith(f"/capacity/week/{workshop.day}/")


def test_the_journal_costs_the_same_with_one_change_or_many_and_has_pages(manager, workshop):
    def add(count: int) -> None:
        for number in range(count):
            CapacityEdit.objects.create(
                dealership=workshop.garage.dealership, by=manager.user, summary_fr=f"Changement {number}",
                summary_en=f"Change {number}",
            )  # fmt: skip

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(JOURNAL).status_code == 200
        return len(queries)

    add(1)
    manager.get(JOURNAL)
    before = cost()
    add(A_PAGE + 5)
    assert cost() == before
    assert len(manager.get(JOURNAL).context["journal"].entries) == A_PAGE
    assert len(manager.get(JOURNAL, {"page": "2"}).context["journal"].entries) == 6
    for page in ("x", "0", "99"):
        assert manager.get(JOURNAL, {"page": page}).status_code == 200


def test_an_advisor_neither_reads_nor_undoes(sign_in, workshop, ask):
    ask(what="skill:tires", action="lower", amount="1", apply=True)
    advisor = sign_in(Role.ADVISOR)
    assert advisor.get(JOURNAL).status_code == 403
    assert advisor.post(UNDO, {"edition": edition_of(workshop.garage.dealership)}).status_code == 403
    assert tires(workshop).cap == 420


def test_another_rooftops_changes_are_not_shown(manager, workshop, ask):
    from_elsewhere = CapacityEdit(summary_fr="Ailleurs", summary_en="Elsewhere", by=manager.user)
    from_elsewhere.dealership = _another(workshop)
    from_elsewhere.save()
    assert "Ailleurs" not in manager.get(JOURNAL).content.decode()
    manager.post(UNDO, {"edition": edition_of(workshop.garage.dealership)})
    from_elsewhere.refresh_from_db()
    assert from_elsewhere.undone_at is None


def _another(workshop):
    here = workshop.garage.dealership
    return type(here).objects.create(
        group=here.group, slug="riviere", name="Rivière", phone="+14505550178", email="r@example.com",
        address_line="1, rue", city="Laval", postal_code="H7M 2Y1", privacy_officer="A", privacy_email="a@example.com",
    )  # fmt: skip
