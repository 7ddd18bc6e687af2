"""Decide how a test plays the operator: the guard at the door, pages seen, buttons pressed."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kernel.actor import Actor, become
from kernel.errors import Denied

PAGES = "/back-office/warehouse"


class RoleMissing(Denied):
    """The guard of these tests lets operators in and nobody else."""

    code = "denied"


def guard(*roles: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def around(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            if request.headers.get("X-Test-Role") not in roles:
                raise RoleMissing
            become(Actor("staff", 7))
            return view(**values)

        return guarded

    return around


class Operator:
    """A person at the desk: sees pages, fills their forms, presses their buttons."""

    def __init__(self, client: FlaskClient, *, lang: str = "zh-CN") -> None:
        self.client = client
        self.client.set_cookie("lang", lang)
        self.headers = {"X-Test-Role": "operator", "Accept": "text/html"}

    def see(self, path: str) -> str:
        answer = self.client.get(PAGES + path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    def press(self, page: str, action: str, **fields: str) -> TestResponse:
        """Send the form of ``page`` that leads to ``action``, hidden fields as they stand there."""
        text = self.see(page)
        form = re.search(
            rf'<form[^>]*action="{re.escape(PAGES + action)}".*?</form>', text, re.DOTALL
        )
        assert form, f"no form to {action} on {page}"
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
        return self.client.post(PAGES + action, data=hidden | fields, headers=self.headers)

    def did(self, page: str, action: str, **fields: str) -> str:
        """Press, be led on, and return the page led to."""
        answer = self.press(page, action, **fields)
        assert answer.status_code == 303, answer.text
        return self.see(answer.headers["Location"].removeprefix(PAGES))
