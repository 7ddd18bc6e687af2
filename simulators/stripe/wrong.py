"""Decides the shape of a refusal as the API words it."""

from __future__ import annotations


class ApiError(Exception):
    """A request is refused; nothing was written.

    ``kind`` is Stripe's error type, ``param`` the parameter at fault, ``code`` the short reason.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        parts = {"type": kind, "message": message, "param": param, "code": code}
        self.body = {"error": {k: v for k, v in parts.items() if v is not None}}


def missing(kind: str, object_id: str) -> ApiError:
    """Return the refusal for an id that is not in the books."""
    return ApiError(
        f"No such {kind}: '{object_id}'", status=404, param="id", code="resource_missing"
    )
