"""Put another script into force while a company's program runs."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from simulators.daemon import Form, malformed
from simulators.trouble.script import BadScript, Script


def control(script: Script) -> Blueprint:
    """Return ``POST /_control`` {"script": [rules]}; a bad one is refused, the old one stays."""
    pages = Blueprint("control", __name__)

    @pages.post("/_control")
    def replace() -> Response:
        try:
            script.replace(Form.of_request().said.get("script"))
        except BadScript as fault:
            raise malformed(str(fault)) from None
        return jsonify(ok=True)

    return pages
