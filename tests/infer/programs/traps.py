# ruff: noqa
# fmt: off
import functools
import numpy as np
import tensorflow as tf
import keras
from keras import Input, Model, Sequential
from keras.layers import Activation, BatchNormalization, Bidirectional, Conv2D, Conv2DTranspose, Dense, DepthwiseConv2D, Dropout, Embedding, Flatten, GlobalMaxPooling1D, Lambda, Layer, LayerNormalization, LSTM, Multiply, PReLU, ReLU, Reshape, Softmax, TimeDistributed, add, concatenate, multiply

# --- a layer whose activation is changed afterwards
model = Sequential([Dense(3, activation="softmax")])
model.layers[-1].activation = keras.activations.sigmoid
model.compile(loss="mse")  # revealed: output=?(?)

# --- a layer taken out of model.layers, which is a copy
model = Sequential([Dense(3), Activation("softmax")])
model.layers.pop()
model.compile(loss="mse")  # revealed: output=softmax(3)

# --- a layer object that is changed before use
last = Dense(3)
last.activation = keras.activations.softmax
model = Sequential([last])
model.compile(loss="mse")  # revealed: output=?(?)

# --- a model that an unknown function gets
model = Sequential([Dense(3, activation="softmax")])
model = prune(model)
model.compile(loss="mse")  # revealed: output=?(?)

# --- a list that an unknown function gets
stack = [Dense(3)]
extend(stack)
model = Sequential(stack)
model.compile(loss="mse")  # missed because what a function does to its arguments is not seen: output=?(?)

# --- a list that is sorted, reversed, inserted into
stack = [Dense(3), Dense(4)]
stack.reverse()
model = Sequential(stack)
model.compile(loss="mse")  # revealed: output=?(?)
other = [Dense(3), Dense(4)]
other.insert(0, Dense(5))
second = Sequential(other)
second.compile(loss="mse")  # revealed: output=?(?)
third = Sequential(reversed([Dense(3), Dense(4)]))
third.compile(loss="mse")  # revealed: output=?(?)
fourth = Sequential(sorted([Dense(3), Dense(4)]))
fourth.compile(loss="mse")  # revealed: output=?(?)
fifth = Sequential([Dense(3), Dense(4)][::-1])
fifth.compile(loss="mse")  # revealed: output=linear(3)

# --- a list whose item is replaced
stack = [Dense(3), Dense(4)]
stack[1] = Dense(5)
model = Sequential(stack)
model.compile(loss="mse")  # revealed: output=?(?)

# --- a sorted list of losses
losses_of_all = sorted(["mse", "mae"])
model = Sequential([Dense(1)])
model.compile(loss=losses_of_all[0])  # revealed: loss=mean_absolute_error
by_length = sorted(["mse", "mae"], key=rank)
model.compile(loss=by_length[0])  # revealed: loss=?

# --- softmax over another axis
model = Sequential([Conv2D(3, 1), Softmax(axis=1)])
model.compile(loss="mse")  # revealed: output=softmax(3)

# --- layers after the activation that have weights
model = Sequential([Dense(3, activation="softmax"), LayerNormalization()])
model.compile(loss="mse")  # revealed: output=linear(3)

# --- products of a sigmoid
inputs = Input((3,))
gate = Dense(3, activation="sigmoid")(inputs)
model = Model(inputs, multiply([gate, inputs]))
model.compile(loss="mse")  # revealed: output=?(3)
other = Model(inputs, gate * 10)
other.compile(loss="mse")  # revealed: output=?(?)

# --- a broadcasting product
inputs = Input((3,))
model = Model(inputs, Multiply()([Dense(1)(inputs), Dense(4)(inputs)]))
model.compile(loss="mse")  # revealed: output=?(4)

# --- clipping and rounding
inputs = Input((3,))
x = Dense(1)(inputs)
model = Model(inputs, tf.clip_by_value(x, 0, 1))
model.compile(loss="mse")  # revealed: output=?(?) own=True
other = Model(inputs, tf.round(Dense(1, activation="sigmoid")(inputs)))
other.compile(loss="mse")  # revealed: output=?(?) integers=True

# --- activations with parameters
model = Sequential([Dense(3), ReLU(max_value=1.0)])
model.compile(loss="mse")  # revealed: output=relu(3)
other = Sequential([Dense(3), PReLU()])
other.compile(loss="mse")  # revealed: kind=PReLU

# --- depthwise convolutions and transposed ones
model = Sequential([Conv2DTranspose(3, 2, activation="tanh"), DepthwiseConv2D(3)])
model.compile(loss="mse")  # revealed: output=linear(?)
other = Sequential([Conv2DTranspose(1, kernel_size=3, padding="same", activation="tanh")])
other.compile(loss="mse")  # revealed: output=tanh(1) rank=4

# --- a recurrent layer's own activation
model = Sequential([LSTM(5, activation="relu")])
model.compile(loss="mse")  # revealed: output=relu(5)
other = Sequential([LSTM(5, return_state=True)])
other.compile(loss="mse")  # revealed: output=tanh(5)

# --- a name of Keras that is bound again [as written]
Dense = my_dense
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: output=?(?)

# --- a name of Keras that is a parameter [as written]
def build(Sequential, Dense):
    model = Sequential([Dense(3, activation="softmax")])
    model.compile(loss="mse")  # revealed: output=?(?)

# --- a loop variable after an unknown loop
for units in sizes:
    pass
model = Sequential([Dense(units)])
model.compile(loss="mse")  # revealed: output=linear(?)

# --- a loop variable that is bound before
units = 3
for units in sizes:
    pass
model = Sequential([Dense(units)])
model.compile(loss="mse")  # revealed: output=linear(?)

# --- a counter in a loop
units = 1
for _ in range(5):
    units += 1
model = Sequential([Dense(units)])
model.compile(loss="mse")  # missed because a loop is run through once: output=linear(6)

# --- a doubling in a loop
units = 16
inputs = x = Input((4,))
for i in range(3):
    x = Dense(units)(x)
    units *= 2
model = Model(inputs, x)
model.compile(loss="mse")  # missed because a loop is run through once: output=linear(64)

# --- a counter in a while loop
units = 10
while units > 2:
    units -= 3
model = Sequential([Dense(units)])
model.compile(loss="mse")  # missed because a loop is run through once: output=linear(1)

# --- break at the first item
for units in [3, 4, 5]:
    model = Sequential([Dense(units)])
    break
model.compile(loss="mse")  # missed because the last item is taken though the loop breaks: output=linear(3)

# --- an augmented string
loss = "binary"
loss += "_crossentropy"
model = Sequential([Dense(1)])
model.compile(loss=loss)  # revealed: loss=binary_crossentropy

# --- exec, setattr and globals
loss = "mse"
exec("loss = 'mae'")
globals()["loss"] = "mae"
model = Sequential([Dense(1)])
model.compile(loss=loss)  # missed because names that strings bind are not seen: loss=?

# --- setattr on an object
class Config:
    loss = "mse"

config = Config()
setattr(config, "loss", "mae")
model = Sequential([Dense(1)])
model.compile(loss=config.loss)  # revealed: loss=mean_absolute_error

# --- a class variable that is changed
class Config:
    loss = "mse"

Config.loss = "mae"
model = Sequential([Dense(1)])
model.compile(loss=Config.loss)  # revealed: loss=mean_absolute_error
model.compile(loss=Config().loss)  # revealed: loss=mean_absolute_error

# --- nonlocal
def outer():
    loss = "mse"
    def change():
        nonlocal loss
        loss = "mae"
    change()
    model = Sequential([Dense(1)])
    model.compile(loss=loss)  # missed because what an inner function binds is not seen: loss=mean_absolute_error

# --- class methods and their first parameter
class Net:
    @classmethod
    def make(cls, units, classes=2):
        return Sequential([Dense(classes)])

Net.make(8, 3).compile(loss="mse")  # revealed: output=linear(3)

# --- default arguments that are evaluated at the definition
CLASSES = 3
def build(classes=CLASSES):
    return Sequential([Dense(classes)])
CLASSES = 5
build().compile(loss="mse")  # revealed: output=linear(3)

# --- a closure over a loop variable
builders = []
for n in (3, 4):
    builders.append(lambda: Sequential([Dense(n)]))
builders[0]().compile(loss="mse")  # missed because lists that loops fill are known from the end only: output=linear(4)

# --- a decorator that changes what is built
def softmaxed(build):
    def wrapper():
        return Sequential([build(), Activation("softmax")])
    return wrapper

@softmaxed
def build():
    return Sequential([Dense(3)])

build().compile(loss="mse")  # revealed: output=softmax(3)

# --- decorators that change nothing
import functools

def timed(build):
    @functools.wraps(build)
    def wrapper(*args, **kwargs):
        begin()
        made = build(*args, **kwargs)
        print(made)
        return made
    return wrapper

def registered(build):
    BUILDERS.append(build)
    return build

@registered
@timed
@other.decorator
def build(units, activation="relu"):
    model = Sequential([Dense(units, activation=activation)])
    model.compile(loss="mae")  # revealed: output=tanh(3)
    return model

build(3, activation="tanh").compile(loss="mse")  # revealed: output=tanh(3)

# --- a decorator that is not seen through
def traced(build):
    return wrapping(lambda *args: log(build(*args)))

@traced
def build(units):
    return Sequential([Dense(units)])

build(3).compile(loss="mse")  # revealed: output=linear(3)


# --- a subclass that has another call
class Base(Model):
    def __init__(self):
        super().__init__()
        self.out = Dense(3, activation="softmax")

    def call(self, x):
        return self.out(x)

class Net(Base):
    def call(self, x):
        return super().call(x) * 2

Net().compile(loss="mse")  # revealed: output=?(?)
Base().compile(loss="mse")  # revealed: output=softmax(3)

# --- call with a loop over layers of unknown number
class Net(Model):
    def __init__(self, n):
        super().__init__()
        self.stack = [Dense(4) for _ in range(n)]

    def call(self, x):
        for layer in self.stack:
            x = layer(x)
        return x

Net(n).compile(loss="mse")  # revealed: output=?(?)

# --- a training flag in a conditional expression
inputs = Input((4,))
x = Dense(3)(inputs)
outputs = x if logits else Activation("softmax")(x)
model = Model(inputs, outputs)
model.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=logits))  # revealed: output=linear(3) logits=? / output=softmax(3) logits=?

# --- an activation by a flag, the loss by the same flag
from_logits = True
activation = None if from_logits else "softmax"
model = Sequential([Dense(3, activation=activation)])
model.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=from_logits))  # revealed: output=linear(3) logits=True

# --- a flag that is a parameter
def build(from_logits=False):
    model = Sequential([Dense(3, activation=None if from_logits else "softmax")])
    model.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=from_logits))  # revealed: output=linear(3) logits=True / output=softmax(3) logits=False

build(True)
build(from_logits=False)

# --- transfer learning
base = keras.applications.MobileNetV2(include_top=False, pooling="avg")
base.trainable = False
model = Sequential([base, Dropout(0.2), Dense(1)])
model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])  # revealed: output=linear(1) logits=True metrics=accuracy>binary_accuracy

# --- the same with a new top on layers
base = keras.applications.VGG16()
x = base.layers[-2].output
model = Model(base.input, Dense(4, activation="softmax")(x))
model.compile(loss="mse")  # revealed: output=softmax(4)

# --- the layers of one model in another
first = Sequential([Dense(8), Dense(3, activation="softmax")])
second = Sequential(first.layers[:-1])
second.add(Dense(5))
second.compile(loss="mse")  # revealed: output=linear(5)
third = Sequential(first.layers)
third.compile(loss="mse")  # revealed: output=?(?)
fourth = Sequential()
for layer in first.layers[:-1]:
    fourth.add(layer)
fourth.compile(loss="mse")  # revealed: output=?(?)

# --- a loop that adds the layers of another model
first = Sequential([Dense(8), Dense(3, activation="softmax")])
model = Sequential()
for layer in first.layers:
    model.add(layer)
model.compile(loss="mse")  # revealed: output=?(?)

# --- a wrapped activation
model = Sequential([LSTM(3, return_sequences=True), TimeDistributed(Activation("softmax"))])
model.compile(loss="mse")  # revealed: output=softmax(3) rank=3

# --- weights are shared, heads differ
inputs = Input((4,))
shared = Dense(8, activation="relu")(inputs)
actor = Model(inputs, Dense(2, activation="softmax")(shared))
critic = Model(inputs, Dense(1)(shared))
actor.compile(loss="mse")  # revealed: output=softmax(2)
critic.compile(loss="mae")  # revealed: output=linear(1)

# --- inputs of the loss by zip
for activation, loss in zip(["sigmoid", "softmax"], ["binary_crossentropy", "categorical_crossentropy"]):
    model = Sequential([Dense(2, activation=activation)])
    model.compile(loss=loss)  # revealed: output=sigmoid(2) loss=binary_crossentropy / output=softmax(2) loss=categorical_crossentropy

# --- names that only look alike
model_1 = Sequential([Dense(1)])
model_2 = Sequential([Dense(2)])
model_1.compile(loss="mse")  # revealed: output=linear(1)
model_2.compile(loss="mse")  # revealed: output=linear(2)

# --- a method with the name of a function
def build():
    return Sequential([Dense(1)])

class Net:
    def build(self):
        return Sequential([Dense(2)])

    def run(self):
        build().compile(loss="mse")  # revealed: output=linear(1)
        self.build().compile(loss="mse")  # revealed: output=linear(2)

# --- Keras tuner
def build_model(hp):
    model = Sequential()
    for i in range(hp.Int("layers", 1, 3)):
        model.add(Dense(hp.Int("units", 32, 64), activation="relu"))
    model.add(Dense(10, activation=hp.Choice("activation", ["softmax", "sigmoid"])))
    model.compile(loss="mse")  # revealed: output=softmax(10) / output=sigmoid(10)
    return model

# --- a strategy for several processors
model = Sequential([Dense(3, activation="softmax")])
parallel = keras.utils.multi_gpu_model(model, gpus=2)
parallel.compile(loss="mse")  # revealed: output=softmax(3)

# --- a call that returns a dict
class Net(Model):
    def __init__(self):
        super().__init__()
        self.a = Dense(3, activation="softmax")
        self.b = Dense(1)

    def call(self, x):
        return {"kind": self.a(x), "price": self.b(x)}

Net().compile(loss={"kind": "mse", "price": "mae"})  # revealed: name=kind output=softmax(3) loss=mean_squared_error | name=price output=linear(1) loss=mean_absolute_error

# --- layers that are added under try
model = Sequential([Dense(3)])
try:
    model.add(Dense(4, activation="softmax"))
except ValueError:
    model.add(Dense(5, activation="tanh"))
model.compile(loss="mse")  # revealed: output=softmax(4)

# --- Bidirectional with both outputs
inputs = Input((3, 4))
model = Model(inputs, Bidirectional(LSTM(8), merge_mode=None)(inputs))
model.compile(loss="mse")  # revealed: output=tanh(?)

# --- the same layer class under another activation by default argument
def head(units, activation=None):
    return Dense(units, activation=activation)

model = Sequential([head(3)])
model.compile(loss="mse")  # revealed: output=linear(3)
other = Sequential([head(3, activation=chosen)])
other.compile(loss="mse")  # revealed: output=?(3)

# --- a default None of a builder that nobody calls
def build(activation=None):
    model = Sequential([Dense(3, activation=activation)])
    model.compile(loss="mse")  # revealed: output=?(3)

# --- a metric that is named like another
model = Sequential([Dense(1, activation="sigmoid")])
model.compile(loss="mse", metrics=[keras.metrics.AUC(name="accuracy"), keras.metrics.BinaryAccuracy("acc")])  # revealed: metrics=auc,binary_accuracy keys=accuracy,acc

# --- Lambda around a function of the program
def halved(x):
    return x / 2

model = Sequential([Dense(3, activation="sigmoid"), Lambda(halved)])
model.compile(loss="mse")  # revealed: output=?(?) own=True

# --- Lambda with an output shape
model = Sequential([Dense(3, activation="sigmoid"), Lambda(lambda x: x[:, 0], output_shape=(1,))])
model.compile(loss="mse")  # revealed: output=?(?) own=True

# --- Embedding and pooling over text
model = Sequential([Embedding(100, 16), GlobalMaxPooling1D(), Dense(1, activation="sigmoid")])
model.compile(loss="mse")  # revealed: output=sigmoid(1)
bare = Sequential([Embedding(100, 16), GlobalMaxPooling1D()])
bare.compile(loss="mse")  # revealed: output=?(16) rank=2

# --- activations as positional arguments of other layers
model = Sequential([Conv2D(8, 3, 1, "same", activation="relu"), Flatten(), Dense(2, "softmax", False)])
model.compile(loss="mse")  # revealed: output=softmax(2)
other = Sequential([Conv2D(1, (1, 1), (1, 1), "same")])
other.compile(loss="mse")  # revealed: output=linear(1)

# --- a string that is no activation
model = Sequential([Dense(3, activation="sigmiod")])
model.compile(loss="mse")  # revealed: output=?(3)

# --- what a function does to the dict or list that it gets
def override(settings, names):
    settings["loss"] = "mae"
    names.append("mse")


settings = {"loss": "mse"}
names = ["accuracy"]
override(names=names, settings=settings)
model = Sequential([Dense(1)])
model.compile(loss=settings["loss"], metrics=names)  # revealed: loss=mean_absolute_error metrics=accuracy>binary_accuracy,mean_squared_error


# --- a dict under a dict that is not known
import json
defaults = {"loss": "mse"}
loaded = json.load(open("settings.json"))
model = Sequential([Dense(1)])
model.compile(loss={**defaults, **loaded}["loss"])  # revealed: loss=?
model.compile(loss={**loaded, **defaults}["loss"])  # revealed: loss=mean_squared_error
updated = dict(defaults)
updated.update(loaded)
model.compile(loss=updated["loss"])  # revealed: loss=?
defaults[key] = value
model.compile(loss=defaults["loss"])  # revealed: loss=?


# --- a dict of the module that a function changes
settings = {"loss": "mse"}


def main():
    settings["loss"] = "mae"
    Sequential([Dense(1)]).compile(loss=settings["loss"])  # revealed: loss=mean_absolute_error


# --- a head that a function adds to what it is given by name, and a method to an attribute
def add_head(model, units):
    model.add(Dense(units, activation="softmax"))


class Net:
    def __init__(self):
        self.model = Sequential([Dense(8)])
        self.add_head(self.model)
        self.model.compile(loss="mse")  # revealed: output=softmax(3)

    def add_head(self, model):
        model.add(Dense(3, activation="softmax"))


model = Sequential([Dense(8)])
add_head(model=model, units=3)
model.compile(loss="mse")  # revealed: output=softmax(3)


# --- a namespace that is handed on, set from outside
from types import SimpleNamespace


def build(settings):
    return Sequential([Dense(settings.units)])


settings = SimpleNamespace(units=2)
build(settings).compile(loss="mse")  # revealed: output=linear(2)
settings.units = 3
build(settings).compile(loss="mse")  # revealed: output=linear(?)


# --- a dict of the module that another function changes
settings = {"loss": "mse"}
others = {"loss": "mse"}


def build(from_settings):
    Sequential([Dense(1)]).compile(loss=settings["loss"])  # revealed: loss=?
    Sequential([Dense(1)]).compile(loss=others["loss"])  # revealed: loss=mean_squared_error


def main():
    others = {}
    others["loss"] = "mae"
    settings["loss"] = "mae"
    build()
