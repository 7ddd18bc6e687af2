"""Tills come back with what they sold while their line was down, and send it more than once."""

from dataclasses import replace

import pytest

from load.peak.profiles import PROFILES
from load.peak.run import run

RECONNECT = PROFILES["reconnect"]
SMALL = replace(
    RECONNECT,
    shoppers=3,
    tills=3,
    orders=3,
    seconds=40,
    arriving_per_s=20.0,
    habits=replace(RECONNECT.habits, offline_sales=60, twice_bp=10_000),
)


@pytest.mark.timeout(240)
def test_every_sale_of_an_outage_is_stored_once_however_often_it_is_sent(tmp_path):
    """Each bulk is sent twice, shoppers order beside: nothing is lost, nothing counted twice."""
    with run(SMALL, tmp_path) as ran:
        assert ran.wrong == []
        said = [one["id"] for one in ran.notes if one["kind"] == "sale"]

    assert len(said) == len(set(said)) >= SMALL.tills * SMALL.habits.offline_sales
    assert ran.crowd["counts"]["sent twice"] >= 3
    assert {one["name"] for one in ran.crowd["requests"]} >= {"till: sales", "order", "scan"}
