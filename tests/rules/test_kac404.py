"""Keys and lengths that do not match the outputs."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.kac404_output_key_mismatch import RULE
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import head, loss_argument, metrics_argument, output, site_of, span_at


def compiled(names: str = "price sold", *, dialect: str = "keras-3.15", **more: Any) -> CompileSite:
    """A model with outputs of these names; '?' is unknown, 'dense_' the automatic name of a Dense."""
    heads = []
    for name in names.split():
        automatic = name.removesuffix("_") if name.endswith("_") else None
        known = None if automatic or name == "?" else name
        heads.append(head(output("linear(1)", name=known, automatic=automatic)))
    facts = {"outputs_form": "list" if len(heads) > 1 else "single", **more}
    return site_of(heads, dialect=parse_dialect(dialect), **facts)


def losses(keys: str, names: str = "price sold", **more: Any) -> CompileSite:
    length = {"length": more.pop("length")} if "length" in more else {}
    return compiled(names, loss_argument=loss_argument("dict", keys=keys, **length), **more)


def loss_list(length: int, names: str = "price sold", **more: Any) -> CompileSite:
    return compiled(names, loss_argument=loss_argument("list", length=length), **more)


def metrics(keys: str, names: str = "price sold", name: str = "metrics", **more: Any) -> CompileSite:
    return compiled(names, metrics_arguments=(metrics_argument("dict", keys=keys, name=name),), **more)


def nested(length: int, names: str = "price sold", **more: Any) -> CompileSite:
    argument = metrics_argument("list", length=length, nested=True)
    return compiled(names, metrics_arguments=(argument,), **more)


SILENT = [
    pytest.param(losses("price sold"), id="all outputs"),
    pytest.param(losses("sold price"), id="in another order"),
    pytest.param(losses("price z", "price ?"), id="a name is unknown"),
    pytest.param(losses("price dense_3", "price dense_"), id="the name that Keras gives"),
    pytest.param(losses("price dense", "price dense_"), id="the first such name"),
    pytest.param(losses("price", dialect="keras-3.6"), id="Keras 3.6 trains the others on nothing"),
    pytest.param(losses("price", dialect="tf.keras-2.15"), id="so does TensorFlow"),
    pytest.param(losses("price", length=None), id="the dict may have further keys"),
    pytest.param(losses("price", outputs_form="dict"), id="part of a dict of outputs"),
    pytest.param(losses("z", outputs_form="dict", dialect="tf_keras-2.21"), id="tf_keras ignores it"),
    pytest.param(losses("z", outputs_known=False), id="outputs unknown"),
    pytest.param(losses("z", custom_training=True), id="a compute_loss of the program's own"),
    pytest.param(losses("z", outputs_form="unknown"), id="an output may be several"),
    pytest.param(losses("price", "price", sequential=True, dialect="tf.keras-2.15"), id="Sequential of TensorFlow"),
    pytest.param(loss_list(2), id="a loss each"),
    pytest.param(loss_list(1), id="too few: KAC409"),
    pytest.param(metrics("price"), id="metrics of one output"),
    pytest.param(metrics("z", "price"), id="one output on Keras 3.14"),
    pytest.param(metrics("z", "?", sequential=True), id="a Sequential on Keras 3.14"),
    pytest.param(metrics("z", outputs_form="dict", dialect="keras-3.13"), id="layers or keys, up to Keras 3.13"),
    pytest.param(nested(2), id="a list each"),
    pytest.param(nested(2, "price"), id="lists in a list for one output"),
    pytest.param(compiled(metrics_arguments=(metrics_argument("list", length=3),)), id="a flat list: KAC407"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert list(RULE.check(a_site)) == []


@pytest.mark.parametrize(
    ("a_site", "severity", "says"),
    [
        (
            losses("price is_sold"),
            "error",
            "loss has the key 'is_sold', which is no output of the model: Keras 3 raises; write 'sold'",
        ),
        (
            losses("price sold z"),
            "error",
            "loss has the key 'z', which is no output of the model: Keras 3 raises; the outputs are 'price' and 'sold'",
        ),
        (
            losses("price z", "price dense_", dialect="keras-2.2"),
            "error",
            "loss has the key 'z', which is no output of the model: Keras 2.2 raises; "
            "the outputs are 'price' and 'dense_...'",
        ),
        (
            losses("z", "price", dialect="tf_keras-2.21"),
            "error",
            "loss has the key 'z', which is no output of the model: tf_keras raises; the output is 'price'",
        ),
        (
            losses("price", dialect="keras-3.7"),
            "error",
            "the loss dict leaves out 'sold': from Keras 3.7 on it must name every output, and raises; "
            "write None for an output without a loss",
        ),
        (
            losses("z price", outputs_form="dict"),
            "error",
            "loss has the key 'z', which is no output of the model: Keras 3 raises; the outputs are 'price' and 'sold'",
        ),
        (
            losses("price", "price", sequential=True),
            "error",
            "Keras 3 takes no loss dict for a Sequential, whose output has no name: it raises; write the loss alone",
        ),
        (
            loss_list(3),
            "error",
            "3 losses are given for 2 outputs: Keras 3 raises; write one for each output",
        ),
        (
            loss_list(2, "price"),
            "warning",
            "2 losses are given for one output: those beyond are ignored; write one for each output",
        ),
        (
            loss_list(2, "price", dialect="keras-3.6"),
            "error",
            "2 losses are given for one output: Keras 3 raises; write one for each output",
        ),
        (
            loss_list(3, dialect="tf_keras-2.21"),
            "warning",
            "3 losses are given for 2 outputs: those beyond are ignored; write one for each output",
        ),
        (
            metrics("z", dialect="tf.keras-2.4"),
            "error",
            "metrics has the key 'z', which is no output of the model: TensorFlow 2.4 raises; "
            "the outputs are 'price' and 'sold'",
        ),
        (
            metrics("prize", dialect="keras-2.2"),
            "warning",
            "metrics has the key 'prize', which is no output of the model: its metrics are dropped; write 'price'",
        ),
        (
            metrics("z", name="weighted_metrics", outputs_form="dict"),
            "error",
            "weighted_metrics has the key 'z', which is no output of the model: Keras 3 raises; "
            "the outputs are 'price' and 'sold'",
        ),
        (
            metrics("z", "price", dialect="keras-3.13"),
            "error",
            "metrics has the key 'z', which is no output of the model: Keras 3 raises; the output is 'price'",
        ),
        (
            metrics("price", "price", sequential=True, dialect="keras-3.13"),
            "error",
            "Keras 3.13 takes no metrics dict for a Sequential, whose output has no name: it raises; write a list",
        ),
        (
            nested(1),
            "error",
            "metrics has 1 entries for 2 outputs: Keras 3 raises; write one list for each output",
        ),
    ],
)
def test_fires(a_site: CompileSite, severity: str, says: str) -> None:
    (finding,) = RULE.check(a_site)
    assert (finding.code, finding.severity.value, finding.fix) == ("KAC404", severity, None)
    assert finding.message == says


def test_each_wrong_key_at_its_place() -> None:
    findings = [*RULE.check(losses("y price z"))]
    assert [finding.span for finding in findings] == [span_at(11, 10), span_at(11, 30)]


def test_the_only_finding() -> None:
    assert [finding.code for finding in check(losses("price is_sold"), all_rules())] == ["KAC404"]
