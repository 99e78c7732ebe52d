"""One-hot labels under a sparse loss."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_keras_acc.findings import Replace
from lint_keras_acc.rules.kac301_one_hot_labels_with_sparse_loss import RULE
from lint_keras_acc.sites import CompileSite, Fact
from tests.rules.sites_builder import codes_and_fixes, head, labels_of, loss, output, site, site_of, span_at

_STRING = "sparse_categorical_crossentropy"
_SEQUENCE = output("softmax(10)", rank=Fact(3))

SILENT = [
    pytest.param(site("softmax(10)", _STRING, labels="integer"), id="integers"),
    pytest.param(site("softmax(10)", _STRING), id="labels unknown"),
    pytest.param(site("softmax(10)", "categorical_crossentropy", labels="one-hot"), id="categorical loss"),
    pytest.param(site("softmax(10)", "custom", labels="one-hot"), id="custom loss"),
    pytest.param(site("softmax(10)", labels="one-hot"), id="no loss"),
    pytest.param(site(_SEQUENCE, _STRING, labels=labels_of("one-hot", rank=2)), id="0/1 ids of a sequence"),
    pytest.param(site(_SEQUENCE, _STRING, labels="one-hot"), id="a sequence, rank of the labels unknown"),
    pytest.param(site("softmax(10)", _STRING, labels="one-hot", custom_training=True), id="own training"),
    pytest.param(site("softmax(10)", _STRING, labels="multi-hot"), id="0 and 1, rank unknown"),
    pytest.param(site(_SEQUENCE, _STRING, labels=labels_of("multi-hot", rank=2)), id="0/1 tags of a sequence"),
]

FOUND = [
    pytest.param(site("softmax(10)", _STRING, labels="one-hot"), "'categorical_crossentropy'", id="string"),
    pytest.param(
        site("softmax(10)", "SparseCategoricalCrossentropy", labels="one-hot"),
        "'CategoricalCrossentropy'",
        id="class name as string",
    ),
    pytest.param(
        site("softmax(10)", f"function:{_STRING}", labels="one-hot"),
        "{keras.losses.categorical_crossentropy}",
        id="function",
    ),
    pytest.param(
        site("linear(10)", "SparseCategoricalCrossentropy(from_logits=True)", labels="one-hot"),
        "{keras.losses.CategoricalCrossentropy}(from_logits=True)",
        id="instance keeps from_logits",
    ),
    pytest.param(site("(10)", _STRING, labels="one-hot"), "'categorical_crossentropy'", id="any activation"),
    pytest.param(
        site(_SEQUENCE, _STRING, labels=labels_of("one-hot", rank=3)),
        "'categorical_crossentropy'",
        id="sequences",
    ),
    pytest.param(
        site("softmax(10)", "SparseCategoricalCrossentropy(ignore_class=0)", labels="one-hot"),
        None,
        id="the categorical loss ignores no class",
    ),
    pytest.param(
        site("softmax(10)", "SparseCategoricalCrossentropy(from_logits=flag)", labels="one-hot"),
        None,
        id="argument unknown",
    ),
    pytest.param(site("softmax(1)", _STRING, labels="one-hot"), None, id="one unit suits neither"),
    pytest.param(site("softmax(10)", _STRING, labels=labels_of("multi-hot", rank=2)), None, id="several labels"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FOUND)
def test_found(a_site: CompileSite, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC301", "error", code, "safe" if code else None)]


def test_explicit_sparse_metrics_follow_under_their_keys() -> None:
    metrics = [
        _STRING.replace("crossentropy", "accuracy"),
        "SparseTopKCategoricalAccuracy(k=3, name='top3')",
        "acc",
    ]
    a_site = site("softmax(10)", _STRING, metrics, labels="one-hot")
    (finding,) = RULE.check(a_site)
    first, second, _ = a_site.metrics
    assert finding.fix is not None
    assert finding.fix.repairs[1:] == (
        Replace(first.span, "{keras.metrics.CategoricalAccuracy}(name='sparse_categorical_accuracy')"),
        Replace(second.span, "{keras.metrics.TopKCategoricalAccuracy}(k=3, name='top3')"),
    )


def test_a_loss_made_elsewhere_may_have_other_users() -> None:
    made = head("softmax(10)", _STRING, labels="one-hot")
    a_site = site_of([replace(made, loss=loss(_STRING, span_at(5, 8, 33)))])
    assert codes_and_fixes(RULE, a_site) == [("KAC301", "error", "'categorical_crossentropy'", "unsafe")]


def test_no_fix_where_another_output_has_the_same_loss_rightly() -> None:
    heads = [head("softmax(10)", _STRING, labels="one-hot"), head("softmax(4)", _STRING, labels="integer")]
    assert codes_and_fixes(RULE, site_of(heads)) == [("KAC301", "error", None, None)]
