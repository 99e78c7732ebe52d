"""Tags articles with any of twelve topics; an article may have several, or none."""

import csv

import keras
from sklearn.preprocessing import MultiLabelBinarizer

TOPICS = ["art", "climate", "crime", "economy", "food", "health"]
TOPICS += ["law", "music", "politics", "science", "sports", "travel"]


def read_articles(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["topics"].split("|") for row in rows]


texts, topics = read_articles("articles.csv")
vectorize = keras.layers.TextVectorization(max_tokens=20_000, output_mode="tf_idf")
vectorize.adapt(texts)
x = vectorize(texts)
y = MultiLabelBinarizer(classes=TOPICS).fit_transform(topics)

inputs = keras.Input((x.shape[1],))
hidden = keras.layers.Dense(128, activation="relu")(inputs)
hidden = keras.layers.Dropout(0.4)(hidden)
outputs = keras.layers.Dense(12, activation="sigmoid")(hidden)
model = keras.Model(inputs, outputs)

# Accuracy is stuck near 0.4 here, although the tags look right when I read a few predictions.
model.compile(
    optimizer=keras.optimizers.Adam(1e-3),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=10, batch_size=32, validation_split=0.2)

for text, row in zip(texts[:3], model.predict(x[:3])):
    print(text[:60], [topic for topic, score in zip(TOPICS, row) if score > 0.5])
