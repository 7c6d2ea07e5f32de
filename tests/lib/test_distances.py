import pytest

from lib.distances import distance_km

MONTREAL, QUEBEC, PARIS = (45.5019, -73.5674), (46.8131, -71.2075), (48.8566, 2.3522)


@pytest.mark.parametrize(
    ("one", "other", "km"), [(MONTREAL, QUEBEC, 233), (MONTREAL, PARIS, 5502), (MONTREAL, MONTREAL, 0)]
)
def test_known_distances_are_right_to_half_a_percent(one, other, km):
    assert distance_km(one, other) == pytest.approx(km, rel=0.005, abs=0.001)
    assert distance_km(other, one) == pytest.approx(distance_km(one, other))


def test_the_other_side_of_the_world_is_half_its_girth_away():
    assert distance_km((0, 0), (0, 180)) == pytest.approx(20015, rel=0.001)
