"""The content checks: text in, findings out. One module per family of checks; the engine runs them all.

Pure like all of `rules`: no Django, no clock, no network. Whatever a check needs to know of the city, of the moment or
of a link's answer arrives as a fact in `material.World`.
"""
