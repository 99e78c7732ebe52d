"""Brings docs/oracle.md up to date; needs every backend."""

from __future__ import annotations

from tests.oracle.document import DOCUMENT, document
from tests.oracle.measuring import BACKENDS, measured
from tests.oracle.verdicts import verdicts

if __name__ == "__main__":
    found = {backend: measured(backend) for backend in BACKENDS}
    text = document(found, {backend: list(verdicts(backend, values)) for backend, values in found.items()})
    DOCUMENT.write_text(text, encoding="utf-8")
