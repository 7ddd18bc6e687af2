"""Decide which lines of ``.importlinter`` count: those whose module exists.

What may import what is written there.  ``python -m tests.arch.contracts`` brings the file up to
date after a module was added.
"""

import re
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / ".importlinter"

_MODULE = re.compile(r"^(    )(# )?([a-z_]+(?:\.[a-z0-9_]+)*)$")
_CONTAINER = re.compile(r"^containers =\n    (\w+)$", re.M)
_LAYER = re.compile(r"\(?\b([a-z_]+)\b\)?")


def exists(module: str, root: Path = ROOT) -> bool:
    """Say whether a module of ours is there, as a file or a package."""
    path = root.joinpath(*module.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def up_to_date(text: str, there: Callable[[str], bool] = exists) -> str:
    """Return the file with every module that exists listed, and every other one set aside."""
    return "\n\n".join(_section(section, there) for section in text.split("\n\n"))


def _section(section: str, there: Callable[[str], bool]) -> str:
    container = _CONTAINER.search(section)
    if container is not None:
        head, layers = section.split("layers =\n")
        layers, found, tail = layers.partition("exhaustive")
        room = container.group(1)
        return f"{head}layers =\n{_layers(layers, room, there)}{found}{tail}"
    if "type = forbidden" in section:
        return "\n".join(_module_line(line, there) for line in section.split("\n"))
    return section


def _layers(layers: str, room: str, there: Callable[[str], bool]) -> str:
    def layer(match: re.Match[str]) -> str:
        name = match.group(1)
        return name if there(f"{room}.{name}") else f"({name})"

    return _LAYER.sub(layer, layers)


def _module_line(line: str, there: Callable[[str], bool]) -> str:
    found = _MODULE.match(line)
    if found is None:
        return line
    module = found.group(3)
    ours = (ROOT / module.split(".")[0] / "__init__.py").is_file()
    return f"    {module}" if not ours or there(module) else f"    # {module}"


if __name__ == "__main__":
    FILE.write_text(up_to_date(FILE.read_text(encoding="utf-8")), encoding="utf-8")
