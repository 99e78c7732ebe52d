"""What compile() was given and for which outputs: forms, keys, lengths, names, penalties, earlier calls."""

from __future__ import annotations

import textwrap

import pytest

from lint_keras_acc.infer import compile_sites
from lint_keras_acc.keras_api.dialects import DEFAULT
from lint_keras_acc.sites import CompileSite
from lint_keras_acc.source import read_source

TWO = """
import keras
from keras import layers
inputs = keras.Input((4,))
price = layers.Dense(1, name="price")(inputs)
sold = layers.Dense(1)(inputs)
model = keras.Model(inputs, {outputs})
model.compile("adam", {arguments})
"""


def sites(text: str) -> list[tuple[CompileSite, ...]]:
    (program,) = read_source("program.py", textwrap.dedent(text).encode()).programs()[0]
    return [*compile_sites(program, DEFAULT)]


def last(text: str) -> CompileSite:
    """The only possibility of the last compile call."""
    (site,) = sites(text)[-1]
    return site


def compiled(arguments: str, outputs: str = "[price, sold]") -> CompileSite:
    return last(TWO.format(arguments=arguments, outputs=outputs))


# --- the arguments ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "form", "keys", "length", "nones"),
    [
        ("loss='mse'", "single", [], None, False),
        ("loss=lambda y, p: p", "single", [], None, False),
        ("loss=unknown", "unknown", [], None, False),
        ("loss=None", "none", [], None, False),
        ("metrics=[]", "absent", [], None, False),
        ("loss=['mse', 'mae']", "list", [], 2, False),
        ("loss=('mse', None)", "tuple", [], 2, True),
        ("loss=['mse', *more]", "list", [], None, False),
        ("loss={'price': 'mse', 'sold': None}", "dict", ["price", "sold"], 2, True),
        ("loss={'price': 'mse', key: 'mae'}", "dict", ["price"], None, False),
        ("loss={'price': 'mse', **more}", "dict", ["price"], None, False),
        ("**more", "unknown", [], None, False),
    ],
)
def test_loss_argument(written: str, form: str, keys: list[str], length: int | None, nones: bool) -> None:
    argument = compiled(
        written if "loss" in written or "metrics" in written else f"metrics=[], {written}"
    ).loss_argument
    assert (argument.form, [key.value for key in argument.keys]) == (form, keys)
    assert (argument.length, argument.nones) == (length, nones)


@pytest.mark.parametrize(
    ("written", "keys", "length", "nested"),
    [
        ("metrics=['mae', 'mse', 'acc']", [], 3, False),
        ("metrics=[['mae'], 'mse']", [], 2, True),
        ("metrics=[None, 'mse']", [], 2, True),
        ("metrics=['mae', *more]", [], None, False),
        ("metrics={'price': 'mae'}", ["price"], 1, False),
        ("metrics='mae'", [], None, False),
    ],
)
def test_metrics_argument(written: str, keys: list[str], length: int | None, nested: bool) -> None:
    argument = compiled(f"loss='mse', {written}").metrics_arguments[0]
    assert [key.value for key in argument.keys] == keys
    assert (argument.length, argument.nested) == (length, nested)


def test_keys_have_their_own_places() -> None:
    site = compiled("loss={'price': 'mse', 'sold': 'mae'}")
    assert [(key.span.line, key.span.column, key.span.end_column) for key in site.loss_argument.keys if key.span] == [
        (8, 29, 36),
        (8, 45, 51),
    ]


# --- the outputs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outputs", "form"),
    [
        ("price", "single"),
        ("[price, sold]", "list"),
        ("(price, sold)", "list"),
        ("{'p': price, 's': sold}", "dict"),
        ("[price, keras.layers.LSTM(3, return_state=True)(inputs)]", "unknown"),
        ("[price, *more]", "unknown"),
        ("price + [sold]", "unknown"),
        ("tf.unstack(price)", "unknown"),
        ("more", "unknown"),
    ],
)
def test_outputs_form(outputs: str, form: str) -> None:
    assert compiled("loss='mse'", outputs).outputs_form == form


@pytest.mark.parametrize(
    ("outputs", "names"),
    [
        ("[price, sold]", [("price", None), (None, "dense")]),
        ("{'p': price, 's': sold}", [("p", None), ("s", None)]),
        ("[layers.Dense(1, name=made())(inputs)]", [(None, None)]),
        ("[layers.TimeDistributed(layers.Dense(1, name='inner'))(inputs)]", [(None, "time_distributed")]),
        ("[layers.TimeDistributed(layers.Dense(1), name='outer')(inputs)]", [("outer", None)]),
        ("[keras.Sequential([layers.Dense(1, name='inner')], name='outer')(inputs)]", [("outer", None)]),
        ("[keras.Sequential([layers.Dense(1, name='inner')])(inputs)]", [(None, None)]),
        ("[keras.ops.sigmoid(price)]", [(None, None)]),
    ],
)
def test_names_of_outputs(outputs: str, names: list[tuple[str | None, str | None]]) -> None:
    site = compiled("loss='mse'", outputs)
    assert [(head.output.name, head.output.automatic) for head in site.heads] == names


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        ("layers.Dense(1, name='out')", ("out", None)),
        ("layers.Conv2DTranspose(1, 3)", (None, "conv2d_transpose")),
        ("keras.Sequential([layers.Dense(1, name='inner')])", (None, None)),
    ],
)
def test_name_of_a_sequential(layer: str, name: tuple[str | None, str | None]) -> None:
    site = last(f"""
        import keras
        from keras import layers
        model = keras.Sequential([{layer}])
        model.compile("adam", loss="mse")
    """)
    assert (site.heads[0].output.name, site.heads[0].output.automatic, site.outputs_form) == (*name, "single")


def test_outputs_of_a_model_class_have_no_names() -> None:
    site = last("""
        import keras
        class Two(keras.Model):
            def __init__(self):
                super().__init__()
                self.first = keras.layers.Dense(1, name="first")
                self.second = keras.layers.Dense(1, name="second")
            def call(self, inputs):
                return [self.first(inputs), self.second(inputs)]
        model = Two()
        model.compile("adam", loss="mse")
    """)
    assert [(head.output.name, head.output.automatic) for head in site.heads] == [(None, None)] * 2


# --- penalties ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layers", "penalties"),
    [
        ("Dense(3), Dense(1)", False),
        ("Dense(3, kernel_regularizer='l2'), Dense(1)", True),
        ("Dense(3, kernel_regularizer=None), Dense(1)", False),
        ("ActivityRegularization(0.1), Dense(1)", True),
        ("TimeDistributed(Dense(3, bias_regularizer=given)), Dense(1)", True),
        ("Mine(), Dense(1)", None),
        ("imported.Layer(), Dense(1)", None),
        ("Dense(3, **options), Dense(1)", None),
        ("*before, Dense(1)", None),
    ],
)
def test_penalties_of_a_sequential(layers: str, penalties: bool | None) -> None:
    site = last(f"""
        import keras
        from keras.layers import *
        class Mine(Layer):
            pass
        model = keras.Sequential([{layers}])
        model.compile("adam", metrics=["mae"])
    """)
    assert site.penalties is penalties


@pytest.mark.parametrize(
    ("hidden", "penalties"),
    [
        ("layers.Dense(3)(inputs)", False),
        ("layers.Dense(3, activity_regularizer='l1')(inputs)", True),
        ("layers.Concatenate()([inputs, layers.Dense(3, kernel_regularizer='l2')(inputs)])", True),
        ("layers.add([inputs, layers.Dense(4, kernel_regularizer='l2')(inputs)])", True),
        ("keras.Sequential([layers.Dense(3, kernel_regularizer='l2')])(inputs)", True),
        ("keras.applications.VGG16()(inputs)", False),
        ("keras.models.load_model('before.keras')(inputs)", None),
        ("imported(inputs)", None),
    ],
)
def test_penalties_of_a_functional_model(hidden: str, penalties: bool | None) -> None:
    site = last(f"""
        import keras
        from keras import layers
        inputs = keras.Input((4,))
        model = keras.Model(inputs, layers.Dense(1)({hidden}))
        model.compile("adam", metrics=["mae"])
    """)
    assert site.penalties is penalties


# --- the earlier compile call -------------------------------------------------------------------------------

MODEL = """
import keras
def fresh():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
def compiled():
    made = fresh()
    made.compile("adam", loss="mae", metrics=["mse"])
    return made
"""


@pytest.mark.parametrize(
    "between",
    [
        "model.fit(x, y)",
        "model.trainable = False",
        "model.layers[0].trainable = False",
        "for layer in model.layers: layer.trainable = True",
        "model.load_weights('best.h5')",
        "print(model)",
        "if verbose: model.summary()",
    ],
)
def test_the_earlier_call_is_found(between: str) -> None:
    earlier = last(f"""{MODEL}
model = fresh()
model.compile("adam", loss="mse", metrics=["mae", "mape"])
{between}
model.compile("sgd", loss="mse")
""").earlier
    assert earlier is not None
    assert (earlier.span.line, earlier.has_loss) == (11, True)
    assert [loss.written for loss in earlier.losses if loss] == ["mse"]
    assert [metric.written for metric in earlier.metrics or ()] == ["mae", "mape"]


@pytest.mark.parametrize(
    "between",
    [
        "model = fresh()",
        "model.add(keras.layers.Dense(1))",
        "model.pop()",
        "model.add_loss(penalty)",
        "model.layers[-1].activation = keras.activations.sigmoid",
        "model = keras.Sequential([model, keras.layers.Softmax()])",
        "model = keras.models.clone_model(model)",
        "del model",
    ],
)
def test_another_model_or_outputs(between: str) -> None:
    sites_found = sites(f"""{MODEL}
model = fresh()
model.compile("adam", loss="mse", metrics=["mae"])
{between}
model.compile("sgd", loss="mse")
""")
    assert [site.earlier for site in sites_found[-1]] == [None]


def test_the_call_in_a_builder() -> None:
    earlier = last(f"""{MODEL}
model = compiled()
model.fit(x, y)
model.compile("sgd", loss="mse")
""").earlier
    assert earlier is not None
    assert [metric.written for metric in earlier.metrics or ()] == ["mse"]


def test_a_model_that_is_not_known() -> None:
    earlier = last("""
        from elsewhere import model
        model.compile("adam", loss="mse", metrics=["mae"])
        model.compile("sgd", loss="mse")
    """).earlier
    assert earlier is not None
    assert [metric.written for metric in earlier.metrics or ()] == ["mae"]


def test_what_the_earlier_call_hides() -> None:
    earlier = last(f"""{MODEL}
model = fresh()
model.compile("adam", **options)
model.compile("sgd", loss="mse")
""").earlier
    assert earlier is not None
    assert (earlier.has_loss, earlier.metrics) == (None, None)


def test_branches_stay_together() -> None:
    possibilities = sites(f"""{MODEL}
model = fresh()
if logits:
    model.compile("adam", loss="mse", metrics=["mae"])
else:
    model.compile("adam", loss="mse")
model.compile("sgd", loss="mse")
""")[-1]
    assert sorted(len(site.earlier.metrics or ()) for site in possibilities if site.earlier) == [0, 1]


def test_the_other_arm_is_no_earlier_call() -> None:
    found = sites(f"""{MODEL}
model = fresh()
if logits:
    model.compile("adam", loss="mse", metrics=["mae"])
else:
    model.compile("adam", loss="mse")
""")
    assert [site.earlier for site in found[-1]] == [None]


def test_a_handler_runs_instead() -> None:
    found = sites(f"""{MODEL}
model = fresh()
try:
    model.compile("adam", loss="mse", metrics=["mae"])
except ValueError:
    model.compile("adam", loss="mse")
""")
    assert [site.earlier for site in found[-1]] == [None]


def test_fitted() -> None:
    fitted, predicting = sites(f"""{MODEL}
first, second = fresh(), fresh()
first.compile("adam", loss="mse")
second.compile("adam", loss="mse")
first.fit(x, y)
second.predict(x)
""")[-2:]
    assert [site.uses.fitted for site in (*fitted, *predicting)] == [True, False]
