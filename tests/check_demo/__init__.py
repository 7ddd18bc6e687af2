"""Judge what one demo left in its folder: every figure, text and signature, by other means.

``python -m tests.check_demo var/demo``.  It shares nothing with what it judges: the standard
library, lxml, gmalg, pypdfium2 and zxing-cpp only; rules and formulas come from the customs
reference.
"""
