"""Programs that are large, deep or circular, in order to wear the inference out."""

from __future__ import annotations

IMPORTS = (
    "import numpy as np\nimport keras\nfrom keras import Input, Model, Sequential\n"
    "from keras.layers import Activation, Dense, Flatten, Concatenate, TimeDistributed\n"
)
COMPILE = "model.compile(loss='mse', metrics=['accuracy'])\nmodel.fit(x, y)\n"


def _lines(count: int, line: str) -> str:
    return "".join(line.format(i=i, next=i + 1, last=i - 1) + "\n" for i in range(count))


def _mutual(count: int) -> str:
    every = ", ".join(f"f{i}(x)" for i in range(0, count, 9))
    functions = _lines(count, "def f{i}(x):\n    return [" + every + ", f{next}(x)]")
    return functions + f"def f{count}(x):\n    return f0(x)\nmodel = f0(1)\n"


def _nested(count: int, line: str, last: str) -> str:
    return "".join("    " * depth + line.format(i=depth) + "\n" for depth in range(count)) + "    " * count + last


ADVERSARIES: dict[str, str] = {
    "ten thousand layers added": "model = Sequential()\n" + _lines(10_000, "model.add(Dense({i}))"),
    "ten thousand layers in a list": f"model = Sequential([{'Dense(3), ' * 10_000}])\n",
    "ten thousand layers called": "x = i = Input((4,))\n"
    + _lines(10_000, "x = Flatten()(x)")
    + "model = Model(i, x)\n",
    "a thousand activations": "model = Sequential()\n" + _lines(1_000, "model.add(Activation('relu'))"),
    "nested calls": "model = " + "f(" * 80 + "1" + ")" * 80 + "\n",
    "nested layer calls": "model = Model(i, " + "Dense(1)(" * 80 + "i" + ")" * 80 + ")\n",
    "nested lists": "x = " + "[" * 90 + "]" * 90 + "\nmodel = Sequential(x)\n",
    "nested models": "m0 = Sequential([Dense(1)])\n"
    + _lines(300, "m{next} = Sequential([m{i}, m{i}])")
    + "model = m300\n",
    "nested wrappers": "model = Sequential([" + "TimeDistributed(" * 60 + "Dense(1)" + ")" * 60 + "])\n",
    "nested ifs": _nested(19, "if a{i}:", "model = Sequential([Dense(1)])\n"),
    "nested loops": _nested(19, "for a{i} in (1, 2):", "model = Sequential([Dense(1)])\n"),
    "nested functions": _nested(40, "def f{i}():", "model = Sequential([Dense(1)])\n"),
    "nested concatenations": "x = Input((3,))\n" + _lines(60, "x = Concatenate()([x, x, x])") + "model = Model(x, x)\n",
    "a name bound to itself": "x = x\nmodel = Sequential([x])\nmodel = model\n",
    "names in a circle": "a = b\nb = c\nc = a\nmodel = a\n",
    "a list in itself": "x = []\nx.append(x)\nx += x\nx = [x, *x]\nmodel = Sequential(x)\n",
    "a dict in itself": "x = {}\nx['x'] = x\nx = {**x, 'y': x}\nmodel = Sequential(**x)\n",
    "a list that doubles": "x = [1, 2]\n" + _lines(60, "x = x + x") + "model = Sequential(x)\n",
    "a list that is extended by itself": "x = [1, 2]\n" + _lines(60, "x.extend(x)") + "model = Sequential(x)\n",
    "a dict that is updated by itself": "x = {'a': 2}\n" + _lines(60, "x.update(x)") + "model = Sequential(**x)\n",
    "a starred list that doubles": "x = [1, 2]\n" + _lines(60, "x = [*x, *x]") + "model = Sequential(x)\n",
    "a starred dict that doubles": "x = {1: 2}\n" + _lines(60, "x = {{**x, **x}}") + "model = Sequential(x)\n",
    "an f-string that doubles": "x = 'a'\n" + _lines(60, "x = f'{{x}}{{x}}'") + "model = Sequential([Dense(x)])\n",
    "a model of no outputs": "model = keras.Model(keras.Input((3,)), [])\n",
    "a model of no named outputs": "model = keras.Model(keras.Input((3,)), {})\n",
    "numbers without end": "model = Sequential([Dense(-1e400), Dense(float('nan')), Dense(1e400)])\n",
    "a tuple that doubles": "x = (1,)\n" + _lines(60, "x = (x, x)") + "model = Sequential(x)\n",
    "a string that doubles": "x = 'a'\n" + _lines(60, "x = x + x") + "model = Sequential([Dense(x)])\n",
    "a product": "x = [0] * 10 ** 9\nmodel = Sequential(x * 10 ** 9)\n",
    "powers": "x = 9 ** 9 ** 9 ** 9\nmodel = Sequential([Dense(x)])\n",
    "shifts": "x = 1 << 10 ** 12\nmodel = Sequential([Dense(x)])\n",
    "formats": "x = '%1000000000d' % 3\nmodel = Sequential([Dense(f'{x:1000000000}')])\n",
    "ranges": "for i in range(10 ** 15):\n    pass\nmodel = Sequential([Dense(n) for n in range(10 ** 9)])\n",
    "infinite recursion": "def f(x):\n    return f(f(x))\nmodel = f(f)\n",
    "functions that call each other": _mutual(200),
    "functions that hand an argument to one another": _lines(
        9, "def f{i}(x):\n    " + "; ".join(f"f{i}(x)" for i in range(9)) + "\n    f{i}(x)"
    )
    + "x = {'a': 'relu'}\nf0(x)\nlayers = [Dense(3, activation=x['a'])]\nf1(layers)\n"
    + "model = Sequential(layers)\nf2(model)\n",
    "a fork of calls": _lines(40, "def f{i}(x):\n    return f{next}(x), f{next}([x])")
    + "def f40(x):\n    return x\nmodel = f0(1)\n",
    "classes in a circle": "class A(B):\n    pass\nclass B(A):\n    pass\nmodel = A()\nmodel = B()\n",
    "a class of itself": "class A(A):\n    def call(self, x):\n        return A()(x)\nmodel = A()\n",
    "a deep ancestry": "class C0(Model):\n    pass\n"
    + _lines(200, "class C{next}(C{i}):\n    pass")
    + "model = C200()\n",
    "a layer that calls itself": "class L(keras.layers.Layer):\n    def call(self, x):\n        return L()(x)\n"
    "model = Model(i, L()(i))\n",
    "properties in a circle": "class A:\n    @property\n    def a(self):\n        return self.b\n    @property\n"
    "    def b(self):\n        return self.a\nmodel = A().a\n",
    "thousands of branches": "units = 0\n"
    + _lines(3_000, "if c{i}:\n    units = {i}\nelse:\n    other = {i}")
    + "model = Sequential([Dense(units), Dense(other)])\n",
    "a long elif chain": "if c:\n    units = 0\n"
    + _lines(300, "elif c == {i}:\n    units = {i}")
    + "model = Sequential([Dense(units)])\n",
    "conditional expressions": "units = " + "".join(f"{i} if c{i} else " for i in range(80)) + "0\n"
    "model = Sequential([Dense(units)])\n",
    "a huge dict": "x = {" + ", ".join(f"'{i}': {i}" for i in range(50_000)) + "}\nmodel = Sequential(x)\n",
    "a huge list of lists": f"y = np.array([{'[0, 1, 0], ' * 20_000}])\nmodel = Sequential([Dense(3)])\n",
    "a long sum": "x = " + " + ".join(["1"] * 80) + "\nmodel = Sequential([Dense(x)])\n",
    "many compiles": "model = Sequential([Dense(1)])\n" + _lines(500, "model.compile(loss='mse')"),
    "many fits": "model = Sequential([Dense(1)])\nmodel.compile(loss='mse')\n" + _lines(2_000, "model.fit(x, y)"),
    "many callers": "def f(n):\n    model = Sequential([Dense(n)])\n    model.compile(loss='mse')\n    return model\n"
    + _lines(1_000, "model = f({i})"),
    "a chain of callers": _lines(200, "def f{i}(*args, **kwargs):\n    return f{next}(*args, **kwargs)")
    + "def f200(n):\n    return Sequential([Dense(n)])\nmodel = f0(3)\n",
    "a chain of names": "m0 = Sequential([Dense(1)])\n" + _lines(2_000, "m{next} = m{i}") + "model = m2000\n",
    "a chain of attributes": "model = " + ".".join(["a"] * 80) + "\n",
    "a chain of methods": "model = a" + ".b()" * 80 + "\n",
    "a chain of partials": "import functools\nf = Dense\n"
    + _lines(100, "f = functools.partial(f)")
    + "model = Sequential([f(1)])\n",
    "a walk of targets": "(a, (b, (c, *d)), [e, f]), *g = model = x\n",
    "a loop that builds on itself": "x = Input((1,))\nfor i in range(10):\n    x = Dense(i)(x)\n    y = x\n    x = y\n"
    "model = Model(x, x)\n",
    "a comprehension of comprehensions": "x = "
    + "[" * 5
    + "1"
    + "".join(f" for a{i} in range(9)]" for i in range(5))
    + "\nmodel = Sequential(x)\n",
    "a comprehension over itself": "x = [x for x in x]\nmodel = Sequential(x)\n",
    "lambdas in lambdas": "f = " + "lambda x: " * 80 + "x\nmodel = f" + "(1)" * 80 + "\n",
    "the Y combinator": "Y = lambda f: (lambda x: f(lambda v: x(x)(v)))(lambda x: f(lambda v: x(x)(v)))\n"
    "model = Y(lambda f: lambda n: f(n))(3)\n",
    "omega": "model = (lambda x: x(x))(lambda x: x(x))\n",
    "labels in a circle": "def f(y):\n    return g(y)\ndef g(y):\n    return f(y)\ny = f(g)\n"
    "model = Sequential([Dense(1)])\n",
    "labels that change a thousand times": "y = np.zeros(10)\n"
    + _lines(1_000, "y = y + {i}\ny[{i}] = 1")
    + "model = Sequential([Dense(1)])\n",
    "no index": "y = np.zeros((3, 3))[()]\ny = y[..., None]\ny[()] = 1\nmodel = Sequential([Dense(1)])\n",
    "a generator of itself": "def g():\n    yield from g()\nx = g()\ny = None\nmodel = Sequential([Dense(1)])\n",
    "a model that is compiled and trained again and again": "model = Sequential([Dense(1)])\n"
    + _lines(1_500, "model.compile(loss='mse', metrics=['accuracy'])\nmodel.fit(x, y)"),
    "a model that is trained again and again, each history read": "model = Sequential([Dense(1)])\n"
    "model.compile(loss='mse')\n" + _lines(3_000, "h = model.fit(x, y)\nprint(h.history['acc'])"),
    "thousands of callbacks in a list": "c = []\n"
    + _lines(3_000, "c.append(keras.callbacks.EarlyStopping(monitor='val_acc'))")
    + "model = Sequential([Dense(1)])\nmodel.compile(loss='mse')\nmodel.fit(x, y, callbacks=c)\n",
    "a thousand builders": _lines(
        1_000,
        "def f{i}(n):\n    m = Sequential([Dense(n)])\n    m.compile(loss='mse')\n    return m\nf{i}({i}).fit(x, y)",
    )
    + "model = f3(1)\n",
    "a model in itself": "model = Sequential()\n"
    + _lines(300, "model.add(model)")
    + "model.layers.append(model)\nmodel.compile(loss=model, metrics=[model])\nmodel.fit(model, model)\n",
    "arguments in a circle": "a = []\na.append(a)\nd = {}\nd['d'] = d\nd.update(d)\nmodel = Sequential(a)\n"
    "model.compile(loss=d, metrics=a)\nmodel.compile(**d)\nmodel.compile(*a)\nmodel.fit(d, a)\n",
    "classes that inherit from one another": "class K0(Model):\n    pass\nclass K1(Model):\n    pass\n"
    + _lines(200, "class L{i}(K0, K1, L{last}):\n    def call(self, x):\n        return super().call(L{i}()(x))")
    + "model = L199()\n",
    "builders that add and call one another": _lines(
        60,
        "def f{i}(m, n):\n    m.add(Dense(n))\n    f{next}(m, n)\n    f{last}(m, n)\n"
        "    m.compile(loss='mse')\n    return m",
    )
    + "model = f0(Sequential(), 1)\n",
    "twenty thousand outputs": "i = Input((3,))\nmodel = Model(i, ["
    + ", ".join(f"Dense(1, name='o{k}')(i)" for k in range(20_000))
    + "])\nmodel.compile(loss=['mse'] * 20_000, metrics=[['accuracy']] * 20_000)\n",
    "a matrix of matches": "match a:\n" + _lines(200, "    case {i}:\n        model = Sequential([Dense({i})])"),
    "stars": _lines(1_000, "from m{i} import *"),
    "a name bound a hundred thousand times": _lines(100_000, "y = y + {i}") + "model = Sequential([Dense(1)])\n",
}
