from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.map.projection import Place, center_of, fit, is_plausible

LOS_ANGELES = Place(34.05, -118.25)
places = st.builds(Place, st.floats(33.5, 34.5), st.floats(-118.7, -117.9))


def test_a_kilometre_is_as_long_east_as_north() -> None:
    projection = fit([Place(33.8, -118.6), Place(34.3, -118.0)], width=500, height=700, margin=20)
    x, y = projection.to_drawing(projection.middle)
    east = projection.to_drawing(
        Place(projection.middle.latitude, projection.middle.longitude + 0.012)
    )
    north = projection.to_drawing(
        Place(projection.middle.latitude + 0.01, projection.middle.longitude)
    )
    per_km_east = (east[0] - x) / (0.012 * 111.195 * 0.8286)
    per_km_north = (y - north[1]) / (0.01 * 111.195)
    assert per_km_east == pytest.approx(per_km_north, rel=0.002)


@given(st.lists(places, min_size=1, max_size=30))
def test_every_place_is_drawn_within_the_margin(found: list[Place]) -> None:
    projection = fit(found, width=500, height=700, margin=20)
    for place in found:
        x, y = projection.to_drawing(place)
        assert 20 - 1e-6 <= x <= 480 + 1e-6
        assert 20 - 1e-6 <= y <= projection.height - 20 + 1e-6


def test_one_school_gets_a_drawing_of_some_size() -> None:
    projection = fit([LOS_ANGELES], width=500, height=700, margin=20)
    assert projection.to_drawing(LOS_ANGELES) == (250, projection.height / 2)
    assert projection.height > 40


def test_a_wide_district_gets_a_low_drawing() -> None:
    wide = [Place(34.0, -119.0), Place(34.1, -117.0)]
    assert fit(wide, width=500, height=700, margin=20).height < 200


def test_a_position_at_zero_is_not_plausible_and_does_not_move_the_middle() -> None:
    typed_wrong = Place(0.0, 0.0)
    middle = center_of([LOS_ANGELES, Place(34.1, -118.3), Place(34.0, -118.2), typed_wrong])
    assert hypot(middle.latitude - 34.05, middle.longitude + 118.25) < 0.2
    assert not is_plausible(typed_wrong, middle)
    assert is_plausible(LOS_ANGELES, middle)
