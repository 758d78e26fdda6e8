"""Measurements: `make bench`, or `python -m bench [word ...]`. They never fail on time."""
