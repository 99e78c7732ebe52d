"""Audits of real models: the published figures, every form of data, and that the model stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lint_keras_acc.config import ConfigError
from lint_keras_acc.runtime import AuditError, ReaderError, assert_no_findings, audit
from lint_keras_acc.runtime.auditing import Audit, running
from lint_keras_acc.runtime.auditing import output as output_module
from lint_keras_acc.runtime.render.json import audit_json
from lint_keras_acc.runtime.render.text import audit_text
from lint_keras_acc.runtime.tallies import ClassTally
from tests.runtime.test_audit_render import validate

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.keras

RANDOM = np.random.default_rng(7)


def identity(units: int, loss: Any, metrics: Any = ("accuracy",), activation: Any = None, **more: Any) -> Any:
    """A compiled model of one Dense layer that returns what it is given (through the activation)."""
    layer = keras.layers.Dense(units, activation=activation, use_bias=False, name="only")
    model = keras.Sequential([keras.Input((units,)), layer], name="identity")
    model.compile(loss=loss, metrics=list(metrics), **more)
    model.layers[0].kernel.assign(np.eye(units, dtype="float32"))
    return model


def figures(result: Audit, output: int = 0) -> dict[str, float | None]:
    return {candidate.name: candidate.figure for candidate in result.outputs[output].candidates}


def codes(result: Audit) -> list[str]:
    return [finding.code for finding in result.defects]


def printed(result: Audit) -> dict[str, float | None]:
    return {metric.key: metric.printed for output in result.outputs for metric in output.metrics}


# Keras warns of itself where its variables become arrays.
of_keras_itself = pytest.mark.filterwarnings("ignore::DeprecationWarning")


# --- the published figures ----------------------------------------------------------------------------------

LABELS = np.array([[0, 0, 0, 1, 1], [0, 0, 1, 1, 0]], "float32")
SCORES = np.array([[0.2, 0.1, 0.05, 0.6, 0.05], [0.1, 0.1, 0.6, 0.9, 0.2]], "float32")
OTHER_SCORES = np.array([[0.2, 0.1, 0.05, 0.6, 0.05], [0.1, 0.1, 0.9, 0.6, 0.2]], "float32")


@pytest.mark.parametrize(("scores", "accuracy"), [(SCORES, 0.5), (OTHER_SCORES, 1.0)], ids=["half", "all"])
def test_five_labels_at_once(scores: np.ndarray, accuracy: float) -> None:
    """'accuracy' is .5 or 1.0, depending on the order of two scores, where .9 of the labels are right."""
    model = identity(5, "binary_crossentropy", ["accuracy", keras.metrics.BinaryAccuracy()])
    result = audit(model, scores, LABELS)
    output = result.outputs[0]
    assert output.resolution.kernel == "categorical_accuracy"
    assert (output.task, output.agrees) == ("multi-label", True)
    assert printed(result) == pytest.approx({"accuracy": accuracy, "binary_accuracy": 0.9})
    assert figures(result)["categorical_accuracy"] == accuracy
    assert output.honest is not None
    assert (output.honest.name, output.honest.figure) == ("binary_accuracy at 0.5", pytest.approx(0.9))
    assert figures(result)["subset_accuracy at 0.5"] == 0.5
    assert output.baseline is not None
    assert output.baseline.figure == pytest.approx(0.6)


def test_rounded_matches_under_a_regression() -> None:
    """1.0 up to Keras 2.3, .6667 today, for the same predictions; and neither says anything."""
    scores = np.array([[0.2], [1.3], [1.8], [3.4], [0.6], [-0.4]], "float32")
    result = audit(identity(1, "mse"), scores, np.array([0, 1, 2, 3, 1, 0], "float32"))
    assert printed(result) == pytest.approx({"accuracy": 2 / 3})
    assert figures(result)["binary_accuracy by rounding"] == 1.0
    assert (result.outputs[0].task, result.outputs[0].honest) == ("regression", None)
    assert "KAC101" in codes(result)


ROWS = np.array([[2.0, 1, 0], [0, 1, 2], [0, 2, 1], [2, 0, 1]], "float32")
IDS = np.array([0, 1, 1, 2])


@pytest.mark.parametrize("from_logits", [True, False], ids=["logits", "probabilities"])
@pytest.mark.parametrize("one_hot", [True, False], ids=["one-hot", "ids"])
def test_the_four_combinations(from_logits: bool, one_hot: bool) -> None:
    """Logits or probabilities, one-hot rows or ids: the string 'accuracy' is right for all four."""
    losses = keras.losses
    loss = (losses.CategoricalCrossentropy if one_hot else losses.SparseCategoricalCrossentropy)(
        from_logits=from_logits
    )
    model = identity(3, loss, activation=None if from_logits else "softmax")
    result = audit(model, ROWS, np.eye(3, dtype="float32")[IDS] if one_hot else IDS)
    output = result.outputs[0]
    assert (output.printed, output.agrees, codes(result)) == (0.5, True, [])
    assert output.honest is not None
    assert output.honest.runs
    assert output.honest.kernel == ("categorical_accuracy" if one_hot else "sparse_categorical_accuracy")
    assert output.curve is None


def test_one_logit() -> None:
    """'accuracy' cuts logits at 0.5: half are right, where all are at 0, and none by rounding."""
    model = identity(1, keras.losses.BinaryCrossentropy(from_logits=True))
    result = audit(model, np.array([[-1], [0.2], [3], [0.4]], "float32"), np.array([0, 1, 1, 1]))
    assert printed(result) == {"accuracy": 0.5}
    shown = figures(result)
    assert shown["binary_accuracy at 0"] == 1.0
    assert shown["binary_accuracy by rounding"] == 0.0
    assert codes(result) == ["KAC103"]
    curve = result.outputs[0].curve
    assert curve is not None
    assert (curve.scale, curve.cut) == ("logits", 0.0)
    assert curve.figures[curve.thresholds.index(0.0)] == 1.0
    assert curve.figures[curve.thresholds.index(0.5)] == 0.5


# --- every metric of compile --------------------------------------------------------------------------------


def test_every_accuracy_of_compile_is_checked() -> None:
    scores, labels = RANDOM.random((200, 12), "float32"), np.eye(12, dtype="float32")[RANDOM.integers(0, 12, 200)]
    metrics = [
        "acc",
        "categorical_accuracy",
        "binary_accuracy",
        keras.metrics.BinaryAccuracy(name="low", threshold=0.3),
        keras.metrics.TopKCategoricalAccuracy(k=3, name="top"),
        "top_k_categorical_accuracy",
        keras.metrics.Accuracy(name="equal"),
        keras.metrics.AUC(),
    ]
    result = audit(identity(12, "categorical_crossentropy", metrics), scores, labels)
    output = result.outputs[0]
    assert [(metric.key, metric.agrees) for metric in output.metrics] == [
        (key, True)
        for key in (
            "acc",
            "categorical_accuracy",
            "binary_accuracy",
            "low",
            "top",
            "top_k_categorical_accuracy",
            "equal",
        )
    ]
    assert {metric.detail for metric in output.metrics} == {"", "threshold 0.5", "threshold 0.3", "k 3", "k 5"}
    run = {candidate.name for candidate in output.candidates if candidate.runs}
    assert {"binary_accuracy at 0.3", "top_k_categorical_accuracy (k = 3)"} < run


def test_weights_count_in_weighted_metrics_alone() -> None:
    scores, labels = RANDOM.random((100, 1), "float32"), RANDOM.integers(0, 2, (100, 1))
    weights = RANDOM.random(100, "float32")
    model = identity(1, "mse", weighted_metrics=[keras.metrics.BinaryAccuracy(name="heavy")])
    result = audit(model, scores, labels, sample_weight=weights)
    right = (scores > 0.5) == labels
    assert printed(result)["accuracy"] == pytest.approx(right.mean())
    assert printed(result)["heavy"] == pytest.approx((right[:, 0] * weights).sum() / weights.sum())
    assert result.outputs[0].agrees
    assert [metric.weighted for metric in result.outputs[0].metrics] == [False, True]


def test_no_accuracy_is_honest_of_soft_labels() -> None:
    scores = RANDOM.random((50, 1), "float32") * 0.9 + 0.05
    soft = audit(identity(1, "binary_crossentropy", ["mae"], "sigmoid"), scores, 1 - scores).outputs[0]
    assert (soft.task, soft.honest, soft.baseline) == ("binary", None, None)
    assert "only a 0 or 1 can ever be right" in soft.verdict


@of_keras_itself
def test_masks_hide_steps() -> None:
    steps = RANDOM.random((30, 6, 3), "float32")
    steps[RANDOM.random((30, 6)) < 0.4] = 0
    layers = [keras.Input((6, 3)), keras.layers.Masking(), keras.layers.Dense(3, activation="softmax")]
    model = keras.Sequential(layers)
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    seen = steps.any(-1)
    predicted = model.predict(steps, verbose=0).argmax(-1)
    labels = np.where(seen & (RANDOM.random((30, 6)) < 0.7), predicted, (predicted + 1) % 3)
    result = audit(model, steps, labels)
    assert result.outputs[0].agrees
    hits = predicted == labels
    assert result.outputs[0].computed == pytest.approx(hits[seen].mean())
    assert hits[seen].mean() > hits.mean()


@pytest.mark.skipif(keras.config.backend() != "jax", reason="only there is a recurrent layer compiled by each call")
def test_masks_are_read_in_one_compiled_call() -> None:
    calls = []

    class Counted(keras.layers.Masking):  # type: ignore[misc]
        def call(self, inputs: Any) -> Any:
            calls.append(inputs.shape)
            return super().call(inputs)

    counts = []
    for rows in (64, 256):
        model = keras.Sequential([keras.Input((4, 3)), Counted(), keras.layers.Dense(1, activation="sigmoid")])
        model.compile(loss="binary_crossentropy", metrics=["accuracy"])
        calls.clear()
        audit(model, RANDOM.random((rows, 4, 3), "float32"), RANDOM.integers(0, 2, (rows, 4, 1)))
        counts.append(len(calls))
    assert counts[0] == counts[1]


@of_keras_itself
def test_masks_go_to_their_outputs_by_name() -> None:
    """Keras orders outputs that come in a dict by their keys, the model returns them as they were written."""
    words = RANDOM.integers(0, 5, (64, 6))
    inputs = keras.Input((6,))
    masked = keras.layers.Embedding(5, 4, mask_zero=True)(inputs)
    steps = keras.layers.Dense(1, activation="sigmoid")(masked)
    pooled = keras.layers.GlobalAveragePooling1D()(keras.layers.Embedding(5, 4)(inputs))
    whole = keras.layers.Dense(1, activation="sigmoid")(pooled)
    model = keras.Model(inputs, {"steps": steps, "once": whole})
    model.compile(loss="binary_crossentropy", metrics={"steps": ["accuracy"], "once": ["accuracy"]})
    labels = {"steps": RANDOM.integers(0, 2, (64, 6, 1)), "once": RANDOM.integers(0, 2, (64, 1))}
    result = audit(model, words, labels)
    assert {output.name: output.agrees for output in result.outputs} == {"once": True, "steps": True}
    hits = (model.predict(words, verbose=0)["steps"] > 0.5) == labels["steps"]
    assert printed(result)["steps_accuracy"] == pytest.approx(hits[words != 0].mean())


@of_keras_itself
def test_batches_of_different_lengths() -> None:
    class Padded(keras.utils.PyDataset):  # type: ignore[misc]
        def __len__(self) -> int:
            return 3

        def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
            steps = (4, 5 + index % 2)
            return np.full((*steps, 3), index, "float32"), np.arange(np.prod(steps)).reshape(*steps, 1) % 2

    model = keras.Sequential([keras.Input((None, 3)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])
    result = audit(model, Padded())
    assert (result.rows, result.observed_rows) == (12, 8)
    assert result.outputs[0].agrees


def test_a_dataset_without_batches() -> None:
    class Nothing(keras.utils.PyDataset):  # type: ignore[misc]
        def __len__(self) -> int:
            return 0

        def __getitem__(self, index: int) -> Any:
            raise IndexError(index)

    with pytest.raises(AuditError, match="the dataset has no rows"):
        audit(identity(1, "mse"), Nothing())


def test_low_precision() -> None:
    layer = keras.layers.Dense(4, activation="sigmoid", dtype="mixed_bfloat16")
    model = keras.Sequential([keras.Input((3,)), layer])
    model.compile(loss="binary_crossentropy", metrics=["accuracy", "binary_accuracy"])
    result = audit(model, RANDOM.normal(size=(90, 3)), RANDOM.integers(0, 2, (90, 4)))
    assert "bfloat16" in result.outputs[0].predictions
    assert result.outputs[0].agrees


# --- forms of data ------------------------------------------------------------------------------------------


def two_outputs(metrics: Any) -> Any:
    inputs = [keras.Input((3,), name="left"), keras.Input((2,), name="right")]
    joined = keras.layers.Concatenate()(inputs)
    spam = keras.layers.Dense(1, activation="sigmoid", name="spam")(joined)
    topic = keras.layers.Dense(4, activation="softmax", name="topic")(joined)
    model = keras.Model(inputs, [spam, topic], name="mail")
    model.compile(loss=["binary_crossentropy", "sparse_categorical_crossentropy"], metrics=metrics)
    return model


LEFT, RIGHT = RANDOM.normal(size=(70, 3)).astype("float32"), RANDOM.normal(size=(70, 2)).astype("float32")
SPAM, TOPIC = RANDOM.integers(0, 2, 70), RANDOM.integers(0, 4, 70)


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    def __init__(self, with_weights: bool) -> None:
        super().__init__()
        self._with_weights = with_weights

    def __len__(self) -> int:
        return 5

    def __getitem__(self, index: int) -> Any:
        rows = slice(index * 14, index * 14 + 14)
        batch = (LEFT[rows], RIGHT[rows]), (SPAM[rows], TOPIC[rows])
        return (*batch, np.ones(14, "float32")) if self._with_weights else batch


@pytest.mark.parametrize(
    "data",
    [
        ([LEFT, RIGHT], [SPAM, TOPIC]),
        ({"left": LEFT, "right": RIGHT}, {"topic": TOPIC, "spam": SPAM}),
        ([LEFT, RIGHT], [SPAM[:, None], TOPIC[:, None]]),
        (Batches(False), None),
        (Batches(True), None),
    ],
    ids=["lists", "dicts", "columns", "dataset", "weighted-dataset"],
)
def test_several_inputs_and_outputs(data: tuple[Any, Any]) -> None:
    metrics = [["accuracy"], ["accuracy"]]
    keys = list(two_outputs(metrics).evaluate([LEFT, RIGHT], [SPAM, TOPIC], verbose=0, return_dict=True))
    result = audit(two_outputs(metrics), *data)
    assert [output.name for output in result.outputs] == ["spam", "topic"]
    assert [output.agrees for output in result.outputs] == [True, True]
    assert set(printed(result)) == {"spam_accuracy", "topic_accuracy"} <= set(keys)
    assert (result.rows, result.observed_rows) == (70, 70)
    validate(audit_json(result))


def test_a_dataset_of_tensorflow() -> None:
    tensorflow = pytest.importorskip("tensorflow")
    scores, labels = RANDOM.random((50, 3), "float32"), RANDOM.integers(0, 3, 50)
    model = identity(3, "sparse_categorical_crossentropy", activation="softmax")
    result = audit(model, tensorflow.data.Dataset.from_tensor_slices((scores, labels)).batch(16))
    assert (result.rows, result.outputs[0].agrees) == (50, True)
    assert result.outputs[0].computed == pytest.approx((scores.argmax(1) == labels).mean())
    with pytest.raises(AuditError, match="never ends"):
        audit(model, tensorflow.data.Dataset.from_tensor_slices((scores, labels)).batch(16).repeat())


@pytest.mark.parametrize("batch_size", [1, 7, 32, 1000])
def test_blocks_do_not_show(batch_size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scores, labels = RANDOM.random((61, 3), "float32"), RANDOM.integers(0, 2, (61, 3))
    model = identity(3, "binary_crossentropy", ["accuracy", "binary_accuracy"])
    whole = audit(model, scores, labels, batch_size=batch_size)
    monkeypatch.setattr(running, "_ROWS_AT_A_TIME", 16)
    pieces = audit(model, scores, labels, batch_size=batch_size)
    assert audit_json(whole) == audit_json(pieces)
    assert whole.outputs[0].agrees


def test_findings_look_at_the_first_rows_of_much(monkeypatch: pytest.MonkeyPatch) -> None:
    from lint_keras_acc.runtime import auditing

    monkeypatch.setattr(running, "_ROWS_AT_A_TIME", 16)
    monkeypatch.setattr(auditing, "_OBSERVED_NUMBERS", 40)
    scores, labels = RANDOM.random((64, 3), "float32"), RANDOM.integers(0, 2, (64, 3))
    result = audit(identity(3, "binary_crossentropy"), scores, labels, batch_size=16)
    assert (result.rows, result.observed_rows) == (64, 16)
    assert figures(result)["binary_accuracy at 0.5"] == pytest.approx(((scores > 0.5) == labels).mean())


def test_quantities_are_not_counted_as_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many different targets as rows would have to be kept, and no figure of classes is wanted."""
    sizes = []
    update = ClassTally.update

    def measured(tally: Any, *arrays: Any, **named: Any) -> Any:
        sizes.append(len(tally.seen))
        return update(tally, *arrays, **named)

    monkeypatch.setattr(ClassTally, "update", measured)
    monkeypatch.setattr(running, "_ROWS_AT_A_TIME", 512)
    targets = RANDOM.random((2048, 1), "float32")
    result = audit(identity(1, "mse"), targets, targets * 3, batch_size=512)
    assert result.outputs[0].task == "regression"
    assert sizes == [0, 0]


def test_lists_of_numbers_are_arrays() -> None:
    result = audit(identity(1, "mse"), [[0.1], [0.9], [0.7]], [0, 1, 0])
    assert result.outputs[0].computed == pytest.approx(2 / 3)


# --- what is wrong ------------------------------------------------------------------------------------------


def test_what_keras_raises_is_told() -> None:
    model = identity(3, "sparse_categorical_crossentropy", activation="softmax")
    result = audit(model, ROWS, np.eye(3)[IDS])
    assert result.failure.startswith("model.evaluate raises ValueError")
    assert result.outputs[0].printed is None
    assert "KAC301" in codes(result)
    assert result.failure.splitlines() == [result.failure]
    assert result.failure.split("raises")[1][:12] in audit_text(result, width=400)
    validate(audit_json(result))


def test_another_figure_is_a_disagreement() -> None:
    model = identity(1, "mse")
    evaluate = model.evaluate
    model.evaluate = lambda *args, **kwargs: {**evaluate(*args, **kwargs), "accuracy": 0.25}
    result = audit(model, np.array([[0.1], [0.9]]), np.array([0, 1]))
    assert [metric.key for metric in result.disagreements] == ["accuracy"]
    assert "DISAGREEMENT" in audit_text(result)
    assert not result.clean


def test_a_metric_that_an_earlier_batch_settled_is_found() -> None:
    """The kernel that one-hot labels chose stays when ids come, without a word of Keras's."""
    model = identity(3, "mse")
    model.evaluate(ROWS, np.eye(3, dtype="float32")[IDS], verbose=0)
    result = audit(model, ROWS[:3], IDS[:3, None])
    assert result.outputs[0].resolution.kernel == "sparse_categorical_accuracy"
    assert [(one.printed, one.computed) for one in result.disagreements] == [
        (pytest.approx(1 / 3), pytest.approx(2 / 3))
    ]


@pytest.mark.parametrize(
    ("printed", "computed", "batches", "expected"),
    [
        (0.1, float(np.float32(0.1)), 0, True),
        (float(np.nextafter(np.float32(0.1), np.float32(1))), 0.1, 0, True),
        (float(np.float32(0.1) * (1 + 4e-7)), 0.1, 0, False),
        (float(np.float32(0.1) * (1 + 4e-7)), 0.1, 10, True),
        (0.1001, 0.1, 10, False),
        (float("nan"), float("nan"), 0, True),
        (float("nan"), 0.1, 0, False),
    ],
)
def test_agreement_is_to_the_last_bit(printed: float, computed: float, batches: int, expected: bool) -> None:
    assert output_module.agree(printed, computed, batches) is expected


def generator() -> Any:
    yield ROWS, IDS


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (ROWS, None, "there are no labels"),
        (ROWS, IDS[:2], "the numbers of rows differ: x 4, y 2"),
        (ROWS[:0], IDS[:0], "there are no rows"),
        (ROWS[:, :2], IDS, r"the model takes \(None, 3\)"),
        (generator(), None, "can be read only once"),
        (Batches(False), IDS, "yields its own labels"),
        (ROWS, [IDS, IDS], "the model has 1 outputs, but there are 2"),
        (ROWS, {"other": IDS, "more": IDS}, "the model has no output 'other'"),
        (ROWS, np.array(["a", "b", "c", "d"]), "must hold numbers"),
        (5, IDS, "must be arrays"),
        (ROWS, np.array(1), "y is a single number"),
    ],
    ids=["no-y", "rows", "empty", "shape", "generator", "labels-twice", "outputs", "names", "text", "number", "scalar"],
)
def test_data_that_do_not_fit(x: Any, y: Any, message: str) -> None:
    model = identity(3, "sparse_categorical_crossentropy", activation="softmax")
    with pytest.raises(AuditError, match=message) as caught:
        audit(model, x, y)
    assert "\n" not in str(caught.value)


def test_no_model_and_no_compile() -> None:
    with pytest.raises(ReaderError):
        audit("model.keras", ROWS, IDS)
    with pytest.raises(ReaderError, match="not compiled"):
        audit(keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)]), ROWS, IDS)
    with pytest.raises(AuditError, match="batch_size"):
        audit(identity(1, "mse"), [[0.1]], [0], batch_size=0)


# --- the model stays as it was ------------------------------------------------------------------------------


@of_keras_itself
def test_the_model_stays_as_it_was() -> None:
    model = keras.Sequential(
        [
            keras.Input((4, 3), batch_size=8),
            keras.layers.Dropout(0.5),
            keras.layers.BatchNormalization(),
            keras.layers.GRU(4, stateful=True),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    x, y = RANDOM.normal(size=(32, 4, 3)), RANDOM.integers(0, 2, 32)
    model.predict(x, verbose=0, batch_size=8)
    variables = [*model.variables, *model.optimizer.variables, *model.layers[2].states]
    before = [np.asarray(variable).copy() for variable in variables]
    result = audit(model, x, y, batch_size=8)
    assert result.outputs[0].agrees
    for variable, value in zip(variables, before, strict=True):
        assert np.array_equal(np.asarray(variable), value), variable.name


@of_keras_itself
def test_training_goes_on_as_without() -> None:
    def trained(look: Callable[[Any], object]) -> list[np.ndarray]:
        keras.utils.set_random_seed(3)
        layers = [keras.Input((3,)), keras.layers.Dropout(0.3), keras.layers.Dense(1, activation="sigmoid")]
        model = keras.Sequential(layers)
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        for _ in range(2):
            model.fit(LEFT, SPAM, epochs=1, verbose=0, shuffle=False)
            look(model)
        return [np.asarray(weight) for weight in model.weights]

    alone, audited = trained(lambda model: None), trained(lambda model: audit(model, LEFT, SPAM))
    assert all(np.array_equal(one, other) for one, other in zip(alone, audited, strict=True))


# --- for test suites ----------------------------------------------------------------------------------------


def test_assert_no_findings() -> None:
    model = identity(5, "binary_crossentropy", activation="sigmoid")
    with pytest.raises(AssertionError) as caught:
        assert_no_findings(model, SCORES, LABELS)
    message = str(caught.value)
    assert "KAC102" in message
    assert "Look at binary_accuracy at 0.5" in message
    assert "\033" not in message
    assert_no_findings(model, SCORES, LABELS, ignore=["KAC1", "KAC6"])
    assert_no_findings(model, SCORES, LABELS, select=["KAC101"])
    with pytest.raises(AssertionError):
        assert_no_findings(model, SCORES, LABELS, select="accuracy-on-multi-label")
    with pytest.raises(ConfigError, match="unknown rule"):
        assert_no_findings(model, SCORES, LABELS, ignore=["KAC999"])


def test_a_clean_model_passes() -> None:
    rows = np.repeat(np.array([[5.0, 0, 0], [0, 5, 0], [0, 0, 5]], "float32"), 5, axis=0) + RANDOM.random((15, 3), "f4")
    model = identity(3, "sparse_categorical_crossentropy", activation="softmax")
    assert assert_no_findings(model, rows, np.repeat(np.arange(3), 5)).clean


@of_keras_itself
def test_a_model_keeps_its_weights_where_evaluate_raises() -> None:
    """On JAX, Keras leaves a model without weights then."""
    model = identity(3, "categorical_crossentropy", activation="softmax")
    x, ids = RANDOM.normal(size=(8, 3)).astype("float32"), RANDOM.integers(0, 3, 8)
    model.fit(x, np.eye(3)[ids], verbose=0)
    variables = [*model.variables, *model.optimizer.variables]
    before = [np.array(variable) for variable in variables]
    assert "evaluate raises" in audit(model, x, ids).failure
    assert all(np.array_equal(variable, value) for variable, value in zip(variables, before, strict=True))


@of_keras_itself
@pytest.mark.skipif(keras.config.backend() != "jax", reason="only on JAX does a fit that raises empty the model")
def test_a_model_that_has_lost_its_weights_is_refused() -> None:
    model = identity(3, "categorical_crossentropy", activation="softmax")
    x, ids = RANDOM.normal(size=(8, 3)).astype("float32"), RANDOM.integers(0, 3, 8)
    model.fit(x, np.eye(3)[ids], verbose=0)
    with pytest.raises(ValueError, match="target"):
        model.fit(x, ids, verbose=0)
    with pytest.raises(AuditError, match="lost its weights"):
        audit(model, x, np.eye(3)[ids])


def test_a_dataset_without_labels_is_refused() -> None:
    class Unlabelled(keras.utils.PyDataset):  # type: ignore[misc, name-defined]
        def __len__(self) -> int:
            return 1

        def __getitem__(self, index: int) -> tuple[np.ndarray, None]:
            return np.ones((4, 3)), None

    with pytest.raises(AuditError, match="yields no labels"):
        audit(identity(3, "mse"), Unlabelled())
