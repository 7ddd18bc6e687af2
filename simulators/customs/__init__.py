"""Customs with its E-port: takes documents and lists, judges them, answers, bills the tax."""
