"""`metrics` that is no list."""

from __future__ import annotations

import pytest

from lint_keras_acc.findings import Applicability
from lint_keras_acc.rules.kac401_metrics_not_a_list import RULE
from lint_keras_acc.sites import CompileSite, MetricsArgument
from tests.rules.sites_builder import codes_and_fixes, head, metrics_argument, site, site_of, span_at


def written(form: str, dialect: str = "keras-3.15", name: str = "metrics", older: bool = False) -> CompileSite:
    argument = metrics_argument(form, name=name)
    return site(
        "sigmoid(1)",
        "binary_crossentropy",
        dialect=dialect,
        surely_older=older,
        metrics_arguments=(argument,),
    )


SILENT = [
    *(pytest.param(written(form), id=form) for form in ("list", "dict", "none", "absent", "unknown")),
    pytest.param(written("tuple"), id="tuple on the newest Keras"),
    pytest.param(written("tuple", "tf.keras-2.15"), id="tuple on TensorFlow 2.15"),
    pytest.param(site("sigmoid(1)", "binary_crossentropy"), id="no metrics"),
]

FOUND = [
    pytest.param(written("string"), "error", id="string"),
    pytest.param(written("instance"), "error", id="instance"),
    pytest.param(written("function"), "error", id="function"),
    pytest.param(written("set"), "error", id="set"),
    pytest.param(written("string", name="weighted_metrics"), "error", id="weighted_metrics"),
    pytest.param(written("tuple", "keras-3.13"), "error", id="tuple on Keras 3.13"),
    pytest.param(written("string", "keras-2.2"), "error", id="string on Keras 2.2"),
    pytest.param(written("string", "tf.keras-2.1"), "error", id="string on TensorFlow 2.1"),
    pytest.param(written("string", "tf.keras-2.15"), "hint", id="string on TensorFlow 2.15"),
    pytest.param(written("instance", "tf_keras-2.21"), "hint", id="instance on tf_keras"),
    pytest.param(written("set", "tf.keras-2.15"), "error", id="set on TensorFlow 2.15"),
    pytest.param(written("string", "tf.keras-2.15", older=True), "hint", id="surely before Keras 3"),
    pytest.param(written("string", "keras-2.2", older=True), "hint", id="some Keras 2"),
    pytest.param(written("string", "keras-1.2", older=True), "error", id="surely Keras 1"),
    pytest.param(written("string", "tf.keras-1.15", older=True), "error", id="surely TensorFlow 1"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity"), FOUND)
def test_found(a_site: CompileSite, severity: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC401", severity, "WrapInList", "safe")]


def test_several_outputs_get_no_fix() -> None:
    several = site_of([head("linear(1)"), head("linear(1)")], metrics_arguments=(metrics_argument("string"),))
    assert codes_and_fixes(RULE, several) == [("KAC401", "error", None, None)]


def test_unsafe_where_the_value_stands_elsewhere() -> None:
    elsewhere = MetricsArgument("metrics", "string", span_at(3, 11))
    (finding,) = RULE.check(site("linear(1)", "mse", metrics_arguments=(elsewhere,)))
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.UNSAFE
    assert finding.head is None


@pytest.mark.parametrize(
    ("a_site", "says"),
    [
        (written("string"), "a bare string, which only TensorFlow 2.2 to 2.15 takes: Keras 3 raises"),
        (
            written("string", "tf.keras-2.15"),
            "a bare string, which only TensorFlow 2.2 to 2.15 takes: Keras 3 raises",
        ),
        (
            written("instance", "tf.keras-2.1"),
            "a single metric, which only TensorFlow 2.2 to 2.15 takes: TensorFlow 2.1 raises",
        ),
        (written("set"), "a set, and Keras 3 raises"),
        (written("tuple", "keras-3.13"), "a tuple, and Keras 3.0 to 3.13 raise"),
    ],
)
def test_says_who_takes_it_and_who_raises(a_site: CompileSite, says: str) -> None:
    (finding,) = RULE.check(a_site)
    assert finding.message == f"metrics is {says}; put it in a list"
