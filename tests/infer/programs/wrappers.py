# ruff: noqa
# fmt: off
import keras
import keras_tuner as kt
import numpy as np
from keras import Input, Model, Sequential
from keras.callbacks import EarlyStopping
from keras.datasets import mnist
from keras.layers import Dense
from keras.losses import CategoricalCrossentropy, SparseCategoricalCrossentropy
from keras.utils import to_categorical
from scikeras.wrappers import KerasClassifier, KerasRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

# --- scikeras compiles what comes uncompiled
def build(units=3, activation="softmax"):
    return Sequential([Dense(8), Dense(units, activation=activation)])

X, y = load_iris(return_X_y=True)
classifier = KerasClassifier(model=build, loss="sparse_categorical_crossentropy", metrics=["accuracy"])  # revealed: output=softmax(3) loss=sparse_categorical_crossentropy labels=integer classes=3 width=1 metrics=accuracy>sparse_categorical_accuracy metrics_known=True only_built=False
classifier.fit(X, y)

# --- scikeras makes ids one-hot for its own categorical loss
def build():
    return Sequential([Dense(3, activation="softmax")])

X, y = load_iris(return_X_y=True)
classifier = KerasClassifier(build, loss="categorical_crossentropy", metrics=["accuracy"])  # revealed: labels=one-hot classes=3 width=3 metrics=accuracy>categorical_accuracy
classifier.fit(X, y)
another = KerasClassifier(build, loss=CategoricalCrossentropy())  # revealed: labels=one-hot
another.fit(X, y)

# --- scikeras does not know the class of a categorical loss
def build():
    return Sequential([Dense(3, activation="softmax")])

X, y = load_iris(return_X_y=True)
classifier = KerasClassifier(build, loss=CategoricalCrossentropy)  # revealed: loss=categorical_crossentropy labels=integer width=1
classifier.fit(X, y)

# --- scikeras does not know the loss of a model that comes compiled
def build():
    model = Sequential([Dense(3, activation="softmax")])
    model.compile(loss="categorical_crossentropy", metrics=["accuracy"])  # revealed: labels=integer classes=3 width=1
    return model

X, y = load_iris(return_X_y=True)
classifier = KerasClassifier(model=build, epochs=10)
classifier.fit(X, y)

# --- two classes stay a column
def build():
    return Sequential([Dense(1, activation="sigmoid")])

X, y = load_breast_cancer(return_X_y=True)
classifier = KerasClassifier(build, loss="binary_crossentropy", metrics=["accuracy"])  # revealed: labels=binary width=1
classifier.fit(X, y)
classifier = KerasClassifier(build, loss="categorical_crossentropy")  # revealed: labels=binary width=1
classifier.fit(X, y)

# --- columns stay as they are
def build():
    return Sequential([Dense(10, activation="softmax")])

(x, y), _ = mnist.load_data()
classifier = KerasClassifier(build, loss="categorical_crossentropy")  # revealed: labels=one-hot width=10
classifier.fit(x, to_categorical(y))

# --- a regressor takes its targets as they are
def build():
    return Sequential([Dense(1)])

X, y = load_diabetes(return_X_y=True)
regressor = KerasRegressor(model=build, loss="mse", metrics=["accuracy"])  # revealed: output=linear(1) loss=mean_squared_error labels=continuous
regressor.fit(X, y)

# --- numbers are no classes
def build():
    return Sequential([Dense(1)])

X, y = load_diabetes(return_X_y=True)
classifier = KerasClassifier(model=build, loss="mse")  # revealed: labels=?
classifier.fit(X, y)

# --- arguments of the model function
def build(units=2, activation="relu", optimizer="adam"):
    model = Sequential([Dense(units, activation=activation)])
    model.compile(loss="mse", optimizer=optimizer)  # revealed: output=softmax(3)
    return model

classifier = KerasClassifier(build, units=3, model__activation="softmax", optimizer="sgd")
classifier.fit(X, y)

# --- arguments that are not known
def build(units=2, activation="relu"):
    model = Sequential([Dense(units, activation=activation)])
    model.compile(loss="mse")  # revealed: output=?(?)
    return model

classifier = KerasClassifier(build, **settings)
classifier.fit(X, y)

# --- parameters that are set later
def build(units=2, activation="relu"):
    model = Sequential([Dense(units, activation=activation)])
    model.compile(loss="mse")  # revealed: output=?(?)
    return model

classifier = KerasClassifier(build, units=3)
classifier.set_params(units=4)
classifier.fit(X, y)

# --- the compile arguments go to the model function
def build(compile_kwargs, activation="softmax"):
    model = Sequential([Dense(3, activation=activation)])
    model.compile(loss=compile_kwargs["loss"], optimizer=compile_kwargs["optimizer"])  # revealed: output=softmax(3) loss=sparse_categorical_crossentropy labels=integer
    return model

X, y = load_iris(return_X_y=True)
classifier = KerasClassifier(build, loss="sparse_categorical_crossentropy")
classifier.fit(X, y)

# --- all compile arguments go to the model function
def build(meta, compile_kwargs):
    model = Sequential([Dense(meta["n_classes_"], activation="softmax")])
    model.compile(**compile_kwargs)  # revealed: output=softmax(?) loss=categorical_crossentropy metrics=accuracy>? labels=one-hot
    return model

X, y = load_iris(return_X_y=True)
classifier = KerasClassifier(build, loss="categorical_crossentropy", metrics=["accuracy"])
classifier.fit(X, y)

# --- a single metric is put into a list
def build():
    return Sequential([Dense(1, activation="sigmoid")])

classifier = KerasClassifier(build, loss="binary_crossentropy", metrics="accuracy")  # revealed: metrics=accuracy>binary_accuracy metrics_form=list metrics_known=True

# --- of other strings scikeras makes objects
def build():
    return Sequential([Dense(1)])

regressor = KerasRegressor(build, loss="mse", metrics=["mae"])  # revealed: metrics=mean_absolute_error metrics_known=False

# --- a parameter that is routed to the loss
def build():
    return Sequential([Dense(3)])

classifier = KerasClassifier(build, loss=SparseCategoricalCrossentropy, loss__from_logits=True)  # revealed: output=linear(3) loss=? logits=?

# --- a model that is compiled and wrapped
X, y = load_iris(return_X_y=True)
model = Sequential([Dense(3, activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy")  # revealed: labels=integer width=1
classifier = KerasClassifier(model)
classifier.fit(X, y)

# --- a model that is wrapped uncompiled
X, y = load_iris(return_X_y=True)
model = Sequential([Dense(3, activation="softmax")])
classifier = KerasClassifier(model, loss="sparse_categorical_crossentropy")  # revealed: output=softmax(3) labels=integer width=1
classifier.fit(X, y)

# --- a wrapper that is never trained here
def build():
    model = Sequential([Dense(1)])
    model.compile(loss="mse")  # revealed: labels=? only_built=False
    return model

classifier = KerasClassifier(build)

# --- cross-validation trains
def build():
    model = Sequential([Dense(3, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy")  # revealed: labels=integer classes=3 only_built=False
    return model

X, y = load_iris(return_X_y=True)
print(cross_val_score(KerasClassifier(build), X, y).mean())

# --- cross-validation of a named estimator
def build():
    model = Sequential([Dense(3, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy")  # revealed: labels=integer classes=3
    return model

X, y = load_iris(return_X_y=True)
scores = cross_validate(estimator=KerasClassifier(build), X=X, y=y, cv=5)

# --- a search varies arguments of the model function
def build(activation="linear", units=2):
    model = Sequential([Dense(3, activation=activation)])
    model.compile(loss="sparse_categorical_crossentropy")  # revealed: output=softmax(3) labels=integer / output=sigmoid(3) labels=integer
    return model

X, y = load_iris(return_X_y=True)
grid = {"model__activation": ["softmax", "sigmoid"], "batch_size": [8, 16], "model__units": range(2, 1000)}
search = GridSearchCV(estimator=KerasClassifier(build), param_grid=grid, cv=3)
result = search.fit(X, y)
print(result.best_score_)

# --- a search whose grid is not known
def build(activation="linear"):
    model = Sequential([Dense(3, activation=activation)])
    model.compile(loss="sparse_categorical_crossentropy")  # revealed: output=?(3)
    return model

search = RandomizedSearchCV(KerasClassifier(build), make_grid())
search.fit(X, y)

# --- a search varies the loss
def build():
    return Sequential([Dense(1, activation="sigmoid")])

classifier = KerasClassifier(build, loss="mse")  # revealed: loss=binary_crossentropy / loss=hinge
GridSearchCV(classifier, {"loss": ["binary_crossentropy", "hinge"]}).fit(X, y)

# --- a pipeline trains its last step
def build(units=1):
    model = Sequential([Dense(units)])
    model.compile(loss="mse", metrics=["accuracy"])  # revealed: output=linear(4) labels=continuous
    return model

X, y = load_diabetes(return_X_y=True)
steps = []
steps.append(("scale", StandardScaler()))
steps.append(("net", KerasRegressor(model=build)))
pipeline = Pipeline(steps)
search = GridSearchCV(pipeline, {"net__model__units": [4]})
search.fit(X, y)

# --- a pipeline without names
def build(units=1):
    model = Sequential([Dense(units)])
    model.compile(loss="mse")  # revealed: output=linear(1) labels=continuous / output=linear(2) labels=continuous
    return model

X, y = load_diabetes(return_X_y=True)
search = GridSearchCV(make_pipeline(StandardScaler(), KerasRegressor(build)), {"kerasregressor__model__units": [1, 2]})
search.fit(X, y)

# --- an ensemble may change the labels
def build():
    model = Sequential([Dense(3, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy")  # revealed: labels=? only_built=False
    return model

X, y = load_iris(return_X_y=True)
OneVsRestClassifier(KerasClassifier(build)).fit(X, y)

# --- the wrapper of Keras 3 makes all classes one-hot
from keras.wrappers import SKLearnClassifier
def build(X, y, loss, units=3):
    model = Sequential([Dense(units, activation="softmax")])
    model.compile(loss=loss)  # revealed: output=softmax(4) loss=categorical_crossentropy labels=one-hot classes=3
    return model

X, y = load_iris(return_X_y=True)
classifier = SKLearnClassifier(model=build, model_kwargs={"loss": "categorical_crossentropy", "units": 4})
classifier.fit(X, y)

# --- another name for a wrapper
from scikeras.wrappers import KerasClassifier as Wrapped
def build():
    return Sequential([Dense(3, activation="softmax")])

classifier = Wrapped(build, loss="mse")  # revealed: output=softmax(3)

# --- callbacks and validation of a wrapper
def build():
    model = Sequential([Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])  # revealed: monitors=val_acc
    return model

classifier = KerasClassifier(build, callbacks=[EarlyStopping(monitor="val_acc")], validation_split=0.2)
classifier.fit(X, y)

# --- choices of Keras Tuner stay together
def build(hp):
    kind = hp.Choice("kind", ["classes", "numbers"])
    model = Sequential([Dense(hp.Int("units", 8, 64), activation=hp.Choice("hidden", ["relu", "tanh"]))])
    if kind == "classes":
        model.add(Dense(3, activation="softmax"))
    else:
        model.add(Dense(3))
    loss = "categorical_crossentropy" if hp.Choice("kind", ["classes", "numbers"]) == "classes" else "mse"
    model.compile(loss=loss)  # revealed: output=softmax(3) loss=categorical_crossentropy labels=one-hot / output=linear(3) loss=mean_squared_error labels=one-hot
    return model

(x, y), _ = mnist.load_data()
build(kt.HyperParameters())
tuner = kt.RandomSearch(build, objective="val_loss", max_trials=5)
tuner.search(x, to_categorical(y), validation_split=0.2)

# --- kinds of hyperparameters
def build(hp):
    model = Sequential([Dense(hp.Fixed("classes", 7), activation=None if hp.Boolean("logits") else "softmax")])
    model.compile(loss=SparseCategoricalCrossentropy(from_logits=hp.Boolean("logits")))  # revealed: output=linear(7) logits=True / output=softmax(7) logits=False
    return model

tuner = kt.Hyperband(hypermodel=build, objective="val_accuracy")
tuner.search(x, y)

# --- a number that the tuner chooses
def build(hp):
    model = Sequential([Dense(hp.Int("units", 1, 9), activation="softmax")])
    model.compile(loss="mse")  # revealed: output=softmax(?)
    return model

# --- two hyperparameters of one name
def build(hp):
    model = Sequential([Dense(hp.Choice("units", [3, 4])), Dense(hp.Choice("units", [5, 6]))])
    model.compile(loss="mse")  # revealed: output=linear(?)
    return model

# --- a hypermodel
class Net(kt.HyperModel):
    def __init__(self, classes):
        self.classes = classes

    def build(self, hp):
        model = Sequential([Dense(self.classes, activation=hp.Choice("activation", ["softmax", "sigmoid"]))])
        model.compile(loss="mse", metrics=["accuracy"])  # revealed: output=softmax(5) labels=integer / output=sigmoid(5) labels=integer
        return model

(x, y), _ = mnist.load_data()
tuner = kt.BayesianOptimization(Net(classes=5), objective="val_accuracy", max_trials=3)
tuner.search(x, y, epochs=3)

# --- a hypermodel that fits by itself
class Net(kt.HyperModel):
    def build(self, hp):
        model = Sequential([Dense(5)])
        model.compile(loss="mse")  # revealed: labels=?
        return model

    def fit(self, hp, model, x, y, **kwargs):
        return model.fit(x, to_categorical(y), **kwargs)

(x, y), _ = mnist.load_data()
tuner = kt.RandomSearch(Net(), objective="val_loss")
tuner.search(x, y)

# --- a tuner compiles what comes uncompiled
def build(hp):
    return Sequential([Dense(10)])

(x, y), _ = mnist.load_data()
tuner = kt.RandomSearch(build, objective="loss", loss="sparse_categorical_crossentropy", metrics=["accuracy"])  # revealed: output=linear(10) loss=sparse_categorical_crossentropy labels=integer
tuner.search(x, y)

# --- the scope of a strategy
import tensorflow as tf
strategy = tf.distribute.MirroredStrategy()
with strategy.scope():
    model = Sequential([Dense(3, activation="softmax")])
    model.compile(loss="categorical_crossentropy", metrics=["accuracy"])  # revealed: output=softmax(3) labels=one-hot
model.fit(x, to_categorical(y))

# --- copies of a model on several processors
from keras.utils import multi_gpu_model
model = Sequential([Dense(3, activation="softmax")])
model = multi_gpu_model(model, gpus=2)
model.compile(loss="categorical_crossentropy")  # revealed: output=softmax(3) labels=one-hot
model.fit(x, to_categorical(y))

# --- an activation of its own at full precision
from keras.layers import Activation
inputs = Input((4,))
outputs = Activation("softmax", dtype="float32")(Dense(3)(inputs))
model = Model(inputs, outputs)
model.compile(loss="mse")  # revealed: output=softmax(3) dtype=float32

# --- an estimator is trained elsewhere
import tensorflow as tf
def make():
    model = Sequential([Dense(3, activation="softmax")])
    model.compile(loss="mse")  # revealed: output=softmax(3) labels=? only_built=False
    return tf.keras.estimator.model_to_estimator(keras_model=model)

# --- the objective of a tuner is watched
def build(hp):
    model = Sequential([Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])  # revealed: monitors=val_acc,val_loss
    return model

tuner = kt.RandomSearch(build, objective=["val_acc", kt.Objective("val_loss", direction="min")])
tuner.search(x, y, validation_split=0.2)

# --- the best model of a search is trained on
def build(hp):
    model = Sequential([Dense(10, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])  # revealed: labels=integer reads=acc,accuracy
    return model

(x, y), _ = mnist.load_data()
tuner = kt.RandomSearch(build, objective="loss")
tuner.search(load_something())
best = tuner.get_best_hyperparameters(num_trials=1)[0]
model = tuner.hypermodel.build(best)
history = model.fit(x, y)
plt.plot(history.history["acc"])
model = tuner.get_best_models(num_models=1)[0]
history = model.fit(x, y)
plt.plot(history.history["accuracy"])

# --- a tuner that compiles again
def build(hp):
    model = Sequential([Dense(10, activation="softmax")])
    model.compile(loss="mse")  # revealed: only_built=True
    return model

tuner = kt.RandomSearch(build, objective="loss", loss="sparse_categorical_crossentropy")
tuner.search(x, y)
