"""A message is on the disk before it has its name; a sample's need not be."""

import os

import pytest

from bonded_display.customs.transport.directory import DirectoryMailbox


@pytest.mark.parametrize(("durable", "synced"), [(True, 2), (False, 0)])
def test_a_message_waits_for_the_disk_unless_it_is_a_samples(
    tmp_path, monkeypatch, durable, synced
):
    """The file and its folder; either way it is there whole."""
    told: list[int] = []
    monkeypatch.setattr(os, "fsync", told.append)
    mailbox = DirectoryMailbox(tmp_path, "DXPQZPLATFORM001", durable=durable)

    mailbox.send("a.xml", b"<x/>")

    assert len(told) == synced
    assert (tmp_path / "DXPQZPLATFORM001" / "out" / "a.xml").read_bytes() == b"<x/>"
