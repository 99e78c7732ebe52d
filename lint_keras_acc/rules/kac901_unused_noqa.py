"""Only where it is asked for: a `# noqa: KAC...` comment silences nothing.

## What it does
Finds codes of this linter in `# noqa` comments that silence nothing: neither a finding nor a hint stands on their
line (any more), or no rule has such a code. It is told with `lint-keras-acc check --report-unused-noqa`, or where this
rule is selected by its own code or name. A bare `# noqa`, codes of other tools, and codes of rules that are
not selected for the file are not judged; nor are comments in files of which a part could not be read.

## Why is this bad
The comment says that the accuracy of this model is known not to be what it seems, which is not so any more. It
will hide the next defect on its line.

## In numbers
A program whose accuracy was repaired, and then spoiled again on the same line.

```python
from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.source import read_source

model = "import keras; model = keras.Sequential([keras.layers.Dense(1)]); "
spoiled = model + "model.compile(loss='mse', metrics=['accuracy'])"

def findings(line):
    return len(lint_source(read_source("example.py", line.encode()), Settings()).findings)

printed = {"findings with the comment": findings(spoiled + "  # noqa: KAC101")}
honest = {"findings without it": findings(spoiled)}
```

## Example
```python
import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])  # noqa: KAC101
```

## Use instead
```python
import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
```

## Fix safety
The fix is safe: it takes out the codes, and the comment where nothing else is in it. Code is never touched.

## References
- https://flake8.pycqa.org/en/latest/user/violations.html#in-line-ignoring-errors
"""

from __future__ import annotations

from lint_keras_acc.findings import Severity
from lint_keras_acc.rules import Rule

RULE = Rule("KAC901", "unused-noqa", Severity.WARNING)
