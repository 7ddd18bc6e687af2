"""The register: entries by their codes, parties by their filing, persons sealed."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from kernel import db, register
from kernel.register import (
    Enterprise,
    FilingExpired,
    Item,
    NotRegistered,
    Outlet,
    PartyAmbiguous,
    SigningKey,
    Warehouse,
)

FROM, TO, DAY = date(2026, 1, 1), date(2026, 12, 31), date(2026, 11, 24)
PLATFORM = Enterprise("91110000600037341L", "3122160001", "前展平台", "DXP1", FROM, TO)
MERCHANT = Enterprise("91440300708461136T", "3122160002", "前展商贸", None, FROM)
ID_NUMBER = "11010519491231002X"


def count(table):
    with db.read() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def platform(database):
    """An enterprise filed as platform for this year."""
    with database.write() as conn:
        written = register.put_enterprise(conn, PLATFORM)
        register.put_role(conn, written.id, "platform", from_on=FROM, to_on=TO)
    return written


def test_an_enterprise_written_twice_is_one(database, platform):
    """The sheet is read in again with a new name: same id, new name."""
    with database.write() as conn:
        again = register.put_enterprise(conn, replace(PLATFORM, name="前展平台股份"))
        found = register.get_enterprise_by_code(conn, "3122160001")

    assert again.id == platform.id == found.id
    assert found.name == "前展平台股份"
    assert found.filed_to_on == TO
    assert count(register.enterprise) == 1


def test_the_same_code_from_two_processes_is_one_row(database):
    """Both import the same sheet in the same moment."""
    together, written = threading.Barrier(2), []

    def put():
        together.wait()
        with database.write() as conn:
            written.append(register.put_enterprise(conn, MERCHANT).id)

    threads = [threading.Thread(target=put) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(written) == 2
    assert len(set(written)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"credit_code": "short"},
        {"customs_code": "123"},
        {"filed_to_on": date(2025, 1, 1)},
        {"id": 7, "credit_code": "91440300708461136T"},
    ],
)
def test_the_database_refuses_what_cannot_be(database, platform, wrong):
    """Codes of other lengths, a filing that ends before it begins, a customs code held twice."""
    with pytest.raises(IntegrityError), database.write() as conn:
        register.put_enterprise(conn, replace(PLATFORM, **wrong))

    assert count(register.enterprise) == 1


def test_the_rest_of_the_register_reads_back_as_written(database, platform):
    """Outlet, warehouse, item, certificate: by id and by code."""
    outlet = Outlet(
        "SH0001", "前展便利 张江店", "Zhangjiang", platform.id, "310115", "路 1 号", "021"
    )
    warehouse = Warehouse(
        "WGQ1", "外高桥一仓", platform.id, "2248", "2225", "T2248W000001", "路1号", "021"
    )
    item = Item("SKU-1", "04901234567894", "面霜", "Cream", "玫", "50ml")
    key = SigningKey(platform.id, "K1", "sm2", b"0\x82", 1, 2)

    with database.write() as conn:
        outlet = register.put_outlet(conn, outlet)
        warehouse = register.put_warehouse(conn, warehouse)
        item = register.put_item(conn, item)
        key = register.put_signing_key(conn, key)

    with database.read() as conn:
        assert register.get_outlet(conn, outlet.id) == outlet
        assert register.get_outlet_by_code(conn, "SH0001") == outlet
        assert register.get_warehouse(conn, warehouse.id) == warehouse
        assert register.get_warehouse_by_code(conn, "WGQ1") == warehouse
        assert register.get_item(conn, item.id) == item
        assert register.get_item_by_sku(conn, "SKU-1") == item
        assert register.get_signing_key(conn, "K1") == key
        assert register.get_enterprise(conn, platform.id) == platform


def test_what_is_not_registered_is_not_found(database):
    """By id and by code; a person too."""
    with database.read() as conn:
        for ask in (
            lambda: register.get_enterprise(conn, 1),
            lambda: register.get_outlet_by_code(conn, "X"),
            lambda: register.get_item_by_sku(conn, "X"),
            lambda: register.get_person(conn, 1),
        ):
            with pytest.raises(NotRegistered):
                ask()


@pytest.mark.parametrize(
    ("on", "filed"),
    [(FROM, True), (TO, True), (date(2025, 12, 31), False), (date(2027, 1, 1), False)],
)
def test_a_party_is_who_is_filed_on_the_day(database, platform, on, filed):
    """The first day and the last count, the days beside them do not."""
    with database.read() as conn:
        if filed:
            assert register.party(conn, "platform", on) == platform
        else:
            with pytest.raises(FilingExpired):
                register.party(conn, "platform", on)


def test_both_filings_must_hold(database, platform):
    """The enterprise's own filing ended, its role's did not; and no such role at all."""
    with database.write() as conn:
        register.put_role(conn, platform.id, "declarant", from_on=FROM)
        assert register.party(conn, "declarant", DAY).id == platform.id
        register.put_enterprise(conn, replace(PLATFORM, filed_to_on=date(2026, 11, 23)))

        for role in ("declarant", "courier"):
            with pytest.raises(FilingExpired) as refused:
                register.party(conn, role, DAY)

    assert refused.value.facts == {"role": "courier", "on": DAY}


def test_of_several_merchants_one_must_be_named(database, platform):
    """A document names one; the wrong one is not picked by chance."""
    with database.write() as conn:
        merchant = register.put_enterprise(conn, MERCHANT)
        for enterprise in (platform, merchant):
            register.put_role(conn, enterprise.id, "merchant", from_on=FROM)

        named = register.party(conn, "merchant", DAY, enterprise_id=merchant.id)
        with pytest.raises(PartyAmbiguous):
            register.party(conn, "merchant", DAY)

    assert named == merchant


def test_a_role_nobody_knows_is_refused_by_the_database(database, platform):
    """A typing error in a sheet."""
    with pytest.raises(IntegrityError), database.write() as conn:
        register.put_role(conn, platform.id, "plattform", from_on=FROM)


def test_a_mandate_is_kept_once(database, platform):
    """Given again with another end."""
    with database.write() as conn:
        merchant = register.put_enterprise(conn, MERCHANT)
        for end in (None, TO):
            register.put_mandate(
                conn, (merchant.id, platform.id), "declarant", from_on=FROM, to_on=end
            )

        rows = conn.execute(select(register.mandate)).all()

    assert [row.valid_to_on for row in rows] == [TO]


def test_a_person_is_one_by_id_number_and_sealed(database):
    """Written twice, once with a small x and a new name; nothing of it can be read in the row."""
    with database.write() as conn:
        first = register.put_person(conn, name="王小明", id_number=ID_NUMBER)
        second = register.put_person(conn, name="王小名", id_number=ID_NUMBER.lower())
        found = register.get_person(conn, first.id)
        row = conn.execute(select(register.person)).one()

    assert first.id == second.id
    assert (found.name, found.id_number) == ("王小名", ID_NUMBER)
    assert found.id_lookup == register.person_lookup(ID_NUMBER)
    for secret in (ID_NUMBER.encode(), "王小".encode()):
        assert secret not in row.person_sealed
    assert ID_NUMBER not in repr(found)


def test_the_same_person_from_two_requests_is_one(database):
    """Both verify in the same moment."""
    together, found = threading.Barrier(2), []

    def put():
        together.wait()
        with database.write() as conn:
            found.append(register.put_person(conn, name="王小明", id_number=ID_NUMBER))

    threads = [threading.Thread(target=put) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 2
    assert found[0].id == found[1].id
    assert count(register.person) == 1
