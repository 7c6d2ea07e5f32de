"""What a pool's row becomes: never less than is used, never back and forth. No database."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from booking.models import WITHOUT_POOL_UNLIMITED, PoolKind
from booking.overrides import Wanted
from booking.targets import Row, State, is_as_wanted, target
from tests.garage import MONDAY

UNITS = st.integers(0, 6)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """Any row that the database's constraints allow."""
    used, override = draw(UNITS), draw(st.integers(0, 2))
    cap = draw(st.none() | st.integers(max(0, used - override), 9))
    wanted_cap = draw(st.none() | st.integers(0, cap - 1)) if cap else None
    return Row(
        1, draw(st.sampled_from(list(PoolKind))), "", MONDAY, None, used, override, cap, wanted_cap,
        draw(st.booleans()), draw(st.booleans()),
    )  # fmt: skip


WANTED = st.none() | st.builds(Wanted, st.none() | UNITS, st.booleans(), st.booleans())


def row(
    *, used: int = 0, cap: int | None = 5, closed: bool = False, honoured: bool = False, **more: int
) -> Row:
    return Row(1, PoolKind.SHOP_DAY, "", MONDAY, None, used, 0, cap, more.get("wanted_cap"), closed, honoured)


@given(rows(), WANTED, st.booleans())
def test_what_is_used_is_never_undercut(before: Row, wanted: Wanted | None, honour: bool) -> None:
    state = target(before, wanted, honour=honour)
    assert state.cap is None or before.used <= state.cap + before.override
    assert state.wanted_cap is None or (state.cap is not None and state.wanted_cap < state.cap)


@given(rows(), WANTED, st.booleans())
def test_looking_again_changes_nothing(before: Row, wanted: Wanted | None, honour: bool) -> None:
    state = target(before, wanted, honour=honour)
    after = before._replace(**state._asdict())
    assert target(after, wanted) == state


@given(rows(), WANTED, st.booleans())
def test_what_looks_right_at_a_glance_is_right(before: Row, wanted: Wanted | None, honour: bool) -> None:
    if is_as_wanted(before, wanted):
        assert target(before, wanted, honour=honour) == before.state


@given(rows(), WANTED)
def test_whoever_is_in_what_closes_now_with_honour_is_not_stranded(
    before: Row, wanted: Wanted | None
) -> None:
    state = target(before, wanted, honour=True)
    was_stranded = before.state.strands(before.kind) or before.wanted_cap is not None
    if not was_stranded and not (wanted and wanted.closed and not wanted.honoured):
        assert not state.strands(before.kind)


@given(rows())
def test_what_no_rule_wants_is_closed_or_without_limit(before: Row) -> None:
    state = target(before, None)
    unlimited = before.kind in WITHOUT_POOL_UNLIMITED
    assert (state.closed, state.limit) == ((False, None) if unlimited else (True, 0))


def test_a_lower_cap_waits_for_who_is_inside() -> None:
    assert target(row(used=4), Wanted(2)) == State(4, 2, closed=False, honoured=False)


def test_a_cap_that_falls_further_asks_again_who_may_stay() -> None:
    stays = row(used=4, cap=4, wanted_cap=3, honoured=True)
    assert target(stays, Wanted(3)).honoured
    assert not target(stays, Wanted(2)).honoured
    assert target(stays, Wanted(2), honour=True).honoured


def test_a_pool_that_was_full_and_is_wanted_no_more_lets_nobody_stay() -> None:
    full = row(used=2, closed=True, honoured=True)
    assert target(full, None) == State(2, 0, closed=True, honoured=False)
