"""Decides how the API answers: key, idempotency, expansion, lists, errors.

What the objects mean is left to ``sessions`` and ``money``.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from . import forms, money, sessions
from .books import Body, Books
from .deliver import Behaviour
from .events import public
from .wrong import ApiError

Write = Callable[[dict[str, Any]], Body]
EXPANDABLE = {
    "payment_intent": "payment_intent",
    "latest_charge": "charge",
    "charge": "charge",
    "balance_transaction": "balance_transaction",
}
READABLE = {
    "checkout/sessions": "checkout.session",
    "payment_intents": "payment_intent",
    "charges": "charge",
    "balance_transactions": "balance_transaction",
    "balance/history": "balance_transaction",
    "refunds": "refund",
    "events": "event",
}


class Api:
    """The routes under ``/v1`` over one set of books."""

    def __init__(
        self, books: Books, behaviour: Behaviour, *, api_key: str, rules: sessions.Rules
    ) -> None:
        self._books, self._behaviour = books, behaviour
        self._api_key, self._rules = api_key, rules

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        bp = Blueprint("v1", __name__, url_prefix="/v1")
        bp.before_request(self._check_key)
        bp.register_error_handler(ApiError, lambda wrong: (jsonify(wrong.body), wrong.status))
        bp.post("/checkout/sessions", endpoint="create")(
            lambda: self._write(lambda p: sessions.create(self._books, p, self._rules))
        )
        bp.post("/checkout/sessions/<session_id>/expire", endpoint="expire")(
            lambda session_id: self._write(lambda _: sessions.expire(self._books, session_id))
        )
        bp.post("/refunds", endpoint="refund")(
            lambda: self._write(lambda p: money.refund(self._books, p))
        )
        for path, kind in READABLE.items():
            bp.get(f"/{path}", endpoint=f"list {path}", defaults={"kind": kind})(self._list)
            bp.get(f"/{path}/<object_id>", endpoint=path, defaults={"kind": kind})(self._get)
        bp.get("/checkout/sessions/<session_id>/line_items")(self._line_items)
        return bp

    def _check_key(self) -> tuple[Response, int] | None:
        sent = request.headers.get("Authorization", "")
        if hmac.compare_digest(sent.encode(), f"Bearer {self._api_key}".encode()):
            return None
        wrong = ApiError("Invalid API Key provided.", status=401)
        return jsonify(wrong.body), 401

    def _write(self, write: Write) -> Response:
        """Run a write once for its idempotency key; a repeat gets the first answer again."""
        params = forms.tree(request.form.items(multi=True))
        key = request.headers.get("Idempotency-Key", "")
        mark = _fingerprint()
        with self._books.work():
            first = self._books.first_answer(key) if key else None
            if first is None:
                body = self._expanded(write(params), params.get("expand"))
                if key:
                    self._books.keep_answer(key, mark, body)
        if first is not None:
            return _replay(key, mark, first)
        if self._behaviour.fail_after_commit > 0:
            self._behaviour.fail_after_commit -= 1
            raise ApiError("An error occurred after the write.", status=500, kind="api_error")
        return jsonify(body)

    def _get(self, kind: str, object_id: str) -> Response:
        body = self._books.get(kind, object_id)
        return jsonify(self._expanded(body, _query().get("expand")))

    def _list(self, kind: str) -> Response:
        params = _query()
        found = self._books.newest(kind)
        for name in ("payment_intent", "charge", "type", "status"):
            if name in params:
                found = [body for body in found if body.get(name) == params[name]]
        if "types" in params:
            found = [body for body in found if body.get("type") in params["types"]]
        found = _page(found, params)
        limit = min(100, forms.whole(params, "limit", least=1, default=10))
        expand = [path.removeprefix("data.") for path in params.get("expand", [])]
        rows = [self._expanded(body, expand) for body in found[:limit]]
        return jsonify(_listed(rows, has_more=len(found) > limit))

    def _line_items(self, session_id: str) -> Response:
        items = self._books.get("checkout.session", session_id)["_items"]
        return jsonify(_listed(items, has_more=False))

    def _expanded(self, body: Body, paths: object) -> Body:
        body = public(body)
        for path in paths if isinstance(paths, list) else []:
            self._expand(body, path.split("."))
        return body

    def _expand(self, body: Body, path: list[str]) -> None:
        name = path[0]
        if name not in EXPANDABLE or name not in body:
            raise ApiError(f"This property cannot be expanded ({name}).", param="expand")
        if isinstance(body[name], str):
            body[name] = public(self._books.get(EXPANDABLE[name], body[name]))
        if path[1:] and body[name] is not None:
            self._expand(body[name], path[1:])


def _query() -> dict[str, Any]:
    return forms.tree(request.args.items(multi=True))


def _fingerprint() -> str:
    fields = sorted(request.form.items(multi=True))
    return hashlib.sha256(repr((request.path, fields)).encode()).hexdigest()


def _replay(key: str, mark: str, first: tuple[str, Body]) -> Response:
    if first[0] != mark:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key}'.",
            kind="idempotency_error",
        )
    response = jsonify(first[1])
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _page(found: list[Body], params: dict[str, Any]) -> list[Body]:
    """Cut a newest-first list after or before the given id."""
    ids = [body["id"] for body in found]
    if params.get("starting_after") in ids:
        return found[ids.index(params["starting_after"]) + 1 :]
    if params.get("ending_before") in ids:
        return found[: ids.index(params["ending_before"])]
    return found


def _listed(rows: list[Body], *, has_more: bool) -> Body:
    return {"object": "list", "data": rows, "has_more": has_more, "url": request.path}
