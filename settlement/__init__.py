"""Finance's room: tax, payments and the ledger."""
