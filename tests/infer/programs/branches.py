# ruff: noqa
# fmt: off
import numpy as np
import keras
from keras import Input, Model, Sequential
from keras.layers import Activation, Dense, Dropout

# --- values of one branch stay together
if binary:
    units, activation, loss = 1, "sigmoid", "binary_crossentropy"
else:
    units, activation, loss = 10, "softmax", "categorical_crossentropy"
model = Sequential([Dense(units, activation=activation)])
model.compile(loss=loss)  # revealed: output=sigmoid(1) loss=binary_crossentropy / output=softmax(10) loss=categorical_crossentropy

# --- correlated ifs
if kind == "binary":
    last = Dense(1, activation="sigmoid")
else:
    last = Dense(10, activation="softmax")
model = Sequential([last])
if kind == "binary":
    loss = "binary_crossentropy"
else:
    loss = "categorical_crossentropy"
model.compile(loss=loss)  # revealed: output=sigmoid(1) loss=binary_crossentropy / output=softmax(10) loss=categorical_crossentropy

# --- correlated ifs, one negated
if flag:
    last = Dense(1, activation="sigmoid")
else:
    last = Dense(10, activation="softmax")
if not flag:
    loss = "mse"
else:
    loss = "mae"
model = Sequential([last])
model.compile(loss=loss)  # revealed: output=sigmoid(1) loss=mean_absolute_error / output=softmax(10) loss=mean_squared_error

# --- correlated by number
if classes == 2:
    last, loss = Dense(1, activation="sigmoid"), "binary_crossentropy"
else:
    last, loss = Dense(classes, activation="softmax"), "categorical_crossentropy"
model = Sequential([last])
model.compile(loss=loss)  # revealed: output=sigmoid(1) loss=binary_crossentropy / output=softmax(?) loss=categorical_crossentropy

# --- correlated by > and <=
if classes > 2:
    last = Dense(classes, activation="softmax")
else:
    last = Dense(1, activation="sigmoid")
if classes <= 2:
    loss = "binary_crossentropy"
else:
    loss = "categorical_crossentropy"
model = Sequential([last])
model.compile(loss=loss)  # revealed: output=softmax(?) loss=categorical_crossentropy / output=sigmoid(1) loss=binary_crossentropy

# --- a test that is bound again between two ifs
if flag:
    loss = "mse"
else:
    loss = "mae"
flag = other()
if flag:
    activation = "relu"
else:
    activation = "tanh"
model = Sequential([Dense(1, activation=activation)])
model.compile(loss=loss)  # revealed: output=relu(1) loss=mean_squared_error / output=relu(1) loss=mean_absolute_error / output=tanh(1) loss=mean_squared_error / output=tanh(1) loss=mean_absolute_error

# --- elif chains
if kind == "a":
    loss = "mse"
elif kind == "b":
    loss = "mae"
elif kind == "c":
    loss = "msle"
else:
    loss = "mape"
model = Sequential([Dense(1)])
model.compile(loss=loss)  # revealed: loss=mean_squared_error / loss=mean_absolute_error / loss=mean_squared_logarithmic_error / loss=mean_absolute_percentage_error

# --- two elif chains over the same
if kind == "a":
    loss = "mse"
elif kind == "b":
    loss = "mae"
else:
    raise ValueError(kind)
if kind == "b":
    activation = "tanh"
elif kind == "a":
    activation = "relu"
model = Sequential([Dense(1, activation=activation)])
model.compile(loss=loss)  # revealed: output=relu(1) loss=mean_squared_error / output=tanh(1) loss=mean_absolute_error

# --- a branch that may leave things as they are
loss = "mse"
if flag:
    loss = "mae"
model = Sequential([Dense(1)])
model.compile(loss=loss)  # revealed: loss=mean_squared_error / loss=mean_absolute_error

# --- unbound in one branch
if flag:
    last = "mae"
model = Sequential([Dense(1)])
model.compile(loss=last)  # revealed: loss=mean_absolute_error / loss=?

# --- a constant test
BINARY = True
if BINARY:
    units = 1
else:
    units = 2
DEBUG = 0
if DEBUG:
    loss = "mse"
else:
    loss = "mae"
model = Sequential([Dense(units)])
model.compile(loss=loss)  # revealed: output=linear(1) loss=mean_absolute_error

# --- layers in branches
model = Sequential()
model.add(Dense(8))
if dropout:
    model.add(Dropout(0.5))
if binary:
    model.add(Dense(1, activation="sigmoid"))
else:
    model.add(Dense(3, activation="softmax"))
model.compile(loss="mse")  # revealed: output=sigmoid(1) / output=softmax(3)

# --- compile in branches
model = Sequential([Dense(1 if binary else 3, activation="sigmoid" if binary else "softmax")])
if binary:
    model.compile(loss="binary_crossentropy")  # revealed: output=sigmoid(1)
else:
    model.compile(loss="categorical_crossentropy")  # revealed: output=softmax(3)

# --- conditional expressions of one condition
model = Sequential([Dense(1 if n == 2 else n, activation="sigmoid" if n == 2 else "softmax")])
model.compile(loss="binary_crossentropy" if n == 2 else "categorical_crossentropy")  # revealed: output=sigmoid(1) loss=binary_crossentropy / output=softmax(?) loss=categorical_crossentropy


# --- early return
def build(binary):
    if binary:
        return Sequential([Dense(1, activation="sigmoid")])
    return Sequential([Dense(3, activation="softmax")])


build(True).compile(loss="mse")  # revealed: output=sigmoid(1)
build(False).compile(loss="mse")  # revealed: output=softmax(3)
build(flag).compile(loss="mse")  # revealed: output=sigmoid(1) / output=softmax(3)


# --- early return after a test of None
def build(weights=None):
    model = Sequential([Dense(3, activation="softmax")])
    if weights is None:
        return model
    model.add(Dense(2))
    return model


build().compile(loss="mse")  # revealed: output=softmax(3)


# --- what comes behind an early return is in its else
def build(binary):
    model = Sequential()
    if binary:
        model.add(Dense(1))
        model.compile(loss="mse")  # revealed: output=linear(1)
        return model
    if not binary:
        model.add(Dense(2))
    else:
        model.add(Dense(3))
    model.compile(loss="mae")  # revealed: output=linear(2)
    return model


# --- early raise
def build(kind):
    if kind == "a":
        units = 1
    elif kind == "b":
        units = 2
    else:
        raise ValueError
    model = Sequential([Dense(units)])
    model.compile(loss="mse")  # revealed: output=linear(1) / output=linear(2)


# --- a raise that no call meets
def build(kind):
    if kind not in ("a", "b"):
        raise ValueError
    units = 1 if kind == "a" else 2
    model = Sequential([Dense(units)])
    if not model:
        return None
    model.compile(loss="mse")  # revealed: output=linear(1) / output=linear(2)
    return model


# --- a raise inside a loop says nothing of other rounds
for size in sizes:
    if size > limit:
        continue
    units = 1
units = 1 if size > limit else 2
model = Sequential([Dense(units)])
model.compile(loss="mse")  # revealed: output=linear(1) / output=linear(2)

# --- code that is never reached
MODE = "train"
if MODE == "test":
    model = Sequential([Dense(2)])
    model.compile(loss="mse")  # revealed: output=linear(2)

# --- a builder that raises for what is unknown to it
def make(kind):
    if kind == "binary":
        return Sequential([Dense(1)])
    elif kind == "classes":
        return Sequential([Dense(3)])
    raise ValueError(kind)

make(kind).compile(loss="mse")  # revealed: output=linear(1) / output=linear(3)

# --- match with alternatives, and a case that raises
match kind:
    case "a" | "b":
        loss = "mse"
    case "c":
        loss = "mae"
    case _:
        raise ValueError(kind)
model = Sequential([Dense(1 if kind == "c" else 2)])
model.compile(loss=loss)  # revealed: output=linear(1) loss=mean_absolute_error / output=linear(2) loss=mean_squared_error

# --- match
match kind:
    case "a":
        loss = "mse"
        units = 1
    case "b":
        loss = "mae"
        units = 2
    case _:
        loss = "mape"
        units = 3
model = Sequential([Dense(units)])
model.compile(loss=loss)  # revealed: output=linear(1) loss=mean_squared_error / output=linear(2) loss=mean_absolute_error / output=linear(3) loss=mean_absolute_percentage_error

# --- match on a constant
kind = "b"
match kind:
    case "a":
        loss = "mse"
    case "b":
        loss = "mae"
model = Sequential([Dense(1)])
model.compile(loss=loss)  # revealed: loss=mean_absolute_error

# --- compile in a case
match kind:
    case "a":
        units = 1
    case _:
        units = 2
match kind:
    case "a":
        model = Sequential([Dense(units)])
        model.compile(loss="mse")  # revealed: output=linear(1)

# --- try and except
try:
    from keras.losses import NewLoss

    loss = "mse"
except ImportError:
    loss = "mae"
model = Sequential([Dense(1)])
model.compile(loss=loss)  # revealed: loss=mean_squared_error

# --- except when the body binds nothing
try:
    check()
except ValueError:
    model = Sequential([Dense(1)])
else:
    model = Sequential([Dense(2)])
finally:
    pass
model.compile(loss="mse")  # revealed: output=linear(2)

# --- compile in an except handler
model = Sequential([Dense(1)])
try:
    model.load_weights("x")
except OSError:
    model.compile(loss="mse")  # revealed: output=linear(1)

# --- loops over literals
for units in [8, 4]:
    model = Sequential([Dense(units)])
    model.compile(loss="mse")  # revealed: output=linear(8) / output=linear(4)

# --- layers made in a loop
model = Sequential()
for units in (64, 32, 16):
    model.add(Dense(units, activation="relu"))
model.compile(loss="mse")  # revealed: output=relu(16)
model.add(Dense(3, activation="softmax"))
model.compile(loss="mse")  # revealed: output=softmax(3)

# --- layers in a loop with enumerate
sizes = [8, 4, 2]
model = Sequential()
for i, units in enumerate(sizes):
    if i == len(sizes) - 1:
        model.add(Dense(units, activation="softmax"))
    else:
        model.add(Dense(units, activation="relu"))
model.compile(loss="mse")  # revealed: output=softmax(2)

# --- layers in a loop with zip
model = Sequential()
for units, activation in zip([8, 4], ["relu", "softmax"]):
    model.add(Dense(units, activation=activation))
model.compile(loss="mse")  # revealed: output=softmax(4)

# --- loops over a range
x = inputs = Input((4,))
for i in range(3):
    x = Dense(2**i, activation="relu")(x)
model = Model(inputs, x)
model.compile(loss="mse")  # revealed: output=relu(4)

# --- a loop over an unknown number of layers
x = inputs = Input((4,))
for i in range(depth):
    x = Dense(2, activation="relu")(x)
model = Model(inputs, x)
model.compile(loss="mse")  # revealed: output=relu(2)

# --- a loop over nothing
x = inputs = Input((4,))
for i in range(0):
    x = Dense(2, activation="relu")(x)
model = Model(inputs, Dense(3)(x))
model.compile(loss="mse")  # revealed: output=linear(3)
again = Sequential([Dense(5)])
for size in []:
    again.add(Dense(size))
again.compile(loss="mse")  # revealed: output=linear(5)

# --- a while loop
model = Sequential([Dense(8)])
while model_is_small(model):
    model.add(Dense(4, activation="relu"))
model.compile(loss="mse")  # revealed: output=relu(4)

# --- a loop over dict items
for name, loss in {"a": "mse", "b": "mae"}.items():
    model = Sequential([Dense(1)])
    model.compile(loss=loss)  # revealed: loss=mean_squared_error / loss=mean_absolute_error

# --- a loop over configurations
for config in [{"units": 1, "activation": "sigmoid"}, {"units": 3, "activation": "softmax"}]:
    model = Sequential([Dense(**config)])
    model.compile(loss="mse")  # revealed: output=sigmoid(1) / output=softmax(3)


# --- a loop over builders
def one():
    return Sequential([Dense(1)])


def two():
    return Sequential([Dense(2)])


for build in (one, two):
    model = build()
    model.compile(loss="mse")  # revealed: output=linear(1) / output=linear(2)

# --- a loop over models
for model in [Sequential([Dense(1)]), Sequential([Dense(2)])]:
    model.compile(loss="mse")  # revealed: output=linear(1) / output=linear(2)

# --- nested loops
for units in (1, 2):
    for activation in ("relu", "tanh"):
        model = Sequential([Dense(units, activation=activation)])
        model.compile(loss="mse")  # revealed: output=relu(1) / output=tanh(1) / output=relu(2) / output=tanh(2)

# --- a comprehension of models
models_of_all = [Sequential([Dense(n)]) for n in (1, 2, 3)]
models_of_all[1].compile(loss="mse")  # revealed: output=linear(2)
for model in models_of_all:
    model.compile(loss="mse")  # revealed: output=linear(1) / output=linear(2) / output=linear(3)

# --- a value that a loop binds for its next round
loss = "mse"
for i in range(3):
    model = Sequential([Dense(1)])
    model.compile(loss=loss)  # revealed: loss=mean_squared_error / loss=mean_absolute_error
    loss = "mae"

# --- a value that each round binds before it is used
loss = "mse"
for i in range(3):
    loss = losses(i)
    model = Sequential([Dense(1)])
    model.compile(loss=loss)  # revealed: loss=?
    loss = "mae"


# --- many worlds stay bounded
units = 0
if a:
    units = 1
if b:
    units = 2
if c:
    units = 3
if d:
    units = 4
if e:
    activation = "relu"
else:
    activation = "tanh"
if f:
    loss = "mse"
else:
    loss = "mae"
model = Sequential([Dense(units, activation=activation)])
model.compile(loss=loss)  # revealed: twice=False

# --- short circuits
model = Sequential([Dense(classes or 3, activation=activation or "softmax")])
model.compile(loss=None or "mse")  # revealed: output=?(?) loss=mean_squared_error
known = Sequential([Dense(0 or 3, activation="" or "softmax")])
known.compile(loss="mse" and "mae")  # revealed: output=softmax(3) loss=mean_absolute_error

# --- tests of isinstance and in
kind = "binary"
if kind in ("binary", "multi"):
    units = 1
else:
    units = 2
if isinstance(units, int):
    loss = "mse"
else:
    loss = "mae"
model = Sequential([Dense(units)])
model.compile(loss=loss)  # revealed: output=linear(1) loss=mean_squared_error / output=linear(1) loss=mean_absolute_error

# --- a deleted name
loss = "mse"
del loss
model = Sequential([Dense(1)])
model.compile(loss=loss)  # revealed: loss=?

# --- a model deleted and made again
model = Sequential([Dense(1)])
del model
model = Sequential([Dense(2)])
model.compile(loss="mse")  # revealed: output=linear(2)

# --- a continue in a loop
for name in names:
    if name == "skip":
        continue
    model = Sequential([Dense(2)])
    model.compile(loss="mse")  # revealed: output=linear(2)

# --- a break in a loop
while True:
    model = Sequential([Dense(2)])
    if done():
        break
model.compile(loss="mse")  # revealed: output=linear(2)

# --- arguments of a builder that a branch decides, behind a star
def build(units, activation):
    return Sequential([Dense(units, activation=activation)])

if flag:
    given = [3, "softmax"]
else:
    given = [4, "sigmoid"]
model = build(*given)
model.compile(loss="mse")  # revealed: output=softmax(3) / output=sigmoid(4)

# --- arguments of a loader that a branch decides, behind a star
def load(classes):
    return keras.utils.to_categorical(ids, classes)

if flag:
    given = [3]
else:
    given = [5]
model = Sequential([Dense(5, activation="softmax")])
model.compile(loss="categorical_crossentropy")  # revealed: labels=one-hot classes=?
model.fit(x, load(*given))
