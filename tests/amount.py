"""How often a test repeats itself: less by default, so that the tests take minutes; in full with FULL=1 (`make test-full`, continuous integration)."""

import os

FULL = os.environ.get("FULL", "") not in {"", "0"}


def amount(in_full: int, otherwise: int) -> int:
    """The number for this run."""
    return in_full if FULL else otherwise
