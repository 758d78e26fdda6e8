"""Numbers that analyses are asked with."""

from __future__ import annotations

from numbers import Integral, Real


def check_whole(floor: int, /, **given: object) -> None:
    """Check that numbers are whole ones, and not too small.

    Raises
    ------
    ValueError
        One is not.

    Examples
    --------
    >>> check_whole(1, most=20, least=30)
    >>> check_whole(1, most=0)
    Traceback (most recent call last):
    ...
    ValueError: most is 0; give a whole number, 1 at least
    """
    for name, value in given.items():
        if not isinstance(value, Integral) or value < floor:
            raise ValueError(f"{name} is {value!r}; give a whole number, {floor} at least")


def check_share(**given: object) -> None:
    """Check that numbers are above 0, and 1 at most.

    Raises
    ------
    ValueError
        One is not.

    Examples
    --------
    >>> check_share(fdr=1.5)
    Traceback (most recent call last):
    ...
    ValueError: fdr is 1.5; give a number above 0, 1 at most
    """
    for name, value in given.items():
        if not isinstance(value, Real) or not 0 < float(value) <= 1:
            raise ValueError(f"{name} is {value!r}; give a number above 0, 1 at most")
