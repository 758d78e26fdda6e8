"""The first examples pay for tables that later ones share, so no example has a deadline."""

from hypothesis import settings

settings.register_profile("index", deadline=None)
settings.load_profile("index")
