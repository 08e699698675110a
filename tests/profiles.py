"""How long hypothesis looks, chosen once for all tests (a pytest plugin, see pyproject.toml).

`house` is the everyday profile: no deadline, because two shared cores make a lone slow example say
nothing, and the same examples every time in CI, so that a red build can be repeated.
`./run test --hypothesis-profile=thorough` looks twenty times as long.
"""

import os

from hypothesis import HealthCheck, settings

_CI = os.environ.get("CI", "").lower() in {"1", "true"}

settings.register_profile(
    "house",
    deadline=None,
    derandomize=_CI,
    max_examples=100,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("house"), derandomize=False, max_examples=2000)
settings.load_profile("house")
