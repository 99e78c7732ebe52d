# ruff: noqa
# fmt: off
import numpy as np
import tensorflow as tf
import keras
from keras import Input, Model, Sequential
from keras.applications import ResNet50, VGG16
from keras.layers import Activation, Add, Average, Bidirectional, Concatenate, Conv1D, Conv2D, Dense, Dropout, Flatten, GlobalAveragePooling2D, GRU, Lambda, LSTM, Layer, Multiply, Permute, Reshape, Softmax, TimeDistributed, UpSampling2D, add, concatenate

# --- a chain
inputs = Input(shape=(4,))
x = Dense(8, activation="relu")(inputs)
outputs = Dense(10, activation="softmax")(x)
model = Model(inputs, outputs)
model.compile(loss="categorical_crossentropy", metrics=["accuracy"])  # revealed: output=softmax(10) rank=2 loss=categorical_crossentropy metrics=accuracy>categorical_accuracy sequential=False outputs_known=True

# --- keywords, lists of one
inputs = Input(shape=(4,))
outputs = Dense(10, activation="softmax", name="out")(inputs)
model = Model(inputs=[inputs], outputs=[outputs])
model.compile(loss="mse")  # revealed: output=softmax(10) name=out

# --- rebinding x again and again
inp = Input(shape=(4,))
x = inp
x = Dense(8)(x)
x = Activation("relu")(x)
x = Dense(3)(x)
x = Activation("sigmoid")(x)
model = Model(inp, x)
model.compile(loss="binary_crossentropy")  # revealed: output=sigmoid(3)
x = Dense(9)(x)
model.compile(loss="mse")  # revealed: output=sigmoid(3)

# --- nested calls
model = Model(inp := Input((4,)), Dense(5, activation="softmax")(Dense(4)(inp)))
model.compile(loss="mse")  # revealed: output=softmax(5)

# --- a layer made first, called later
inputs = Input((4,))
head = Dense(6, activation="tanh")
dropout = Dropout(0.5)
model = Model(inputs, dropout(head(inputs)))
model.compile(loss="mse")  # revealed: output=tanh(6)

# --- several outputs by list
inputs = Input((4,))
a = Dense(3, activation="softmax", name="kind")(inputs)
b = Dense(1, name="price")(inputs)
model = Model(inputs, [a, b])
model.compile(loss=["sparse_categorical_crossentropy", "mse"], metrics=[["accuracy"], ["mae"]])  # revealed: name=kind output=softmax(3) loss=sparse_categorical_crossentropy metrics=accuracy>sparse_categorical_accuracy keys=kind_accuracy | name=price output=linear(1) loss=mean_squared_error metrics=mean_absolute_error keys=price_mae

# --- several outputs by layer name
inputs = Input((4,))
a = Dense(3, activation="softmax", name="kind")(inputs)
b = Dense(1, name="price")(inputs)
model = Model(inputs, (a, b))
model.compile(loss={"price": "mse", "kind": "sparse_categorical_crossentropy"}, metrics={"kind": "accuracy"})  # revealed: name=kind output=softmax(3) loss=sparse_categorical_crossentropy metrics=accuracy>sparse_categorical_accuracy | name=price output=linear(1) loss=mean_squared_error metrics=none

# --- several outputs by dict
inputs = Input((4,))
model = Model(inputs, {"kind": Dense(3, activation="softmax")(inputs), "price": Dense(1)(inputs)})
model.compile(loss={"price": "mse", "kind": "sparse_categorical_crossentropy"}, metrics={"kind": ["accuracy"], "price": ["mae", "mse"]})  # revealed: name=kind output=softmax(3) loss=sparse_categorical_crossentropy metrics=accuracy>sparse_categorical_accuracy | name=price output=linear(1) loss=mean_squared_error metrics=mean_absolute_error,mean_squared_error

# --- one loss for several outputs
inputs = Input((4,))
model = Model(inputs, [Dense(3, activation="softmax")(inputs), Dense(2, activation="sigmoid")(inputs)])
model.compile(loss="mse")  # revealed: output=softmax(3) loss=mean_squared_error | output=sigmoid(2) loss=mean_squared_error

# --- a loss that is missing for one output
inputs = Input((4,))
a = Dense(3, activation="softmax", name="kind")(inputs)
b = Dense(1, name="price")(inputs)
model = Model(inputs, [a, b])
model.compile(loss={"kind": "sparse_categorical_crossentropy"})  # revealed: output=softmax(3) loss=sparse_categorical_crossentropy | output=linear(1) loss=none

# --- outputs in a list that grows
inputs = Input((4,))
outs = []
outs.append(Dense(3, activation="softmax")(inputs))
outs.append(Dense(1)(inputs))
model = Model(inputs, outs)
model.compile(loss="mse")  # revealed: output=softmax(3) | output=linear(1)

# --- outputs in a comprehension
inputs = Input((4,))
model = Model(inputs, [Dense(n, activation="softmax")(inputs) for n in (2, 3)])
model.compile(loss="mse")  # revealed: output=softmax(2) | output=softmax(3)

# --- an unknown number of outputs
inputs = Input((4,))
model = Model(inputs, [Dense(n)(inputs) for n in sizes])
model.compile(loss="mse")  # revealed: output=?(?) outputs_known=False

# --- wrappers
inputs = Input((7, 4))
a = Model(inputs, TimeDistributed(Dense(5, activation="softmax"))(inputs))
a.compile(loss="mse")  # revealed: output=softmax(5) rank=3
b = Model(inputs, Bidirectional(LSTM(8))(inputs))
b.compile(loss="mse")  # revealed: output=tanh(16) rank=2
c = Model(inputs, Bidirectional(GRU(8, return_sequences=True), merge_mode="sum")(inputs))
c.compile(loss="mse")  # revealed: output=tanh(8) rank=3
d = Model(inputs, Bidirectional(LSTM(8), merge_mode=mode)(inputs))
d.compile(loss="mse")  # revealed: output=tanh(?)
e = Model(inputs, TimeDistributed(my_layer)(inputs))
e.compile(loss="mse")  # revealed: output=?(?)
f = Model(inputs, TimeDistributed(Sequential([Dense(3, activation="softmax")]))(inputs))
f.compile(loss="mse")  # revealed: output=softmax(3)

# --- reshape, flatten, permute
inputs = Input((4,))
x = Dense(12, activation="sigmoid")(inputs)
a = Model(inputs, Reshape((3, 4))(x))
a.compile(loss="mse")  # revealed: output=sigmoid(4) rank=3
b = Model(inputs, Reshape((-1,))(x))
b.compile(loss="mse")  # revealed: output=sigmoid(?) rank=2
c = Model(inputs, Reshape(target)(x))
c.compile(loss="mse")  # revealed: output=sigmoid(?) rank=?
d = Model(inputs, Permute((2, 1))(Conv1D(5, 1, activation="softmax")(inputs)))
d.compile(loss="mse")  # revealed: output=?(?)

# --- flatten of a flat tensor keeps the units
x = Dense(10, activation="softmax")
model = Sequential([Flatten(), x, Flatten()])
model.compile(loss="mse")  # revealed: output=softmax(10) rank=2

# --- lambda layers
inputs = Input((4,))
x = Dense(5)(inputs)
a = Model(inputs, Lambda(lambda t: tf.nn.softmax(t))(x))
a.compile(loss="mse")  # revealed: output=softmax(5)
b = Model(inputs, Lambda(tf.nn.sigmoid)(x))
b.compile(loss="mse")  # revealed: output=sigmoid(5)
c = Model(inputs, Lambda(lambda t: t)(x))
c.compile(loss="mse")  # revealed: output=linear(5)
d = Model(inputs, Lambda(lambda t: t * 2)(x))
d.compile(loss="mse")  # revealed: output=?(?) own=True
e = Model(inputs, Lambda(lambda t: tf.nn.softmax(t, axis=1))(x))
e.compile(loss="mse")  # revealed: output=?(?) own=True

# --- functions of tensors
inputs = Input((4,))
x = Dense(5)(inputs)
a = Model(inputs, tf.nn.softmax(x))
a.compile(loss="mse")  # revealed: output=softmax(5)
b = Model(inputs, keras.activations.sigmoid(x))
b.compile(loss="mse")  # revealed: output=sigmoid(5)
c = Model(inputs, tf.argmax(x, axis=-1))
c.compile(loss="mse")  # revealed: output=?(?) integers=True own=True
d = Model(inputs, x * 2)
d.compile(loss="mse")  # revealed: output=?(?) own=True
e = Model(inputs, tf.identity(x, name="out"))
e.compile(loss="mse")  # revealed: output=linear(5)
f = Model(inputs, -x)
f.compile(loss="mse")  # revealed: output=?(?)
g = Model(inputs, x[:, 0])
g.compile(loss="mse")  # revealed: output=?(?)
h = Model(inputs, tf.reduce_mean(tf.nn.softmax(x)))
h.compile(loss="mse")  # revealed: output=?(?) own=True
i = Model(inputs, keras.ops.log(tf.nn.softmax(x)))
i.compile(loss="mse")  # revealed: output=?(?) own=True

# --- merging
inputs = Input((4,))
a = Dense(3, activation="sigmoid")(inputs)
b = Dense(2, activation="sigmoid")(inputs)
one = Model(inputs, concatenate([a, b]))
one.compile(loss="mse")  # revealed: output=sigmoid(5)
two = Model(inputs, Concatenate()([a, Dense(2)(inputs)]))
two.compile(loss="mse")  # revealed: output=?(5)
three = Model(inputs, Add()([Dense(3, activation="relu")(inputs), a]))
three.compile(loss="mse")  # revealed: output=?(3)
four = Model(inputs, Activation("softmax")(add([Dense(3)(inputs), a])))
four.compile(loss="mse")  # revealed: output=softmax(3)
five = Model(inputs, Dense(2, activation="softmax")(concatenate([a, b])))
five.compile(loss="mse")  # revealed: output=softmax(2)
six = Model(inputs, concatenate([a, b], axis=1))
six.compile(loss="mse")  # revealed: output=sigmoid(5)
seven = Model(inputs, Multiply()([Dense(1, activation="sigmoid")(inputs), a]))
seven.compile(loss="mse")  # revealed: output=?(3)
eight = Model(
    inputs, concatenate([Dense(3, activation="softmax")(inputs), Dense(3, activation="softmax")(inputs)])
)
eight.compile(loss="mse")  # revealed: output=?(6)

# --- concatenation over another axis
inputs = Input((8, 4))
a = Conv1D(3, 1, activation="sigmoid")(inputs)
model = Model(inputs, concatenate([a, a], axis=1))
model.compile(loss="mse")  # revealed: output=sigmoid(3)
other = Model(inputs, Concatenate(1)([a, a]))
other.compile(loss="mse")  # revealed: output=sigmoid(3)
last = Model(inputs, Concatenate(axis=2)([a, a]))
last.compile(loss="mse")  # revealed: output=sigmoid(6)
unknown = Model(inputs, Concatenate(axis)([a, a]))
unknown.compile(loss="mse")  # revealed: output=sigmoid(?)
unsure = Model(inputs, tf.concat([Dense(2)(x), Dense(3)(x)], 1))
unsure.compile(loss="mse")  # revealed: output=linear(?)

# --- models as layers
base = Sequential([Dense(8, activation="relu"), Dense(4, activation="softmax")])
inputs = Input((4,))
model = Model(inputs, base(inputs))
model.compile(loss="mse")  # revealed: output=softmax(4)
outer = Sequential([base, Activation("sigmoid")])
outer.compile(loss="mse")  # revealed: output=sigmoid(4) inner=softmax
logits = Sequential([Dense(6)])
wrapped = Sequential([logits, Softmax()])
wrapped.compile(loss="mse")  # revealed: output=softmax(6)
added = Sequential()
added.add(base)
added.add(Dense(1))
added.compile(loss="mse")  # revealed: output=linear(1)

# --- the output of a model
base = Sequential([Dense(8, activation="relu")])
model = Model(base.input, Dense(3, activation="softmax")(base.output))
model.compile(loss="mse")  # revealed: output=softmax(3)
same = Model(base.input, base.output)
same.compile(loss="mse")  # revealed: output=relu(8)
cut = Model(base.input, base.layers[-1].output)
cut.compile(loss="mse")  # revealed: output=relu(8)
inner = Model(base.input, base.layers[-2].output)
inner.compile(loss="mse")  # revealed: output=?(?)
named = Model(base.input, base.get_layer("hidden").output)
named.compile(loss="mse")  # revealed: output=?(?)

# --- applications
base = VGG16(weights=None)
base.compile(loss="mse")  # revealed: output=softmax(1000) rank=2
ten = VGG16(weights=None, classes=10, classifier_activation=None)
ten.compile(loss="mse")  # revealed: output=linear(10)
bare = ResNet50(include_top=False, pooling="avg")
bare.compile(loss="mse")  # revealed: output=?(2048) rank=2
x = GlobalAveragePooling2D()(ResNet50(include_top=False).output)
model = Model(bare.input, Dense(7, activation="softmax")(x))
model.compile(loss="mse")  # revealed: output=softmax(7)
stacked = Sequential([ResNet50(include_top=False), Flatten(), Dense(2, activation="softmax")])
stacked.compile(loss="mse")  # revealed: output=softmax(2)
perhaps = VGG16(include_top=flag)
perhaps.compile(loss="mse")  # revealed: output=?(?)

# --- loaded models
model = keras.models.load_model("model.h5")
model.compile(loss="mse", metrics=["accuracy"])  # revealed: output=?(?) loss=mean_squared_error metrics=accuracy>? outputs_known=False
other = keras.models.model_from_json(text)
other.compile(loss="mse")  # revealed: output=?(?)
copied = keras.models.clone_model(Sequential([Dense(3)]))
copied.compile(loss="mse")  # revealed: output=linear(3)

# --- a layer used twice
inputs = Input((4,))
shared = Dense(4, activation="sigmoid")
model = Model(inputs, shared(shared(inputs)))
model.compile(loss="mse")  # revealed: output=sigmoid(4)

# --- a tensor that is made of itself
x = x
model = Model(x, x)
model.compile(loss="mse")  # revealed: output=?(?)

# --- layers from a module that is not known
from my_layers import Head

inputs = Input((4,))
model = Model(inputs, Head(3)(inputs))
model.compile(loss="mse")  # revealed: output=?(?) own=False


# --- a layer of the program's own
class Half(Layer):
    def __init__(self, units):
        super().__init__()
        self.dense = Dense(units, activation="softmax")

    def call(self, inputs):
        return self.dense(inputs)


class Strange(Layer):
    def call(self, inputs):
        return strange(inputs)


inputs = Input((4,))
model = Model(inputs, Half(3)(inputs))
model.compile(loss="mse")  # revealed: output=softmax(3)
other = Model(inputs, Strange()(inputs))
other.compile(loss="mse")  # revealed: output=?(?) own=True


# --- a subclass of a layer with an activation in its arguments
class MyDense(Dense):
    pass


class Scaled(Dense):
    def call(self, inputs):
        return super().call(inputs) * 100


model = Sequential([MyDense(3, activation="softmax")])
model.compile(loss="mse")  # revealed: output=?(?)
other = Sequential([Scaled(3, activation="softmax")])
other.compile(loss="mse")  # revealed: output=?(?)
