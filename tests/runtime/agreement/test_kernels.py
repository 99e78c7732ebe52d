"""Our kernels against every installed Keras. Needs the extra `backends`; run with `python -m pytest -m keras`.

For each kernel at least 100,000 cases (25,000 for each of the four installations; `python -m tests.runtime.agreement
--cases N` takes more) are drawn by hypothesis and judged by Keras and by us. A case is
a row of predictions with its labels, for which Keras's function (the one that the metric class calls) and our kernel
say what is a hit: every element or row must be the same. Beside it, the metric class takes the batches one after the
other, with weights and masks, and its result may differ from ours by the last bit of float32 at most. The weights are
multiples of 1/4, so that sums of them are exact in float32; where Keras takes means over axes whose length is no power
of two it rounds more than once, and its result may be off by as much as these roundings can add up to.
Calls that raise in Keras must raise with us.

Not compared, for Keras's result then depends on the processor: floats cast to integers that cannot hold them. Subnormal
numbers are compared as the zeros that TensorFlow and JAX take them for. A mask together with weights of another rank is
left out: see docs/upstream.md.
"""

from __future__ import annotations

import pytest

from tests.runtime.agreement.backends import INSTALLATIONS, Installation, compared, need
from tests.runtime.agreement.batches import KERNELS

CASES = 25_000

every_installation = pytest.mark.parametrize("installation", INSTALLATIONS)


@pytest.mark.keras
@pytest.mark.parametrize("kernel", KERNELS)
@every_installation
def test_agreement(installation: Installation, kernel: str) -> None:
    need(installation)
    told = compared(installation, CASES, 0, tuple(KERNELS))[kernel]
    assert isinstance(told, dict), told
    print(told)
    assert told["cases"] >= CASES
    assert told["results"] >= 20
