"""The comparisons of the books are read by both databases, and find nothing in an empty house."""

from kernel import db
from load import invariants as of_a_load
from load.trade import invariants


def test_an_empty_house_has_no_differences(database):
    """No order, no list at customs either."""
    with db.read() as connection:
        assert invariants.differences(connection) == []
        assert invariants.differences_with_customs(connection, []) == []


def test_a_list_only_customs_knows_is_a_difference(database):
    """Whoever sent it, it is not in our books."""
    with db.read() as connection:
        (found,) = invariants.differences_with_customs(
            connection, [{"invt_no": "05012026I000000001", "order_no": "QZ1"}]
        )

    assert (found.rule, found.subject) == ("we know each list of customs'", "QZ1")


def test_every_invariant_of_a_load_holds_in_an_empty_house(database):
    """Each is named, on both databases; without a crowd and customs those two are left out."""
    with db.read() as connection:
        found = of_a_load.compare(connection)
        all_of_them = of_a_load.compare(connection, [], [])

    assert set(found) | {"acknowledged = stored", "customs tells the same"} == set(all_of_them)
    assert set(all_of_them) == set(of_a_load.NAMES)
    assert not any(all_of_them.values())
    assert of_a_load.told(found)[0] == "holds   paid = allocated = listed"
