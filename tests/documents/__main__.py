"""Brings the outputs and the pictures of the documentation up to date; needs Keras on JAX."""

from __future__ import annotations

import sys

from tests.documents.pages import ROOT, pages
from tests.documents.pictures import write
from tests.documents.session import refreshed_pages

write()
for page, text in refreshed_pages(sys.argv[1:] or pages()).items():
    (ROOT / page).write_text(text, encoding="utf-8")
