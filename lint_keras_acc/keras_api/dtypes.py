"""Dtype policies: in which numbers a layer computes, and which class ids these can tell apart."""

from __future__ import annotations

# Whole numbers up to this one are all exact (read: IEEE 754, and bfloat16 with 8 bits of precision).
_LARGEST_EXACT = {"bfloat16": 256, "float16": 2048, "float32": 16_777_216}
_NAMES = frozenset({"bfloat16", "float16", "float32", "float64"})

# What sets the policy of all layers that are made afterwards: by its path, from Keras 2.1 (TensorFlow) to Keras 3.15.
POLICY_SETTERS = frozenset(
    {
        "keras.config.set_dtype_policy",
        "keras.mixed_precision.set_dtype_policy",
        "keras.mixed_precision.set_global_policy",
        "keras.mixed_precision.experimental.set_policy",
        "keras.config.set_floatx",
        "keras.backend.set_floatx",
    }
)
POLICY_CLASSES = frozenset({"Policy", "DTypePolicy"})


def compute_dtype(policy: str) -> str | None:
    """The dtype in which layers of a policy compute, and so that of their outputs; None for an unknown name.

    'mixed_bfloat16' computes in bfloat16, 'int8_from_mixed_float16' in float16; the name of a dtype is a policy too
    (read in Keras 3.15, dtype_policies/dtype_policy.py).
    """
    name = policy.rpartition("_from_")[2].removeprefix("mixed_")
    return name if name in _NAMES else None


def largest_exact_id(dtype: str) -> int | None:
    """The largest class id that is itself in `dtype`, and so are all below; None where all that occur are."""
    return _LARGEST_EXACT.get(dtype)
