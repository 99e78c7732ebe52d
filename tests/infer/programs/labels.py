# ruff: noqa
# fmt: off
import numpy as np
import pandas as pd
import tensorflow as tf
import keras
from keras import Input, Model, Sequential
from keras.datasets import cifar10, imdb, mnist
from keras.layers import Conv2D, Dense, Flatten
from keras.preprocessing.image import ImageDataGenerator
from keras.utils import image_dataset_from_directory, to_categorical
from sklearn.datasets import load_iris, make_classification, make_regression
from sklearn.model_selection import KFold, train_test_split
from sklearn.preprocessing import LabelBinarizer, LabelEncoder, MinMaxScaler, MultiLabelBinarizer, StandardScaler

# --- to_categorical and a data set
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train = x_train.reshape(60000, 784) / 255
y_train = to_categorical(y_train, 10)
model = Sequential([Dense(10, activation="softmax")])
model.compile(loss="categorical_crossentropy", metrics=["accuracy"])  # revealed: labels=one-hot classes=10 width=10 metrics=accuracy>categorical_accuracy
model.fit(x_train, y_train)

# --- a matrix product has the columns of its second table
rng = np.random.default_rng(1)
x = rng.normal(size=(400, 40))
tags = (x @ rng.normal(size=(40, 12)) + rng.normal(size=(400, 12)) > 0.8).astype("float32")
model = Sequential([Dense(12, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])  # revealed: labels=multi-hot width=12 metrics=accuracy>categorical_accuracy
model.fit(x, tags)

# --- integers of a data set
(x_train, y_train), _ = cifar10.load_data()
model = Sequential([Flatten(), Dense(10)])
model.compile(loss="mse", metrics=["accuracy"])  # revealed: labels=integer classes=10 width=1 metrics=accuracy>sparse_categorical_accuracy
model.fit(x=x_train, y=y_train, epochs=3)

# --- a mention is no evidence
y_other = to_categorical(z)
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=?
model.fit(x, y)
other.fit(x, y_other)

# --- a comment is no evidence
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=?
model.fit(x, y)  # y = to_categorical(y)

# --- labels bound after the fit
y = load()
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=?
model.fit(x, y)
y = to_categorical(y)

# --- labels bound between two fits
y = LabelEncoder().fit_transform(names)
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=?
model.fit(x, y)
y = to_categorical(y)
model.fit(x, y)

# --- the fit of the model compiled before
y = to_categorical(z)
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=one-hot
model.fit(x, y)
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=integer
model.fit(x, LabelEncoder().fit_transform(names))

# --- compiled again between fits
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=one-hot
model.fit(x, to_categorical(z))
model.compile(loss="mae")  # revealed: labels=multi-hot
model.fit(x, MultiLabelBinarizer().fit_transform(tags))

# --- evaluate speaks where no fit does
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=one-hot
model.evaluate(x, to_categorical(z))

# --- predict says nothing
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=?
model.predict(to_categorical(z))

# --- train_on_batch
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: labels=binary
for step in range(10):
    model.train_on_batch(batch(), np.ones((32, 1)))

# --- adversarial batches
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: labels=binary
model.train_on_batch(real, np.ones((32, 1)))
model.train_on_batch(fake, np.zeros((32, 1)))

# --- fit(x, x)
(x, _), (x_test, _) = mnist.load_data()
x = x / 255
model = Sequential([Dense(784, activation="sigmoid")])
model.compile(loss="mse")  # revealed: labels=input
model.fit(x, x, validation_data=(x_test, x_test))

# --- a denoising autoencoder
(x, _), _ = mnist.load_data()
noisy = x + 0.5 * np.random.normal(size=x.shape)
model = Sequential([Dense(784, activation="sigmoid")])
model.compile(loss="mse")  # revealed: labels=input
model.fit(noisy, x)

# --- fit(x, x) of one's own data
model = Sequential([Dense(3, activation="sigmoid")])
model.compile(loss="mse")  # revealed: labels=input
model.fit(data["x"], data["x"])

# --- fit(x, y) of equal names in different rows
model = Sequential([Dense(3, activation="sigmoid")])
model.compile(loss="mse")  # revealed: labels=?
model.fit(data[:, 0], data[:, 1])

# --- splits
data = load_iris()
x_train, x_test, y_train, y_test = train_test_split(data.data, data.target, test_size=0.2)
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: labels=integer classes=3
model.fit(x_train, y_train, validation_data=(x_test, y_test))

# --- folds
data = load_iris()
x, y = data.data, data.target
for train, test in KFold(5).split(x, y):
    model = Sequential([Dense(3)])
    model.compile(loss="mse")  # revealed: labels=integer
    model.fit(x[train], y[train])

# --- encoders
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: labels=one-hot
model.fit(x, LabelBinarizer().fit_transform(load_iris().target))

# --- pandas
frame = pd.read_csv("data.csv")
y = pd.get_dummies(frame["kind"]).values
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: labels=one-hot
model.fit(frame.drop("kind", axis=1), y)

# --- regression data
x, y = make_regression(100, 5)
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: labels=continuous
model.fit(x, y)

# --- classification data
x, y = make_classification(n_samples=100, n_classes=4, n_informative=4)
model = Sequential([Dense(4)])
model.compile(loss="mse")  # revealed: labels=integer classes=4
model.fit(x, y)

# --- literal arrays
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
model = Sequential([Dense(1, activation="sigmoid")])
model.compile(loss="mse", metrics=["accuracy"])  # revealed: labels=binary width=1 metrics=accuracy>binary_accuracy
model.fit(x, y)

# --- literals as lists
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: labels=continuous
model.fit([1, 2, 3], [0.5, 1.5, 2.5])

# --- directories
train = ImageDataGenerator(rescale=1 / 255).flow_from_directory("train", class_mode="categorical")
model = Sequential([Flatten(), Dense(5, activation="softmax")])
model.compile(loss="mse")  # revealed: labels=one-hot
model.fit_generator(train, steps_per_epoch=10)

# --- directories by mode
generator = ImageDataGenerator()
for_binary = generator.flow_from_directory("train", class_mode="binary")
model = Sequential([Flatten(), Dense(1)])
model.compile(loss="mse")  # revealed: labels=binary
model.fit(for_binary)
default = generator.flow_from_directory("train")
model.compile(loss="mse")  # revealed: labels=one-hot
model.fit(default)
unknown = generator.flow_from_directory("train", class_mode=mode)
model.compile(loss="mse")  # revealed: labels=?
model.fit(unknown)

# --- image data sets
train = image_dataset_from_directory("train", label_mode="int")
train = train.cache().prefetch(10)
model = Sequential([Flatten(), Dense(5)])
model.compile(loss="mse")  # revealed: labels=integer
model.fit(train)

# --- tf.data
(x, y), _ = mnist.load_data()
data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(100).batch(32)
model = Sequential([Flatten(), Dense(10)])
model.compile(loss="mse")  # revealed: labels=integer classes=10
model.fit(data)

# --- tf.data with map
(x, y), _ = mnist.load_data()

def one_hot(image, label):
    return image / 255, tf.one_hot(label, 10)

data = tf.data.Dataset.from_tensor_slices((x, y)).map(one_hot).batch(32)
model = Sequential([Flatten(), Dense(10)])
model.compile(loss="mse")  # revealed: labels=one-hot classes=10
model.fit(data, epochs=2)

# --- tf.data with an unknown map
(x, y), _ = mnist.load_data()
data = tf.data.Dataset.from_tensor_slices((x, y)).map(augment)
model = Sequential([Flatten(), Dense(10)])
model.compile(loss="mse")  # revealed: labels=?
model.fit(data)

# --- a generator function and a Sequence
def batches():
    while True:
        yield np.zeros((32, 4)), to_categorical(np.random.randint(0, 3, 32), 3)

model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: labels=one-hot
model.fit(batches(), steps_per_epoch=10)

class Batches(keras.utils.Sequence):
    def __getitem__(self, index):
        return x[index], LabelEncoder().fit_transform(names)

model.compile(loss="mse")  # revealed: labels=integer
model.fit(Batches())

# --- several outputs, labels by list
inputs = Input((4,))
model = Model(inputs, [Dense(3, name="a")(inputs), Dense(1, name="b")(inputs)])
model.compile(loss="mse")  # revealed: labels=one-hot | labels=continuous
model.fit(x, [to_categorical(z, 3), make_regression(100)[1]])

# --- several outputs, labels by name
inputs = Input((4,))
model = Model(inputs, [Dense(3, name="a")(inputs), Dense(1, name="b")(inputs)])
model.compile(loss="mse")  # revealed: labels=one-hot | labels=?
model.fit(x, {"b": y, "a": to_categorical(z, 3)})

# --- several outputs, one array
inputs = Input((4,))
model = Model(inputs, [Dense(3, name="a")(inputs), Dense(1, name="b")(inputs)])
model.compile(loss="mse")  # revealed: labels=? | labels=?
model.fit(x, to_categorical(z, 3))

# --- the model is returned and fitted by the caller
def build():
    model = Sequential([Dense(3)])
    model.compile(loss="mse")  # revealed: labels=one-hot
    return model

net = build()
net.fit(x, to_categorical(z, 3))

# --- the model is fitted in a function that gets it
def train(model, x, y):
    model.fit(x, y)

net = Sequential([Dense(3)])
net.compile(loss="mse")  # revealed: labels=one-hot
train(net, x, to_categorical(z, 3))

# --- labels are arguments
def run(x, y):
    model = Sequential([Dense(3)])
    model.compile(loss="mse")  # revealed: labels=one-hot / labels=integer
    model.fit(x, y)

run(x, to_categorical(z))
run(x, LabelEncoder().fit_transform(names))

# --- labels made by a helper
def load():
    (x, y), (u, v) = mnist.load_data()
    return (x, to_categorical(y)), (u, to_categorical(v))

(x, y), test = load()
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=one-hot
model.fit(x, y)

# --- labels in branches with the model
(x, y), _ = mnist.load_data()
if one_hot:
    y = to_categorical(y)
    loss = "categorical_crossentropy"
else:
    loss = "sparse_categorical_crossentropy"
model = Sequential([Dense(10)])
model.compile(loss=loss)  # revealed: labels=one-hot loss=categorical_crossentropy / labels=integer loss=sparse_categorical_crossentropy
model.fit(x, y)

# --- self.model fitted in another method
class Net:
    def __init__(self):
        self.model = Sequential([Dense(10)])
        self.model.compile(loss="mse")  # revealed: labels=one-hot

    def train(self):
        (x, y), _ = mnist.load_data()
        self.model.fit(x, to_categorical(y))

# --- self.y
class Net:
    def __init__(self):
        (self.x, y), _ = mnist.load_data()
        self.y = to_categorical(y)

    def train(self):
        model = Sequential([Dense(10)])
        model.compile(loss="mse")  # revealed: labels=one-hot
        model.fit(self.x, self.y)

# --- chained fit
Sequential([Dense(10)]).compile(loss="mse")  # revealed: labels=?
build().fit(x, to_categorical(y))

# --- fit with a dict of arguments
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=one-hot
model.fit(**{"x": x, "y": to_categorical(y)})
model.compile(loss="mse")  # revealed: labels=?
model.fit(*data)

# --- scaled targets
y = MinMaxScaler().fit_transform(pd.read_csv("x.csv")[["price"]])
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: labels=continuous
model.fit(x, y)

# --- a subset of the labels
(x, y), _ = mnist.load_data()
x, y = x[y < 2], y[y < 2]
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: labels=integer classes=10
model.fit(x, y)

# --- two callers of a training function with other labels
def train(model, y):
    model.fit(x, y)

first = Sequential([Dense(3)])
first.compile(loss="mse")  # revealed: labels=one-hot
second = Sequential([Dense(4)])
second.compile(loss="mse")  # revealed: labels=integer
train(first, to_categorical(z))
train(second, LabelEncoder().fit_transform(names))

# --- two models of one name in two functions
def one():
    model = Sequential([Dense(3)])
    model.compile(loss="mse")  # revealed: labels=one-hot
    model.fit(x, to_categorical(z))

def two():
    model = Sequential([Dense(3)])
    model.compile(loss="mse")  # revealed: labels=?
    model.fit(x, z)

# --- an inner fit that shadows
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: labels=?

def other(model):
    model.fit(x, to_categorical(z))

# --- only one branch fits
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: labels=one-hot
if training:
    model.fit(x, to_categorical(z))
else:
    model.load_weights("w")

# --- ids of an unknown number of classes for one unit
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: labels=?
model.fit(x, LabelEncoder().fit_transform(names))

# --- labels of the validation data where those of the training are not known
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=one-hot
model.fit(mixed(train), validation_data=(x, to_categorical(y)))
model.evaluate(x, LabelEncoder().fit_transform(y))

# --- labels of the training before those of the validation data
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=one-hot
model.fit(x, to_categorical(y), 32, 5, 1, None, 0, (x, LabelEncoder().fit_transform(y)))

# --- validation data from a pipeline, by position
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=binary
model.fit(train, None, 32, 5, 1, None, 0, image_dataset_from_directory("d", label_mode="binary"))

# --- two fits that disagree, and validation data
model = Sequential([Dense(10)])
model.compile(loss="mse")  # revealed: labels=?
model.fit(x, to_categorical(y), validation_data=(x, to_categorical(y)))
model.fit(x, LabelEncoder().fit_transform(y), validation_data=(x, to_categorical(y)))

# --- a loader that appends a pair for each part of the data
NAMES = ["cat", "dog", "owl"]
IDS = {name: place for place, name in enumerate(NAMES)}
print(IDS)

def load():
    parts = []
    for part in ["train", "test"]:
        images, labels = [], []
        for folder in os.listdir(part):
            label = IDS[folder]
            for file in os.listdir(os.path.join(part, folder)):
                images.append(read(file))
                labels.append(label)
        parts.append((np.array(images), np.array(labels, dtype="int32")))
    return parts

(x_train, y_train), (x_test, y_test) = load()
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: labels=integer
model.fit(x_train, y_train)

# --- a loader whose parts are of different kinds
def load():
    parts = []
    for part in ["train", "test"]:
        y = read(part)
        if part == "test":
            y = to_categorical(y)
        parts.append((x, y))
    return parts

(x_train, y_train), (x_test, y_test) = load()
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: labels=?
model.fit(x_train, y_train)

# --- a generator of bert4keras [as written]
from bert4keras.backend import keras as k
from bert4keras.snippets import DataGenerator

class Batches(DataGenerator):
    def __iter__(self, random=False):
        labels = []
        for is_end, (text, label) in self.sample(random):
            labels.append(label)
            if is_end:
                yield texts, to_categorical(labels, 5)

model = k.models.Model(body.input, Dense(5, activation="softmax")(body.output))
model.compile(loss="mse")  # revealed: output=softmax(5) labels=one-hot
model.fit_generator(Batches(data).forfit(), steps_per_epoch=3)

# --- settings in a namespace, and settings assigned to an object
from argparse import Namespace
from easydict import EasyDict
first = Namespace(units=3, loss="mse")
second = EasyDict({"units": 4})
third = settings()
third.units = 5

def build(kind):
    return Sequential([Dense({"a": first.units, "b": second.units, "c": third.units}[kind], activation="softmax")])

build("a").compile(loss=first.loss)  # revealed: output=softmax(3) loss=mean_squared_error
build("b").compile(loss="mse")  # revealed: output=softmax(4)
build("c").compile(loss="mse")  # revealed: output=softmax(5)
build("d").compile(loss="mse")  # revealed: output=softmax(?)
