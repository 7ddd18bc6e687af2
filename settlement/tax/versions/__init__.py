"""Numbered versions of tariff and positive list: how one comes in, how two differ."""
