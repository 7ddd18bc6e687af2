"""The comparisons of the books are read by both databases, and find nothing in an empty house."""

from kernel import db
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
