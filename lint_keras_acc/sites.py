"""CompileSite: what one `compile()` call relates. The meeting point of the readers and the rules.

Every fact is a value together with where it was read, or unknown. A rule sees one CompileSite, one
possibility: where the program leaves several open (an `if` and its `else`, two callers of a builder),
the reader makes a CompileSite of each, and the engine reports only what is wrong in all of them.
"""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from lint_keras_acc.findings import Span
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.records import record

T = TypeVar("T")


@record(frozen=True)
class Fact(Generic[T]):
    """A value and where it was read; `value` is None where it is unknown.

    A known value may have no span: a default that nobody wrote (`from_logits` False, no activation).
    """

    value: T | None = None
    span: Span | None = None

    @property
    def known(self) -> bool:
        return self.value is not None


UNKNOWN: Fact[object] = Fact()

# How an expression names a loss, metric or activation.
Form = Literal["string", "function", "class", "instance", "custom", "absent", "unknown"]

Encoding = Literal["one-hot", "integer", "binary", "multi-hot", "continuous", "input"]


@record(frozen=True)
class Argument:
    """One argument of a Keras call, as it was written.

    `value` is the Python constant where there is one (str, int, float, bool, or a tuple of them).
    `given_none` tells a written None from an unknown value. `position` is the 0-based index of a
    positional argument, None for a keyword. `span` is the value's own.
    """

    name: str
    span: Span
    value: object | None = None
    given_none: bool = False
    position: int | None = None


@record(frozen=True)
class Activation:
    """One activation on the way to an output.

    name:  canonical ('softmax', 'linear', ...); unknown for a callable of the user's own. Its span is the
           expression that can be replaced by another activation's name, if `replaceable`.
    form:  'absent' for a layer without activation, 'string', 'function' (`tf.nn.softmax` as an argument),
           'instance' (a `Softmax()` layer), 'custom', 'unknown'.
    axis:  the axis that a softmax runs over (-1 unless written).
    layer: the call that applies it: the Dense(...), Activation(...) or tf.nn.softmax(...) call.
    replaceable: `name.span` may be replaced by a string such as 'sigmoid'.
    removable: dropping the whole layer call (an element of a Sequential list, an `.add` statement) is
           possible by deleting `layer`; else None of it is.
    """

    name: Fact[str]
    form: Form
    layer: Span | None = None
    axis: Fact[int] = Fact(-1)
    replaceable: bool = False
    removable: bool = False


@record(frozen=True)
class Output:
    """One output of the model.

    name:       the name of the output layer or the key that losses and metrics use; None if unknown.
    units:      size of the last axis.
    activation: the last activation applied.
    inner:      activations applied before it with no weights between, the nearest first.
    layer:      the last call with weights or activation (`Dense(...)`), where an `activation=` can be added.
    rank:       number of axes with the batch axis; 2 for (batch, units).
    dtype:      of its numbers ('float32', 'bfloat16', ...): that in which the last layer computes, by its own argument,
                else by the policy of all layers; unknown where neither is to be seen.
    last:       the call of the very last layer, which its dtype comes from; None where that is no layer.
    kind:       the class of the layer ('Dense', 'Conv2D', ...), unknown where it is not one layer.
    automatic:  where Keras gives the output layer its name: what such a name begins with ('dense' for 'dense',
                'dense_3', ...); None where the program names the layer, or that is unknown.
    integers:   True if the output is an argmax, a round or another integer result.
    custom:     something of the user's own (Lambda, custom layer, arithmetic) made the output.
    """

    name: str | None = None
    units: Fact[int] = Fact()
    activation: Activation = Activation(Fact(), "unknown")
    inner: tuple[Activation, ...] = ()
    layer: Span | None = None
    rank: Fact[int] = Fact()
    dtype: Fact[str] = Fact()
    last: Span | None = None
    kind: Fact[str] = Fact()
    automatic: str | None = None
    integers: bool = False
    custom: bool = False


@record(frozen=True)
class Loss:
    """The loss of one output.

    name:        canonical ('binary_crossentropy'); unknown for a callable of the user's own ('custom') or a
                 name that nothing resolves (then `written` holds the string).
    from_logits: known for losses that have it (False by default); `Fact(None)` where the loss has none or it
                 cannot be read. `arguments` has the written ones, `from_logits` among them.
    written:     the literal string, or the class or function name as it was written; None if not literal.
    span:        the loss expression. `call` is the same span where it is a call (an instance).
    """

    name: Fact[str]
    form: Form
    span: Span
    written: str | None = None
    from_logits: Fact[bool] = Fact()
    arguments: tuple[Argument, ...] = ()

    def argument(self, name: str) -> Argument | None:
        return next((argument for argument in self.arguments if argument.name == name), None)


@record(frozen=True)
class Metric:
    """One metric of one output.

    name:     canonical, in snake case ('accuracy' for 'acc' and for the class Accuracy alike, 'binary_accuracy',
              'auc', 'precision', ...); unknown for a metric of the user's own or an unresolvable string.
    kernel:   what runs: 'binary_accuracy', 'categorical_accuracy', 'sparse_categorical_accuracy' for the
              string 'accuracy' in this dialect on this output; 'exact_match' for the class Accuracy; else the name.
              Unknown where it depends on something unknown.
    key:      the key in the logs without `val_` and without output prefix.
    log_key:  the full key, with the output's prefix where the model has several outputs.
    span:     the expression. weighted: it stands in weighted_metrics.
    in_list:  it is an element of a list (so that it can be deleted from it).
    """

    name: Fact[str]
    form: Form
    span: Span
    written: str | None = None
    kernel: Fact[str] = Fact()
    key: str | None = None
    log_key: str | None = None
    arguments: tuple[Argument, ...] = ()
    weighted: bool = False
    in_list: bool = True

    def argument(self, name: str) -> Argument | None:
        return next((argument for argument in self.arguments if argument.name == name), None)


@record(frozen=True)
class Labels:
    """What the program says of the targets of one output.

    encoding: 'one-hot', 'integer' (class ids of 3 or more or an unknown number of classes), 'binary' (0/1 in one
              column), 'multi-hot', 'continuous', 'input' (the target is the input: an autoencoder).
    classes:  the number of classes, where it is known.
    width:    the size of the last axis of the target, where it is known (1 for (n, 1)).
    rank:     number of axes with the batch axis: 1 for (n,), 2 for (n, k).
    low/high: values that the targets are known to *reach* (some target is as low / as high); None if not known.
    bounded:  (low, high) that no target leaves, where that is known, e.g. (0, 1) after MinMaxScaler.
    subset:   a known dataset whose rows were filtered: `classes` is an upper bound only.
    random:   made of random numbers (a smoke test), not data.
    span:     where it was read: the to_categorical call, the loader, ...
    """

    encoding: Fact[Encoding] = Fact()
    classes: Fact[int] = Fact()
    width: Fact[int] = Fact()
    rank: Fact[int] = Fact()
    low: Fact[float] = Fact()
    high: Fact[float] = Fact()
    bounded: Fact[tuple[float, float]] = Fact()
    subset: bool = False
    random: bool = False

    @property
    def span(self) -> Span | None:
        return self.encoding.span or self.classes.span or self.low.span or self.high.span


@record(frozen=True)
class Values:
    """What the numbers of an array are like, those with the sample weight 0 left out (but for shape and NaN).

    shape:      with the batch axis, as it was given.
    dtype:      its name: 'float32', 'bfloat16', 'int64', 'bool', ...
    count:      how many numbers there are.
    low, high:  extremes of the finite ones; None where there is none.
    zeros, ones: how many are exactly 0, and exactly 1.
    fractional: how many of the finite ones are no whole numbers; `a_fraction` is the first of them.
    nans, infinities, negative_infinities: how many there are, wherever they stand: Keras multiplies a loss of NaN
                by the weight 0, which is NaN. Infinities are those above 0.
    """

    shape: tuple[int, ...]
    dtype: str
    count: int
    low: float | None = None
    high: float | None = None
    zeros: int = 0
    ones: int = 0
    fractional: int = 0
    a_fraction: float | None = None
    nans: int = 0
    infinities: int = 0
    negative_infinities: int = 0


@record(frozen=True)
class Score:
    """What a kernel of accuracy counts on a batch, and what it would count without a model.

    kernel:   'binary_accuracy', 'categorical_accuracy' or 'sparse_categorical_accuracy'.
    hits, of: how many of how many elements (binary) or rows (the others) count as right.
    baseline: hits of the one constant answer that fits these labels best; `answer` is it, a class or 0.
    chance:   at most how probable such a batch would be if the model made half the errors of that answer: what says
              whether there are examples enough.
    grouped:  equal labels stand together more than by chance, as in sorted data: no sample of all labels.
    learned:  the mean over the classes of the share that is right is above that of any answer that looks at no input,
              and not by chance: the model tells the classes apart, whatever its accuracy.
    """

    kernel: str
    hits: int
    of: int
    baseline: int
    answer: int
    chance: float
    grouped: bool
    learned: bool = False


@record(frozen=True)
class Trial:
    """What a metric or loss of the user's own returned for labels of shape (n,), and for the same ones as (n, 1).

    name: what it is written with in the compile call.
    """

    name: str
    flat: float
    column: float


@record(frozen=True)
class Observed:
    """What one batch showed at one output of a live model: facts, never arrays; every value fits into JSON.

    A *row* is what lies along the last axis of the predictions: (n, t, classes) has n * t of them. What has the
    sample weight 0 is left out.

    rows:         rows of predictions.
    backend:      'tensorflow', 'jax', 'torch' or 'numpy'.
    trained:      the model has been trained; None where that is not known.
    targets, predictions: what the numbers of each are like.
    metric_dtype: what Keras 3.4 and newer cast ids to in accuracies: the dtype of the predictions.
    trues:        the least and the most ones in a row, of targets that are all 0 or 1 and rows as predictions are.
    prediction_sums: the least and the greatest sum of a row, where rows have several columns.
    foreign:      how many rows have a label that is no index of a unit, where there is one label for each row of
                  several units; `foreign_ids` are the least of these labels, the first few.
    collisions:   pairs (label, another unit) that are one number in `metric_dtype`, of labels seen, the first few;
                  `collided` is how many rows count as right for that alone.
    unreachable:  how many targets lie outside the range of the output's activation.
    same_rows:    all predicted rows are equal, though what the model was given is not known to be.
    score:        what the accuracy of this output counts; None where it has none, or these labels have one class.
    trials:       of metrics and losses of the user's own, where labels are (n,) and predictions (n, 1).
    """

    rows: int
    backend: str
    targets: Values
    predictions: Values
    metric_dtype: str
    trained: bool | None = None
    trues: tuple[int, int] | None = None
    prediction_sums: tuple[float, float] | None = None
    foreign: int = 0
    foreign_ids: tuple[int, ...] = ()
    collided: int = 0
    collisions: tuple[tuple[int, int], ...] = ()
    unreachable: int = 0
    same_rows: bool = False
    score: Score | None = None
    trials: tuple[Trial, ...] = ()


@record(frozen=True)
class Head:
    """What belongs together at one output. `loss` is None where this output has none or it cannot be matched.

    `observed` is what the runtime checker measured on a batch; None where only the program or the model was read.
    """

    output: Output
    loss: Loss | None
    metrics: tuple[Metric, ...] = ()
    labels: Labels = Labels()
    observed: Observed | None = None


# --- how the result is used ---------------------------------------------------------------------------------

MetricsForm = Literal["absent", "none", "list", "tuple", "dict", "set", "string", "instance", "function", "unknown"]


LossForm = Literal["absent", "none", "single", "list", "tuple", "dict", "unknown"]
OutputsForm = Literal["single", "list", "dict", "unknown"]


@record(frozen=True)
class LossArgument:
    """How `loss=` was written.

    form:   'single' for one loss, whatever it is; 'none' for a written None, 'absent' where nothing was written.
    span:   the argument's value.
    keys:   of a dict: the keys that are known, in order.
    length: of a list, tuple or dict: how many entries it has, None among them; None where that is unknown.
    nones:  some entry is a written None.
    """

    form: LossForm = "unknown"
    span: Span | None = None
    keys: tuple[Fact[str], ...] = ()
    length: int | None = None
    nones: bool = False


@record(frozen=True)
class MetricsArgument:
    """How `metrics=` (or `weighted_metrics=`) was written. `position` is its 0-based index, if it is positional.

    keys, length: as in LossArgument.
    nested:       a list or tuple with a list, tuple, dict or None among its entries.
    """

    name: Literal["metrics", "weighted_metrics"]
    form: MetricsForm
    span: Span | None = None
    position: int | None = None
    keys: tuple[Fact[str], ...] = ()
    length: int | None = None
    nested: bool = False


@record(frozen=True)
class EarlierCompile:
    """The last compile call of the same model before this one, where nothing was added to the model between.

    span:        that compile call.
    losses:      what it gave to each output: as long as CompileSite.heads; None where that cannot be matched.
    has_loss:    it gave a loss; None where that is unknown.
    metrics:     every metric of its metrics= and weighted_metrics=; None where they are unknown.
    """

    span: Span
    losses: tuple[Loss | None, ...] = ()
    has_loss: bool | None = None
    metrics: tuple[Metric, ...] | None = None


@record(frozen=True)
class Monitor:
    """A callback that reaches a fit of this model and watches a key.

    callback:       class name ('EarlyStopping', 'ModelCheckpoint', ...).
    key:            what it watches; `span` is the string's own (None for a default, 'val_loss').
    in_template:    the key stands in a checkpoint path ('{val_acc:.2f}'), and `span` is the whole string.
    mode:           the written mode, 'auto' where none is.
    has_validation: whether that fit has validation data; None if unknown.
    callback_span:  the callback's call.
    shared:         the callback also reaches a fit of another model.
    fit_span:       the call of that fit.
    others_log:     a callback of the program's own in that fit writes into the logs, so that they may have any key.
    """

    callback: str
    key: str
    span: Span | None
    mode: Fact[str] = Fact("auto")
    in_template: bool = False
    has_validation: bool | None = None
    callback_span: Span | None = None
    shared: bool = False
    fit_span: Span | None = None
    others_log: bool = False


@record(frozen=True)
class KeyRead:
    """A read of a log key: `history.history['acc']`, `logs['acc']`, `logs.get('acc')`; `span` is the string's own."""

    key: str
    span: Span
    has_validation: bool | None = None


# What has been done to an array of predictions on the way to where it is read: a constant index of the first axis, or
# 'item' (any other index of the first axis, or one round of a loop over it), 'column' (one index of the last axis, all
# of the first), 'number' (an index of each), 'squeezed' (axes of size 1 taken away), 'flat' (all in one axis), 'some'
# (some of the numbers, in a shape that is not known).
Step = int | Literal["item", "column", "number", "squeezed", "flat", "some"]


@record(frozen=True)
class PredictionRead:
    """What the program makes of predictions of this model, as they come out of `predict` or of the model's call.

    kind:     'argmax'; 'threshold' (a comparison with 0.5); 'round'; 'label-metric' (a function of sklearn.metrics
              that compares labels).
    span:     the whole expression: the call or the comparison. `source` is the call that predicts.
    function: as it is written ('np.argmax', 'p.argmax', 'accuracy_score'); '' for a comparison.
    operand:  the expression of the predictions in it, `number` that of the 0.5. `code` is the operand's text where
              that surely is a NumPy array and can be indexed as it stands, else ''.
    steps:    what has been done to the predictions before, in order.
    axis:     of an argmax: the axis, None where it has none (all elements in one row); unknown: `axis_known` False.
    """

    kind: Literal["argmax", "threshold", "round", "label-metric"]
    span: Span
    source: Span
    function: str
    operand: Span
    steps: tuple[Step, ...] = ()
    axis: int | None = None
    axis_known: bool = False
    number: Span | None = None
    code: str = ""


@record(frozen=True)
class EvaluateRead:
    """The numbers that `evaluate` returns are taken apart: `loss, acc = model.evaluate(...)`, `scores[1]`.

    span:    the targets or the subscript. `source` is the call of evaluate.
    targets: how many there are; of an index, the least number that it needs, and `exactly` is False.
    """

    span: Span
    source: Span
    targets: int
    exactly: bool = True


@record(frozen=True)
class Uses:
    """What the program does with the compiled model.

    only_built:       its uses are shown and none is a fit or an evaluate, or it is compiled again before any use.
    fitted:           a fit or train_on_batch of it is shown.
    monitors, history_reads: as above, only those that surely belong to this compile call.
    keys_read:        every log key (or metric name) that stands in the file as a string outside compile calls, with
                      and without 'val_': what a fix must keep.
    history_escapes:  the History or the model leaves the file.
    evaluate_unpacked: the result of evaluate or train_on_batch is unpacked, indexed or returned somewhere.
    argmax_on_predictions: `predict` results go through argmax(axis=-1 or 1): single-label evidence.
    predictions, evaluates: reads of what predict and evaluate return, only those that surely belong to this model.
    adversarial:      it takes part in a GAN or actor/critic: the model is also a part of another compiled model, or
                      train_on_batch alternates between several models.
    """

    only_built: bool = False
    fitted: bool = False
    monitors: tuple[Monitor, ...] = ()
    history_reads: tuple[KeyRead, ...] = ()
    keys_read: frozenset[str] = frozenset()
    history_escapes: bool = False
    evaluate_unpacked: bool = False
    argmax_on_predictions: bool = False
    adversarial: bool = False
    predictions: tuple[PredictionRead, ...] = ()
    evaluates: tuple[EvaluateRead, ...] = ()

    @property
    def read_spans(self) -> frozenset[Span]:
        """Where the program reads something of the model's results, callbacks included."""
        monitors = {
            span
            for monitor in self.monitors
            for span in (monitor.span, monitor.callback_span, monitor.mode.span)
            if span is not None
        }
        return frozenset(
            monitors
            | {read.span for read in self.history_reads}
            | {span for read in self.predictions for span in (read.span, read.operand)}
            | {read.span for read in self.evaluates}
        )


@record(frozen=True)
class CompileSite:
    """One possibility of one `compile()` call.

    span:            the compile call itself.
    dialect:         the Keras generation that it is read for, and how that is known.
    heads:           one for each output; a single head with an unknown output where the model is unknown.
    outputs_known:   the number of outputs is known to be len(heads).
    outputs_form:    how the model returns them: one tensor, a list (or tuple), or a dict.
    losses:          every loss of the call, matched to an output or not; so too `metrics` (weighted ones included).
    loss_argument:   how loss= was written.
    metrics_known:   `metrics` is complete: no starred or computed part was left out.
    metrics_arguments: how metrics= and weighted_metrics= were written.
    positional:      the positional arguments of compile in order, as written.
    custom_training: train_step, test_step, compute_loss or add_loss is in play (also inherited from an unknown class).
    penalties:       a regulariser of some layer adds to the loss; None where not all layers are known, so that one may
                     add any loss.
    earlier:         the compile call of the same model before this one; None where there is none, or none is sure.
    sequential:      the model is a Sequential (None if unknown).
    registered:      names registered as custom objects in this file.
    uses:            what the program does with the compiled model.
    may_run_twice:   the call stands in a loop or in a function that may run more than once.
    """

    span: Span
    dialect: Dialect
    heads: tuple[Head, ...]
    outputs_known: bool = False
    outputs_form: OutputsForm = "unknown"
    losses: tuple[Loss, ...] = ()
    metrics: tuple[Metric, ...] = ()
    loss_argument: LossArgument = LossArgument()
    metrics_known: bool = False
    metrics_arguments: tuple[MetricsArgument, ...] = ()
    positional: tuple[Argument, ...] = ()
    custom_training: bool = False
    penalties: bool | None = None
    earlier: EarlierCompile | None = None
    sequential: bool | None = None
    registered: frozenset[str] = frozenset()
    uses: Uses = Uses()
    may_run_twice: bool = False
