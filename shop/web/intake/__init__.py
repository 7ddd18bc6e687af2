"""Orders that come many at once: from tills that have their line back, and from partners."""

from shop.web.intake.lane import LONGEST, ROUTE, IntakeLane, make_intake

__all__ = ["LONGEST", "ROUTE", "IntakeLane", "make_intake"]
