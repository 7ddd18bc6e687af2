"""Compare our books with those of customs, provider, payment company, courier and zone.

``python -m demo.compare --ours URL --theirs FOLDER`` reads what lies on disk and shares nothing
with either side: its own SQL, its own tax by the reference's formulas.
"""
