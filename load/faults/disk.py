"""Decides how a database's disk is made small and full: a tmpfs of its own, where one may mount."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.cluster import NOBODY

ROOMY = "4g"


@dataclass(frozen=True)
class Disk:
    """A tmpfs; ``why_not`` says why there is none, in the system's words."""

    folder: Path
    why_not: str = ""

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no byte free while the block runs."""
        while not self._resized(f"{self._used_kb()}k"):  # it grew meanwhile
            pass
        try:
            yield
        finally:
            self._resized(ROOMY)

    def _used_kb(self) -> int:
        told = os.statvfs(self.folder)
        return (told.f_blocks - told.f_bfree) * told.f_frsize // 1024

    def _resized(self, size: str) -> bool:
        words = ["mount", "-o", f"remount,size={size}", str(self.folder)]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0


@contextmanager
def mounted(folder: Path) -> Iterator[Disk]:
    """Mount a tmpfs at a new ``folder``, PostgreSQL's own, for as long as the block runs."""
    folder.mkdir(mode=0o700)
    how = f"size={ROOMY},mode=0700,uid={NOBODY},gid={NOBODY}"
    words = ["mount", "-t", "tmpfs", "-o", how, "tmpfs", str(folder)]
    try:
        subprocess.run(words, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as refused:
        folder.rmdir()
        yield Disk(folder, str(getattr(refused, "stderr", "") or refused).strip())
        return
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
