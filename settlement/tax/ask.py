"""Decide how a tax question in JSON is read and how its answer is written.

What is due is ``retail_import``'s, whether it is within the limits ``limits``'.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from kernel.errors import Problem, Refusal
from kernel.i18n import LANGS, problem_words
from settlement.tax import limits
from settlement.tax.errors import QuestionUnread, TariffMissing
from settlement.tax.rates import ConsumptionRule, Tariff, WeightLimit
from settlement.tax.retail_import import LineQuote, OrderQuote, TaxLine, quote_order

Json = Mapping[str, Any]

MOST_LINES = 99
"""As many lines as a list of customs carries."""

_QUESTION = {
    *("on", "lines", "tariffs", "freight_fen", "insurance_fen"),
    *("year_used_fen", "year_used_weight_e5"),
}
_LINE = {"hs_code", "qty", "total_fen", "measure_e5", "measure_kind", "net_e5"}
_DATES = {"valid_from_on", "valid_to_on"}
_TARIFF = {field.name for field in fields(Tariff)}
_TEXTS = {"hs_code", "unit1"}
_PERHAPS = {"line_per_measure_fen", "line_per_piece_fen", "unit2", "weight_limit"}
_BELOW_ALL_BP = 10_000


def answer(question: object) -> dict[str, Any]:
    """Return the quote and verdict of a question as docs/cli.md describes both.

    A refusal is an answer (``verdict`` refuse).  Raises ``QuestionUnread`` for what cannot be
    read, and the ``Malformed`` and ``NotFound`` of ``retail_import`` and ``tariff``.
    """
    asked = _object(question, "question", _QUESTION)
    on = _day(asked, "on", "question")
    tariffs = _in_force(_list(asked, "tariffs"), on)
    lines = _lines(_list(asked, "lines"), tariffs, on)
    used_fen = _figure(asked, "year_used_fen", "question", default=0)
    weights, used_e5 = _weights(asked["lines"], tariffs), _used_weights(asked)
    try:
        quote = quote_order(
            lines,
            _figure(asked, "freight_fen", "question", default=0),
            _figure(asked, "insurance_fen", "question", default=0),
        )
        limits.check(
            quote.value_fen, pieces=sum(line.qty for line in lines), year_used_fen=used_fen
        )
        limits.check_weights(weights, used_e5)
    except Refusal as refusal:
        return {"on": on.isoformat(), "verdict": "refuse", **told(refusal)}
    return {"on": on.isoformat(), **_shown(quote), "year_left_fen": _left(used_fen, quote)}


def told(problem: Problem) -> dict[str, Any]:
    """Return why nothing is answered: the code that never changes, its facts, and the words.

    What, why and what to do next, in each language.
    """
    words = {lang: asdict(problem_words(problem, lang)) for lang in LANGS}
    return {"code": problem.code, "facts": dict(problem.facts), "words": words}


def _shown(quote: OrderQuote) -> dict[str, Any]:
    return {
        "verdict": "full_rate" if quote.full_rate else "pass",
        "value_fen": quote.value_fen,
        "duty_fen": sum(line.duty_fen for line in quote.lines),
        "consumption_fen": sum(line.consumption_fen for line in quote.lines),
        "vat_fen": sum(line.vat_fen for line in quote.lines),
        "tax_fen": quote.tax_fen,
        "lines": [_line_shown(line) for line in quote.lines],
    }


def _line_shown(line: LineQuote) -> dict[str, Any]:
    return {name: getattr(line, name) for name in (*LineQuote.__slots__, "tax_fen")}


def _left(used_fen: int, quote: OrderQuote) -> int:
    return limits.YEAR_LIMIT_FEN - used_fen - quote.value_fen


def _lines(asked: list[Any], tariffs: Mapping[str, Tariff], on: date) -> list[TaxLine]:
    if not 1 <= len(asked) <= MOST_LINES:
        raise QuestionUnread(place="lines")
    return [_line(line, gnum, tariffs, on) for gnum, line in enumerate(asked, start=1)]


def _line(asked: object, gnum: int, tariffs: Mapping[str, Tariff], on: date) -> TaxLine:
    place = f"lines[{gnum}]"
    line = _object(asked, place, _LINE)
    hs_code = _words(line, "hs_code", place)
    if hs_code not in tariffs:
        raise TariffMissing(hs_code=hs_code, on=on)
    kind = line.get("measure_kind")
    if kind not in (None, "ml", "g", "piece"):
        raise QuestionUnread(place=f"{place}.measure_kind")
    return TaxLine(
        gnum=gnum,
        qty=_figure(line, "qty", place),
        total_fen=_figure(line, "total_fen", place),
        measure_e5=None if line.get("measure_e5") is None else _figure(line, "measure_e5", place),
        hs=tariffs[hs_code],
        measure_kind=kind,
    )


def _weights(asked: list[Json], tariffs: Mapping[str, Tariff]) -> dict[WeightLimit, int]:
    """Return the net weight that counts to a limit; its lines must say theirs, others may."""
    weights: Counter[WeightLimit] = Counter()
    for gnum, line in enumerate(asked, start=1):
        kind = tariffs[line["hs_code"]].weight_limit
        net_e5 = _figure(line, "net_e5", f"lines[{gnum}]", default=None if kind else 0)
        if kind is not None:
            weights[kind] += line["qty"] * net_e5
    return dict(weights)


def _used_weights(asked: Json) -> dict[WeightLimit, int]:
    place = "year_used_weight_e5"
    given = _object(asked.get(place, {}), place, set(limits.WEIGHT_LIMITS_E5))
    return {kind: _figure(given, kind, place, default=0) for kind in limits.WEIGHT_LIMITS_E5}


def _in_force(asked: list[Any], on: date) -> dict[str, Tariff]:
    """Return the tariffs in force on a day; of two of one code, the one that began later."""
    begun: dict[str, date] = {}
    found: dict[str, Tariff] = {}
    for number, row in enumerate(asked, start=1):
        place = f"tariffs[{number}]"
        dated = _object(row, place, _TARIFF | _DATES)
        first = _day(dated, "valid_from_on", place, default=date.min)
        last = _day(dated, "valid_to_on", place, default=date.max)
        tariff = _tariff(dated, place)
        if first <= on <= last and first >= begun.get(tariff.hs_code, date.min):
            begun[tariff.hs_code], found[tariff.hs_code] = first, tariff
    return found


def _tariff(row: Json, place: str) -> Tariff:
    values = {name: _value(row, name, place) for name in row if name not in _DATES}
    for name in ("hs_code", "vat_bp"):
        if name not in values:
            raise QuestionUnread(place=f"{place}.{name}")
    if values.get("consumption_bp", 0) >= _BELOW_ALL_BP:
        raise QuestionUnread(place=f"{place}.consumption_bp")
    if values.get("specific_per_e5", 1) == 0:
        raise QuestionUnread(place=f"{place}.specific_per_e5")
    return Tariff(**values)


def _value(row: Json, name: str, place: str) -> Any:
    if row[name] is None and name in _PERHAPS:
        return None
    if name in _TEXTS or name == "unit2":
        return _words(row, name, place)
    if name == "on_positive_list":
        if not isinstance(row[name], bool):
            raise QuestionUnread(place=f"{place}.{name}")
        return row[name]
    if name == "weight_limit":
        return _weight_limit(row, place)
    if name == "consumption_rule":
        return _rule(row, place)
    return _figure(row, name, place)


def _weight_limit(row: Json, place: str) -> WeightLimit:
    for kind in limits.WEIGHT_LIMITS_E5:
        if row["weight_limit"] == kind:
            return kind
    raise QuestionUnread(place=f"{place}.weight_limit")


def _rule(row: Json, place: str) -> ConsumptionRule:
    try:
        return ConsumptionRule(_words(row, "consumption_rule", place))
    except ValueError as unknown:
        raise QuestionUnread(place=f"{place}.consumption_rule") from unknown


def _object(given: object, place: str, known: set[str]) -> Json:
    if not isinstance(given, dict):
        raise QuestionUnread(place=place)
    for name in given:
        if name not in known:
            raise QuestionUnread(place=f"{place}.{name}")
    return given


def _list(asked: Json, name: str) -> list[Any]:
    given = asked.get(name)
    if not isinstance(given, list):
        raise QuestionUnread(place=name)
    return given


def _words(asked: Json, name: str, place: str) -> str:
    given = asked.get(name)
    if not isinstance(given, str):
        raise QuestionUnread(place=f"{place}.{name}")
    return given


def _figure(asked: Json, name: str, place: str, *, default: int | None = None) -> int:
    """Return a whole number not below nought; true, false and 1.0 are none."""
    given = asked.get(name, default)
    if type(given) is not int or given < 0:
        raise QuestionUnread(place=f"{place}.{name}")
    return given


def _day(asked: Json, name: str, place: str, *, default: date | None = None) -> date:
    if name not in asked and default is not None:
        return default
    try:
        return date.fromisoformat(_words(asked, name, place))
    except ValueError as wrong:
        raise QuestionUnread(place=f"{place}.{name}") from wrong
