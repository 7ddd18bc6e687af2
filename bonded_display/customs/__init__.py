"""The customs desk: messages, signatures, transport, states, receipts."""
