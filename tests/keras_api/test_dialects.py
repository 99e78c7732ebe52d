from __future__ import annotations

import pytest

from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect, dialect_of_requirement, parse_dialect

BINARY, CATEGORICAL, SPARSE = "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("keras-3", DEFAULT.name),
        ("keras-3.3", "keras-3.3"),
        ("Keras 3.3.3", "keras-3.3"),
        ("keras==2.2.4", "keras-2.2"),
        ("keras-2", "keras-2.15"),
        ("tf.keras-2.4", "tf.keras-2.4"),
        ("tf.keras-2", "tf.keras-2.15"),
        ("tf.keras-2.16", DEFAULT.name),
        ("tensorflow-1.15", "tf.keras-1.15"),
        ("tensorflow-1", "tf.keras-1.15"),
        ("tensorflow-2.15", "tf.keras-2.15"),
        ("tensorflow-2.16", DEFAULT.name),
        ("tf_keras-2.16", "tf_keras-2.16"),
        ("tf-keras-2.21", "tf_keras-2.21"),
        ("tf.keras-2.4-v1", "tf.keras-2.4-v1"),
    ],
)
def test_parse_dialect(text: str, name: str) -> None:
    dialect = parse_dialect(text)
    assert dialect.name == name
    assert dialect.origin == "configuration"


def test_a_name_is_read_back() -> None:
    for text in ("keras-2.3", "keras-3.0", "tf.keras-1.14", "tf.keras-2.2-v1", "tf_keras-2.18"):
        assert parse_dialect(text).name == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "keras",
        "torch-2.0",
        "keras-4",
        "keras-0.3",
        "tensorflow-3.0",
        "tf_keras-3.0",
        "keras-3-v1",
        "keras-x",
    ],
)
def test_no_dialect(text: str) -> None:
    with pytest.raises(ValueError, match="is no dialect"):
        parse_dialect(text)


@pytest.mark.parametrize(
    ("package", "specifier", "name"),
    [
        ("keras", "==2.2.4", "keras-2.2"),
        ("Keras", "== 2.2.4 ; python_version < '3.8'", "keras-2.2"),
        ("keras", "~=2.3.0", "keras-2.3"),
        ("keras", "~=2.2", "keras-2.15"),
        ("keras", "<3", "keras-2.15"),
        ("keras", ">=3,<3.4", "keras-3.3"),
        ("keras", "==3.*", DEFAULT.name),
        ("keras", "^2.1", "keras-2.15"),
        ("keras", "2.1.6", "keras-2.1"),
        ("tensorflow", "==1.15", "tf.keras-1.15"),
        ("tensorflow", "==2", "tf.keras-2.0"),
        ("tensorflow-gpu", "==1.14.0", "tf.keras-1.14"),
        ("tensorflow", ">=2.3,<2.4", "tf.keras-2.3"),
        ("tensorflow", "<2.4.1", "tf.keras-2.4"),
        ("tensorflow", "<2", "tf.keras-1.15"),
        ("tensorflow", "==2.4.*", "tf.keras-2.4"),
        ("tensorflow", "~=2.4.1", "tf.keras-2.4"),
        ("tensorflow", ">=2.1,!=2.5.0,<=2.10", "tf.keras-2.10"),
        ("tensorflow", "<3", DEFAULT.name),
        ("tensorflow[and-cuda]", "==2.16.1", DEFAULT.name),
        ("tf-keras", "==2.16.0", "tf_keras-2.16"),
        ("tf_keras", "<2.18", "tf_keras-2.17"),
    ],
)
def test_requirements_that_pin(package: str, specifier: str, name: str) -> None:
    dialect = dialect_of_requirement(package, specifier)
    assert dialect is not None
    assert (dialect.name, dialect.origin) == (name, "pinned")


@pytest.mark.parametrize(
    ("package", "specifier"),
    [
        ("tensorflow", ">=2.0"),
        ("tensorflow", ""),
        ("tensorflow", "!=2.3"),
        ("keras", ">2.2"),
        ("keras", "@ git+https://example.org/keras"),
        ("keras", "*"),
        ("numpy", "==1.26"),
        ("keras-tuner", "==1.0"),
        ("tensorflow-hub", "<2"),
    ],
)
def test_requirements_that_pin_nothing(package: str, specifier: str) -> None:
    assert dialect_of_requirement(package, specifier) is None


# --- what 'accuracy' becomes --------------------------------------------------------------------------------

MULTI_LABEL = ("binary_crossentropy", "string", 5, "multi-hot")


@pytest.mark.parametrize(
    ("dialect", "kernel"),
    [
        ("keras-1.2", BINARY),
        ("keras-2.2", BINARY),
        ("keras-2.3", BINARY),
        ("tf.keras-1.13", BINARY),
        ("tf.keras-2.1", BINARY),
        ("tf.keras-2.2", CATEGORICAL),
        ("tf.keras-2.15", CATEGORICAL),
        ("tf_keras-2.21", CATEGORICAL),
        ("keras-2.4", CATEGORICAL),
        ("keras-3.0", CATEGORICAL),
        ("keras-3.15", CATEGORICAL),
        ("tf.keras-2.4-v1", BINARY),
        ("tf_keras-2.21-v1", BINARY),
    ],
)
def test_multi_label_accuracy(dialect: str, kernel: str) -> None:
    assert parse_dialect(dialect).accuracy_kernel(*MULTI_LABEL) == kernel
    assert parse_dialect(dialect).resolves_by_loss == (kernel == BINARY)


@pytest.mark.parametrize(
    ("dialect", "form", "kernel"),
    [
        ("keras-2.3", "instance", BINARY),
        ("tf.keras-1.13", "instance", CATEGORICAL),
        ("tf.keras-1.14", "instance", BINARY),
        ("tf.keras-2.4-v1", "instance", BINARY),
        ("tf.keras-1.13", "function", BINARY),
        ("keras-2.2", "custom", CATEGORICAL),
        ("keras-2.2", "unknown", None),
    ],
)
def test_the_old_resolver_recognises_losses_by_identity(dialect: str, form: str, kernel: str | None) -> None:
    loss = None if form in ("custom", "unknown") else "binary_crossentropy"
    assert parse_dialect(dialect).accuracy_kernel(loss, form, 5, "multi-hot") == kernel


@pytest.mark.parametrize(
    ("loss", "units", "encoding", "kernel"),
    [
        ("mean_squared_error", 1, None, BINARY),
        (None, 1, None, BINARY),
        ("sparse_categorical_crossentropy", 10, None, SPARSE),
        ("categorical_crossentropy", 10, None, CATEGORICAL),
        ("categorical_focal_crossentropy", 10, None, CATEGORICAL),
        ("binary_crossentropy", 10, None, CATEGORICAL),
        ("mean_squared_error", 10, None, None),
        ("mean_squared_error", 10, "one-hot", CATEGORICAL),
        ("mean_squared_error", 10, "integer", SPARSE),
        ("mean_squared_error", 10, "input", CATEGORICAL),
        ("hinge", 10, "continuous", None),
        ("binary_crossentropy", 2, "binary", SPARSE),
        ("categorical_crossentropy", None, "one-hot", None),
        (None, 10, None, None),
    ],
)
@pytest.mark.parametrize("dialect", ["tf.keras-2.4", "keras-3.15"])
def test_shape_resolver(
    dialect: str, loss: str | None, units: int | None, encoding: str | None, kernel: str | None
) -> None:
    form = "string" if loss else "unknown"
    assert parse_dialect(dialect).accuracy_kernel(loss, form, units, encoding) == kernel


@pytest.mark.parametrize(
    ("dialect", "binary_loss", "sparse_loss", "ground"),
    [
        ("keras-1.0.0", CATEGORICAL, CATEGORICAL, "several units"),
        ("keras==1.0.1", CATEGORICAL, CATEGORICAL, "several units"),
        ("keras-1.0.2", CATEGORICAL, SPARSE, "sparse loss"),
        ("keras-1.0.5", CATEGORICAL, SPARSE, "sparse loss"),
        ("keras-1.0.6", BINARY, SPARSE, "sparse loss"),
        ("keras-1.0", BINARY, SPARSE, "sparse loss"),
        ("keras-1.1.0", BINARY, SPARSE, "sparse loss"),
    ],
)
def test_patches_of_keras_1_0(dialect: str, binary_loss: str, sparse_loss: str, ground: str) -> None:
    parsed = parse_dialect(dialect)
    assert parsed.accuracy_kernel("binary_crossentropy", "string", 5, None) == binary_loss
    assert parsed.accuracy_choice("sparse_categorical_crossentropy", "string", 5, None) == (sparse_loss, ground)
    assert parsed.accuracy_kernel("binary_crossentropy", "string", 1, None) == BINARY


@pytest.mark.parametrize(
    ("dialect", "known"),
    [("keras-1.2", False), ("keras-2.0.9", False), ("keras-2.1.2", False), ("keras-2.1.3", True), ("keras-2.1", True)],
)
def test_crossentropy_metrics_come_with_a_patch(dialect: str, known: bool) -> None:
    assert [parse_dialect(dialect).resolves_metric(name) for name in ("ce", "crossentropy")] == [known, known]


@pytest.mark.parametrize(
    ("package", "specifier", "patch"),
    [
        ("keras", "==1.0.1", 1),
        ("keras", "==1.0", None),
        ("keras", "==1.0.*", None),
        ("keras", "<=2.1.2", 2),
        ("keras", ">=2.0,<2.1.3", 2),
        ("keras", "~=2.1.2", None),
        ("keras", "<2.1", None),
        ("keras", "==2.4.3", None),
        ("keras", "==3.4.1", None),
        ("tensorflow", "==1.13.1", None),
    ],
)
def test_a_pin_fixes_the_patch_of_standalone_keras(package: str, specifier: str, patch: int | None) -> None:
    dialect = dialect_of_requirement(package, specifier)
    assert dialect is not None
    assert dialect.patch == patch


def test_shapes_come_before_the_encoding() -> None:
    resolve = DEFAULT.accuracy_kernel
    assert resolve("mean_squared_error", "string", 5, "continuous", label_rank=1) == SPARSE
    assert resolve("mean_squared_error", "string", 5, "continuous", label_width=1) == SPARSE
    assert resolve("mean_squared_error", "string", 5, "continuous", 2, 5, output_rank=2) == CATEGORICAL
    assert resolve("mean_squared_error", "string", 5, "integer", 2, 5, output_rank=2) == CATEGORICAL
    assert resolve("mean_squared_error", "string", 5, "integer", 2, 5, output_rank=3) == SPARSE


NAMES = ("accuracy", "acc", "Accuracy", "ACC", "Acc")


@pytest.mark.parametrize(
    ("dialect", "resolved", "exact"),
    [
        ("keras-2.2", "accuracy acc", ""),
        ("keras-2.3", "accuracy acc", ""),
        ("tf.keras-1.13", "accuracy acc", ""),
        ("tf.keras-1.14", "accuracy acc", "Accuracy"),
        ("tf.keras-2.0", "accuracy acc", "Accuracy"),
        ("tf.keras-2.1", "accuracy acc", "Accuracy ACC"),
        ("tf.keras-2.5", "accuracy acc", "Accuracy ACC"),
        ("tf.keras-2.6", "accuracy acc Accuracy ACC Acc", ""),
        ("tf_keras-2.21", "accuracy acc Accuracy ACC Acc", ""),
        ("keras-3.0", "accuracy acc Accuracy ACC Acc", ""),
    ],
)
def test_capitalisation(dialect: str, resolved: str, exact: str) -> None:
    parsed = parse_dialect(dialect)
    assert [name for name in NAMES if parsed.resolves_accuracy(name)] == resolved.split()
    assert [name for name in NAMES if parsed.exact_match(name)] == exact.split()
    known = [name for name in NAMES if parsed.resolves_metric(name)]
    assert known == [name for name in NAMES if name in resolved.split() + exact.split()]


@pytest.mark.parametrize(
    ("dialect", "as_metric", "as_loss"),
    [
        ("keras-1.2", False, False),
        ("keras-2.2", True, False),
        ("tf.keras-2.4", True, False),
        ("tf_keras-2.21", True, False),
        ("keras-3.15", False, True),
    ],
)
def test_crossentropy(dialect: str, as_metric: bool, as_loss: bool) -> None:
    parsed = parse_dialect(dialect)
    assert parsed.resolves_metric("ce") == parsed.resolves_metric("crossentropy") == as_metric
    assert parsed.resolves_loss("ce") == parsed.resolves_loss("crossentropy") == as_loss


@pytest.mark.parametrize(
    ("name", "unknown_in", "known_in"),
    [
        ("logcosh", "keras-1.2", "keras-2.0"),
        ("huber_loss", "keras-2.2", "keras-2.3"),
        ("cosine_similarity", "tf.keras-1.13", "tf.keras-1.14"),
        ("bce", "tf.keras-2.0", "tf.keras-2.1"),
        ("BinaryCrossentropy", "tf.keras-2.1", "tf.keras-2.2"),
        ("huber", "tf.keras-2.3", "tf.keras-2.4"),
        ("binary_focal_crossentropy", "keras-3.1", "keras-3.2"),
        ("dice", "keras-3.1", "keras-3.2"),
        ("tversky", "keras-3.2", "keras-3.3"),
        ("ctc", "keras-3.3", "keras-3.4"),
        ("circle", "keras-3.6", "keras-3.7"),
        ("kullback_leibler_divergence", "keras-3.0", "keras-2.0"),
        ("cosine_proximity", "tf.keras-2.0", "tf.keras-1.15"),
    ],
)
def test_loss_strings_come_and_go(name: str, unknown_in: str, known_in: str) -> None:
    assert not parse_dialect(unknown_in).resolves_loss(name)
    assert parse_dialect(known_in).resolves_loss(name)


@pytest.mark.parametrize(
    ("name", "unknown_in", "known_in"),
    [
        ("AUC", "tf.keras-1.13", "tf.keras-1.14"),
        ("AUC", "keras-2.3", "tf.keras-2.0"),
        ("auc", "tf_keras-2.21", "keras-3.0"),
        ("bce", "tf.keras-2.0", "tf.keras-2.1"),
        ("bce", "tf.keras-2.15", "tf.keras-2.14"),
        ("precision", "keras-2.0", "keras-1.2"),
        ("F1Score", "tf.keras-2.12", "tf.keras-2.13"),
        ("pearson_correlation", "keras-3.6", "keras-3.7"),
        ("logcosh", "keras-3.0", "tf.keras-2.15"),
    ],
)
def test_metric_strings_come_and_go(name: str, unknown_in: str, known_in: str) -> None:
    assert not parse_dialect(unknown_in).resolves_metric(name)
    assert parse_dialect(known_in).resolves_metric(name)


def test_the_loss_huber_is_no_metric_string() -> None:
    assert parse_dialect("keras-3.15").resolves_loss("huber")
    assert not parse_dialect("keras-3.15").resolves_metric("huber")


@pytest.mark.parametrize("name", ["cce", "scce", "CCE", "rmse", "f1", "r2", "loss", "mean_iou", " mse", "Mse", ""])
def test_strings_that_no_version_knows(name: str) -> None:
    for dialect in ("keras-1.2", "keras-2.3", "tf.keras-1.15", "tf.keras-2.15", "keras-3.0", "keras-3.15"):
        assert not parse_dialect(dialect).resolves_loss(name)
        assert not parse_dialect(dialect).resolves_metric(name)


# --- log keys -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "written", "form", "name", "key"),
    [
        ("keras-2.2", "accuracy", "string", None, "acc"),
        ("tf.keras-1.15", "accuracy", "string", None, "acc"),
        ("tf.keras-2.0", "accuracy", "string", None, "accuracy"),
        ("keras-3.15", "ACC", "string", None, "ACC"),
        ("tf.keras-2.0", "AUC", "string", None, "AUC"),
        ("tf.keras-2.2", "AUC", "string", None, "auc"),
        ("tf.keras-2.2-v1", "AUC", "string", None, "AUC"),
        ("keras-3.15", "AUC", "string", None, "AUC"),
        ("keras-3.15", "auc", "string", None, "auc"),
        ("keras-3.15", "rmse", "string", None, None),
        ("keras-2.2", "mse", "function", None, "mean_squared_error"),
        ("tf.keras-2.3", "kld", "function", None, "kullback_leibler_divergence"),
        ("tf.keras-2.15", "kullback_leibler_divergence", "function", None, "kl_divergence"),
        ("tf.keras-2.15", "log_cosh", "function", None, "log_cosh"),
        ("tf.keras-2.15", "my_metric", "function", None, "my_metric"),
        ("keras-2.2", "f1_score", "function", None, "f1_score"),
        ("keras-1.2", "f1score", "string", None, "fmeasure"),
        ("keras-3.15", "accuracy", "custom", None, None),
        ("keras-3.15", "myMetric", "function", None, "my_metric"),
        ("keras-3.15", "<lambda>", "function", None, "lambda"),
        ("tf.keras-2.15", "<lambda>", "function", None, "<lambda>"),
        ("tf.keras-2.15", "BinaryAccuracy", "instance", None, "binary_accuracy"),
        ("tf.keras-2.15", "BinaryAccuracy", "instance", "acc", "acc"),
        ("keras-3.15", "MeanIoU", "instance", None, "mean_io_u"),
        ("keras-3.15", "LogCoshError", "instance", None, "logcosh"),
        ("keras-3.15", "MyMetric", "instance", None, None),
        ("keras-3.15", "BinaryAccuracy", "class", None, "binary_accuracy"),
        ("tf.keras-2.15", "BinaryAccuracy", "class", None, None),
    ],
)
def test_log_key(dialect: str, written: str, form: str, name: str | None, key: str | None) -> None:
    assert parse_dialect(dialect).log_key(written, form, name) == key


def test_weighted_metrics_have_a_prefix_in_old_logs() -> None:
    assert parse_dialect("keras-2.2").log_key("accuracy", "string", weighted=True) == "weighted_acc"
    assert parse_dialect("tf.keras-2.4").log_key("accuracy", "string", weighted=True) == "accuracy"


def test_disabling_v2_behaviour_brings_the_old_keys_back() -> None:
    assert Dialect("tf.keras", (2, 4), v1_mode=True).log_key("accuracy", "string") == "accuracy"
    assert Dialect("tf.keras", (2, 4), v1_mode=True, v1_keys=True).log_key("accuracy", "string") == "acc"


# --- compile and its arguments ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "sequential", "start"),
    [
        ("keras-3.15", None, "optimizer loss loss_weights metrics"),
        ("tf.keras-2.15", None, "optimizer loss metrics loss_weights weighted_metrics"),
        ("keras-2.0", True, "optimizer loss metrics sample_weight_mode"),
        ("keras-2.0", False, "optimizer loss metrics loss_weights"),
        ("keras-2.2", True, "optimizer loss metrics loss_weights"),
        ("keras-2.0.7", False, "optimizer loss metrics loss_weights sample_weight_mode weighted_metrics"),
    ],
)
def test_positional_order(dialect: str, sequential: bool | None, start: str) -> None:
    expected = tuple(start.split())
    assert parse_dialect(dialect).compile_parameters(sequential)[: len(expected)] == expected


def test_weighted_metrics_come_with_keras_2_0_7() -> None:
    older = parse_dialect("keras-2.0.6")
    assert older.compile_parameters(False) == tuple("optimizer loss metrics loss_weights sample_weight_mode".split())
    assert older.compile_parameters(True) == ("optimizer", "loss", "metrics", "sample_weight_mode")


def test_the_order_that_depends_on_the_kind_of_model_is_told_as_far_as_it_is_common() -> None:
    assert parse_dialect("keras-2.1").compile_parameters(None) == ("optimizer", "loss", "metrics")


@pytest.mark.parametrize(
    ("fact", "held", "not_held"),
    [
        ("is_keras3", "keras-3.0 keras-3.15", "keras-2.3 keras-2.15 tf.keras-2.15 tf_keras-2.21"),
        (
            "accepts_bare_metrics",
            "tf.keras-2.2 tf_keras-2.21",
            "keras-2.3 tf.keras-2.1 keras-3.15 tf.keras-2.4-v1",
        ),
        ("accepts_tuple_metrics", "tf.keras-2.2 keras-3.14", "keras-2.3 tf.keras-2.1 keras-3.0 keras-3.13"),
        ("accepts_zero_threshold", "keras-2.3 tf.keras-2.15 keras-3.5", "keras-3.0 keras-3.4"),
        ("accepts_zero_thresholds", "tf.keras-2.10 tf_keras-2.16 keras-3.0", "tf.keras-2.9 keras-2.3"),
        ("auc_takes_from_logits", "tf.keras-2.5 keras-3.0", "tf.keras-2.4 keras-2.3"),
        ("has_binary_iou", "tf.keras-2.8 keras-3.0", "tf.keras-2.7 keras-2.3"),
        ("has_f1_score", "tf.keras-2.13 keras-3.0", "tf.keras-2.12"),
        ("raises_on_missing_monitor", "keras-3.0 keras-3.15", "tf_keras-2.21 tf.keras-2.15 keras-2.3"),
        ("raises_on_duplicate_metrics", "tf.keras-2.2 tf_keras-2.21", "keras-2.2 tf.keras-2.1 keras-3.15"),
        ("spreads_flat_metrics", "keras-2.2 tf_keras-2.21", "keras-3.0"),
        ("keeps_metrics_on_recompile", "keras-3.6", "keras-3.5 tf.keras-2.15"),
        ("accepts_any_metrics_key", "keras-3.14", "keras-3.13 tf.keras-2.15"),
        ("ignores_unknown_metrics_keys", "keras-2.2 tf.keras-1.13", "keras-2.3 tf.keras-1.14 keras-3.0"),
        ("requires_every_loss_key", "keras-3.7", "keras-3.6 tf.keras-2.15"),
        ("logs_output_losses", "keras-2.2 tf.keras-2.15 keras-3.7", "keras-3.0 keras-3.6"),
        ("casts_label_ids", "keras-3.4", "keras-3.3 tf_keras-2.21"),
        ("flattens_sparse_labels", "keras-2.2.3 keras-2.2.4", "keras-2.2.2 keras-2.2.5 keras-2.2 keras-2.1.4"),
        ("rounds_predictions", "keras-1.0 keras-2.3 tf.keras-1.9", "tf.keras-1.12 tf_keras-2.21 keras-2.4 keras-3.0"),
        ("recognises_loss_instances", "keras-2.3 tf.keras-1.14 tf.keras-2.15-v1", "keras-2.2 tf.keras-1.13"),
    ],
)
def test_facts(fact: str, held: str, not_held: str) -> None:
    assert [text for text in held.split() if not getattr(parse_dialect(text), fact)] == []
    assert [text for text in not_held.split() if getattr(parse_dialect(text), fact)] == []


@pytest.mark.parametrize(
    ("dialect", "bypass"),
    [("keras-2.3", "never"), ("tf.keras-2.3", "never"), ("tf.keras-2.4", "any"), ("keras-3.0", "any")],
)
def test_bypassed_activation(dialect: str, bypass: str) -> None:
    assert parse_dialect(dialect).bypasses_activation == bypass
