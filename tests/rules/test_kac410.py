"""A reduction in the place of `from_logits`."""

from __future__ import annotations

import pytest

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.findings import NameArgument
from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.kac410_positional_from_logits import RULE
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.source import read_source
from tests.rules.sites_builder import codes_and_fixes, head, site, site_of

SILENT = [
    pytest.param("CategoricalCrossentropy()", id="nothing given"),
    pytest.param("CategoricalCrossentropy(True)", id="a boolean"),
    pytest.param("CategoricalCrossentropy(from_logits=True)", id="named"),
    pytest.param("CategoricalCrossentropy(reduction='sum')", id="reduction named"),
    pytest.param("CategoricalCrossentropy(1)", id="a number for a boolean"),
    pytest.param("CategoricalCrossentropy(0.0)", id="zero for a boolean"),
    pytest.param("CategoricalFocalCrossentropy(0.25)", id="focal: alpha is first"),
    pytest.param("MeanSquaredError('sum')", id="mse: the reduction is first"),
    pytest.param("categorical_crossentropy", id="a string"),
]


@pytest.mark.parametrize("loss", SILENT)
def test_silent(loss: str) -> None:
    assert codes_and_fixes(RULE, site("softmax(3)", loss)) == []


@pytest.mark.parametrize(
    "loss",
    [
        "CategoricalCrossentropy('sum')",
        "SparseCategoricalCrossentropy('none')",
        "BinaryCrossentropy('sum')",
        "BinaryCrossentropy('sum_over_batch_size')",
    ],
)
@pytest.mark.parametrize("dialect", ["keras-3.15", "tf.keras-2.4", "tf_keras-2.21"])
def test_fires_and_names_the_reduction(loss: str, dialect: str) -> None:
    assert codes_and_fixes(RULE, site("softmax(3)", loss, dialect=dialect)) == [
        ("KAC410", "error", "NameArgument", "unsafe")
    ]


def test_names_what_follows_too() -> None:
    (finding,) = RULE.check(site("softmax(3)", "CategoricalCrossentropy('sum', 0.1)"))
    assert finding.fix is not None
    (repair,) = finding.fix.repairs
    assert isinstance(repair, NameArgument)
    assert (repair.name, repair.following) == ("reduction", ("label_smoothing",))


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        ("CategoricalCrossentropy('mine')", "write the name of the argument that is meant"),
        ("CategoricalCrossentropy(0.1)", "write label_smoothing=0.1"),
        ("SparseCategoricalCrossentropy(0.1)", "write the name of the argument that is meant"),
        ("CategoricalCrossentropy('sum', reduction='none')", "write reduction='sum'"),
        ("CategoricalCrossentropy(from_logits='sum')", "write reduction='sum'"),
    ],
)
def test_no_fix(loss: str, says: str) -> None:
    (finding,) = RULE.check(site("softmax(3)", loss))
    assert finding.fix is None
    assert finding.message.endswith(says)


def test_an_empty_string_counts_as_false() -> None:
    (finding,) = RULE.check(site("softmax(3)", "CategoricalCrossentropy('')"))
    assert "'' counts as false;" in finding.message


def test_one_finding_for_one_expression() -> None:
    several = site_of([head("softmax(3)", "CategoricalCrossentropy('sum')")] * 2)
    assert [finding.head for finding in RULE.check(several)] == [None]


def test_speaks_for_the_rules_of_logits() -> None:
    found = check(site("softmax(3)", "CategoricalCrossentropy('sum')"), all_rules())
    assert [finding.code for finding in found] == ["KAC410"]


def test_a_constant_of_keras() -> None:
    text = (
        "import tensorflow as tf\n"
        "from tensorflow import keras\n"
        "model = keras.Sequential([keras.layers.Dense(3, activation='softmax')])\n"
        "model.compile('adam', keras.losses.SparseCategoricalCrossentropy(tf.keras.losses.Reduction.NONE))\n"
    )
    report = lint_source(read_source("program.py", text.encode()), Settings(project_pins=False))
    assert [(finding.code, finding.message) for finding in report.findings] == [
        (
            "KAC410",
            "the first argument of SparseCategoricalCrossentropy is from_logits: 'none' counts as true, "
            "and the outputs are taken for logits; write reduction='none'",
        )
    ]
