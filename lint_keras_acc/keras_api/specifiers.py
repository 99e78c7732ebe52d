"""The newest version that a requirement's specifier admits."""

from __future__ import annotations

import re

# As a minor version: any.
ANY = 10_000

_CLAUSE = re.compile(
    r"(?P<operator>===|==|~=|<=|>=|!=|<|>|=|\^|~)?\s*v?(?P<version>\d+(?:[.]\d+)*)(?P<star>[.][*])?\S*"
)


def upper_bound(specifier: str) -> tuple[int, int] | None:
    """The newest (major, minor) that the specifier admits; None where nothing bounds it or it cannot be read.

    Markers behind a semicolon are left aside. The minor version is `ANY` where only the major one is bounded.
    """
    bounds = []
    for clause in specifier.split(";")[0].split(","):
        if not clause.strip():
            continue
        match = _CLAUSE.fullmatch(clause.strip())
        if not match:
            return None
        version = [int(part) for part in match["version"].split(".")]
        bound = _bound_of_clause(match["operator"] or "==", version, bool(match["star"]))
        if bound is not None:
            bounds.append(bound)
    return min(bounds, default=None)


def _bound_of_clause(operator: str, version: list[int], star: bool) -> tuple[int, int] | None:
    major, minor = version[0], version[1] if len(version) > 1 else None
    if operator in ("==", "===", "=", "<="):
        if minor is None:
            return major, ANY if star else 0
        return major, minor
    if operator == "^":
        return major, ANY
    if operator in ("~=", "~"):
        fixes_minor = len(version) > (2 if operator == "~=" else 1)
        return major, minor if minor is not None and fixes_minor else ANY
    if operator == "<":
        if any(version[2:]):
            return major, minor or 0
        return (major, minor - 1) if minor else (major - 1, ANY)
    return None
