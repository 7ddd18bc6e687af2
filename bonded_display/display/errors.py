"""What display refuses; the words are in templates/messages/display.*."""

from datetime import date

from kernel.errors import NotFound, Refusal, Unavailable


class UnknownShelfCode(NotFound):
    """Nobody put this code on a shelf, or it belongs to other goods."""

    code = "unknown_shelf_code"

    def __init__(self, *, shelf_code: str) -> None:
        super().__init__(shelf_code=shelf_code)


class ShelfCodeClosed(Refusal):
    """The shelf code was known and sells no longer, or not yet."""

    code = "shelf_code_closed"

    def __init__(self, *, shelf_code: str, valid_from_on: date, valid_to_on: date | None) -> None:
        super().__init__(
            shelf_code=shelf_code, valid_from_on=valid_from_on, valid_to_on=valid_to_on or "—"
        )


class NotADisplaySite(Refusal):
    """Bonded goods, or their sale on the spot, need the outlet's filing as a display site."""

    code = "not_a_display_site"

    def __init__(self, *, shelf_code: str) -> None:
        super().__init__(shelf_code=shelf_code)


class FontMissing(Unavailable):
    """No Chinese TrueType font is installed, so that no label can be set."""

    code = "font_missing"

    def __init__(self, *, looked_in: str) -> None:
        super().__init__(retry_after_s=600, looked_in=looked_in)
