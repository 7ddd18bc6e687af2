"""The people of a load run, as Locust users in a process of their own: HTTP only, none of our code.

Locust patches the standard library for gevent when it is imported, so nothing of the product may
share its process: ``python -m load.crowd PLAN`` is started by ``load.peak`` and ends by itself.
"""
