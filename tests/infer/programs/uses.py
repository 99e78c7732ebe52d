# ruff: noqa
# fmt: off
import numpy as np
import keras
from keras import Input, Model, Sequential
from keras.callbacks import Callback, EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
from keras.layers import Dense

# --- shown or not
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: only_built=False
other = Sequential([Dense(1)])
other.compile(loss="mse")  # revealed: only_built=False
other.fit(x, y)

# --- only predicted with
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: only_built=True
model.load_weights("w")
model.predict(x)

# --- fitted in a test that expects it to fail, or that it works
class Losses(TestCase):
    def test_bad(self):
        model = Sequential([Dense(1)])
        model.compile(loss="mse")  # revealed: only_built=True
        with self.assertRaisesRegex(ValueError, "loss"):
            model.fit(x, y)

    def test_bad_compile(self):
        model = Sequential([Dense(1)])
        with pytest.raises(ValueError), catch():
            model.compile(loss="mse")  # revealed: only_built=True
            model.fit(x, y)

    def test_good(self):
        model = Sequential([Dense(1)])
        model.compile(loss="mse")  # revealed: only_built=False
        with self.assertRaises(ValueError):
            model.fit(x, None)
        with self.subTest("labels"):
            model.fit(x, y)

# --- compiled again before any use
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: only_built=True
model.compile(loss="mae")  # revealed: only_built=False
model.fit(x, y)

# --- compiled again in one branch
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: only_built=False
if fine_tune:
    model.compile(loss="mae")  # revealed: only_built=False
model.fit(x, y)

# --- compiled again for fine tuning
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: only_built=False
model.fit(x, y)
model.compile(loss="mae")  # revealed: only_built=False
model.fit(x, y)

# --- returned
def build():
    model = Sequential([Dense(1)])
    model.compile(loss="mse")  # revealed: only_built=False
    model.predict
    return model

# --- returned and predicted with
def build():
    model = Sequential([Dense(1)])
    model.compile(loss="mse")  # revealed: only_built=True
    return model

build().predict(x)

# --- monitors
model = Sequential([Dense(1)])
model.compile(loss="mse", metrics=["mae"])  # revealed: monitors=val_mae,val_loss,val_acc reads=mae,val_mae
stop = EarlyStopping("val_mae", mode="min")
callbacks = [stop, ReduceLROnPlateau(), ModelCheckpoint("w.{val_acc:.2f}.h5", monitor="loss")]
history = model.fit(x, y, validation_split=0.1, callbacks=callbacks)
print(history.history["mae"], history.history["val_mae"])

# --- histories of two models
a = Sequential([Dense(1)])
a.compile(loss="mse")  # revealed: reads=loss
b = Sequential([Dense(1)])
b.compile(loss="mse")  # revealed: reads=val_loss
first = a.fit(x, y)
second = b.fit(x, y).history
print(first.history["loss"], second["val_loss"])

# --- one name for two histories
model = Sequential([Dense(1)])
model.compile(loss="mse", metrics=["mae"])  # revealed: reads=mae
history = model.fit(x, y)
print(history.history["mae"])
model.compile(loss="mse", metrics=["mse"])  # revealed: reads=mse
history = model.fit(x, y)
print(history.history["mse"])

# --- own callbacks
class Log(Callback):
    def on_epoch_end(self, epoch, logs=None):
        print(logs["acc"], logs.get("val_acc"))

model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: reads=acc,val_acc
model.fit(x, y, callbacks=[Log()])

# --- probes are no reads
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: reads=none
h = model.fit(x, y).history
print(h["acc" if "acc" in h else "accuracy"])

# --- evaluate unpacked
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: unpacked=True
loss, accuracy = model.evaluate(x, y)
model.compile(loss="mse")  # revealed: unpacked=False
model.evaluate(x, y)

# --- a GAN
discriminator = Sequential([Dense(1, activation="sigmoid")])
discriminator.compile(loss="binary_crossentropy")  # revealed: adversarial=True
generator = Sequential([Dense(784, activation="tanh")])
discriminator.trainable = False
z = Input((100,))
combined = Model(z, discriminator(generator(z)))
combined.compile(loss="binary_crossentropy")  # revealed: output=sigmoid(1)

# --- compile in a loop
for fold in range(3):
    model = Sequential([Dense(1)])
    model.compile(loss="mse")  # revealed: twice=True
    model.fit(x, y)

# --- another model of that name in a loop
for train in splits:
    model = Sequential([Dense(1)])
    model.compile(loss="mse")  # revealed: labels=?
    model.fit(x, y)
one_hot = keras.utils.to_categorical(ids)
for train in splits:
    model = Sequential([Dense(3)])
    model.compile(loss="mse")  # revealed: labels=one-hot
    model.fit(x, one_hot)
