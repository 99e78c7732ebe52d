"""Layers of every Keras generation: what each does to the last axis and to the number of axes.

Keyed by class name; the functions of keras.layers (`add`, `concatenate`, ...) stand beside their classes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from lint_keras_acc.keras_api.activations import canonical_activation
from lint_keras_acc.records import record

Effect = Literal[
    "units",
    "keep",
    "flatten",
    "reshape",
    "pool",
    "pool_global",
    "recurrent",
    "embedding",
    "depthwise",
    "wrapper",
    "merge_keep",
    "concatenate",
    "dot",
    "merge",
    "activation",
    "attention",
    "lambda",
    "input",
    "unknown",
]
Rank = Literal["same", "two", "one_more", "sequences", "shape", "unknown"]


@record(frozen=True)
class LayerInfo:
    """A layer class.

    effect:    what happens to the last axis:
               'units'       its size is the argument `units` (the last item, where that is a tuple);
               'recurrent'   so too, or the units of the cell in the argument `inner`;
               'embedding'   so too;
               'depthwise'   it is multiplied by the argument `units` (1 unless written);
               'attention'   it is that of the first input, unless the argument `units` is written;
               'keep', 'pool', 'pool_global', 'merge_keep', 'activation'   it stays;
               'flatten'     it is the product of all but the first axis: it stays where there are two axes;
               'reshape'     it is the last item of the argument `units`, a shape without the batch axis;
               'wrapper'     what the layer in the argument `inner` does: TimeDistributed on every step (an
               axis less), Bidirectional twice, side by side unless `merge_mode` is not 'concat';
               'concatenate' the sum over the inputs, where `axis` is the last; 'merge'       what the
               argument `mode` of Keras 1 says ('sum', 'concat', ...); 'dot', 'lambda', 'input', 'unknown'
               to be read elsewhere, or not at all.
    rank:      number of axes: 'same', 'two', 'one_more' than the input, 'sequences' (one less, unless
               `return_sequences`), 'shape' (one more than the argument `units` has items), 'unknown'.
    units:     names of the argument, newest first; `units_position` its 0-based position.
    activation: name of the argument that takes an activation, None where there is none.
    activation_positions: the positions that it has in one generation or another: what stands there is the
               activation if it names one.
    default_activation: canonical name of what is applied where none is written; for 'activation' layers
                        without
               an argument, what they apply.
    weights:   has weights, or maps its input by an affine map: an activation before and one after are not
               stacked.
    scales:    by numbers that it is given, or to a length: what is linear stays so, of a range it makes another one.
    inner:     name of the argument that takes a layer or a cell; its position is 0.
    channels:  takes data_format; with 'channels_first' (Keras 1: dim_ordering='th') the last axis is not
               the one described here.
    """

    name: str
    effect: Effect
    rank: Rank = "same"
    weights: bool = False
    scales: bool = False
    units: tuple[str, ...] = ()
    units_position: int | None = None
    activation: str | None = None
    activation_positions: tuple[int, ...] = ()
    default_activation: str | None = None
    inner: str | None = None
    channels: bool = False


def _numbered(names: str) -> tuple[str, ...]:
    """'MaxPooling#' stands for its three classes for one, two and three dimensions."""
    return tuple(
        name.replace("#", f"{dimensions}D")
        for name in names.split()
        for dimensions in ((1, 2, 3) if "#" in name else (0,))
    )


_DENSE = LayerInfo(
    "Dense",
    "units",
    weights=True,
    units=("units", "output_dim"),
    units_position=0,
    activation="activation",
    activation_positions=(1, 2),
    default_activation="linear",
)
_CONVOLUTION = replace(_DENSE, units=("filters", "nb_filter"), activation_positions=(3, 4, 5, 6, 7, 8), channels=True)
_RECURRENT = replace(
    _DENSE, effect="recurrent", rank="sequences", activation_positions=(1, 3, 4), default_activation="tanh"
)
_CELL = replace(_RECURRENT, effect="units", rank="same", activation_positions=(1,))
_WRAPPER = LayerInfo("Wrapper", "wrapper", rank="unknown", inner="layer")
_KEEP = LayerInfo("Dropout", "keep")
_NORMALIZATION = replace(_KEEP, weights=True)
_POOL = LayerInfo("MaxPooling2D", "pool", channels=True)
_UNKNOWN = LayerInfo("Layer", "unknown", rank="unknown", weights=True)

_SHAPES: tuple[tuple[LayerInfo, str], ...] = (
    (_DENSE, "Dense MaxoutDense TimeDistributedDense"),
    (
        replace(_DENSE, rank="unknown", units=("output_shape",), units_position=1, activation_positions=(2,)),
        "EinsumDense",
    ),
    (
        _CONVOLUTION,
        "Conv# Conv#Transpose Convolution# Convolution#Transpose SeparableConv1D SeparableConv2D "
        "SeparableConvolution1D SeparableConvolution2D AtrousConvolution1D AtrousConvolution2D "
        "AtrousConv1D AtrousConv2D Deconvolution2D Deconvolution3D Deconv2D Deconv3D LocallyConnected1D "
        "LocallyConnected2D",
    ),
    (
        replace(
            _CONVOLUTION,
            effect="depthwise",
            units=("depth_multiplier",),
            units_position=3,
            activation_positions=(6, 7),
        ),
        "DepthwiseConv1D DepthwiseConv2D",
    ),
    (_RECURRENT, "LSTM GRU SimpleRNN"),
    (replace(_RECURRENT, activation=None, activation_positions=()), "CuDNNLSTM CuDNNGRU"),
    (
        replace(_RECURRENT, units=("filters", "nb_filter"), activation_positions=(6,), channels=True),
        "ConvLSTM#",
    ),
    (
        replace(_RECURRENT, units=(), units_position=None, activation=None, activation_positions=(), inner="cell"),
        "RNN",
    ),
    (_CELL, "LSTMCell GRUCell SimpleRNNCell"),
    (
        LayerInfo("", "embedding", rank="one_more", weights=True, units=("output_dim",), units_position=1),
        "Embedding ReversibleEmbedding",
    ),
    (_WRAPPER, "Wrapper TimeDistributed Bidirectional SpectralNormalization"),
    (
        _KEEP,
        "Dropout SpatialDropout# GaussianNoise GaussianDropout AlphaDropout ActivityRegularization "
        "Masking Identity AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization CutMix "
        "Equalization MixUp RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter "
        "RandomContrast RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur "
        "RandomGrayscale RandomHeight RandomHue RandomInvert RandomPerspective RandomPosterization "
        "RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomWidth "
        "RandomZoom Solarization",
    ),
    (replace(_KEEP, channels=True), "ZeroPadding# Cropping# UpSampling# CenterCrop RandomCrop Resizing"),
    (replace(_KEEP, rank="one_more"), "RepeatVector"),
    (
        _NORMALIZATION,
        "BatchNormalization BatchNormalizationV1 BatchNormalizationV2 SyncBatchNormalization "
        "LayerNormalization GroupNormalization RMSNormalization ParametricSoftplus SReLU",
    ),
    (replace(_NORMALIZATION, scales=True), "UnitNormalization Normalization Rescaling"),
    (
        replace(_NORMALIZATION, activation="activation", activation_positions=(1,), default_activation="linear"),
        "Highway",
    ),
    (
        _POOL,
        "MaxPooling# MaxPool# AveragePooling# AvgPool# AdaptiveAveragePooling# AdaptiveMaxPooling#",
    ),
    (
        replace(_POOL, effect="pool_global", rank="two"),
        "GlobalMaxPooling# GlobalMaxPool# GlobalAveragePooling# GlobalAvgPool#",
    ),
    (LayerInfo("", "flatten", rank="two"), "Flatten"),
    (LayerInfo("", "reshape", rank="shape", units=("target_shape", "dims"), units_position=0), "Reshape"),
    (LayerInfo("", "unknown"), "Permute"),
    (
        LayerInfo("", "merge_keep"),
        "Add Subtract Multiply Average Maximum Minimum add subtract multiply average maximum minimum",
    ),
    (LayerInfo("", "concatenate"), "Concatenate concatenate"),
    (LayerInfo("", "dot", rank="unknown"), "Dot dot"),
    (LayerInfo("", "merge", rank="unknown"), "Merge merge"),
    (
        LayerInfo("", "activation", activation="activation", activation_positions=(0,), default_activation="linear"),
        "Activation",
    ),
    (
        LayerInfo("", "attention", weights=True, units=("output_shape",), units_position=5),
        "MultiHeadAttention",
    ),
    (LayerInfo("", "attention", weights=True), "GroupQueryAttention"),
    (LayerInfo("", "unknown", weights=True), "Attention AdditiveAttention"),
    (LayerInfo("", "lambda", rank="unknown"), "Lambda"),
    (LayerInfo("", "input", rank="unknown"), "Input InputLayer"),
    (
        _UNKNOWN,
        "Layer AbstractRNNCell CategoryEncoding DenseFeatures Discretization FlaxLayer HashedCrossing "
        "Hashing IntegerLookup JaxLayer MaxNumBoundingBoxes MelSpectrogram Pipeline STFTSpectrogram "
        "StackedRNNCells StringLookup TFSMLayer TextVectorization TorchModuleWrapper",
    ),
)
_ACTIVATION_LAYERS = "Softmax ReLU LeakyReLU ELU PReLU ThresholdedReLU"

LAYERS: dict[str, LayerInfo] = {
    **{name: replace(info, name=name) for info, names in _SHAPES for name in _numbered(names)},
    **{
        name: LayerInfo(name, "activation", weights=name == "PReLU", default_activation=canonical_activation(name))
        for name in _ACTIVATION_LAYERS.split()
    },
}


def layer(name: str) -> LayerInfo | None:
    """What is known of the layer class (or function of keras.layers) of this name."""
    return LAYERS.get(name)
