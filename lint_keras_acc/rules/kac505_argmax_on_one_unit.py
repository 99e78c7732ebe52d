"""An argmax over the one column of a one-unit output, which is always 0.

## What it does
Finds `np.argmax(p, axis=1)` and its kin (`tf.argmax`, `p.argmax(-1)`, `K.argmax`, the argmax of a single row) where
`p` are predictions of a model whose last layer has one unit.

## Why is this bad
The greatest of one number is that number: every sample gets the class 0, whatever the model has learned. An
accuracy computed from it is the share of zeros among the labels.

## In numbers
Five rows, all predicted right; three of them are labelled 0.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import binary_accuracy

labels = np.array([1, 0, 0, 0, 1])
scores = np.array([[0.9], [0.2], [0.1], [0.4], [0.8]])
printed = {"accuracy of np.argmax(scores, axis=1)": binary_accuracy(labels, np.argmax(scores, axis=1))}
honest = {"accuracy of scores[:, 0] > 0.5": binary_accuracy(labels, scores[:, 0])}
```

## Example
```python
import numpy as np
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3)
predicted = np.argmax(model.predict(x_test), axis=1)
```

## Use instead
```python
import numpy as np
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3)
predicted = (model.predict(x_test)[:, 0] > 0.5).astype(int)
```

## Fix safety
Unsafe: what is computed from the predictions changes. Sigmoid outputs are cut at 0.5, logits at 0; any other
output has no fix.

## References
- https://numpy.org/doc/stable/reference/generated/numpy.argmax.html
- https://keras.io/api/models/model_training_apis/#predict-method
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Applicability, Finding, Fix, Replace, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import activation_range, is_logits, output_place, units
from lint_keras_acc.rules.predictions import OutputRead, is_over_last_axis, output_reads
from lint_keras_acc.sites import CompileSite, Head

RULE = Rule("KAC505", "argmax-on-one-unit", Severity.ERROR)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for read in output_reads(site, "argmax"):
        if units(read.head) != 1 or not is_over_last_axis(read):
            continue
        code = _labels_code(read)
        cut = _cut(read.head)
        advice = f"; compare with {cut} instead" if cut else ""
        yield RULE.finding(
            site,
            read.read.span,
            f"{read.read.function} over the one column of these predictions is always 0{advice}",
            related=[read.source_place, output_place(read.head)],
            fix=Fix(f"Compare with {cut}", Applicability.UNSAFE, (Replace(read.read.span, code),)) if code else None,
            head=read.output,
        )


def _cut(head: Head) -> str | None:
    """Where the two classes meet."""
    if is_logits(head):
        return "0"
    return "0.5" if activation_range(head) == "unit" else None


def _labels_code(read: OutputRead) -> str | None:
    """Code for the labels in the shape that the argmax has; None where the predictions may be no NumPy array."""
    operand, cut = read.read.code, _cut(read.head)
    if not operand or not cut:
        return None
    if read.steps:
        return f"int({operand}[0] > {cut})" if len(read.steps) == 1 and read.head.output.rank.value == 2 else None
    column = "[:, 0]" if read.head.output.rank.value == 2 else "[..., 0]"
    return f"({operand}{column} > {cut}).astype(int)"
