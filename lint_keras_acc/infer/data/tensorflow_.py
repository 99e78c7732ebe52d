"""TensorFlow, keras.ops and keras.backend where they compute with data, not with tensors of a model."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from functools import partial

from lint_keras_acc.infer.data import keras_, numpy_, random_
from lint_keras_acc.infer.data.facts import (
    array_of,
    derived,
    forgotten,
    integer,
    made_by,
    number,
    plain,
    shape_facts,
    shape_of,
)
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.values import (
    UNKNOWN,
    Array,
    Constant,
    Layer,
    Model,
    Sequence,
    Symbol,
    Tensor,
    Value,
)

Known = Callable[[Call], Value]


def _data_only(path: str, function: Known) -> Known:
    """The function, kept from what is a part of a model: there it is an operation on a tensor."""

    def apply(call: Call) -> Value:
        first = call.argument(0, "x", "input", "inputs", "tensor", "values", "value", "a", "indices", "params")
        if isinstance(first, Sequence) and first.items:
            first = first.items[0]
        if isinstance(first, Tensor):
            return Tensor(Symbol(path), call)
        if isinstance(first, (Layer, Model)):
            return UNKNOWN
        return function(call)

    return apply


def constant(call: Call) -> Value:
    """`tf.constant(value, dtype, shape)`"""
    made = array_of(call.argument(0, "value", "x", "initial_value"))
    if made is None:
        return UNKNOWN
    shape = call.argument(2, "shape")
    dtype = call.argument(1, "dtype")
    if dtype is not None and not (isinstance(dtype, Constant) and dtype.value is None):
        made = numpy_.cast(made, dtype)
    return made if shape is None else plain(made, **shape_facts(shape_of(shape)))


def convert(call: Call) -> Value:
    made = array_of(call.argument(0, "value", "x"))
    return UNKNOWN if made is None else made


def argmax(call: Call) -> Value:
    made = array_of(call.argument(0, "input", "x"))
    axis = call.argument(1, "axis")
    if made is None or axis is None:
        return UNKNOWN
    return numpy_.argmax_of(made, axis)


def uniform(call: Call) -> Value:
    """`tf.random.uniform(shape, minval, maxval, dtype)`"""
    shape = shape_of(call.argument(0, "shape"))
    low, high = call.argument(1, "minval"), call.argument(2, "maxval")
    dtype = numpy_.dtype_name(call.argument(3, "dtype")) or ""
    if dtype.startswith(("int", "uint")):
        first = 0 if low is None else integer(low)
        return random_.random_classes(first, integer(high) if high is not None else None, shape, call)
    first_limit = 0.0 if low is None else number(low)
    last_limit = 1.0 if high is None else number(high)
    bounded = None if first_limit is None or last_limit is None else (first_limit, last_limit)
    return Array("continuous", bounded=bounded, random=True, origin=made_by(call), **shape_facts(shape))


def random_integers(call: Call) -> Value:
    """`keras.random.randint(shape, minval, maxval)`"""
    low, high = call.argument(1, "minval"), call.argument(2, "maxval")
    return random_.random_classes(
        integer(low) if low is not None else None,
        integer(high) if high is not None else None,
        shape_of(call.argument(0, "shape")),
        call,
    )


def normal(call: Call) -> Value:
    """`tf.random.normal(shape, mean, stddev)`"""
    mean, scale = call.argument(1, "mean"), call.argument(2, "stddev")
    return random_.normal(
        shape_of(call.argument(0, "shape")),
        0.0 if mean is None else number(mean),
        1.0 if scale is None else number(scale),
        call,
    )


def unknown_data(call: Call) -> Value:
    """A function of data of which no more is known; nothing of anything else."""
    made = array_of(call.argument(0, "x", "input", "images", "image", "value"))
    if made is None:
        return UNKNOWN
    return forgotten(made, rank=None, width=None, length=None, origin=derived(made.origin, id(call.node)))


def on_data(function: Known, call: Call) -> Value:
    """A function of NumPy's under its other name, where the argument is data."""
    return UNKNOWN if array_of(call.argument(0, "x", "input", "tensor", "a")) is None else function(call)


_COMMON: dict[str, Known] = {
    "abs": partial(numpy_.numeric, "abs"),
    "add": partial(numpy_.arithmetic, ast.Add),
    "arange": numpy_.arange,
    "argmax": argmax,
    "cast": numpy_.cast_call,
    "clip": numpy_.clip,
    "concatenate": numpy_.concatenate,
    "convert_to_tensor": convert,
    "cos": partial(numpy_.wave, math.cos),
    "expand_dims": partial(on_data, numpy_.expand_dims),
    "equal": numpy_.comparing,
    "eye": numpy_.eye,
    "greater": numpy_.comparing,
    "less": numpy_.comparing,
    "linspace": numpy_.linspace,
    "multiply": partial(numpy_.arithmetic, ast.Mult),
    "ones": partial(numpy_.fill, 1),
    "ones_like": partial(on_data, partial(numpy_.fill_like, 1)),
    "reshape": partial(on_data, numpy_.reshape),
    "round": numpy_.rounded,
    "sin": partial(numpy_.wave, math.sin),
    "squeeze": partial(on_data, numpy_.squeeze),
    "subtract": partial(numpy_.arithmetic, ast.Sub),
    "tanh": numpy_.hyperbolic,
    "transpose": partial(on_data, numpy_.transpose),
    "where": numpy_.where,
    "zeros": partial(numpy_.fill, 0),
    "zeros_like": partial(on_data, partial(numpy_.fill_like, 0)),
    "one_hot": keras_.one_hot,
}

_OPS: dict[str, Known] = {
    **_COMMON,
    "array": numpy_.array,
    "convert_to_numpy": convert,
    "hstack": numpy_.hstack,
    "ravel": partial(on_data, numpy_.ravel),
    "split": numpy_.split,
    "stack": numpy_.stack,
    "vstack": numpy_.vstack,
}

_TENSORFLOW: dict[str, Known] = {
    **_COMMON,
    "clip_by_value": numpy_.clip,
    "concat": numpy_.concatenate,
    "constant": constant,
    "Variable": constant,
    "identity": convert,
    "math.abs": partial(numpy_.numeric, "abs"),
    "math.argmax": argmax,
    "math.cos": partial(numpy_.wave, math.cos),
    "math.greater": numpy_.comparing,
    "math.sin": partial(numpy_.wave, math.sin),
    "random.normal": normal,
    "random.stateless_normal": normal,
    "random.uniform": uniform,
    "random_normal": normal,
    "random_uniform": uniform,
    "range": numpy_.arange,
    "split": numpy_.split,
    "stack": numpy_.stack,
    "to_float": convert,
    "image.resize": unknown_data,
    "image.random_flip_left_right": unknown_data,
    "image.convert_image_dtype": unknown_data,
}

_RANDOM: dict[str, Known] = {"normal": normal, "uniform": uniform, "randint": random_integers}

_PATHS: dict[str, Known] = {
    **{f"tensorflow.{name}": function for name, function in _TENSORFLOW.items()},
    **{f"keras.ops.{name}": function for name, function in _OPS.items()},
    **{f"keras.backend.{name}": function for name, function in _COMMON.items() if name != "where"},
    "keras.backend.constant": constant,
    "keras.backend.variable": constant,
    "keras.ops.numpy.reshape": partial(on_data, numpy_.reshape),
    **{f"keras.random.{name}": function for name, function in _RANDOM.items()},
    "keras.backend.random_normal": normal,
    "keras.backend.random_uniform": uniform,
}

KNOWN: dict[str, Known] = {path: _data_only(path, function) for path, function in _PATHS.items()}
