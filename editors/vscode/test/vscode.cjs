/**
 * As much of the editor's interface as the extension and its language client touch: settings, documents, commands and
 * diagnostics are kept and can be looked at; of everything else there is an empty class or a function that does nothing.
 */
"use strict";

const { EventEmitter: NodeEmitter } = require("node:events");
const { fileURLToPath, pathToFileURL } = require("node:url");

const events = new NodeEmitter();
const event = (name) => (listener, self, disposables) => {
  const call = self ? listener.bind(self) : listener;
  events.on(name, call);
  const subscription = new Disposable(() => events.off(name, call));
  disposables?.push(subscription);
  return subscription;
};

class Disposable {
  constructor(dispose) {
    this.dispose = dispose;
  }
  static from(...disposables) {
    return new Disposable(() => disposables.forEach((disposable) => disposable.dispose()));
  }
}

class CodeActionKind {
  static Empty = new CodeActionKind("");
  static QuickFix = new CodeActionKind("quickfix");
  static SourceFixAll = new CodeActionKind("source.fixAll");
  constructor(value) {
    this.value = value;
  }
  append(part) {
    return new CodeActionKind(this.value ? `${this.value}.${part}` : part);
  }
}

class TabInputText {
  constructor(uri) {
    this.uri = uri;
  }
}

class CancellationTokenSource {
  cancelled = new EventEmitter();
  token = { isCancellationRequested: false, onCancellationRequested: this.cancelled.event };
  cancel() {
    this.token.isCancellationRequested = true;
    this.cancelled.fire();
  }
  dispose() {}
}

class EventEmitter {
  listeners = [];
  event = (listener, self) => {
    const call = self ? listener.bind(self) : listener;
    this.listeners.push(call);
    return new Disposable(() => this.listeners.splice(this.listeners.indexOf(call), 1));
  };
  fire(argument) {
    this.listeners.forEach((listener) => listener(argument));
  }
  dispose() {
    this.listeners = [];
  }
}

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}

class Range {
  constructor(startLine, startCharacter, endLine, endCharacter) {
    this.start = new Position(startLine, startCharacter);
    this.end = new Position(endLine, endCharacter);
  }
}

class Diagnostic {
  constructor(range, message, severity) {
    Object.assign(this, { range, message, severity });
  }
}

class Uri {
  constructor(text) {
    this.text = text;
    this.scheme = text.split(":")[0];
    this.fsPath = this.scheme === "file" ? fileURLToPath(text) : text;
  }
  toString() {
    return this.text;
  }
  static file(path) {
    return new Uri(pathToFileURL(path).href);
  }
  static parse(text) {
    return new Uri(text);
  }
}

/** What a test sets and looks at. */
const editor = {
  settings: {},
  commands: new Map(),
  diagnostics: new Map(),
  errors: [],
  log: [],
  tabs: [],
  documents: [],
  selectedInterpreter: undefined,
  fire: (name, argument) => events.emit(name, argument),
};

const logChannel = () =>
  new Proxy(
    {},
    {
      get: (_, name) =>
        name === "logLevel" ? given.LogLevel.Info : name === "onDidChangeLogLevel" ? event("logLevel") : (...words) => void editor.log.push(words.join(" ")),
    },
  );

const given = {
  CancellationTokenSource,
  CodeActionKind,
  Disposable,
  TabInputText,
  EventEmitter,
  Position,
  Range,
  Diagnostic,
  Uri,
  version: "1.91.0",
  env: { appName: "stand-in", language: "en" },
  LogLevel: { Off: 0, Trace: 1, Debug: 2, Info: 3, Warning: 4, Error: 5 },
  window: {
    createOutputChannel: logChannel,
    showErrorMessage: async (message) => void editor.errors.push(message),
    visibleTextEditors: [],
    tabGroups: { all: [{ tabs: editor.tabs }], onDidChangeTabs: event("tabs") },
  },
  workspace: {
    textDocuments: editor.documents,
    notebookDocuments: [],
    workspaceFolders: undefined,
    getConfiguration: (section) => ({
      get: (key, otherwise) => (section ? editor.settings[section]?.[key] : editor.settings[key]) ?? otherwise,
    }),
    onDidChangeConfiguration: event("configuration"),
    onDidOpenTextDocument: event("open"),
    onDidCloseTextDocument: event("close"),
    onDidChangeTextDocument: event("change"),
  },
  commands: {
    registerCommand: (name, run) => {
      editor.commands.set(name, run);
      return new Disposable(() => editor.commands.delete(name));
    },
  },
  extensions: {
    getExtension: (name) =>
      name === "ms-python.python" && editor.selectedInterpreter
        ? {
            activate: async () => ({
              environments: {
                getActiveEnvironmentPath: () => ({ path: editor.selectedInterpreter }),
                onDidChangeActiveEnvironmentPath: event("interpreter"),
              },
            }),
          }
        : undefined,
  },
  languages: {
    match: (selector, document) => ([selector].flat().some(({ language }) => language === document.languageId) ? 10 : 0),
    createDiagnosticCollection: () => ({
      set: (uri, diagnostics) => editor.diagnostics.set(uri.toString(), diagnostics),
      delete: (uri) => editor.diagnostics.delete(uri.toString()),
      clear: () => editor.diagnostics.clear(),
      dispose: () => editor.diagnostics.clear(),
    }),
  },
};

const named = (given) =>
  new Proxy(given, {
    get: (known, name) => {
      if (name in known || typeof name === "symbol" || name === "then") {
        return known[name];
      }
      return /^on[A-Z]/.test(name) ? event(name) : /^[A-Z]/.test(name) ? class {} : () => new Disposable(() => {});
    },
  });

for (const part of ["window", "workspace", "commands", "languages"]) {
  given[part] = named(given[part]);
}

module.exports = { vscode: named(given), editor };
