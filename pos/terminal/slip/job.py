"""Decides which layout a print job has, by its kind; returns the bytes to send."""

import json

from pos.terminal.journal import DRAWER, SALE_SLIP, Job
from pos.terminal.slip.elements import Element, Pulse
from pos.terminal.slip.encoder import encode
from pos.terminal.slip.layout import order_slip
from pos.terminal.slip.sale_layout import sale_slip, sale_slip_from_json


def job_bytes(job: Job, *, columns: int) -> bytes:
    """Return a job as the printer takes it; raises ``ValueError``, ``Malformed`` for a spoilt one."""
    return encode(_elements(job, columns), columns=columns)


def _elements(job: Job, columns: int) -> list[Element]:
    if job.kind == DRAWER:
        return [Pulse()]
    if job.kind == SALE_SLIP:
        slip = sale_slip_from_json(json.loads(job.content))
        return sale_slip(slip, columns=columns, copy=job.copy)
    return order_slip(job.slip, columns=columns, copy=job.copy)
