"""The batched floor writes what the plain floor writes, fifty orders at once."""

from load.beside.batched import SIZE, batched, split

TYPES = {
    ("line", "id"): "bigint",
    ("line", "name"): "text",
    ("line", "who"): "text",
    ("line", "qty"): "integer",
}
PLAIN = """\\set n :n + 1
\\set id0 300 + (:n * 8 + :client_id) * 32 + 0
BEGIN;
INSERT INTO line (id, name, who, qty) VALUES (:id0, ('a,b' || :id0::text), lpad(:shopper::text, 4, '0'), '1') ON CONFLICT (id) DO NOTHING;
INSERT INTO line (id, name) VALUES (:id0, ('once-' || :n::text || '-' || :client_id::text));
UPDATE availability SET held = held + '1' WHERE availability.held + '1' <= on_hand;
END;
"""


def test_each_order_has_ids_key_and_shopper_of_its_own() -> None:
    """And all of one transaction rise the level by as many."""
    lines = batched(PLAIN, TYPES, people=256).splitlines()

    assert lines[1] == f"\\set id0 300 + (:n * 2 + :client_id) * {SIZE * 32} + 0"
    assert lines[3] == (
        "INSERT INTO line (id, name, who, qty) SELECT ((:id0::bigint + g * 32))::bigint, "
        "(('a,b' || (:id0::bigint + g * 32)::text))::text, "
        "(lpad(((:shopper::int + g) % 256 + 1)::text, 4, '0'))::text, ('1')::integer "
        "FROM generate_series(0, 49) g ON CONFLICT (id) DO NOTHING;"
    )
    assert "|| :client_id::text || '-' || g::text))::text FROM" in lines[4]
    assert (
        lines[5]
        == "UPDATE availability SET held = held + '50' WHERE availability.held + '50' <= on_hand;"
    )
    assert [lines[0], lines[2], lines[6]] == ["\\set n :n + 1", "BEGIN;", "END;"]


def test_a_comma_in_quotes_or_brackets_parts_no_values() -> None:
    """Names and calls hold some."""
    assert split("'a, b', f(1, 2), ARRAY[3, 4], 'it''s, so'") == [
        "'a, b'",
        "f(1, 2)",
        "ARRAY[3, 4]",
        "'it''s, so'",
    ]
