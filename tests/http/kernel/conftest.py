"""A browser that looks at an app of the kernel's web."""

import pytest

from tests.http.kernel.kernel_web_app import make_app


@pytest.fixture
def browser(config):
    """A client of an app with the demo's settings."""
    return make_app(config, form_actions=["https://pay.example/session/1"]).test_client()
