"""What a crowd is told and how it counts, without anybody coming."""

import stat

from load.crowd.noted import Notebook, Wave, read_notes
from load.crowd.plan import Address, Habits, Person, Plan, Shelf, read_plan, write_plan
from load.peak.profiles import PROFILES
from load.peak.report import HEIGHT, WIDTH, curves
from load.peak.sheets import guarantee_fen


def a_plan(tmp_path) -> Plan:
    """A plan with one shopper and one till."""
    return Plan(
        url="http://127.0.0.1:1",
        seconds=5,
        orders=3,
        arriving_per_s=1.0,
        cookie="session",
        habits=Habits(hot_bp=8_000, think_s=(0.1, 0.2)),
        address=Address("赵晓雨", "山西省太原市小店区", "学府街12号"),
        shelves=(Shelf("S800000", "08712345000004"),),
        people=(Person("token", "赵晓雨", "140105197001010000", "13800000000"),),
        device_keys=("1.key",),
        partner_keys=("2.key",),
        acknowledged=tmp_path / "acknowledged.jsonl",
        figures=tmp_path / "crowd.json",
    )


def test_a_plan_is_read_as_it_was_written_and_by_its_owner_only(tmp_path):
    """Sessions and device keys stand in it."""
    file, plan = tmp_path / "plan.json", a_plan(tmp_path)

    write_plan(file, plan)

    assert read_plan(file) == plan
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "token" not in repr(plan)


def test_no_more_orders_are_under_way_than_are_planned():
    """A place is free again when nothing was ordered; the wave is over when all were."""
    wave = Wave(2)

    assert [wave.enter(), wave.enter(), wave.enter()] == [True, True, False]
    wave.leave(placed=False)
    assert wave.enter()
    wave.leave(placed=True)
    assert (wave.enter(), wave.over) == (False, False)
    wave.leave(placed=True)
    assert wave.over


def test_what_is_noted_is_on_the_disk_at_once(tmp_path):
    """A crowd that breaks off leaves all it was told."""
    notebook = Notebook(tmp_path / "notes")

    notebook.note("placed", order_no="QZ1")
    notebook.note("placed", order_no="QZ2")

    assert [one["order_no"] for one in read_notes(tmp_path / "notes")] == ["QZ1", "QZ2"]
    assert notebook.counts["placed"] == 2
    notebook.close()


def test_curves_of_one_field_share_their_scale():
    """The greatest value lies at the upper edge, nought at the lower, time fills the width."""
    field = curves(
        "orders", [{"at_s": 0, "a": 0, "b": 5}, {"at_s": 4, "a": 10, "b": 0}], {"a": "A", "b": "B"}
    )

    first, second = field.lines
    assert (field.top, field.until_s) == (10.0, 4.0)
    assert first.points == f"0.0,{HEIGHT}.0 {WIDTH}.0,0.0"
    assert second.points == f"0.0,{HEIGHT / 2} {WIDTH}.0,{HEIGHT}.0"
    assert (second.most, second.last) == (5.0, 0.0)


def test_a_promotion_has_room_for_seven_tenths_of_its_tax():
    """250 orders of 90 fen each; another profile is given room for all."""
    assert guarantee_fen(PROFILES["promotion"]) == 250 * 90 * 7 // 10
    assert PROFILES["morning"].guarantee_bp == 0
