# ruff: noqa
# fmt: off

# --- star imports
from keras.layers import *
from keras.models import *
from keras.losses import *
from keras.metrics import *
model = Sequential([Dense(3), Activation("softmax")])
model.compile(loss=CategoricalCrossentropy(from_logits=True), metrics=[BinaryAccuracy()])  # revealed: output=softmax(3) loss=categorical_crossentropy logits=True metrics=binary_accuracy

# --- star import of another module beside
from keras.layers import *
from keras.models import Sequential
from my_layers import *
model = Sequential([Dense(3), Activation("softmax")])
model.compile(loss="mse")  # revealed: output=softmax(3)

# --- imports inside a function
def build():
    from keras import Sequential, layers
    model = Sequential([layers.Dense(3, activation="softmax")])
    model.compile(loss="mse")  # revealed: output=softmax(3)

# --- imports in try and except
try:
    import keras
    from keras.layers import Dense
except ImportError:
    import tensorflow.keras as keras
    from tensorflow.keras.layers import Dense
model = keras.Sequential([Dense(3, activation="softmax")])
model.compile(loss="mse")  # revealed: output=softmax(3)

# --- imports in an if
import sys
if sys.version_info >= (3, 8):
    from keras.layers import Dense
    from keras.models import Sequential
else:
    from keras.layers.core import Dense
    from keras.engine.sequential import Sequential
model = Sequential([Dense(3, activation="softmax")])
model.compile(loss="mse")  # revealed: output=softmax(3)

# --- old places
from keras.layers.core import Activation, Dense
from keras.layers.convolutional import Conv2D
from keras.layers.advanced_activations import LeakyReLU
from keras.objectives import mean_squared_error
from keras.engine.training import Model
from keras.engine.input_layer import Input
from keras.legacy.layers import Dropout
inputs = Input((3,))
model = Model(inputs, LeakyReLU()(Dense(3)(inputs)))
model.compile(loss=mean_squared_error)  # revealed: output=leaky_relu(3) loss=mean_squared_error

# --- newest places [as written]
from keras.src.layers.core.dense import Dense
from keras.src.models.sequential import Sequential
from keras.src.losses.losses import BinaryCrossentropy
model = Sequential([Dense(3, "softmax")])
model.compile(loss=BinaryCrossentropy(from_logits=True))  # revealed: output=softmax(3) loss=binary_crossentropy logits=True

# --- through tensorflow
import tensorflow as tf
keras = tf.keras
layers, losses = keras.layers, tf.losses
Dense = layers.Dense
model = keras.Sequential([Dense(3, activation=tf.nn.softmax)])
model.compile(loss=losses.CategoricalCrossentropy(), metrics=[tf.metrics.BinaryAccuracy()])  # revealed: output=softmax(3) loss=categorical_crossentropy metrics=binary_accuracy

# --- compat
import tensorflow.compat.v2 as tf
model = tf.keras.Sequential([tf.keras.layers.Dense(3, activation="softmax")])
model.compile(loss="mse")  # revealed: output=softmax(3)

# --- aliases at every level [as written]
import keras as K
import keras.layers as L
from keras import models as M, losses
from keras.layers import Dense as D
from keras.losses import BinaryCrossentropy as BCE
model = M.Sequential([L.Dense(3), D(2, activation=K.activations.softmax)])
model.compile(loss=BCE(from_logits=True))  # revealed: output=softmax(2) loss=binary_crossentropy logits=True

# --- modules bound to attributes
import keras

class Kit:
    layers = keras.layers

model = keras.Sequential([Kit.layers.Dense(3)])
model.compile(loss="mse")  # revealed: output=linear(3)

# --- lazily imported
import importlib
keras = importlib.import_module("keras")
model = keras.Sequential([keras.layers.Dense(3)])
model.compile(loss="mse")  # revealed: output=?(?)

# --- getattr
import keras
layer = getattr(keras.layers, "Dense")
model = keras.Sequential([layer(3, activation="tanh"), getattr(keras.layers, name)(4)])
model.compile(loss="mse")  # revealed: output=?(?)
other = keras.Sequential([layer(3, activation="tanh")])
other.compile(loss="mse")  # revealed: output=tanh(3)

# --- no Keras at all
import re
import torch
pattern = re.compile("x")
net = torch.compile(net)
compiler.compile(source)
Sequential([Dense(3)]).compile(source, loss="mse")  # revealed: output=?(?) loss=mean_squared_error

# --- things that are not models
import re, numba, keras
"text".compile(loss="mse")
re.compile("loss", metrics=["accuracy"])
[1].compile(loss="mse")
{}.compile(loss="mse")
(lambda x: x).compile(loss="mse")
keras.layers.Dense(3).compile(loss="mse")
model = keras.Sequential()
model.compile  # not called
model.fit.compile(loss="mse")
other = keras.Sequential([keras.layers.Dense(1)])
other.compile(loss="mse")  # revealed: output=linear(1)

# --- an unknown receiver
from elsewhere import build
build().compile(loss="mse")  # revealed: output=?(?)
build().compile("adam", "mse")
build().compile(loss="mse", pattern="x")
build().compile()

# --- an imported model
from elsewhere import model
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])  # revealed: output=?(?) loss=mean_squared_error metrics=accuracy>? outputs_known=False

# --- a relative import
from . import build
from .models import Net
from keras.layers import Dense
model = build(Dense(3))
model.compile(loss="mse")  # revealed: output=?(?)
Net(3).compile(loss="mse")  # revealed: output=?(?)

# --- PyTorch with the same words
import torch.nn as nn
model = nn.Sequential(nn.Linear(3, 4))
model.compile(loss="mse")  # revealed: nothing

# --- models of other libraries
import tensorflow_hub as hub
from transformers import TFAutoModel
from keras import Sequential
from keras.layers import Dense
model = Sequential([hub.KerasLayer("url"), Dense(2, activation="softmax")])
model.compile(loss="mse")  # revealed: output=softmax(2)
last = Sequential([hub.KerasLayer("url")])
last.compile(loss="mse")  # revealed: output=?(?)
bert = TFAutoModel.from_pretrained("bert")
bert.compile(loss="mse")  # revealed: output=?(?)

# --- what star imports may put in the place of an assignment before them
from keras import Sequential
from keras.layers import Dense
loss = "mse"
units = 2
from keras.layers import *
from math import *
Sequential([Dense(units)]).compile(loss=loss)  # revealed: output=linear(2) loss=mean_squared_error
try:
    from local_settings import *
except ImportError:
    pass
Sequential([Dense(units)]).compile(loss=loss)  # revealed: output=linear(?) loss=?
loss = "mae"
Sequential([Dense(units)]).compile(loss=loss)  # revealed: loss=mean_absolute_error
