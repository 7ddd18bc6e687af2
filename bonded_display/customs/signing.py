"""Decide that what we send is fit and its transmitter's: built, checked, then signed by its key.

How a signature is made is ``sign``'s; how the bytes are kept and go out, ``sendings``'.
"""

from collections.abc import Callable

from bonded_display.customs import desk
from bonded_display.customs.handed import Party
from bonded_display.customs.messages import business
from bonded_display.customs.messages.base_transfer import transfer_of
from bonded_display.customs.messages.table import Document, Fault, Message
from bonded_display.customs.sign.xmldsig import signed
from kernel.clock import Instant


def signed_message(
    message: Message,
    document: Document,
    transmitter: Party,
    *,
    rules: Callable[[], list[Fault]],
    at: Instant,
) -> bytes:
    """Return the message of one document, signed by its transmitter, as the bytes to store.

    ``rules`` as ``business.build``.  Raises ``SigningKeyUnfit`` or ``MessageFaulty``; a device
    signs later (``sendings``).
    """
    current = desk.current()
    signer = desk.signer_of(current, transmitter.code, at)
    transfer = transfer_of(transmitter, current.dxp_id)
    root = business.build(message, document, transfer=transfer, rules=rules)
    return signed(root, signer, current.methods, at=at)
