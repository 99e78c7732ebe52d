"""Small archives of saved models, made of JSON texts: no Keras is needed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lint_keras_acc.findings import Finding
from lint_keras_acc.rules import source_rules
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.saved.models import SavedModel, read_saved

Config = dict[str, Any]


def layer(class_name: str, name: str, module: str | None = "keras.layers", **config: object) -> Config:
    return {"module": module, "class_name": class_name, "config": {"name": name, **config}, "registered_name": None}


def dense(units: int, activation: object = "linear", name: str = "last", **more: object) -> Config:
    return layer("Dense", name, units=units, activation=activation, **more)


def start(*shape: int, name: str = "inputs") -> Config:
    return layer("InputLayer", name, batch_shape=[None, *shape])


def sequential(*layers: Config, name: str = "plain") -> Config:
    return {"module": "keras", "class_name": "Sequential", "config": {"name": name, "layers": [start(5), *layers]}}


def tensor(name: str, node: int = 0, index: int = 0, shape: Sequence[int | None] | None = None) -> Config:
    config = {"shape": shape, "dtype": "float32", "keras_history": [name, node, index]}
    return {"class_name": "__keras_tensor__", "config": config}


def called(made: Config, *nodes: Sequence[Config]) -> Config:
    """A layer of a functional model of Keras 3, with the tensors of each of its calls."""
    name = made["config"]["name"]
    return {**made, "name": name, "inbound_nodes": [{"args": list(node), "kwargs": {}} for node in nodes]}


def functional(*layers: Config, outputs: object, inputs: object = None, name: str = "plain") -> Config:
    config = {
        "name": name,
        "layers": list(layers),
        "input_layers": inputs or ["inputs", 0, 0],
        "output_layers": outputs,
    }
    return {"module": "keras.src.models.functional", "class_name": "Functional", "config": config}


def compiled(model: Config, **arguments: object) -> Config:
    return {**model, "compile_config": {"optimizer": "sgd", **arguments}}


def archive(
    path: Path, model: object, version: str = "3.15.1", *, compression: int = zipfile.ZIP_STORED, **texts: str
) -> str:
    """Write a .keras archive; its path. `texts`: other texts for config or metadata."""
    members = {"metadata": json.dumps({"keras_version": version}), "config": json.dumps(model), **texts}
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, text in members.items():
            file.writestr(f"{name}.json", text)
        file.writestr("model.weights.h5", b"\x00" * 64)
    return str(path)


def hdf5(path: Path, attributes: Mapping[str, object]) -> str:
    """Write an HDF5 file with these attributes, JSON where they are no texts; its path."""
    import h5py

    with h5py.File(path, "w") as file:
        for name, value in attributes.items():
            file.attrs[name] = value if isinstance(value, str | bytes) else json.dumps(value).encode()
    return str(path)


def findings(model: SavedModel) -> list[Finding]:
    return check(model.site, source_rules()) if model.site is not None else []


def codes(path: str) -> list[str]:
    return [finding.code for finding in findings(read_saved(path))]
