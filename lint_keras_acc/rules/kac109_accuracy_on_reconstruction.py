"""An accuracy over a reconstruction says little.

## What it does
Finds 'accuracy' and its kin where the target is the input: `fit(x, x)`, also with noise or a mask on the
input.

## Why is this bad
Pixels are no classes. Over several units 'accuracy' compares which pixel is the brightest; a binary
accuracy counts pixels that equal 0 or 1 exactly. A loss such as mse says how good a reconstruction is.
Under a regression loss and an output that leaves [0, 1] there is no such reading at all: that is KAC101.

## In numbers
Two rows of four pixels. One reconstruction is 0.02 off, enough for another pixel to be the brightest; the other is grey
but for the brightest pixel.

```python
import numpy as np
from lint_keras_acc.runtime.kernels import categorical_accuracy
from lint_keras_acc.runtime.losses import mean_squared_error

x = np.array([[0.90, 0.91, 0.10, 0.00], [0.05, 0.00, 0.80, 0.79]])
close = x + np.array([[0.02, -0.02, 0.02, 0.02], [0.02, 0.02, -0.02, 0.02]])
grey = np.where(x == x.max(axis=1, keepdims=True), 0.51, 0.5)
printed = {
    "'accuracy' of the close one": categorical_accuracy(x, close),
    "'accuracy' of the grey one": categorical_accuracy(x, grey),
}
honest = {
    "mse of the close one": mean_squared_error(x, close),
    "mse of the grey one": mean_squared_error(x, grey),
}
```

## Example
```python
import keras

(x, _), _ = keras.datasets.mnist.load_data()
x = x.reshape(-1, 784) / 255.0
model = keras.Sequential([keras.layers.Dense(32), keras.layers.Dense(784, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, x)
```

## Use instead
```python
import keras

(x, _), _ = keras.datasets.mnist.load_data()
x = x.reshape(-1, 784) / 255.0
model = keras.Sequential([keras.layers.Dense(32), keras.layers.Dense(784, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["mse"])
model.fit(x, x)
```

## Fix safety
There is no fix: what to watch instead is the author's to say.

## References
- https://keras.io/api/metrics/regression_metrics/
"""

from __future__ import annotations

from collections.abc import Iterator

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.common import labels_are, labels_place, loss_family, output_words, readable_heads
from lint_keras_acc.rules.metric_code import metric_family, metric_words
from lint_keras_acc.sites import CompileSite, Metric

RULE = Rule("KAC109", "accuracy-on-reconstruction", Severity.HINT)


@RULE
def check(site: CompileSite) -> Iterator[Finding]:
    for index, head in readable_heads(site):
        # A sequence that is given back as classes has an honest accuracy.
        if not labels_are(head, "input") or loss_family(head) in ("categorical", "sparse"):
            continue
        for metric in head.metrics:
            if metric_family(metric) != "accuracy":
                continue
            yield RULE.finding(
                site,
                metric.span,
                f"{metric_words(metric)} {_what_runs(metric)} {output_words(head)}, but the target is the "
                "input; watch the loss, or write 'mse'",
                related=[labels_place(head)],
                head=index,
            )


def _what_runs(metric: Metric) -> str:
    kernel = metric.kernel.value or "accuracy"
    return "counts hits over" if kernel == metric.name.value else f"runs {kernel} over"
