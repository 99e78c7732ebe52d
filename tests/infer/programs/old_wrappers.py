# ruff: noqa
# fmt: off
from keras import Sequential
from keras.layers import Dense
from keras.wrappers.scikit_learn import KerasClassifier, KerasRegressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score

# --- the old wrapper makes ids one-hot for a categorical loss
def build(activation="softmax"):
    model = Sequential([Dense(3, activation=activation)])
    model.compile(loss="categorical_crossentropy", metrics=["accuracy"])  # revealed: output=softmax(3) labels=one-hot classes=3 metrics=accuracy>categorical_accuracy
    return model

X, y = load_iris(return_X_y=True)
classifier = KerasClassifier(build_fn=build, epochs=10)
classifier.fit(X, y)

# --- the old wrapper leaves a column of ids as it is
def build():
    model = Sequential([Dense(3, activation="softmax")])
    model.compile(loss="categorical_crossentropy")  # revealed: labels=integer classes=3 width=1
    return model

X, y = load_iris(return_X_y=True)
KerasClassifier(build_fn=build).fit(X, y.reshape(-1, 1))

# --- the old wrapper gives only arguments that the model function has
def build(activation="softmax"):
    model = Sequential([Dense(3, activation=activation)])
    model.compile(loss="mse")  # revealed: output=sigmoid(3)
    return model

classifier = KerasClassifier(build, activation="sigmoid", epochs=3)
classifier.fit(X, y)

# --- what the old wrapper's fit returns
def build():
    model = Sequential([Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])  # revealed: reads=acc
    return model

history = KerasClassifier(build).fit(X, y)
plt.plot(history.history["acc"])

# --- a regressor of the old wrapper
def build(units=1):
    model = Sequential([Dense(units)])
    model.compile(loss="mse", metrics=["accuracy"])  # revealed: output=linear(1) labels=continuous
    return model

X, y = load_diabetes(return_X_y=True)
results = cross_val_score(KerasRegressor(build_fn=build, nb_epoch=50, batch_size=5), X, y)

# --- a search over the arguments of a model function
def build(activation="linear"):
    model = Sequential([Dense(3, activation=activation)])
    model.compile(loss="mse")  # revealed: output=softmax(3) labels=integer / output=sigmoid(3) labels=integer
    return model

def grid():
    return {"activation": ["softmax", "sigmoid"], "epochs": [1, 2]}

X, y = load_iris(return_X_y=True)
classifier = KerasClassifier(build_fn=build, verbose=0)
model = GridSearchCV(classifier, grid(), cv=2)
model.fit(X, y, verbose=1)
