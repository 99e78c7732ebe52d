# ruff: noqa
# fmt: off
import numpy as np
import tensorflow as tf
import keras
from keras import Input, Model, Sequential
from keras.layers import Activation, Dense, Dropout, Flatten, Layer


# --- self.model in __init__
class Net:
    def __init__(self):
        self.model = Sequential([Dense(3, activation="softmax")])
        self.model.compile(loss="mse")  # revealed: output=softmax(3)


# --- compiled in another method
class Net:
    def __init__(self, classes=4):
        self.classes = classes
        self.model = self.build()

    def build(self):
        model = Sequential()
        model.add(Dense(self.classes, activation="softmax"))
        return model

    def train(self, x, y):
        self.model.compile(loss="mse")  # revealed: output=softmax(4)
        self.model.fit(x, y)


# --- arguments of the object
class Net:
    def __init__(self, classes, activation="softmax"):
        self.classes = classes
        self.activation = activation

    def compile_it(self):
        model = Sequential([Dense(self.classes, activation=self.activation)])
        model.compile(loss="mse")  # revealed: output=sigmoid(7)
        return model


Net(7, activation="sigmoid").compile_it()


# --- two objects of one class
class Net:
    def __init__(self, classes):
        self.classes = classes
        self.model = Sequential([Dense(classes)])


a, b = Net(1), Net(2)
a.model.compile(loss="mse")  # revealed: output=linear(1)
b.model.compile(loss="mse")  # revealed: output=linear(2)


# --- two objects, compiled inside
class Net:
    def __init__(self, classes):
        self.classes = classes

    def build(self):
        model = Sequential([Dense(self.classes)])
        model.compile(loss="mse")  # revealed: output=linear(1) / output=linear(2)


Net(1).build()
net = Net(2)
net.build()


# --- class variables
class Net:
    CLASSES = 5
    loss = "mae"

    def build(self):
        model = Sequential([Dense(self.CLASSES)])
        model.compile(loss=self.loss)  # revealed: output=linear(5) loss=mean_absolute_error


# --- inheritance
class Base:
    activation = "relu"

    def build(self):
        self.model = Sequential([Dense(self.units(), activation=self.activation)])
        self.model.compile(loss="mse")  # revealed: output=tanh(2)

    def units(self):
        return 1


class Net(Base):
    activation = "tanh"

    def units(self):
        return 2


Net().build()


# --- properties, static and class methods
class Net:
    @property
    def units(self):
        return 6

    @staticmethod
    def head(n):
        return Dense(n, activation="softmax")

    @classmethod
    def make(cls, n):
        return Sequential([cls.head(n)])

    def build(self):
        model = Sequential([self.head(self.units)])
        model.compile(loss="mse")  # revealed: output=softmax(6)
        Net.make(3).compile(loss="mse")  # revealed: output=softmax(3)


# --- self.model None in __init__
class Net:
    def __init__(self):
        self.model = None

    def build(self):
        self.model = Sequential([Dense(2)])

    def run(self):
        self.model.compile(loss="mse")  # revealed: output=linear(2)


# --- an attribute that another method changes
class Net:
    def __init__(self):
        self.loss = "mse"

    def use_mae(self):
        self.loss = "mae"

    def run(self):
        model = Sequential([Dense(2)])
        model.compile(loss=self.loss)  # missed because what __init__ assigns is taken to stay: loss=mean_squared_error / loss=mean_absolute_error


# --- an attribute that its own method changes
class Net:
    def __init__(self):
        self.loss = "mse"

    def run(self):
        self.loss = "mae"
        model = Sequential([Dense(2)])
        model.compile(loss=self.loss)  # revealed: loss=mean_absolute_error


# --- an attribute that is set from outside
class Net:
    loss = "mse"

    def run(self):
        model = Sequential([Dense(2)])
        model.compile(loss=self.loss)  # revealed: loss=mean_absolute_error


net = Net()
net.loss = "mae"
net.run()


# --- an attribute of an object that is set from outside
class Net:
    loss = "mse"


net = Net()
net.loss = "mae"
model = Sequential([Dense(2)])
model.compile(loss=net.loss)  # revealed: loss=mean_absolute_error


# --- layers added to self.model in several methods
class Net:
    def __init__(self):
        self.model = Sequential()
        self.model.add(Dense(4))

    def finish(self):
        self.model.add(Dense(3, activation="softmax"))

    def run(self):
        self.model.compile(loss="mse")  # revealed: output=softmax(3)


# --- a subclassed model
class Net(Model):
    def __init__(self, classes):
        super().__init__()
        self.hidden = Dense(8, activation="relu")
        self.out = Dense(classes, activation="softmax")

    def call(self, inputs, training=False):
        x = self.hidden(inputs)
        return self.out(x)


model = Net(5)
model.compile(loss="mse")  # revealed: output=softmax(5) sequential=False own_training=False


# --- a subclassed model with several outputs
class Net(Model):
    def __init__(self):
        super().__init__()
        self.a = Dense(2, activation="softmax")
        self.b = Dense(1)

    def call(self, inputs):
        return self.a(inputs), self.b(inputs)


model = Net()
model.compile(loss=["mse", "mae"])  # revealed: output=softmax(2) loss=mean_squared_error | output=linear(1) loss=mean_absolute_error


# --- a subclassed model with its own training
class Net(Model):
    def call(self, inputs):
        return Dense(2)(inputs)

    def train_step(self, data):
        return {}


model = Net()
model.compile(loss="mse")  # revealed: output=linear(2) own_training=True


# --- a training step that is inherited
class Trainer(Model):
    def train_step(self, data):
        return {}


class Net(Trainer):
    def call(self, inputs):
        return Dense(2)(inputs)


Net().compile(loss="mse")  # revealed: output=linear(2) own_training=True

# --- a class whose parent is not shown
from elsewhere import Trainer


class Net(Trainer):
    def call(self, inputs):
        return Dense(2)(inputs)


net = Net()
net.compile(optimizer="adam", loss="mse")  # revealed: output=?(?) own_training=True


# --- a model with layers in a list
class Net(Model):
    def __init__(self):
        super().__init__()
        self.stack = [Dense(4, activation="relu"), Dense(3, activation="softmax")]
        self.net = Sequential([Dense(4), Dense(2, activation="sigmoid")])

    def call(self, x):
        for layer in self.stack:
            x = layer(x)
        return x


Net().compile(loss="mse")  # revealed: output=softmax(3)


# --- a model around a Sequential
class Net(Model):
    def __init__(self):
        super().__init__()
        self.net = Sequential([Dense(4), Dense(2, activation="sigmoid")])

    def call(self, x):
        return self.net(x)


Net().compile(loss="mse")  # revealed: output=sigmoid(2)


# --- a call with two returns
class Net(Model):
    def __init__(self):
        super().__init__()
        self.out = Dense(3)

    def call(self, x, training=False):
        x = self.out(x)
        if training:
            return x
        return tf.nn.softmax(x)


Net().compile(loss="mse")  # revealed: output=softmax(3)


# --- a model without call
class Net(Model):
    pass


Net(inputs, outputs).compile(loss="mse")  # revealed: output=?(?)


# --- a model that hands its tensors to its parent
class Net(Model):
    def __init__(self, classes):
        inputs = Input((4,))
        super().__init__(inputs, Dense(classes, activation="softmax")(inputs))


Net(3).compile(loss="mse")  # revealed: output=softmax(3)


# --- a subclass of Sequential
class Net(Sequential):
    def __init__(self, classes):
        super().__init__()
        self.add(Dense(classes, activation="softmax"))


Net(3).compile(loss="mse")  # revealed: output=softmax(3)


# --- a subclass of Sequential that compiles itself
class Net(Sequential):
    def __init__(self, classes):
        super(Net, self).__init__([Dense(8), Dense(classes)])
        if classes > 1:
            self.add(Activation("softmax"))
        self.compile(loss="mse")  # revealed: output=softmax(4) sequential=True

    def again(self):
        self.compile(loss="mae")  # revealed: output=softmax(4) sequential=True


net = Net(4)
net.add(Dense(1))
net.compile(loss="mse")  # revealed: output=linear(1)


# --- a subclass of Sequential with a call of its own
class Net(Sequential):
    def call(self, x):
        return tf.nn.softmax(super().call(x))


Net([Dense(3)]).compile(loss="mse")  # revealed: output=?(?)


# --- a model that hands its tensors to its parent by name
class Base(Model):
    def __init__(self, units):
        x = Input((4,))
        Model.__init__(self, inputs=x, outputs=Dense(units, activation="sigmoid")(x))


class Net(Base):
    pass


Net(1).compile(loss="mse")  # revealed: output=sigmoid(1)


# --- a model whose parent builds its tensors
class Base(Model):
    def __init__(self, width, classes):
        x = Input((width,))
        super().__init__(x, Dense(classes, activation="softmax")(x))


class Net(Base):
    def __init__(self, classes):
        super().__init__(9, classes)


Net(5).compile(loss="mse")  # revealed: output=softmax(5)


# --- compile inside a subclassed model
class Net(Model):
    def __init__(self):
        super().__init__()
        self.out = Dense(3, activation="softmax")
        self.compile(loss="mse")  # revealed: output=softmax(3)

    def call(self, x):
        return self.out(x)


# --- a class of one's own with a compile method
class Engine:
    def compile(self, loss):
        return loss


Engine().compile(loss="mse")  # revealed: nothing


# --- a class that wraps a model
class Wrapper:
    def __init__(self, model):
        self.model = model

    def prepare(self):
        self.model.compile(loss="mse")  # revealed: output=tanh(2)


Wrapper(Sequential([Dense(2, activation="tanh")])).prepare()

# --- a named tuple, a dataclass
import dataclasses


@dataclasses.dataclass
class Config:
    units: int = 3
    activation: str = "softmax"


config = Config(units=5)
model = Sequential([Dense(config.units, activation=config.activation)])
model.compile(loss="mse")  # revealed: output=softmax(5)


# --- a method that returns self
class Net:
    def __init__(self):
        self.model = Sequential([Dense(2)])

    def prepared(self):
        return self


Net().prepared().model.compile(loss="mse")  # revealed: output=linear(2)


# --- a method called on self with arguments
class Net:
    def head(self, units, activation="softmax"):
        return Dense(units, activation=activation)

    def build(self):
        model = Sequential([self.head(4)])
        model.compile(loss="mse")  # revealed: output=softmax(4)
        other = Sequential([self.head(activation="tanh", units=5)])
        other.compile(loss="mse")  # revealed: output=tanh(5)


# --- super().build()
class Base:
    def build(self):
        return Sequential([Dense(4, activation="softmax")])


class Net(Base):
    def build(self):
        model = super().build()
        model.compile(loss="mse")  # revealed: output=?(?)
        return model


# --- an own layer inside a subclassed model
class Head(Layer):
    def __init__(self, n):
        super().__init__()
        self.dense = Dense(n)

    def call(self, x):
        return tf.nn.sigmoid(self.dense(x))


class Net(Model):
    def __init__(self):
        super().__init__()
        self.head = Head(4)

    def call(self, x):
        return self.head(x)


Net().compile(loss="mse")  # revealed: output=sigmoid(4)


# --- attributes of a configuration that is handed on, set from outside
class Config:
    units = 1
    activation = "linear"


def build(config):
    return Sequential([Dense(config.units, activation=config.activation)])


config = Config()
config.activation = "sigmoid"
build(config).compile(loss="mse")  # revealed: output=sigmoid(1)
setattr(config, "units", 3)
build(config).compile(loss="mse")  # revealed: output=sigmoid(3)
setattr(config, key, value)
build(config).compile(loss="mse")  # revealed: output=?(?)


# --- attributes of a configuration that a function sets
class Config:
    def __init__(self):
        self.units = 1
        self.activation = "linear"


def build(config):
    return Sequential([Dense(config.units, activation=config.activation)])


def override(settings):
    settings.activation = "sigmoid"


config = Config()
override(config)
build(config).compile(loss="mse")  # revealed: output=sigmoid(1)


def main():
    config.units = 4
    build(config).compile(loss="mse")  # revealed: output=sigmoid(4)


# --- attributes of a class that is handed on, set from outside
class Config:
    units = 1
    activation = "linear"


def build(config):
    return Sequential([Dense(config.units, activation=config.activation)])


def main():
    Config.activation = "sigmoid"
    build(Config).compile(loss="mse")  # revealed: output=sigmoid(1)
    build(Config()).compile(loss="mse")  # revealed: output=sigmoid(1)


# --- attributes that an object sets by the names that it is given
class Config:
    units = 2
    activation = "linear"

    def __init__(self, **given):
        for name, value in given.items():
            setattr(self, name, value)


def build(config):
    return Sequential([Dense(config.units, activation=config.activation)])


build(Config()).compile(loss="mse")  # revealed: output=linear(2)
build(Config(activation="sigmoid")).compile(loss="mse")  # revealed: output=sigmoid(2)
build(Config(**given)).compile(loss="mse")  # revealed: output=?(?)


# --- attributes that a method sets by the names that it is given
class Config:
    units = 2

    def update(self, given):
        self.__dict__.update(given)

    def size(self):
        return 3


config = Config()
config.update(given)
Sequential([Dense(config.units)]).compile(loss="mse")  # revealed: output=linear(?)
Sequential([Dense(config.size())]).compile(loss="mse")  # revealed: output=linear(3)
