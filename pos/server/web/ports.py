"""Decides how the counter's routes come by what other rooms know; ``shop.app`` hands it in."""

from flask import Flask, current_app

from pos.server.ports import OutletGoods

_KEY = "pos_outlet_goods"


def use_outlet_goods(app: Flask, goods: OutletGoods) -> None:
    """Let the counter's routes of an application ask ``goods``."""
    app.extensions[_KEY] = goods


def outlet_goods() -> OutletGoods:
    """Return what was handed in; an application without it is wired wrongly: ``KeyError``."""
    port: OutletGoods = current_app.extensions[_KEY]
    return port
