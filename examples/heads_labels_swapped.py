"""Digits with four heads: does it matter whether the labels are one-hot or integers?

The networks and losses are those of `heads.py`; only the labels that I train on differ.
"""

import keras
from keras import layers, losses
from keras.utils import to_categorical

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
one_hot_train = to_categorical(y_train, 10)


def network(activation=None):
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation=activation),
        ]
    )


# Keras says that the shapes do not fit together. But ten columns are what the network returns?
probabilities_of_one_hot = network("softmax")
probabilities_of_one_hot.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
probabilities_of_one_hot.fit(x_train, one_hot_train, epochs=3)

logits_of_one_hot = network()
logits_of_one_hot.compile(
    "adam", loss=losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
)
logits_of_one_hot.fit(x_train, one_hot_train, epochs=3)

probabilities_of_integers = network("softmax")
probabilities_of_integers.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
probabilities_of_integers.fit(x_train, y_train, epochs=3)

logits_of_integers = network()
logits_of_integers.compile("adam", loss=losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
logits_of_integers.fit(x_train, y_train, epochs=3)
