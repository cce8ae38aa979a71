from hypothesis import settings

# A loaded machine is not a slow algorithm.
settings.register_profile("parley", deadline=None)
settings.load_profile("parley")
