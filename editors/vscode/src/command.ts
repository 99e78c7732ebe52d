/** Which command starts the server: functions that need no editor. */

import { execFile } from "node:child_process";

/** A program and its first arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** The settings of the extension. */
export interface Settings {
  readonly path: string;
  readonly interpreter: string;
  readonly arguments: readonly string[];
  readonly settings: object;
}

const PATIENCE = 30_000;

/** The commands that may be lint-keras-acc, the wanted one first. What the settings name is the only one. */
export function candidates(settings: Settings, selectedInterpreter: string | undefined): Command[] {
  if (settings.path) {
    return [{ program: settings.path, args: [] }];
  }
  if (settings.interpreter) {
    return [module(settings.interpreter)];
  }
  const onPath = { program: "lint-keras-acc", args: [] };
  return selectedInterpreter ? [module(selectedInterpreter), onPath] : [onPath];
}

function module(interpreter: string): Command {
  return { program: interpreter, args: ["-m", "lint_keras_acc"] };
}

/** The first of the commands that is lint-keras-acc. */
export async function firstThatAnswers(commands: readonly Command[]): Promise<Command | undefined> {
  for (const command of commands) {
    if (await answers(command)) {
      return command;
    }
  }
  return undefined;
}

function answers({ program, args }: Command): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, [...args, "--version"], { timeout: PATIENCE }, (error, stdout) =>
      resolve(!error && stdout.startsWith("lint-keras-acc")),
    );
  });
}

/** The command as one would type it. */
export function spelled({ program, args }: Command): string {
  return [program, ...args].join(" ");
}
