"""Which Keras saved a model, from the version that it wrote into the archive."""

from __future__ import annotations

import re

from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect

_VERSION = re.compile(r"(?P<major>\d{1,3})\.(?P<minor>\d{1,3})(?:\.(?P<patch>\d{1,3}))?(?P<tf>.*-tf)?", re.ASCII)
# The Keras inside of TensorFlow up to 2.2 had numbers of its own: 2.2.4-tf came with TensorFlow 1.13 to 2.1.
_TENSORFLOW_OF_KERAS = {(2, 0): (1, 4), (2, 1): (1, 12), (2, 2): (2, 1), (2, 3): (2, 2)}


def dialect_of_version(text: str | None) -> Dialect:
    """The dialect of the Keras of this version.

    Keras 3 writes its own version, tf_keras from 2.16 on its own, and the Keras of TensorFlow 2.3 to 2.15 that of
    Keras, which is TensorFlow's but for 2.3 (2.4.0). Those before are of standalone Keras, or end in '-tf'. A file
    without a version is one of Keras 1, as Keras itself takes it (tf_keras 2.21, saving/legacy/hdf5_format.py). What
    is no version at all is taken to be of the newest Keras.
    """
    if text is None:
        return Dialect("keras", (1, 2), origin="saved")
    found = _VERSION.match(text)
    if found is None:
        return Dialect(DEFAULT.family, DEFAULT.version, origin="saved")
    version = int(found["major"]), int(found["minor"])
    if version >= (3, 0):
        return Dialect("keras", version, origin="saved")
    if found["tf"]:
        return Dialect("tf.keras", _TENSORFLOW_OF_KERAS.get(version, version), origin="saved")
    if version >= (2, 16):
        return Dialect("tf_keras", version, origin="saved")
    if version >= (2, 4):
        return Dialect("tf.keras", version, origin="saved")
    return Dialect("keras", version, origin="saved", patch=int(found["patch"]) if found["patch"] else None)
