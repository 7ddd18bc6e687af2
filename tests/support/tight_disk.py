"""A folder whose disk is full when a test says so: a tiny tmpfs, else the system's file limit."""

import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

SIZE_KB = 1024


class TinyDisk:
    """A tmpfs of its own: writing more than it holds fails with ENOSPC."""

    cause = "ENOSPC"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no byte free within."""
        ballast = self.folder / ".ballast"
        with ballast.open("wb", buffering=0) as file:
            for size in (65_536, 4096, 1):
                _fill(file, size)
        try:
            yield
        finally:
            ballast.unlink()


class FileLimit:
    """The process may write no file longer than nothing: fails with EFBIG, everywhere."""

    cause = "EFBIG"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def full(self) -> Iterator[None]:
        """Let every write of this process fail within."""
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, handler)


@contextmanager
def tiny_disk(folder: Path) -> Iterator[TinyDisk | None]:
    """Mount a tiny disk at ``folder``; None where this user may not."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_KB}k,nr_inodes=4096", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        yield None
        return
    try:
        yield TinyDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(file: FileIO, size: int) -> None:
    try:
        while file.write(b"x" * size) == size:
            pass
    except OSError:
        return
