"""Whether the books of a house agree after a load, invariant by invariant, and with what was said.

    paid = allocated = listed       placed and unpaid = reserved      expired = neither
    acknowledged = stored           ledger sealed and balanced        limits
    lots = availability             sold = in stock                   all is done

The comparisons of one row with another are ``load.trade.invariants``'s; here they are named,
and those are added that only a load needs.
"""

from load.invariants.compare import compare, told
from load.invariants.rules import NAMES

__all__ = ["NAMES", "compare", "told"]
