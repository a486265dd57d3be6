"""How the property tests run."""

from hypothesis import HealthCheck, settings

# A busy machine is no defect of the bot: no example fails for being slow.
settings.register_profile("leaverbot", max_examples=75, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leaverbot")
