# ruff: noqa
# fmt: off
import numpy as np
import keras
from keras.models import Model, Sequential
from keras.layers import Activation, Dense, Input
from keras.utils import to_categorical

# --- the kernel by shape [dialect: keras 3]
model = Sequential([Dense(12, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])  # revealed: metrics=accuracy>categorical_accuracy
one = Sequential([Dense(1, activation="sigmoid")])
one.compile(loss="binary_crossentropy", metrics=["acc"])  # revealed: metrics=accuracy>binary_accuracy keys=acc
sparse = Sequential([Dense(12, activation="softmax")])
sparse.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])  # revealed: metrics=accuracy>sparse_categorical_accuracy

# --- the kernel by loss [dialect: keras 2.2]
model = Sequential([Dense(12, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])  # revealed: metrics=accuracy>binary_accuracy keys=acc
other = Sequential([Dense(12, activation="softmax")])
other.compile(loss="categorical_crossentropy", metrics=["accuracy"])  # revealed: metrics=accuracy>categorical_accuracy keys=acc

# --- the kernel in tf.keras [dialect: tf.keras 2.15]
model = Sequential([Dense(12, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])  # revealed: metrics=accuracy>categorical_accuracy
model.compile("adam", "mse", ["mae"])  # revealed: loss=mean_squared_error metrics=mean_absolute_error
model.compile("adam", "mse", metrics="mae")  # revealed: metrics=mean_absolute_error metrics_form=string

# --- Keras 1 words [as written] [dialect: of the program]
model = Sequential()
model.add(Dense(output_dim=12, input_dim=4, activation="sigmoid"))
model.compile(loss="binary_crossentropy", metrics=["accuracy"])  # revealed: output=sigmoid(12) metrics=accuracy>binary_accuracy dialect=keras-1.2
model.fit(x, y, nb_epoch=3)

# --- Keras 1 words on a line of their own [as written] [dialect: of the program]
model = Sequential([Dense(12, activation="sigmoid")])
model.compile(loss="mse")  # revealed: dialect=keras-1.2
model.fit(
    x, y,
    nb_epoch = 3,
)

# --- Keras 1 words as names of one's own [as written] [dialect: of the program]
nb_epoch = 3
samples_per_epoch = 100
def train(model, nb_epoch=nb_epoch):
    model.fit(x, y, epochs=nb_epoch)
model = Sequential([Dense(12, activation="sigmoid")])
model.compile(loss="mse")  # revealed: dialect=keras-3.15
train(model)

# --- Keras 1 models [dialect: keras 1.2]
inputs = Input(shape=(4,))
model = Model(input=inputs, output=Dense(3, activation="softmax")(inputs))
model.compile(loss="mse")  # revealed: output=softmax(3)

# --- sessions of TensorFlow 1 [as written] [dialect: of the program]
import tensorflow as tf
session = tf.Session(config=tf.ConfigProto())
model = Sequential([Dense(12, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])  # revealed: metrics=accuracy>binary_accuracy

# --- nothing old [as written] [dialect: of the program]
model = Sequential([Dense(12, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])  # revealed: metrics=accuracy>categorical_accuracy

# --- TensorFlow classes of transformers [as written] [dialect: of the program]
from transformers import (
    AutoTokenizer,
    TFAutoModelForSequenceClassification,
)
model = Sequential([Dense(1, activation="sigmoid")])
model.compile(loss="mse", metrics=["accuracy"])  # revealed: dialect=keras-2.2

# --- other classes of transformers [as written] [dialect: of the program]
from transformers import AutoTokenizer, AutoModel
import TFmine
model = Sequential([Dense(1, activation="sigmoid")])
model.compile(loss="mse", metrics=["accuracy"])  # revealed: dialect=keras-3.15

# --- the Keras inside TensorFlow [as written] [dialect: of the program]
from tensorflow.python.keras.models import Sequential
from tensorflow.python.keras.layers import Dense
model = Sequential([Dense(12, activation="sigmoid")])
model.compile(loss="mse", metrics=["accuracy"])  # revealed: dialect=tf.keras-2.6

# --- a layer of the Keras inside TensorFlow [as written] [dialect: of the program]
from tensorflow.python.keras.layers.core import Flatten
model = Sequential([Dense(12, activation="sigmoid")])
model.compile(loss="mse", metrics=["accuracy"])  # revealed: dialect=keras-3.15
