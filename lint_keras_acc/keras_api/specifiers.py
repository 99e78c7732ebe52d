"""The newest version that a requirement's specifier admits."""

from __future__ import annotations

import re

# As a minor version or a patch: any.
ANY = 10_000

# Major and minor version, patch.
Bound = tuple[int, int, int]

_CLAUSE = re.compile(
    r"(?P<operator>===|==|~=|<=|>=|!=|<|>|=|\^|~)?\s*v?(?P<version>\d+(?:[.]\d+)*)(?P<star>[.][*])?\S*"
)


def upper_bound(specifier: str) -> Bound | None:
    """The newest (major, minor, patch) that the specifier admits; None where nothing bounds it or it cannot be read.

    Markers behind a semicolon are left aside. The minor version is `ANY` where only the major one is bounded,
    the patch where only the others are ('==2.2' is read as what its author means: 2.2, whatever the patch).
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


def _bound_of_clause(operator: str, version: list[int], star: bool) -> Bound | None:
    major, minor = version[0], version[1] if len(version) > 1 else None
    if operator in ("==", "===", "=", "<="):
        if minor is None:
            return major, ANY if star else 0, ANY
        return major, minor, version[2] if len(version) > 2 else ANY
    if operator == "^":
        return major, ANY, ANY
    if operator in ("~=", "~"):
        fixes_minor = len(version) > (2 if operator == "~=" else 1)
        return major, minor if minor is not None and fixes_minor else ANY, ANY
    if operator == "<":
        if any(version[2:]):
            return major, minor or 0, version[2] - 1 if version[2] else ANY
        return (major, minor - 1, ANY) if minor else (major - 1, ANY, ANY)
    return None
