"""Decide which messages there are, by kind, and by which of them an answer comes.

One table a message: building, checking, the schema and docs/messages.md read these and no others.
"""

from bonded_display.customs.messages import (
    ceb311,
    ceb411,
    ceb511,
    ceb621,
    ceb623,
    ceb625,
    ceb711,
    ceb816,
    ceb900,
)

MESSAGES = {
    message.kind: message
    for message in (
        ceb311.CEB311,
        ceb311.CEB312,
        ceb411.CEB411,
        ceb411.CEB412,
        ceb511.CEB511,
        ceb511.CEB512,
        ceb511.CEB513,
        ceb511.CEB514,
        ceb621.CEB621,
        ceb621.CEB622,
        ceb623.CEB623,
        ceb623.CEB624,
        ceb625.CEB625,
        ceb625.CEB626,
        ceb711.CEB711,
        ceb711.CEB712,
        ceb816.CEB816,
        ceb816.CEB818,
        ceb900.CEB900,
    )
}

SHAPES = {
    shape.root: shape
    for shape in (
        ceb311.SHAPE_312,
        ceb411.SHAPE_412,
        ceb511.SHAPE_512,
        ceb511.SHAPE_514,
        ceb621.SHAPE_622,
        ceb623.SHAPE_624,
        ceb625.SHAPE_626,
        ceb711.SHAPE_712,
        ceb816.SHAPE_816,
        ceb816.SHAPE_818,
        ceb900.SHAPE_900,
    )
}
"""By root: what customs or the port answers with."""
