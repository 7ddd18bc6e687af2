"""Lets tests ask the whole server, lanes first, with the browser that Flask lends."""

import asyncio
import threading
from functools import cache

from a2wsgi import ASGIMiddleware
from flask import Flask

from kernel.web.front import Front


def through_lanes(front: Front) -> Flask:
    """Return the front's application, whose test clients now come in by the front."""
    front.app.wsgi_app = ASGIMiddleware(front, wait_time=5, loop=_loop())  # type: ignore[arg-type, assignment]
    return front.app


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the one loop of this process, in a thread of its own."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="lanes", daemon=True).start()
    return loop
