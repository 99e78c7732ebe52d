/** The compiled extension, with a stand-in for the editor and the real server. */
"use strict";

const assert = require("node:assert/strict");
const { chmodSync, mkdtempSync, readFileSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { tmpdir } = require("node:os");
const { delimiter, join } = require("node:path");
const { afterEach, test } = require("node:test");

const { editor, vscode } = require("./vscode.cjs");

const load = Module._load;
Module._load = (request, ...others) => (request === "vscode" ? vscode : load(request, ...others));
const { activate, deactivate } = require("../dist/extension.js");

const PYTHON = process.env.PYTHON ?? "python3";
const PROGRAM = `import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["accuracy"])
`;
const HONEST = PROGRAM.replace("accuracy", "mae");
const subscriptions = [];
const PATH = process.env.PATH;

function settings(changes) {
  editor.settings = { "lint-keras-acc": { path: "", interpreter: "", arguments: [], settings: {}, ...changes } };
}

async function start(changes) {
  settings(changes);
  Object.assign(editor, { errors: [], log: [] });
  await activate({ subscriptions });
}

/** What the extension has started, as far as the log tells. */
function started() {
  return editor.log.filter((line) => line.startsWith("Starting "));
}

function temporary() {
  return mkdtempSync(join(tmpdir(), "lint-keras-acc-"));
}

function script(folder, name, body) {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

function open(text) {
  const uri = vscode.Uri.file(join(temporary(), "program.py"));
  const document = { uri, languageId: "python", version: 1, isClosed: false, getText: () => text };
  editor.documents.push(document);
  editor.tabs.push({ input: new vscode.TabInputText(uri) });
  editor.fire("tabs", { opened: editor.tabs, closed: [], changed: [] });
  editor.fire("open", document);
  return document;
}

function rewrite(document, text) {
  const lines = document.getText().split("\n").length;
  document.version += 1;
  document.getText = () => text;
  editor.fire("change", { document, contentChanges: [{ range: new vscode.Range(0, 0, lines, 0), rangeLength: 0, text }] });
}

/** The codes and lines that are shown in a document, once they are these. */
async function shows(document, expected) {
  const shown = () =>
    editor.diagnostics
      .get(document.uri.toString())
      ?.map(({ code, range }) => `${code.value} in line ${range.start.line + 1}`);
  await until(() => JSON.stringify(shown()) === JSON.stringify(expected), `${expected} in ${document.uri}`);
}

async function until(condition, what) {
  for (let tries = 0; tries < 1200; tries++) {
    if (condition()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`never came: ${what}\n${editor.log.join("\n")}`);
}

afterEach(async () => {
  await deactivate();
  [subscriptions, editor.documents, editor.tabs].forEach((list) => list.splice(0).forEach((one) => one.dispose?.()));
  process.env.PATH = PATH;
  editor.selectedInterpreter = undefined;
});

test("what the server finds is shown, and shown no more once it is repaired", async () => {
  await start({ interpreter: PYTHON });
  const document = open(PROGRAM);
  await shows(document, ["KAC101 in line 4"]);
  rewrite(document, HONEST);
  await shows(document, []);
  assert.deepEqual(editor.errors, []);
});

test("a server that crashes is started again", async () => {
  const folder = temporary();
  const pid = () => Number(readFileSync(join(folder, "pid"), "utf8"));
  await start({ interpreter: script(folder, "python", `echo $$ > ${folder}/pid; exec ${PYTHON} "$@"`) });
  const document = open(PROGRAM);
  await shows(document, ["KAC101 in line 4"]);
  const first = pid();
  process.kill(first, "SIGKILL");
  await until(() => pid() !== first, "another server");
  rewrite(document, HONEST);
  await shows(document, []);
});

test("settings go to the server, also when they change", async () => {
  await start({ interpreter: PYTHON, settings: { ignore: ["KAC101"] } });
  const document = open(PROGRAM);
  await shows(document, []);
  settings({ interpreter: PYTHON });
  editor.fire("configuration", { affectsConfiguration: (key) => key === "lint-keras-acc.settings" });
  await shows(document, ["KAC101 in line 4"]);
  assert.equal(started().length, 2);
  assert.deepEqual(editor.errors, []);
});

test("the selected interpreter is taken, or else the program on the PATH", async () => {
  const folder = temporary();
  script(folder, "lint-keras-acc", `exec ${PYTHON} -m lint_keras_acc "$@"`);
  process.env.PATH = `${folder}${delimiter}${PATH}`;
  editor.selectedInterpreter = PYTHON;
  await start({});
  assert.deepEqual(started(), [`Starting ${PYTHON} -m lint_keras_acc server`]);

  editor.selectedInterpreter = script(folder, "bare-python", "exit 1");
  editor.fire("interpreter", {});
  await until(() => started().length === 2, "another start");
  assert.equal(started()[1], "Starting lint-keras-acc server");
});

test("it is said what was looked for", async () => {
  await start({ interpreter: "/no/such/python" });
  assert.equal(
    editor.errors[0],
    "lint-keras-acc was not found (tried: /no/such/python -m lint_keras_acc). " +
      "Install it with pip install 'lint-keras-acc[lsp]'.",
  );
});

test("a server that does not start is not started again and again", async () => {
  await start({ interpreter: PYTHON, arguments: ["--no-such-option"] });
  assert.equal(
    editor.errors.at(-1),
    `${PYTHON} -m lint_keras_acc server --no-such-option did not start: its log says why.`,
  );
  assert.equal(editor.log.filter((line) => line.includes("unrecognized arguments: --no-such-option")).length, 1);
});
