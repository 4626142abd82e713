import * as vscode from 'vscode';
import type { CommandHandler, CommandRunner } from './commandRunner';
import type { CommandId } from './ids';

/** Registers a command with everything that all commands share. The only place that registers commands. */
export function registerCommand(runner: CommandRunner, id: CommandId, handler: CommandHandler): vscode.Disposable {
  return vscode.commands.registerCommand(id, (...args: unknown[]) => runner.run(id, handler, args));
}
