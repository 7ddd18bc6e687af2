"""The shopper's room and the top of the house: offers, checkouts, orders, accounts, and the wiring of all rooms."""
