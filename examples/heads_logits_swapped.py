"""Digits with four heads: is it better to return logits or probabilities?

I moved the softmax out of two of the networks and put it into the other two, to compare them.
"""

import keras
from keras import layers, losses
from keras.utils import to_categorical

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
one_hot_train, one_hot_test = to_categorical(y_train, 10), to_categorical(y_test, 10)


def network(activation=None):
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation=activation),
        ]
    )


# This one and the next do worst of all, sometimes the loss does not move at all.
logits_of_integers = network()
logits_of_integers.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
logits_of_integers.fit(x_train, y_train, epochs=3)

logits_of_one_hot = network()
logits_of_one_hot.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
logits_of_one_hot.fit(x_train, one_hot_train, epochs=3)

# These learn, but slowly: the loss never gets below 1.46.
probabilities_of_integers = network("softmax")
probabilities_of_integers.compile(
    "adam", loss=losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
)
probabilities_of_integers.fit(x_train, y_train, epochs=3)

probabilities_of_one_hot = network("softmax")
probabilities_of_one_hot.compile(
    "adam", loss=losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
)
probabilities_of_one_hot.fit(x_train, one_hot_train, epochs=3)

print("integers:", logits_of_integers.evaluate(x_test, y_test))
print("integers:", probabilities_of_integers.evaluate(x_test, y_test))
print("one-hot: ", logits_of_one_hot.evaluate(x_test, one_hot_test))
print("one-hot: ", probabilities_of_one_hot.evaluate(x_test, one_hot_test))
