"""Decides how customs' question about a payment is put in a walk, and that it took the answer.

What the data must say is judged by customs, against the documents it holds.
"""

import requests

from demo.timeline import until
from demo.walk import Walk


def ask_for_payment_data(walk: Walk) -> None:
    """Let customs ask the platform for the payment's data, and wait until it has taken them."""
    customs = walk.box.url("customs")
    asked = requests.post(
        f"{customs}/payment-questions", json={"order_no": walk.order_no}, timeout=20
    )
    asked.raise_for_status()
    if asked.json()["told"] != "10000":
        raise LookupError(f"the platform did not take customs' question: {asked.json()}")

    def look() -> dict[str, object] | None:
        walk.programs.check_alive()
        (question,) = requests.get(
            f"{customs}/payment-questions/{walk.order_no}", timeout=10
        ).json()["questions"]
        return question if question["verdict"] else None

    said = until(look, patience_s=walk.patience_s, waiting_for="the payment data at customs")
    if said["verdict"] != "taken" or not said["in_time"]:
        raise ValueError(f"customs did not take the payment data: {said}")
