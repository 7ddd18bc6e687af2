"""Accounts on both databases: codes, sessions, staff, identity, consent."""
