"""What all tests share."""

from __future__ import annotations

import os

# The comparison with a real Keras needs a backend, and jax is the one that the extra `keras` installs.
os.environ.setdefault("KERAS_BACKEND", "jax")
