/** Starts the language server of lint-keras-acc; everything else is the server's. */

import * as vscode from "vscode";
import { CloseAction, LanguageClient } from "vscode-languageclient/node";

import { type Settings, candidates, firstThatAnswers, spelled } from "./command";
import { onInterpreterChange, selectedInterpreter } from "./python";

const NAME = "lint-keras-acc";
const PYTHON_DOCUMENTS = [
  { language: "python", scheme: "file" },
  { language: "python", scheme: "untitled" },
  { language: "python", notebook: "jupyter-notebook" },
];

let client: LanguageClient | undefined;
let lastChange: Promise<void> = Promise.resolve();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel(NAME, { log: true });
  const restart = () => inTurn(() => stop().then(() => start(log)));
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand(`${NAME}.restart`, restart),
    vscode.commands.registerCommand(`${NAME}.showLog`, () => log.show()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (["path", "interpreter", "arguments", "settings"].some((key) => change.affectsConfiguration(`${NAME}.${key}`))) {
        void restart();
      }
    }),
    await onInterpreterChange(() => void restart()),
  );
  await restart();
}

export function deactivate(): Promise<void> {
  return inTurn(stop);
}

/** One change after the other: two servers never run at once. */
function inTurn(change: () => Promise<void>): Promise<void> {
  lastChange = lastChange.then(change);
  return lastChange;
}

async function start(log: vscode.LogOutputChannel): Promise<void> {
  const settings = vscode.workspace.getConfiguration().get<Settings>(NAME)!;
  const commands = candidates(settings, await selectedInterpreter());
  const command = await firstThatAnswers(commands);
  if (!command) {
    const tried = commands.map(spelled).join(", ");
    complain(log, `lint-keras-acc was not found (tried: ${tried}). Install it with pip install 'lint-keras-acc[lsp]'.`);
    return;
  }
  const args = [...command.args, "server", ...settings.arguments];
  log.info(`Starting ${spelled({ program: command.program, args })}`);
  const starting: LanguageClient = new LanguageClient(
    NAME,
    NAME,
    { command: command.program, args },
    {
      documentSelector: PYTHON_DOCUMENTS,
      outputChannel: log,
      diagnosticPullOptions: { onChange: true },
      initializationOptions: settings.settings,
      // The settings of the linter go with the start, and where they change there is another start: no server asks for
      // those of this extension.
      middleware: {
        workspace: {
          configuration: ({ items }) => items.map(() => null),
          didChangeConfiguration: async () => {},
        },
      },
      errorHandler: {
        error: (...what) => usual.error(...what),
        // What never ran is not started again; a server that crashes is, a few times.
        closed: () =>
          client === starting ? usual.closed() : { action: CloseAction.DoNotRestart, handled: true },
      },
      initializationFailedHandler: () => false,
    },
  );
  const usual = starting.createDefaultErrorHandler();
  try {
    await starting.start();
    client = starting;
  } catch {
    complain(log, `${spelled({ program: command.program, args })} did not start: its log says why.`);
  }
}

async function stop(): Promise<void> {
  const stopping = client;
  client = undefined;
  // One that has crashed too often cannot be stopped any more, and need not be.
  await stopping?.dispose().catch(() => {});
}

function complain(log: vscode.LogOutputChannel, message: string): void {
  log.error(message);
  const showLog = "Show the log";
  const openSettings = "Open the settings";
  void vscode.window.showErrorMessage(message, showLog, openSettings).then((chosen) => {
    if (chosen === showLog) {
      log.show();
    } else if (chosen === openSettings) {
      void vscode.commands.executeCommand("workbench.action.openSettings", NAME);
    }
  });
}
