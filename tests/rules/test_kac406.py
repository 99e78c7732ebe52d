"""A metrics list in the third place."""

from __future__ import annotations

import pytest

from lint_keras_acc.findings import NameArgument
from lint_keras_acc.rules.kac406_positional_metrics import RULE
from lint_keras_acc.sites import Argument, CompileSite, MetricsArgument
from tests.rules.sites_builder import codes_and_fixes, site, span_at


def called(*values: object, dialect: str = "keras-3.15", keyword: bool = False) -> CompileSite:
    """compile(<values>), with a keyword metrics= where asked for."""
    arguments = tuple(Argument(f"{i}", span_at(11, 9 * i), value, False, i) for i, value in enumerate(values))
    given = (MetricsArgument("metrics", "list", span_at(12, 1), None),) if keyword else ()
    return site(
        "softmax(3)",
        "categorical_crossentropy",
        dialect=dialect,
        positional=arguments,
        metrics_arguments=given,
    )


SILENT = [
    pytest.param(called("adam", "mse"), id="two arguments"),
    pytest.param(called("adam", "mse", (0.5, 0.5)), id="loss weights"),
    pytest.param(called("adam", "mse", None), id="unknown"),
    pytest.param(called("adam", "mse", ()), id="an empty list"),
    pytest.param(called("adam", "mse", None, ("accuracy",)), id="fourth"),
]

FOUND = [
    pytest.param(called("adam", "mse", ("accuracy",)), "error", id="Keras 3"),
    pytest.param(called("adam", "mse", "accuracy"), "error", id="bare string"),
    pytest.param(called("adam", "mse", ("accuracy",), dialect="tf.keras-2.15"), "hint", id="TensorFlow 2.15"),
    pytest.param(called("adam", "mse", ("accuracy",), dialect="keras-2.2"), "hint", id="Keras 2.2"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity"), FOUND)
def test_found(a_site: CompileSite, severity: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC406", severity, "NameArgument", "safe")]


def test_list_of_instances_is_known_by_its_form() -> None:
    third = Argument("2", span_at(11, 30), None, False, 2)
    first = Argument("0", span_at(11, 1), "adam", False, 0)
    instances = MetricsArgument("metrics", "list", third.span, 2)
    a_site = site("linear(1)", "mse", positional=(first, first, third), metrics_arguments=(instances,))
    assert codes_and_fixes(RULE, a_site) == [("KAC406", "error", "NameArgument", "safe")]


def test_what_follows_is_named_in_the_old_order() -> None:
    (finding,) = RULE.check(called("adam", "mse", ("accuracy",), (1.0,)))
    assert finding.fix is not None
    (repair,) = finding.fix.repairs
    assert isinstance(repair, NameArgument)
    assert (repair.name, repair.following) == ("metrics", ("loss_weights",))


def test_no_fix_where_metrics_are_given_twice() -> None:
    assert codes_and_fixes(RULE, called("adam", "mse", ("mae",), keyword=True)) == [("KAC406", "error", None, None)]
