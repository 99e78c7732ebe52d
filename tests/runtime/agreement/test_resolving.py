"""`resolve` and the kernel that it names give what every installed Keras prints as 'accuracy'."""

from __future__ import annotations

import json
from typing import cast

import numpy as np
import pytest

from lint_keras_acc.runtime.accuracy import resolve
from lint_keras_acc.runtime.semantics import Backend, semantics, tally
from tests.runtime.agreement.backends import INSTALLATIONS, Installation, need, python
from tests.runtime.agreement.resolving import Combination, combinations
from tests.runtime.agreement.test_figures import DIALECTS


def ours(installation: Installation, combination: Combination) -> float | None:
    dialect = DIALECTS[installation]
    labels, scores = combination.labels(), combination.scores()
    kernel = resolve(dialect, combination.loss, labels.shape, scores.shape).kernel
    if kernel is None:
        return None
    backend = "tensorflow" if installation == "tf_keras" else installation
    empty = tally(kernel, semantics(dialect, cast(Backend, backend)))
    return float(np.float32(empty.update(labels, scores).result()))


@pytest.mark.keras
@pytest.mark.parametrize("installation", INSTALLATIONS)
def test_resolving(installation: Installation) -> None:
    need(installation)
    printed = json.loads(python(installation, "-m", "tests.runtime.agreement.resolving", installation).splitlines()[-1])
    assert sum(figure is not None for figure in printed.values()) > 80
    differing = {}
    for combination in combinations():
        keras, expected = printed[combination.name], ours(installation, combination)
        if keras is None or expected is None:
            same = keras is expected
        else:
            same = abs(keras - expected) <= 2**-22
        if not same:
            differing[combination.name] = (keras, expected)
    assert differing == {}
