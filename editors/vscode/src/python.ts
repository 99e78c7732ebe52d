/** The Python extension, where it is installed: which interpreter it has selected. */

import * as vscode from "vscode";

/** What of that extension's interface is used here. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(): { readonly path: string };
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

async function pythonApi(): Promise<PythonApi | undefined> {
  return vscode.extensions.getExtension<PythonApi>("ms-python.python")?.activate();
}

/** The selected interpreter; undefined without the Python extension. */
export async function selectedInterpreter(): Promise<string | undefined> {
  return (await pythonApi())?.environments.getActiveEnvironmentPath().path;
}

/** Calls back whenever another interpreter is selected. */
export async function onInterpreterChange(callback: () => void): Promise<vscode.Disposable> {
  const api = await pythonApi();
  return api?.environments.onDidChangeActiveEnvironmentPath(callback) ?? new vscode.Disposable(() => {});
}
