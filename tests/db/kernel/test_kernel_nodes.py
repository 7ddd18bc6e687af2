"""Node numbers: leased, renewed, lost, never shared."""

import threading

import pytest
from sqlalchemy import select

from kernel import nodes
from kernel.ids import NodeLeaseLost
from kernel.nodes import LEASE, NoNodeFree, lease_node, node_lease

LEASE_S = LEASE // 1_000_000


def holders(database):
    with database.read() as conn:
        query = select(node_lease).where(node_lease.c.shard == 0)
        return {row.node: row.holder for row in conn.execute(query)}


def test_two_processes_get_two_numbers(database):
    """And a shard does not count in another's."""
    first, second = lease_node(database, 0), lease_node(database, 0)
    elsewhere = lease_node(database, 3)

    assert (first.node, second.node, elsewhere.node) == (0, 1, 0)
    assert set(holders(database)) == {0, 1}
    assert len(set(holders(database).values())) == 2
    assert first.mint.new() != second.mint.new()
    assert elsewhere.mint.shard == 3


def test_processes_that_start_in_the_same_moment_never_share(database):
    """Twelve at once, on free numbers and on rested ones."""
    for _ in range(4):
        lease_node(database, 0)
    nodes_before = set(holders(database))
    found, together = [], threading.Barrier(12)

    def start():
        together.wait()
        found.append(lease_node(database, 0).node)

    threads = [threading.Thread(target=start) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == len(set(found)) == 12
    assert not nodes_before & set(found)


def test_processes_never_share_a_number_that_rested(database, clock):
    """All 128 ran out; eight processes want one in the same moment."""
    for _ in range(128):
        lease_node(database, 0)
    clock.tick(LEASE_S + 6)
    found, together = [], threading.Barrier(8)

    def start():
        together.wait()
        found.append(lease_node(database, 0).node)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == len(set(found)) == 8


def test_the_129th_process_is_refused_until_one_leaves(database, clock):
    """Every number is taken; one is given back and rests first."""
    leases = [lease_node(database, 0) for _ in range(128)]

    with pytest.raises(NoNodeFree):
        lease_node(database, 0)
    leases[77].close()
    with pytest.raises(NoNodeFree):
        lease_node(database, 0)
    clock.tick(6)

    assert lease_node(database, 0).node == 77


def test_a_number_never_used_comes_before_one_given_back(database, clock):
    """The longest unused first: ids borrowed ahead are far behind by then."""
    with lease_node(database, 0) as first:
        assert first.node == 0
    clock.tick(3600)

    assert lease_node(database, 0).node == 1


def test_a_renewed_lease_goes_on(database, clock):
    """Renewed before its end, it mints past it."""
    lease = lease_node(database, 0)
    clock.tick(LEASE_S - 1)
    lease.renew()
    clock.tick(LEASE_S - 1)

    assert lease.mint.new() > 0


def test_an_unrenewed_lease_mints_nothing_and_may_go_to_another(database, clock):
    """The process slept: its number went on, and it can neither mint nor renew."""
    leases = [lease_node(database, 0) for _ in range(128)]
    clock.tick(LEASE_S)
    with pytest.raises(NodeLeaseLost):
        leases[0].mint.new()
    for lease in leases[1:]:
        lease.renew()
    clock.tick(6)

    successor = lease_node(database, 0)

    assert successor.node == 0
    with pytest.raises(NodeLeaseLost):
        leases[0].renew()
    with pytest.raises(NodeLeaseLost):
        leases[0].mint.new()
    leases[0].close()
    assert successor.mint.new() > 0
    successor.renew()


def test_a_late_renewal_heals_when_nobody_took_the_number(database, clock):
    """The database was away for a while; the number is still ours."""
    lease = lease_node(database, 0)
    clock.tick(LEASE_S * 10)

    lease.renew()

    assert lease.mint.new() > 0


def test_a_kept_lease_is_renewed_by_itself_until_closed(database, clock, monkeypatch):
    """The keeper renews, survives a failing database, and ends with the lease."""
    monkeypatch.setattr(nodes, "LEASE", 30_000)  # 0.03 s: the keeper comes every hundredth
    lease = lease_node(database, 0)
    renewed, real = threading.Event(), lease.renew
    tries = []

    def renew():
        tries.append(1)
        if len(tries) == 1:
            raise NodeLeaseLost(node=0)
        real()
        renewed.set()

    monkeypatch.setattr(lease, "renew", renew)
    lease.keep()

    assert renewed.wait(10)
    lease.close()
    done = len(tries)
    assert not any(thread.name == "node-lease" for thread in threading.enumerate())
    assert len(tries) == done
    with pytest.raises(NodeLeaseLost):
        lease.mint.new()
