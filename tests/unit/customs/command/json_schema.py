"""Decide whether a value fits a JSON schema, as far as docs/cli.md uses the language."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
_KNOWN = {
    *("type", "enum", "properties", "required", "additionalProperties", "items", "oneOf"),
    *("minimum", "minProperties", "maxProperties", "format", "$ref"),
}


def misfits(value: Any, schema: Schema, defs: Schema, place: str = "") -> list[str]:
    """Return where ``value`` breaks ``schema``; an unknown word of the language raises."""
    assert schema.keys() <= _KNOWN, schema.keys() - _KNOWN
    if "$ref" in schema:
        return misfits(value, defs[schema["$ref"].removeprefix("#/$defs/")], defs, place)
    wanted = _TYPES.get(schema.get("type", ""), (object,))
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted == (int,)):
        return [f"{place}: {schema['type']}"]
    found = list(_plain(value, schema, place))
    if isinstance(value, dict):
        found += _members(value, schema, defs, place)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            found += misfits(item, schema["items"], defs, f"{place}[{number}]")
    return found + [
        f"{place}: oneOf"
        for options in [schema.get("oneOf")]
        if options and sum(not misfits(value, one, defs) for one in options) != 1
    ]


def _plain(value: Any, schema: Schema, place: str) -> Iterator[str]:
    if value not in schema.get("enum", [value]):
        yield f"{place}: enum"
    if isinstance(value, int) and value < schema.get("minimum", value):
        yield f"{place}: minimum"


def _members(value: Schema, schema: Schema, defs: Schema, place: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    fewest, most = schema.get("minProperties", 0), schema.get("maxProperties", len(value))
    if not fewest <= len(value) <= most:
        yield f"{place}: count"
    yield from (
        f"{place}.{name}: missing" for name in schema.get("required", ()) if name not in value
    )
    other = schema.get("additionalProperties", {})
    for name, member in value.items():
        if name in properties:
            yield from misfits(member, properties[name], defs, f"{place}.{name}")
        elif other is False:
            yield f"{place}.{name}: unknown"
        else:
            yield from misfits(member, other, defs, f"{place}.{name}")
