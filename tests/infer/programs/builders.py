# ruff: noqa
# fmt: off
import argparse
import functools
import numpy as np
import keras
from keras import Input, Model, Sequential
from keras.layers import Activation, Conv2D, Dense, Dropout, Flatten


# --- compile in the builder
def build():
    model = Sequential([Dense(10, activation="softmax")])
    model.compile(loss="categorical_crossentropy", metrics=["accuracy"])  # revealed: output=softmax(10) loss=categorical_crossentropy twice=False
    return model


# --- a helper returns, the caller compiles
def build():
    return Sequential([Dense(10, activation="softmax")])


model = build()
model.compile(loss="mse")  # revealed: output=softmax(10)
build().compile(loss="mse")  # revealed: output=softmax(10)


# --- arguments bound by position and keyword
def build(units, activation="relu", *, classes=2):
    return Sequential([Dense(units), Dense(classes, activation=activation)])


a = build(8)
a.compile(loss="mse")  # revealed: output=relu(2)
b = build(8, "softmax", classes=5)
b.compile(loss="mse")  # revealed: output=softmax(5)
c = build(activation="tanh", units=3)
c.compile(loss="mse")  # revealed: output=tanh(2)
d = build(8, unknown)
d.compile(loss="mse")  # revealed: output=?(2)
e = build(*arguments)
e.compile(loss="mse")  # revealed: output=?(2)
f = build(*(8, "elu"), **{"classes": 7})
f.compile(loss="mse")  # revealed: output=elu(7)
g = build(8, **settings)
g.compile(loss="mse")  # revealed: output=?(?)


# --- *args and **kwargs handed on
def inner(units, activation):
    return Sequential([Dense(units, activation=activation)])


def outer(*args, **kwargs):
    return inner(*args, **kwargs)


model = outer(4, activation="softmax")
model.compile(loss="mse")  # revealed: output=softmax(4)

# --- keyword arguments to a layer from a dict
options = {"units": 6, "activation": "sigmoid"}
model = Sequential([Dense(**options)])
model.compile(loss="mse")  # revealed: output=sigmoid(6)
unknown = Sequential([Dense(6, **more)])
unknown.compile(loss="mse")  # revealed: output=?(6)

# --- keyword arguments to compile from a dict
model = Sequential([Dense(6)])
arguments = dict(loss="mse", metrics=["mae"])
model.compile(**arguments)  # revealed: output=linear(6) loss=mean_squared_error metrics=mean_absolute_error
model.compile(**unknown)  # revealed: output=linear(6) loss=? metrics_known=False


# --- two callers of a builder that compiles
def build(classes):
    model = Sequential([Dense(classes, activation="softmax")])
    model.compile(loss="mse")  # revealed: output=softmax(2) / output=softmax(3)
    return model


build(2)
build(3)


# --- a builder with defaults that nobody calls
def build(classes=10, activation="softmax", loss=None):
    model = Sequential([Dense(classes, activation=activation)])
    model.compile(loss=loss)  # revealed: output=softmax(10) loss=?
    return model


# --- a builder that is only mentioned
def build(classes=10, activation="softmax"):
    model = Sequential([Dense(classes, activation=activation)])
    model.compile(loss="mse")  # revealed: output=softmax(10)
    return model


search = GridSearchCV(KerasClassifier(build_fn=build), {"activation": ["relu"]})


# --- the model is a parameter
def prepare(model, loss="mse"):
    model.compile(loss=loss, metrics=["accuracy"])  # revealed: output=softmax(4) loss=categorical_crossentropy / output=linear(1) loss=mean_squared_error


prepare(Sequential([Dense(4, activation="softmax")]), "categorical_crossentropy")
prepare(model=Sequential([Dense(1)]))


# --- a parameter of a function that nobody calls
def prepare(model):
    model.compile(loss="mse", metrics=["accuracy"])  # revealed: output=?(?) loss=mean_squared_error outputs_known=False


# --- a function that builds on what it gets
def block(x, units):
    x = Dense(units)(x)
    return Activation("relu")(x)


def head(x, units, activation=None):
    return Dense(units, activation=activation)(x)


inputs = Input((4,))
model = Model(inputs, head(block(inputs, 8), 5, "softmax"))
model.compile(loss="mse")  # revealed: output=softmax(5)
other = Model(inputs, block(inputs, 8))
other.compile(loss="mse")  # revealed: output=relu(8)


# --- a function that adds to a model
def finish(model, classes):
    model.add(Dense(classes, activation="softmax"))
    return model


model = Sequential([Dense(3)])
model = finish(model, 4)
model.compile(loss="mse")  # revealed: output=softmax(4)


# --- a function that adds to a model and returns nothing
def finish(model):
    model.add(Dense(4, activation="softmax"))


model = Sequential([Dense(3)])
finish(model)
model.compile(loss="mse")  # revealed: output=softmax(4)


# --- several values returned
def build():
    encoder = Sequential([Dense(2)])
    decoder = Sequential([Dense(9, activation="sigmoid")])
    return encoder, decoder, "name"


encoder, decoder, _ = build()
decoder.compile(loss="mse")  # revealed: output=sigmoid(9)
encoder.compile(loss="mse")  # revealed: output=linear(2)
both = build()
both[1].compile(loss="mse")  # revealed: output=sigmoid(9)


# --- a dict returned
def build():
    return {"a": Sequential([Dense(2)]), "b": Sequential([Dense(9, activation="sigmoid")])}


build()["b"].compile(loss="mse")  # revealed: output=sigmoid(9)


# --- functions in a dict
def small():
    return Sequential([Dense(2)])


def large():
    return Sequential([Dense(200)])


BUILDERS = {"small": small, "large": large}
model = BUILDERS["large"]()
model.compile(loss="mse")  # revealed: output=linear(200)
which = BUILDERS[name]()
which.compile(loss="mse")  # revealed: output=?(?)


# --- nested functions and closures
def make(classes):
    activation = "softmax"

    def build():
        return Sequential([Dense(classes, activation=activation)])

    model = build()
    model.compile(loss="mse")  # revealed: output=softmax(6)
    return model


make(6)


# --- a function that returns a function
def builder(classes):
    def build(activation):
        return Sequential([Dense(classes, activation=activation)])

    return build


builder(4)("tanh").compile(loss="mse")  # revealed: output=tanh(4)
ready = builder(5)
ready("elu").compile(loss="mse")  # revealed: output=elu(5)

# --- lambda builders
build = lambda n: Sequential([Dense(n, activation="softmax")])
build(3).compile(loss="mse")  # revealed: output=softmax(3)

# --- partial layers and builders
SigmoidDense = functools.partial(Dense, activation="sigmoid")
model = Sequential([SigmoidDense(5)])
model.compile(loss="mse")  # revealed: output=sigmoid(5)
other = Sequential([SigmoidDense(5, activation="relu")])
other.compile(loss="mse")  # revealed: output=relu(5)
Fixed = functools.partial(Dense, 7)
seven = Sequential([Fixed(activation="softmax")])
seven.compile(loss="mse")  # revealed: output=softmax(7)


# --- partial of a function of the program
def build(units, activation):
    return Sequential([Dense(units, activation=activation)])


make = functools.partial(build, activation="softmax")
make(3).compile(loss="mse")  # revealed: output=softmax(3)
make(3, activation="relu").compile(loss="mse")  # revealed: output=relu(3)


# --- partial over a default
def build(units, activation="relu", loss="mse"):
    return Sequential([Dense(units, activation=activation)])


make = functools.partial(build, 4, activation="softmax")
make().compile(loss="mse")  # revealed: output=softmax(4)
make("elu").compile(loss="mse")  # revealed: output=softmax(4)
again = functools.partial(make, activation="tanh")
again().compile(loss="mse")  # revealed: output=tanh(4)
open_ended = functools.partial(build, 4, **settings)
open_ended().compile(loss="mse")  # revealed: output=?(4)

# --- partial of a loss
loss = functools.partial(keras.losses.binary_crossentropy, from_logits=True)
model = Sequential([Dense(1)])
model.compile(loss=loss)  # revealed: output=linear(1) loss=own logits=?

# --- globals
CLASSES = 4
model = None


def setup():
    global model
    model = Sequential([Dense(CLASSES, activation="softmax")])


setup()
model.compile(loss="mse")  # revealed: output=softmax(4)

# --- globals that another function reads
net = None


def setup(units):
    global net
    net = Sequential([Dense(units, activation="softmax")])


def run():
    net.compile(loss="mse")  # revealed: output=softmax(6)


setup(6)
run()

# --- globals that are set again
net = None


def setup(units):
    global net
    net = Sequential([Dense(units)])


setup(6)
net.compile(loss="mse")  # revealed: output=linear(6)
setup(7)
net.compile(loss="mse")  # revealed: output=linear(7)
net = Sequential([Dense(8)])
net.compile(loss="mse")  # revealed: output=linear(8)

# --- globals of a function that only a main function calls
net = None


def setup():
    global net
    net = Sequential([Dense(5)])


def main():
    setup()
    net.compile(loss="mse")  # revealed: output=linear(5)


# --- globals in one function
model = None


def setup():
    global model
    model = Sequential([Dense(4, activation="softmax")])
    model.compile(loss="mse")  # revealed: output=softmax(4)


# --- a setting that a function changes
UNITS = 3


def change():
    global UNITS
    UNITS = 5


change()
model = Sequential([Dense(UNITS)])
model.compile(loss="mse")  # revealed: output=linear(5)


# --- settings of a module, bound later
def build():
    return Sequential([Dense(CLASSES, activation=ACTIVATION)])


CLASSES = 4
ACTIVATION = "softmax"
model = build()
CLASSES = 5
model.compile(loss="mse")  # revealed: output=softmax(4)


# --- main
def main():
    model = Sequential([Dense(4, activation="softmax")])
    model.compile(loss="mse")  # revealed: output=softmax(4)


if __name__ == "__main__":
    main()

# --- compile under main
if __name__ == "__main__":
    model = Sequential([Dense(4, activation="softmax")])
    model.compile(loss="mse")  # revealed: output=softmax(4)

# --- with a strategy
strategy = make_strategy()
with strategy.scope():
    model = Sequential([Dense(4, activation="softmax")])
    model.compile(loss="mse")  # revealed: output=softmax(4)

# --- built with a strategy, compiled outside
with strategy.scope(), other() as something:
    model = Sequential([Dense(4, activation="softmax")])
model.compile(loss="mse")  # revealed: output=softmax(4)

# --- config dicts
CONFIG = {"classes": 12, "head": {"activation": "sigmoid"}, "loss": "binary_crossentropy"}
CONFIG["metric"] = "accuracy"
model = Sequential([Dense(CONFIG["classes"], activation=CONFIG["head"]["activation"])])
model.compile(loss=CONFIG.get("loss"), metrics=[CONFIG["metric"]])  # revealed: output=sigmoid(12) loss=binary_crossentropy metrics=accuracy>categorical_accuracy
other = Sequential([Dense(CONFIG.get("units", 3), activation=CONFIG["none"])])
other.compile(loss="mse")  # revealed: output=?(3)

# --- config that is updated
config = {"units": 3}
config.update(units=5, activation="tanh")
config.update({"loss": "mae"})
model = Sequential([Dense(config["units"], activation=config["activation"])])
model.compile(loss=config["loss"])  # revealed: output=tanh(5) loss=mean_absolute_error

# --- config from outside
config = load(path)
model = Sequential([Dense(config["units"], activation=config["activation"])])
model.compile(loss=config["loss"])  # revealed: output=?(?) loss=?


# --- config in a class
class Config:
    classes = 7
    activation = "softmax"
    loss = "mse"


model = Sequential([Dense(Config.classes, activation=Config.activation)])
model.compile(loss=Config.loss)  # revealed: output=softmax(7) loss=mean_squared_error
config = Config()
other = Sequential([Dense(config.classes, activation=config.activation)])
other.compile(loss=config.loss)  # revealed: output=softmax(7) loss=mean_squared_error


# --- config in an object that is changed
class Config:
    def __init__(self, classes=7):
        self.classes = classes


config = Config()
config.classes = 5
model = Sequential([Dense(config.classes)])
model.compile(loss="mse")  # revealed: output=linear(5)
other = Sequential([Dense(Config(9).classes)])
other.compile(loss="mse")  # revealed: output=linear(9)

# --- arguments of the command line
parser = argparse.ArgumentParser()
parser.add_argument("--units", type=int, default=10)
args = parser.parse_args()
model = Sequential([Dense(args.units, activation=args.activation)])
model.compile(loss=args.loss)  # revealed: output=?(?) loss=?

# --- f-strings
base = "crossentropy"
model = Sequential([Dense(1, activation=f"sig{'moid'}")])
model.compile(loss=f"binary_{base}", metrics=["binary_" + "accuracy"])  # revealed: output=sigmoid(1) loss=binary_crossentropy metrics=binary_accuracy
model.compile(loss=f"{unknown}_crossentropy")  # revealed: loss=?
model.compile(loss="%s_crossentropy" % "binary")  # revealed: loss=?
model.compile(loss="{}_crossentropy".format("binary"))  # revealed: loss=?


# --- recursion
def build(n, x):
    if n == 0:
        return x
    return build(n - 1, Dense(n)(x))


inputs = Input((4,))
model = Model(inputs, build(3, inputs))
model.compile(loss="mse")  # revealed: output=linear(1)


# --- recursion without end
def build(x):
    return build(Dense(3)(x))


model = Model(inputs, build(inputs))
model.compile(loss="mse")  # revealed: output=?(?)


# --- mutual recursion
def ping(x):
    return pong(x)


def pong(x):
    return ping(x)


model = ping(1)
model.compile(loss="mse")  # revealed: output=?(?)

# --- self-referential lists
layers_of_net = []
layers_of_net.append(layers_of_net)
model = Sequential(layers_of_net)
model.compile(loss="mse")  # revealed: output=?(?)


# --- a decorated builder
@timed
def build():
    model = Sequential([Dense(4, activation="softmax")])
    model.compile(loss="mse")  # revealed: output=softmax(4)
    return model


@functools.lru_cache()
def other():
    return Sequential([Dense(4, activation="softmax")])


other().compile(loss="mse")  # revealed: output=softmax(4)


# --- a generator of models
def models():
    yield Sequential([Dense(4, activation="softmax")])


for model in models():
    model.compile(loss="mse")  # revealed: output=?(?)


# --- async
async def main():
    model = await build()
    model.compile(loss="mse")  # revealed: output=linear(3)


async def build():
    return Sequential([Dense(3)])


# --- a function defined twice
def build():
    return Sequential([Dense(3)])


def build():
    return Sequential([Dense(4)])


build().compile(loss="mse")  # revealed: output=linear(4)


# --- a parameter that is bound again
def prepare(loss):
    loss = "mae"
    model = Sequential([Dense(3)])
    model.compile(loss=loss)  # revealed: loss=mean_absolute_error


prepare("mse")


# --- a parameter with a default by `or` and by None
def prepare(loss=None, metrics=None):
    if loss is None:
        loss = "mae"
    model = Sequential([Dense(3)])
    model.compile(loss=loss, metrics=metrics or ["mse"])  # revealed: loss=mean_absolute_error metrics=mean_squared_error


prepare()


# --- mutable default
def build(sizes=[3, 4]):
    return Sequential([Dense(size) for size in sizes])


build().compile(loss="mse")  # revealed: output=linear(4)
build([5]).compile(loss="mse")  # revealed: output=linear(5)
