"""Settings for every test."""

from hypothesis import HealthCheck, settings

from tests.databases import postgres, url  # noqa: F401 - fixtures for every folder

# Machines in CI are slow and shared: a slow example is no wrong one.
settings.register_profile("leaverbot", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leaverbot")
