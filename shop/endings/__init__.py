"""How a paid order ends before its parcel arrives, and why the shopper is told so."""
