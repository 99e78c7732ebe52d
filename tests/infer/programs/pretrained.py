# ruff: noqa
# fmt: off
import keras
import keras_hub
import keras_nlp
from keras import Model, Sequential
from keras.applications import EfficientNetB0, MobileNet, ResNet50, VGG16
from keras.layers import Dense, Dropout, Flatten, GlobalAveragePooling2D
from keras.losses import SparseCategoricalCrossentropy
from transformers import TFAutoModel, TFAutoModelForSequenceClassification, TFBertForTokenClassification, TFViTForImageClassification

# --- a classifier of transformers returns logits
model = TFAutoModelForSequenceClassification.from_pretrained("bert-base-cased", num_labels=4)
model.compile(loss=SparseCategoricalCrossentropy(), metrics=["accuracy"])  # revealed: output=linear(4) rank=2 logits=False outputs_known=True own_training=False

# --- the number of classes stands in the checkpoint
model = TFViTForImageClassification.from_pretrained(checkpoint)
model.compile(loss=SparseCategoricalCrossentropy(from_logits=True))  # revealed: output=linear(?) logits=True

# --- a classifier of tokens
model = TFBertForTokenClassification.from_pretrained("bert-base-cased", num_labels=9)
model.compile(loss=SparseCategoricalCrossentropy(from_logits=True))  # revealed: output=linear(9) rank=3

# --- an activation that is put into a head
model = TFAutoModelForSequenceClassification.from_pretrained("bert-base-cased", num_labels=4)
model.classifier.activation = keras.activations.softmax
model.compile(loss=SparseCategoricalCrossentropy())  # revealed: output=?(4)

# --- transformers choose the loss by themselves
model = TFAutoModelForSequenceClassification.from_pretrained("bert-base-cased")
model.compile(optimizer="adam", metrics=["accuracy"])  # revealed: loss=none own_training=True
model.compile(loss="passthrough")  # revealed: loss=? own_training=True

# --- the loss of the model itself
model = TFAutoModelForSequenceClassification.from_pretrained("bert-base-cased")
model.compile(loss=model.hf_compute_loss)  # revealed: loss=own

# --- a body without a head says nothing
model = TFAutoModel.from_pretrained("bert-base-cased")
model.compile(loss="mse")  # revealed: output=?(?) outputs_known=False

# --- a classifier of KerasHub
model = keras_hub.models.BertTextClassifier(backbone=backbone, num_classes=4)
model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])  # revealed: output=linear(4) own_training=False

# --- a classifier of KerasHub with an activation
model = keras_hub.models.ImageClassifier.from_preset("resnet_50_imagenet", num_classes=4, activation="softmax")
model.compile(loss="sparse_categorical_crossentropy")  # revealed: output=softmax(4)
model = keras_nlp.models.BertClassifier(backbone, num_classes=2, activation="softmax")
model.compile(loss="sparse_categorical_crossentropy")  # revealed: output=softmax(2)

# --- a preset may have an activation
model = keras_hub.models.TextClassifier.from_preset("bert_tiny_en_uncased_sst2", num_classes=2)
model.compile(loss="sparse_categorical_crossentropy")  # revealed: output=?(2)

# --- KerasHub chooses loss and metrics by itself
model = keras_hub.models.TextClassifier.from_preset("bert_tiny_en_uncased", num_classes=2)
model.compile(loss="auto", metrics="auto")  # revealed: loss=? metrics_known=False metrics_form=unknown own_training=True
model.compile(optimizer="adam")  # revealed: loss=none own_training=True

# --- other models of KerasHub say nothing
model = keras_hub.models.ImageSegmenter.from_preset("deeplab", num_classes=2)
model.compile(loss="auto")  # revealed: output=?(?) loss=? own_training=True

# --- an application with its top
model = VGG16()
model.compile(loss="mse")  # revealed: output=softmax(1000) rank=2
model = ResNet50(weights=None, classes=7, classifier_activation=None)
model.compile(loss="mse")  # revealed: output=linear(7)
model = MobileNet(input_shape=(96, 96, 3), classes=5, weights=None, classifier_activation="sigmoid")
model.compile(loss="mse")  # revealed: output=sigmoid(5)

# --- an application without its top
model = EfficientNetB0(include_top=False, pooling="avg")
model.compile(loss="mse")  # revealed: output=?(1280) rank=2
model = EfficientNetB0(include_top=False)
model.compile(loss="mse")  # revealed: output=?(1280) rank=4
model = MobileNet(alpha=0.5, include_top=False)
model.compile(loss="mse")  # revealed: output=?(?) rank=4

# --- a head on an application
base = ResNet50(include_top=False, pooling="avg", weights="imagenet")
model = Sequential([base, Dropout(0.2), Dense(3, activation="softmax")])
model.compile(loss="mse")  # revealed: output=softmax(3)
model = Model(base.input, base.output)
model.compile(loss="mse")  # revealed: output=?(2048) rank=2
