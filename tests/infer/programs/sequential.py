# ruff: noqa
# fmt: off
import numpy as np
import keras
from keras import Input, Model, Sequential
from keras.layers import Activation, BatchNormalization, Conv2D, Dense, Dropout, Embedding, Flatten, GlobalAveragePooling2D, LSTM, LeakyReLU, ReLU, Softmax
from keras.losses import BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy

# --- a list
model = Sequential([Dense(8, activation="relu"), Dense(10, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])  # revealed: output=softmax(10) loss=categorical_crossentropy metrics=accuracy>categorical_accuracy logits=False sequential=True outputs_known=True rank=? kind=Dense

# --- a list by keyword
model = Sequential(layers=[Dense(8), Dense(10, "softmax")], name="net")
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")  # revealed: output=softmax(10) loss=sparse_categorical_crossentropy metrics=none metrics_form=absent

# --- a tuple of layers
model = Sequential((Dense(8), Dense(3)))
model.compile(loss="mse")  # revealed: output=linear(3) loss=mean_squared_error form=absent

# --- add after add
model = Sequential()
model.add(Input((4,)))
model.add(Dense(8, activation="relu"))
model.add(Dense(12))
model.add(Activation("sigmoid"))
model.compile(loss="binary_crossentropy", metrics=["acc"])  # revealed: output=sigmoid(12) loss=binary_crossentropy metrics=accuracy>categorical_accuracy keys=acc

# --- add to a list
model = Sequential([Dense(8)])
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", metrics=["accuracy"])  # revealed: output=sigmoid(1) loss=binary_crossentropy metrics=accuracy>binary_accuracy

# --- what is added after compile does not count
model = Sequential()
model.add(Dense(5))
model.compile(loss="mse")  # revealed: output=linear(5)
model.add(Dense(7, activation="softmax"))

# --- pop takes the last layer off
model = Sequential([Dense(8), Dense(10, activation="softmax")])
model.pop()
model.add(Dense(3, activation="tanh"))
model.compile(loss="mse")  # revealed: output=tanh(3)
model.pop()
model.compile(loss="mse")  # revealed: output=linear(8)
model.pop()
model.add(Dense(2, activation="relu"))
model.compile(loss="mse")  # revealed: output=relu(2)

# --- pop twice, add between
model = Sequential()
model.add(Dense(1))
model.add(Dense(2))
model.add(Dense(3))
model.pop()
model.pop()
model.compile(loss="mse")  # revealed: output=linear(1)

# --- pop in a branch
model = Sequential([Dense(2), Dense(3)])
if input():
    model.pop()
model.compile(loss="mse")  # revealed: output=linear(2) / output=linear(3)

# --- a list that is built before
layers_of_net = [Dense(8), Dense(4)]
layers_of_net.append(Dense(6, activation="softmax"))
model = Sequential(layers_of_net)
model.compile(loss="mse")  # revealed: output=softmax(6)

# --- a list that grows after the model is made
stack = [Dense(8)]
model = Sequential(stack)
stack.append(Dense(6, activation="softmax"))
model.compile(loss="mse")  # revealed: output=linear(8)

# --- lists added and starred
head = [Dense(4, activation="softmax")]
model = Sequential([Dense(8)] + head)
model.compile(loss="mse")  # revealed: output=softmax(4)
other = Sequential([*head, Dense(2), *[Activation("sigmoid")]])
other.compile(loss="mse")  # revealed: output=sigmoid(2)

# --- an unknown list
model = Sequential(make_layers())
model.compile(loss="mse")  # revealed: output=?(?) sequential=True
model.add(Dense(2))
model.compile(loss="mse")  # revealed: output=linear(2)

# --- layers that keep the last axis
model = Sequential([Dense(10, activation="softmax"), Dropout(0.5)])
model.compile(loss="mse")  # revealed: output=softmax(10)

# --- a leaky layer decides the activation
model = Sequential([Dense(10), LeakyReLU(0.1)])
model.compile(loss="mse")  # revealed: output=leaky_relu(10) form=instance

# --- relu before softmax
model = Sequential([Dense(10, activation="relu"), Softmax()])
model.compile(loss="mse")  # revealed: output=softmax(10) inner=relu

# --- batch normalization leaves no activation
model = Sequential([Dense(10, activation="sigmoid"), BatchNormalization()])
model.compile(loss="mse")  # revealed: output=linear(10)

# --- activation then nothing
model = Sequential()
model.add(Dense(3))
model.add(Activation("linear"))
model.compile(loss="mse")  # revealed: output=linear(3)

# --- units by constant, default and expression
CLASSES = 5
model = Sequential([Dense(units=CLASSES * 2 + 1, activation="softmax")])
model.compile(loss="mse")  # revealed: output=softmax(11)
two = Sequential([Dense(len(["a", "b"]), activation="softmax")])
two.compile(loss="mse")  # revealed: output=softmax(2)
many = Sequential([Dense(len(names), activation="softmax")])
many.compile(loss="mse")  # revealed: output=softmax(?)

# --- activations as functions, classes and None
a = Sequential([Dense(2, activation=keras.activations.sigmoid)])
a.compile(loss="mse")  # revealed: output=sigmoid(2) form=function
b = Sequential([Dense(2, activation=None)])
b.compile(loss="mse")  # revealed: output=linear(2)
c = Sequential([Dense(2, activation=my_activation)])
c.compile(loss="mse")  # revealed: output=?(2)
d = Sequential([Dense(2, activation=lambda x: x * 2)])
d.compile(loss="mse")  # revealed: output=?(2) form=custom
e = Sequential([Dense(2, activation=keras.activations.get("softmax"))])
e.compile(loss="mse")  # revealed: output=softmax(2)
f = Sequential([Dense(2, activation=Softmax())])
f.compile(loss="mse")  # revealed: output=softmax(2)

# --- convolutions and pooling
a = Sequential([Conv2D(1, (1, 1), activation="sigmoid")])
a.compile(loss="mse")  # revealed: output=sigmoid(1) rank=4 kind=Conv2D
b = Sequential([Conv2D(7, 3), GlobalAveragePooling2D(), Activation("softmax")])
b.compile(loss="mse")  # revealed: output=softmax(7) rank=2
c = Sequential([Conv2D(7, 3, activation="relu"), Flatten()])
c.compile(loss="mse")  # revealed: output=relu(?) rank=2
d = Sequential([Conv2D(7, 3, data_format="channels_first")])
d.compile(loss="mse")  # revealed: output=linear(?)

# --- recurrent layers
a = Sequential([Embedding(100, 8), LSTM(16)])
a.compile(loss="mse")  # revealed: output=tanh(16) rank=2
b = Sequential([LSTM(16, return_sequences=True), Dense(4, activation="softmax")])
b.compile(loss="mse")  # revealed: output=softmax(4) rank=3
c = Sequential([LSTM(16, return_sequences=flag), Dense(4, activation="softmax")])
c.compile(loss="mse")  # revealed: output=softmax(4) rank=?

# --- an empty model
model = Sequential()
model.compile(loss="mse")  # revealed: output=?(?) sequential=True

# --- an alias of the model
model = Sequential([Dense(2)])
same = model
same.compile(loss="mse")  # revealed: output=linear(2)

# --- layers added through an alias
model = Sequential()
net = model
net.add(Dense(2, activation="softmax"))
model.compile(loss="mse")  # revealed: output=softmax(2)

# --- layers added through an alias that is bound again
model = Sequential([Dense(2)])
net = model
net = Sequential()
net.add(Dense(3))
model.compile(loss="mse")  # revealed: output=linear(2)

# --- layers added before and after the alias
model = Sequential()
model.add(Dense(2))
net = model
model.add(Dense(3))
net.add(Activation("softmax"))
model.compile(loss="mse")  # revealed: output=softmax(3)


# --- rebinding of the same name
model = Sequential([Dense(2, activation="softmax")])
model.compile(loss="categorical_crossentropy")  # revealed: output=softmax(2) loss=categorical_crossentropy
model = Sequential([Dense(1, activation="sigmoid")])
model.compile(loss="binary_crossentropy")  # revealed: output=sigmoid(1) loss=binary_crossentropy

# --- chained targets
first = second = Sequential([Dense(4)])
second.compile(loss="mse")  # revealed: output=linear(4)

# --- models in a tuple
first, second = Sequential([Dense(4)]), Sequential([Dense(5)])
second.compile(loss="mse")  # revealed: output=linear(5)

# --- models in a list and a dict
nets = [Sequential([Dense(4)]), Sequential([Dense(5)])]
nets[1].compile(loss="mse")  # revealed: output=linear(5)
named = {"a": Sequential([Dense(6)]), "b": Sequential([Dense(7)])}
named["b"].compile(loss="mse")  # revealed: output=linear(7)

# --- walrus
(model := Sequential([Dense(3, activation="softmax")])).compile(loss="mse")  # revealed: output=softmax(3)

# --- walrus in a test
if (net := Sequential([Dense(3, activation="softmax")])):
    net.compile(loss="mse")  # revealed: output=softmax(3)
