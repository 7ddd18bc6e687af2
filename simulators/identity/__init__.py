"""The other side's identity service, which says whether a name goes with an ID number."""
