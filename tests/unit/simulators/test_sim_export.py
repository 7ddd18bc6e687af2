"""Customs' plain copies: whoever sees one sees all of it."""

import threading

from simulators.customs.export import Export


def test_a_copy_that_can_be_seen_is_whole(tmp_path):
    """Two hundred copies of 200 kB are looked for all the while: none is empty or half."""
    data, seen, done = b"x" * 200_000, [], threading.Event()

    def look():
        while not done.is_set():
            seen.extend(path.stat().st_size for path in tmp_path.glob("*/*/CEB511-*.xml"))

    looker = threading.Thread(target=look)
    looker.start()
    export = Export(tmp_path)
    for _ in range(200):
        export.received("DXPQZCOURIER0001", "CEB511", "1", data)
    done.set()
    looker.join()

    assert set(seen) == {len(data)}
    assert len(list(tmp_path.glob("*/received/*"))) == 200
