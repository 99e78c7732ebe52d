"""What little of Python's grammar tells strings, comments, brackets and line ends apart, in any text."""

from __future__ import annotations

import re

TOKEN = re.compile(
    r"""'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:'''|\\?\Z)"""
    r"""|\"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:\"""|\\?\Z)"""
    r"""|'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?"""
    r"""|\#[^\n]*|\\\n|[(\[{]|[)\]}]|\n""",
    re.DOTALL,
)
