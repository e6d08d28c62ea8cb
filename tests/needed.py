"""Programs that some tests run against: left out where one is absent, an error where REQUIRE (words separated by blanks) says that it must be there."""

import os

import pytest


def leave_out(name: str, how: str) -> None:
    """Leave the running test out; `how` says how to install what is missing."""
    if must_run(name):
        pytest.fail(f"REQUIRE names {name}. {how}")
    pytest.skip(how)


def must_run(name: str) -> bool:
    """Whether the environment says that tests with that program must run."""
    return name in os.environ.get("REQUIRE", "").split()
