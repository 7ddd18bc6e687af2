"""Lets tests ask the whole server, lanes first, with the browser that Flask lends."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from a2wsgi import ASGIMiddleware
from flask import Flask

from kernel.web.front import Front


def through_lanes(front: Front) -> Flask:
    """Return the front's application, whose test clients now come in by the front."""
    front.app.wsgi_app = ASGIMiddleware(front, wait_time=5, loop=_loop())  # type: ignore[arg-type, assignment]
    return front.app


def in_a_loop(asked: Coroutine[Any, Any, Any]) -> Any:
    """Return what a coroutine returns in a loop of its own, which is closed then.

    It runs in a thread of its own: browser tests leave a loop running in theirs.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked).result(60)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the one loop of this process, in a thread of its own."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="lanes", daemon=True).start()
    return loop
