"""Predicts the median price of a house from the census block that it stands in."""

import keras
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.california_housing.load_data(seed=7)

normalise = layers.Normalization()
normalise.adapt(x_train)

model = keras.Sequential(
    [
        keras.Input((8,)),
        normalise,
        layers.Dense(64, activation="relu"),
        layers.Dense(64, activation="relu"),
        layers.Dense(1),
    ]
)
# The loss falls nicely, but the accuracy has been 0.0031 since the first epoch. More layers did not help.
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])

model.fit(x_train, y_train / 100_000, epochs=30, batch_size=64, validation_split=0.1)
model.summary()

prices = model.predict(x_test[:5])
print("predicted:", prices.ravel().round(2))
print("sold for: ", (y_test[:5] / 100_000).round(2))
