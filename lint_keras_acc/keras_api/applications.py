"""The models of keras.applications: what comes out of them."""

from __future__ import annotations

from lint_keras_acc.records import record


@record(frozen=True)
class ApplicationInfo:
    """A function of keras.applications.

    name:           of the function; `module` is the module that it also stands in
                    (`keras.applications.vgg16.VGG16`).
    parameters:     in positional order.
    features:       size of the last axis with `include_top=False`: of the rank 4 feature map, and of the
                    rank 2 output where `pooling` is 'avg' or 'max'. Another `alpha` than 1 changes it.
    classes:        units with `include_top=True` where `classes` is not written.
    activation:     what is applied to them where `classifier_activation` is not written; all take it from
                    TensorFlow 2.2 on.
    """

    name: str
    module: str
    parameters: tuple[str, ...]
    features: int
    classes: int = 1000
    activation: str = "softmax"


_TOP = "weights input_tensor input_shape pooling classes classifier_activation"
_PARAMETERS = {
    "convnext": f"include_top include_preprocessing {_TOP} name",
    "efficientnet_v2": f"include_top {_TOP} include_preprocessing name",
    "mobilenet": (
        "input_shape alpha depth_multiplier dropout include_top weights input_tensor pooling classes "
        "classifier_activation name"
    ),
    "mobilenet_v2": ("input_shape alpha include_top weights input_tensor pooling classes classifier_activation name"),
    "mobilenet_v3": (
        "input_shape alpha minimalistic include_top weights input_tensor classes pooling dropout_rate "
        "classifier_activation include_preprocessing name"
    ),
    "nasnet": "input_shape include_top weights input_tensor pooling classes classifier_activation name",
}
_FEATURES = {
    "convnext": "ConvNeXtTiny 768 ConvNeXtSmall 768 ConvNeXtBase 1024 ConvNeXtLarge 1536 ConvNeXtXLarge 2048",
    "densenet": "DenseNet121 1024 DenseNet169 1664 DenseNet201 1920",
    "efficientnet": (
        "EfficientNetB0 1280 EfficientNetB1 1280 EfficientNetB2 1408 EfficientNetB3 1536 EfficientNetB4 1792 "
        "EfficientNetB5 2048 EfficientNetB6 2304 EfficientNetB7 2560"
    ),
    "efficientnet_v2": (
        "EfficientNetV2B0 1280 EfficientNetV2B1 1280 EfficientNetV2B2 1408 EfficientNetV2B3 1536 "
        "EfficientNetV2S 1280 EfficientNetV2M 1280 EfficientNetV2L 1280"
    ),
    "inception_resnet_v2": "InceptionResNetV2 1536",
    "inception_v3": "InceptionV3 2048",
    "mobilenet": "MobileNet 1024",
    "mobilenet_v2": "MobileNetV2 1280",
    "mobilenet_v3": "MobileNetV3Small 576 MobileNetV3Large 960",
    "nasnet": "NASNetMobile 1056 NASNetLarge 4032",
    "resnet": "ResNet50 2048 ResNet101 2048 ResNet152 2048",
    "resnet_v2": "ResNet50V2 2048 ResNet101V2 2048 ResNet152V2 2048",
    "vgg16": "VGG16 512",
    "vgg19": "VGG19 512",
    "xception": "Xception 2048",
}


def _applications(module: str) -> list[ApplicationInfo]:
    parameters = tuple(_PARAMETERS.get(module, f"include_top {_TOP} name").split())
    words = _FEATURES[module].split()
    return [
        ApplicationInfo(name, module, parameters, int(features))
        for name, features in zip(words[::2], words[1::2], strict=True)
    ]


APPLICATIONS: dict[str, ApplicationInfo] = {info.name: info for module in _FEATURES for info in _applications(module)}
