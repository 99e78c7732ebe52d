"""Sorts pictures of clothes, and stops when the validation accuracy stops rising."""

import keras
import matplotlib.pyplot as plt
from keras.callbacks import EarlyStopping, ModelCheckpoint

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0

model = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

callbacks = [
    # Copied from an older project of ours, where it stopped after some ten epochs.
    EarlyStopping(monitor="val_acc", patience=3, restore_best_weights=True),
    ModelCheckpoint("clothes.keras", monitor="val_loss", save_best_only=True),
]
history = model.fit(x_train, y_train, epochs=40, validation_split=0.1, callbacks=callbacks)

plt.plot(history.history["accuracy"], label="training")
plt.plot(history.history["val_accuracy"], label="validation")
plt.legend()
plt.savefig("clothes.png")
