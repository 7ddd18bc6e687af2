"""Decide the tax on goods sold off a display site: an ordinary import, taxed in full.

Which items may be sold so, and by when they are declared, is bonded display's business.
"""

from settlement.tax.levy import Levy, Rates, levy


def ordinary_import_tax(value_fen: int, *, rates: Rates) -> Levy:
    """Return duty, consumption tax and VAT in fen on an inland sale price, all of it due.

    ``rates`` are by origin, additional duties within ``duty_bp``.
    Raises ``TaxFigureInvalid`` when ``value_fen`` is negative.
    Source: rules.md section 6.
    """
    return levy(value_fen, rates)
