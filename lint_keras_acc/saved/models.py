"""The way in: the CompileSite of a saved model, and its portrait."""

from __future__ import annotations

from dataclasses import dataclass

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.reading.model import CompiledModel, read_compiled
from lint_keras_acc.saved.archives import Archive, SavedError, read_archive
from lint_keras_acc.saved.entries import Serialized, loss_tree, metric_tree, misplaced_tree
from lint_keras_acc.saved.graph import described_outputs
from lint_keras_acc.saved.parsing import as_mapping, as_name
from lint_keras_acc.saved.versions import dialect_of_version
from lint_keras_acc.sites import CompileSite

__all__ = ["SavedError", "SavedModel", "read_saved"]


@dataclass(frozen=True)
class SavedModel:
    """What was read of a saved model.

    site: what its compile call relates; None where the model was saved without a compile configuration.
    text: the portrait: a few lines of Keras code that make such a model's outputs and compile it. The spans of the
          site point into it; their path is that of the archive, lines and columns are 1-based.
    """

    path: str
    dialect: Dialect
    site: CompileSite | None = None
    text: str = ""


def read_saved(path: str) -> SavedModel:
    """What can be read of a saved model.

    Raises SavedError where the file cannot be read, is no saved model, or is not to be trusted.
    """
    archive = read_archive(path)
    dialect = dialect_of_version(archive.keras_version)
    if archive.compiled is None:
        return SavedModel(path, dialect)
    try:
        site, text = read_compiled(_described(archive, archive.compiled, dialect), dialect, path)
    except RecursionError:
        raise SavedError(path, "is nested too deeply to be followed") from None
    return SavedModel(path, dialect, site, text)


def _described(archive: Archive, compiled: Serialized, dialect: Dialect) -> CompiledModel:
    """A saved model in plain data."""
    model = described_outputs(archive.path, archive.model)
    names = tuple(output.name for output in model.outputs if output.name is not None)
    prefixed = names if len(names) == len(model.outputs) > 1 and not dialect.is_keras3 else ()
    strings_are_sure = archive.kind == "keras"
    config = as_mapping(archive.model.get("config"))
    return CompiledModel(
        name=as_name(config.get("name")) or "model",
        kind=model.kind,
        outputs=model.outputs,
        outputs_form=model.outputs_form,
        inputs=model.inputs,
        own_class=model.own_class,
        adds_loss=model.adds_loss,
        own_training=bool(model.own_class) or (model.has_own_layers and compiled.get("loss") is None),
        loss=loss_tree(compiled.get("loss"), dialect, strings_are_sure),
        metrics=metric_tree(compiled.get("metrics"), dialect, strings_are_sure, prefixed),
        weighted_metrics=metric_tree(compiled.get("weighted_metrics"), dialect, strings_are_sure, prefixed),
        misplaced=misplaced_tree(compiled.get("loss_weights"), dialect, strings_are_sure),
    )
