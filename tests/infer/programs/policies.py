# ruff: noqa
# fmt: off
import keras
from keras import Input, Model, Sequential
from keras.layers import Activation, Dense, Dropout, Flatten, Lambda, TimeDistributed

# --- nothing says the dtype
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=?

# --- a dtype of the last layer
model = Sequential([Dense(3, dtype="float64")])
model.compile(loss="mse")  # revealed: dtype=float64

# --- a policy of the last layer
model = Sequential([Dense(3, dtype="mixed_bfloat16")])
model.compile(loss="mse")  # revealed: dtype=bfloat16

# --- a policy object of the last layer
policy = keras.mixed_precision.Policy("mixed_float16")
model = Sequential([Dense(3, dtype=policy)])
model.compile(loss="mse")  # revealed: dtype=float16

# --- another policy object
model = Sequential([Dense(3, dtype=keras.DTypePolicy("mixed_float16"))])
model.compile(loss="mse")  # revealed: dtype=float16

# --- a dtype of TensorFlow
import tensorflow as tf
model = Sequential([Dense(3, dtype=tf.float32)])
model.compile(loss="mse")  # revealed: dtype=float32

# --- a dtype that is not known
model = Sequential([Dense(3, dtype=chosen)])
model.compile(loss="mse")  # revealed: dtype=?

# --- a policy of all layers
keras.mixed_precision.set_global_policy("mixed_float16")
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=float16

# --- by the newest name
from keras import config
config.set_dtype_policy("mixed_bfloat16")
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=bfloat16

# --- by the oldest name, with an object
policy = keras.mixed_precision.experimental.Policy("mixed_float16")
keras.mixed_precision.experimental.set_policy(policy)
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=float16

# --- the floats of all layers
from keras import backend as K
K.set_floatx("float16")
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=float16

# --- a last layer of its own at full precision
keras.mixed_precision.set_global_policy("mixed_float16")
model = Sequential([Dense(3, activation="softmax", dtype="float32")])
model.compile(loss="mse")  # revealed: output=softmax(3) dtype=float32

# --- an activation of its own at full precision
keras.mixed_precision.set_global_policy("mixed_float16")
model = Sequential([Dense(3), Activation("softmax", dtype="float32")])
model.compile(loss="mse")  # revealed: output=softmax(3) dtype=float32

# --- every layer casts what it is given: the last one decides
keras.mixed_precision.set_global_policy("mixed_float16")
model = Sequential([Dense(3, activation="softmax", dtype="float32"), Dropout(0.1)])
model.compile(loss="mse")  # revealed: output=softmax(3) dtype=float16

# --- the layer that wraps decides, not the one that is wrapped
keras.mixed_precision.set_global_policy("mixed_float16")
model = Sequential([TimeDistributed(Dense(3, dtype="float32"))])
model.compile(loss="mse")  # revealed: dtype=float16

# --- a function keeps the dtype
keras.mixed_precision.set_global_policy("mixed_float16")
inputs = Input((4,))
model = Model(inputs, keras.ops.softmax(Dense(3)(inputs)))
model.compile(loss="mse")  # revealed: output=softmax(3) dtype=float16

# --- a cast
keras.mixed_precision.set_global_policy("mixed_float16")
inputs = Input((4,))
model = Model(inputs, keras.ops.cast(Dense(3, activation="softmax")(inputs), "float32"))
model.compile(loss="mse")  # revealed: output=softmax(3) dtype=float32

# --- a Lambda may cast
keras.mixed_precision.set_global_policy("mixed_float16")
model = Sequential([Dense(3), Lambda(lambda x: keras.ops.cast(x, "float32") * 2)])
model.compile(loss="mse")  # revealed: dtype=?

# --- a model in a model has its own last layer
keras.mixed_precision.set_global_policy("mixed_float16")
model = Sequential([Sequential([Dense(3, dtype="float32")])])
model.compile(loss="mse")  # revealed: dtype=float32

# --- an application
keras.mixed_precision.set_global_policy("mixed_float16")
model = keras.applications.ResNet50(weights=None)
model.compile(loss="mse")  # revealed: dtype=float16

# --- a policy that is set where a function builds
def build():
    keras.mixed_precision.set_global_policy("mixed_float16")
    return Sequential([Dense(3)])
model = build()
model.compile(loss="mse")  # revealed: dtype=float16

# --- a function that sets it and is called
def prepare():
    keras.mixed_precision.set_global_policy("mixed_float16")
prepare()
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=float16

# --- a function that sets it and is called by the caller of the builder
def prepare():
    keras.mixed_precision.set_global_policy("mixed_float16")
def build():
    model = Sequential([Dense(3)])
    model.compile(loss="mse")  # revealed: dtype=float16
    return model
def main():
    prepare()
    build()
main()

# --- a function that sets it and is never called
def prepare():
    keras.mixed_precision.set_global_policy("mixed_float16")
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=?

# --- a function that sets it for those who give it
def prepare(policy):
    keras.mixed_precision.set_global_policy(policy)
prepare("mixed_float16")
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=float16

# --- set too late
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=?
keras.mixed_precision.set_global_policy("mixed_float16")

# --- set twice
keras.mixed_precision.set_global_policy("mixed_float16")
first = Sequential([Dense(3)])
keras.mixed_precision.set_global_policy("float32")
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=?

# --- set under a condition
if fast:
    keras.mixed_precision.set_global_policy("mixed_float16")
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=float16 / dtype=?

# --- set one way or the other
if on_tpu:
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
else:
    keras.mixed_precision.set_global_policy("mixed_float16")
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=bfloat16 / dtype=float16

# --- set to something that is not known
keras.mixed_precision.set_global_policy(chosen)
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=?

# --- set by a method that is called like it
session.set_policy("mixed_float16")
model = Sequential([Dense(3)])
model.compile(loss="mse")  # revealed: dtype=?

# --- probabilities that are scaled are none any more
from keras.layers import Rescaling
model = Sequential([Dense(3, activation="softmax"), Rescaling(10.0)])
model.compile(loss="mse")  # revealed: output=?(3)

# --- numbers that are scaled are numbers
from keras.layers import Rescaling
model = Sequential([Dense(1), Rescaling(10.0)])
model.compile(loss="mse")  # revealed: output=linear(1)

# --- what is scaled before the activation
from keras.layers import Rescaling
model = Sequential([Dense(3, activation="relu"), Rescaling(10.0), Activation("softmax")])
model.compile(loss="mse")  # revealed: output=softmax(3)
