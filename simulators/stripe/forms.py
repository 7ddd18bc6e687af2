"""Decides how bracketed form fields become a tree: ``line_items[0][quantity]=2``.

What the fields mean is left to the objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .wrong import ApiError

KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
PART = re.compile(r"\[([^\[\]]*)\]")


def tree(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the fields as nested dicts and lists of texts; raises ``ApiError`` on a bad name."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        match = KEY.match(name)
        if match is None:
            raise ApiError(f"Invalid parameter name: {name}", param=name)
        _place(root, [match[1], *PART.findall(match[2])], value)
    return {name: _lists(value) for name, value in root.items()}


def _place(node: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        child = node.setdefault(part, {})
        if not isinstance(child, dict):
            raise ApiError(f"Invalid object: {part}", param=path[0])
        node = child
    node[path[-1] or str(len(node))] = value


def _lists(node: Any) -> Any:
    """Turn dicts whose keys are 0, 1, 2 ... into lists."""
    if not isinstance(node, dict):
        return node
    values = {key: _lists(value) for key, value in node.items()}
    if values and all(key.isdigit() for key in values):
        return [values[key] for key in sorted(values, key=int)]
    return values


def whole(params: dict[str, Any], name: str, *, least: int, default: int | None = None) -> int:
    """Return a whole number of at least ``least``; raises ``ApiError`` naming the parameter."""
    text = params.get(name)
    if text is None and default is not None:
        return default
    if not isinstance(text, str) or not re.fullmatch(r"-?\d{1,12}", text):
        raise ApiError(f"Invalid integer: {text}", param=name, code="parameter_invalid_integer")
    if int(text) < least:
        raise ApiError(f"This value must be greater than or equal to {least}.", param=name)
    return int(text)


def text(params: dict[str, Any], name: str) -> str:
    """Return a required text; raises ``ApiError`` naming the parameter."""
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise ApiError(f"Missing required param: {name}.", param=name, code="parameter_missing")
    return value


def labels(params: dict[str, Any]) -> dict[str, str]:
    """Return ``metadata``; raises ``ApiError`` past Stripe's bounds (50 keys, 500 characters)."""
    values = params.get("metadata", {})
    if not isinstance(values, dict) or any(not isinstance(v, str) for v in values.values()):
        raise ApiError("Invalid object", param="metadata")
    if len(values) > 50 or any(len(k) > 40 or len(v) > 500 for k, v in values.items()):
        raise ApiError("Metadata is too long.", param="metadata")
    return dict(values)
