# ruff: noqa
# fmt: off
import functools
import numpy as np
import tensorflow as tf
import keras
from keras import Input, Model, Sequential
from keras.layers import Activation, Dense, Flatten
from keras.losses import BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy, Huber, MeanSquaredError, SparseCategoricalCrossentropy, binary_crossentropy, mean_squared_error
from keras.metrics import AUC, Accuracy, BinaryAccuracy, CategoricalAccuracy, F1Score, MeanAbsoluteError, Precision, Recall, SparseCategoricalAccuracy, TopKCategoricalAccuracy, binary_accuracy

# --- losses as strings
model = Sequential([Dense(1)])
model.compile(loss="mse")  # revealed: loss=mean_squared_error logits=?
model.compile(loss="MSE")  # revealed: loss=mean_squared_error
model.compile(loss="MeanSquaredError")  # revealed: loss=mean_squared_error
model.compile(loss="binary_crossentropy")  # revealed: loss=binary_crossentropy logits=False
model.compile(loss="BinaryCrossentropy")  # revealed: loss=binary_crossentropy logits=False
model.compile(loss="binary_cross_entropy")  # revealed: loss=?
model.compile(loss="")  # revealed: loss=?
model.compile(loss=None)  # revealed: loss=none
model.compile(optimizer="adam", metrics=["mae"])  # revealed: loss=none metrics=mean_absolute_error

# --- losses as functions
model = Sequential([Dense(1)])
model.compile(loss=binary_crossentropy)  # revealed: loss=binary_crossentropy logits=False
model.compile(loss=keras.losses.mean_absolute_error)  # revealed: loss=mean_absolute_error logits=?
model.compile(loss=mean_squared_error, metrics=[mean_squared_error])  # revealed: loss=mean_squared_error metrics=mean_squared_error
model.compile(loss=tf.nn.sigmoid_cross_entropy_with_logits)  # revealed: loss=own logits=?

# --- losses as classes and instances
model = Sequential([Dense(1)])
model.compile(loss=BinaryCrossentropy)  # revealed: loss=binary_crossentropy
model.compile(loss=BinaryCrossentropy())  # revealed: loss=binary_crossentropy logits=False
model.compile(loss=BinaryCrossentropy(True))  # revealed: logits=True
model.compile(loss=BinaryCrossentropy(from_logits=True))  # revealed: logits=True
model.compile(loss=BinaryCrossentropy(from_logits=False, label_smoothing=0.1))  # revealed: logits=False
model.compile(loss=BinaryCrossentropy(from_logits=flag))  # revealed: loss=binary_crossentropy logits=?
model.compile(loss=BinaryCrossentropy(**options))  # revealed: loss=binary_crossentropy logits=?
model.compile(loss=BinaryCrossentropy(*options))  # revealed: loss=binary_crossentropy logits=?
model.compile(loss=BinaryCrossentropy(**{"from_logits": True}))  # revealed: loss=binary_crossentropy logits=True
model.compile(loss=BinaryCrossentropy(from_logits=1))  # revealed: loss=binary_crossentropy logits=True
model.compile(loss=SparseCategoricalCrossentropy(from_logits=True, reduction="sum"))  # revealed: loss=sparse_categorical_crossentropy logits=True
model.compile(loss=MeanSquaredError())  # revealed: loss=mean_squared_error logits=?
model.compile(loss=Huber(delta=2.0))  # revealed: loss=huber
model.compile(loss=BinaryFocalCrossentropy(gamma=2, from_logits=True))  # revealed: loss=binary_focal_crossentropy logits=True

# --- losses bound before
LOGITS = True
loss_object = SparseCategoricalCrossentropy(from_logits=LOGITS)
model = Sequential([Dense(10)])
model.compile("sgd", loss_object, ["accuracy"])  # revealed: loss=sparse_categorical_crossentropy logits=True metrics=accuracy>sparse_categorical_accuracy
LOGITS = False
model.compile(loss=loss_object)  # revealed: logits=True

# --- losses of one's own
def focal(y_true, y_pred):
    return keras.losses.binary_crossentropy(y_true, y_pred)

class Own(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return 0

def scaled(factor):
    def loss(y_true, y_pred):
        return factor * focal(y_true, y_pred)
    return loss

model = Sequential([Dense(1)])
model.compile(loss=focal)  # revealed: loss=own logits=?
model.compile(loss=Own())  # revealed: loss=own
model.compile(loss=scaled(2))  # revealed: loss=own
model.compile(loss=lambda y_true, y_pred: keras.losses.mse(y_true, y_pred))  # revealed: loss=own
model.compile(loss=[focal])  # revealed: loss=own
model.compile(loss={"dense": focal})  # revealed: loss=own

# --- losses of other libraries
from segmentation_models.losses import dice_loss
import tensorflow_addons as tfa
import losses
model = Sequential([Dense(1)])
model.compile(loss=dice_loss)  # revealed: loss=own
model.compile(loss=tfa.losses.SigmoidFocalCrossEntropy())  # revealed: loss=own
model.compile(loss=losses.binary_crossentropy)  # revealed: loss=own
model.compile(loss=dice_loss + keras.losses.binary_crossentropy)  # revealed: loss=?
model.compile(loss=get_loss("mse"))  # revealed: loss=?

# --- a name of Keras that the program defines itself [as written]
def binary_crossentropy(y_true, y_pred):
    return 0

class BinaryAccuracy:
    pass

model = Sequential([Dense(1)])
model.compile(loss=binary_crossentropy, metrics=[BinaryAccuracy()])  # revealed: loss=own metrics=own

# --- loss lists
model = Sequential([Dense(1)])
model.compile(loss=["mse"], metrics=["mae"])  # revealed: loss=mean_squared_error metrics=mean_absolute_error
model.compile(loss=["mse", "mae"])  # revealed: loss=none losses=mean_squared_error,mean_absolute_error
model.compile(loss=("mse",))  # revealed: loss=mean_squared_error
model.compile(loss={"out": "mse"})  # revealed: loss=mean_squared_error
model.compile(loss=[])  # revealed: loss=none

# --- the accuracy metric by shape
def one(units, loss):
    model = Sequential([Dense(units)])
    model.compile(loss=loss, metrics=["accuracy"])  # revealed: metrics=accuracy>binary_accuracy / metrics=accuracy>categorical_accuracy / metrics=accuracy>sparse_categorical_accuracy

one(1, "mse")
one(3, "categorical_crossentropy")
one(3, "sparse_categorical_crossentropy")

# --- metrics as strings
model = Sequential([Dense(3)])
model.compile(loss="mse", metrics=["acc", "mae", "AUC", "Precision", "binary_accuracy"])  # revealed: metrics=accuracy>?,mean_absolute_error,auc,precision,binary_accuracy keys=acc,mae,AUC,Precision,binary_accuracy
model.compile(loss="mse", metrics=["accurracy"])  # revealed: metrics=? metrics_known=True
model.compile(loss="mse", metrics="accuracy")  # revealed: metrics=accuracy>? metrics_form=string
model.compile(loss="mse", metrics=("accuracy",))  # revealed: metrics=accuracy>? metrics_form=tuple
model.compile(loss="mse", metrics={"accuracy"})  # revealed: metrics=accuracy>? metrics_form=set
model.compile(loss="mse", metrics=None)  # revealed: metrics=none metrics_form=none
model.compile(loss="mse", metrics=[])  # revealed: metrics=none metrics_form=list

# --- metrics as functions, classes, instances
model = Sequential([Dense(1)])
model.compile(loss="mse", metrics=[binary_accuracy, keras.metrics.mean_absolute_error])  # revealed: metrics=binary_accuracy,mean_absolute_error keys=binary_accuracy,mean_absolute_error
model.compile(loss="mse", metrics=[BinaryAccuracy(), AUC(name="auc_1"), Precision(thresholds=0.4)])  # revealed: metrics=binary_accuracy,auc,precision keys=binary_accuracy,auc_1,precision
model.compile(loss="mse", metrics=[Accuracy()])  # revealed: metrics=accuracy>exact_match keys=accuracy
model.compile(loss="mse", metrics=[SparseCategoricalAccuracy("acc")])  # revealed: metrics=sparse_categorical_accuracy keys=acc
model.compile(loss="mse", metrics=[MeanAbsoluteError])  # revealed: metrics=mean_absolute_error
model.compile(loss="mse", metrics=BinaryAccuracy())  # revealed: metrics=binary_accuracy metrics_form=instance
model.compile(loss="mse", metrics=[BinaryAccuracy(name=f"acc_{n}")])  # revealed: metrics=binary_accuracy keys=?

# --- metrics with unknown arguments
model = Sequential([Dense(1)])
model.compile(loss="mse", metrics=[BinaryAccuracy(**options)])  # revealed: metrics=? metrics_known=False
model.compile(loss="mse", metrics=[AUC(*options)])  # revealed: metrics=? metrics_known=False
model.compile(loss="mse", metrics=[AUC(**{"from_logits": True})])  # revealed: metrics=auc metrics_known=True
Half = functools.partial(BinaryAccuracy, threshold=0.0)
model.compile(loss="mse", metrics=[Half()])  # revealed: metrics=binary_accuracy

# --- metrics of one's own and unknown
def f1(y_true, y_pred):
    return 0

class Own(keras.metrics.Metric):
    pass

model = Sequential([Dense(1)])
model.compile(loss="mse", metrics=[f1, Own(), lambda t, p: 0, unknown, "mae"])  # revealed: metrics=own,own,own,?,mean_absolute_error metrics_known=False
model.compile(loss="mse", metrics=[f1])  # revealed: metrics=own keys=f1 metrics_known=True
model.compile(loss="mse", metrics=everything)  # revealed: metrics=none metrics_known=False metrics_form=unknown
model.compile(loss="mse", metrics=["mae", *more])  # revealed: metrics=mean_absolute_error metrics_known=False
model.compile(loss="mse", metrics=["mae"] + more)  # revealed: metrics=none metrics_known=False

# --- metrics built step by step
METRICS = ["accuracy"]
METRICS.append(AUC())
METRICS += ["mae"]
model = Sequential([Dense(1)])
model.compile(loss="mse", metrics=METRICS)  # revealed: metrics=accuracy>binary_accuracy,auc,mean_absolute_error
METRICS.extend(["mse"])
model.compile(loss="mse", metrics=METRICS)  # revealed: metrics=accuracy>binary_accuracy,auc,mean_absolute_error,mean_squared_error
METRICS.remove("mse")
model.compile(loss="mse", metrics=METRICS)  # revealed: metrics_known=False
METRICS[0] = "mse"
model.compile(loss="mse", metrics=METRICS)  # revealed: metrics_known=False

# --- metrics that a function returns
def chosen(kind="all"):
    found = [AUC()]
    if kind == "all":
        found.append("accuracy")
    return found

model = Sequential([Dense(1)])
model.compile(loss="mse", metrics=chosen())  # revealed: metrics=auc,accuracy>binary_accuracy
model.compile(loss="mse", metrics=chosen("few"))  # revealed: metrics=auc

# --- nested metrics and dicts for one output
model = Sequential([Dense(1, name="out")])
model.compile(loss="mse", metrics=[["accuracy", "mae"]])  # revealed: metrics=accuracy>binary_accuracy,mean_absolute_error
model.compile(loss="mse", metrics={"out": "accuracy"})  # revealed: metrics=accuracy>binary_accuracy
model.compile(loss="mse", metrics={"out": ["accuracy", AUC()]})  # revealed: metrics=accuracy>binary_accuracy,auc
model.compile(loss="mse", metrics=dict(out=AUC()))  # revealed: metrics=auc

# --- weighted metrics
model = Sequential([Dense(1)])
model.compile(loss="mse", metrics=["mae"], weighted_metrics=["accuracy"])  # revealed: metrics=mean_absolute_error,accuracy>binary_accuracy

# --- positional arguments
model = Sequential([Dense(1)])
model.compile("adam", "mse", None, None, ["accuracy"])  # revealed: loss=mean_squared_error metrics=accuracy>binary_accuracy metrics_form=none
model.compile("adam", "mse", ["accuracy"])  # revealed: loss=mean_squared_error metrics=accuracy>binary_accuracy
model.compile("adam")  # revealed: loss=none
model.compile(*settings)  # revealed: loss=? metrics_known=False

# --- flat metrics and several outputs
inputs = Input((4,))
model = Model(inputs, [Dense(1, name="a")(inputs), Dense(2, name="b")(inputs)])
model.compile(loss="mse", metrics=[["mae"], ["mse", "mape"]])  # revealed: metrics=mean_absolute_error | metrics=mean_squared_error,mean_absolute_percentage_error
model.compile(loss="mse", metrics=["mae", "mse"])  # revealed: metrics=mean_absolute_error | metrics=mean_squared_error
model.compile(loss="mse", metrics=["mae"])  # revealed: metrics=none | metrics=none
model.compile(loss="mse", metrics={"b": ["mae"]})  # revealed: metrics=none | metrics=mean_absolute_error

# --- losses by name of the layer, names unknown
inputs = Input((4,))
model = Model(inputs, [Dense(1, name=first)(inputs), Dense(2, activation="softmax", name="b")(inputs)])
model.compile(loss={"a": "mse", "b": "categorical_crossentropy"}, metrics={"b": "accuracy", "a": "mae"})  # revealed: loss=none metrics=none | loss=categorical_crossentropy metrics=accuracy>categorical_accuracy

# --- names given by an Activation layer, a Lambda, a wrapped layer
inputs = Input((4,))
a = Activation("sigmoid", name="a")(Dense(1, name="inside")(inputs))
b = Flatten(name="b")(Dense(2, name="other")(inputs))
model = Model(inputs, [a, b])
model.compile(loss={"a": "binary_crossentropy", "b": "mse"})  # revealed: name=a loss=binary_crossentropy | name=b loss=mean_squared_error

# --- losses made by keras.losses.get and deserialize
model = Sequential([Dense(1)])
model.compile(loss=keras.losses.get("mse"))  # revealed: loss=mean_squared_error

# --- outputs from logits by the model
model = Sequential([Dense(1)])
model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=model.layers[-1].activation == None))  # revealed: logits=?

# --- compile given its arguments by name and by dict
common = {"optimizer": "adam", "metrics": ["accuracy"]}
model = Sequential([Dense(1)])
model.compile(loss="mse", **common)  # revealed: loss=mean_squared_error metrics=accuracy>binary_accuracy
common["loss"] = "mae"
model.compile(**common)  # revealed: loss=mean_absolute_error metrics=accuracy>binary_accuracy

# --- a single metric of tf.metrics [as written]
import tensorflow as tf
model = Sequential([Dense(1)])
model.compile(loss="mse", metrics=tf.metrics.BinaryAccuracy(threshold=0.0))  # revealed: metrics=binary_accuracy metrics_known=True
model.compile(loss="mse", metrics=tf.metrics.accuracy(y, z))  # revealed: metrics=none metrics_known=False

# --- an item of a dict that is deleted
common = {"loss": "mse"}
del common["loss"]
model = Sequential([Dense(1)])
model.compile(**common)  # revealed: loss=none

# --- an item that is deleted from a dict with others
common = {"loss": "mse", "metrics": ["mae"]}
del common["metrics"]
model = Sequential([Dense(1)])
model.compile(**common)  # revealed: loss=mean_squared_error metrics=none

# --- a dict that is changed in a loop
common = {}
for name in names:
    common[name] = "mse"
model = Sequential([Dense(1)])
model.compile(**common)  # revealed: loss=? metrics_known=False

# --- registered names
keras.utils.get_custom_objects()["my_loss"] = f
model = Sequential([Dense(1)])
model.compile(loss="my_loss")  # revealed: loss=? registered=my_loss

# --- registered names of a dict that has a name
own = {"my_loss": f, "my_metric": g}
keras.utils.get_custom_objects().update(own)
model = Sequential([Dense(1)])
model.compile(loss="my_loss")  # revealed: loss=? registered=my_loss,my_metric

# --- names that are registered for a while
with keras.utils.custom_object_scope({"my_loss": f}), keras.utils.CustomObjectScope({"my_metric": g}):
    model = Sequential([Dense(1)])
    model.compile(loss="my_loss")  # revealed: loss=? registered=my_loss,my_metric
