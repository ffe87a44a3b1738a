import type { FlowFile } from "./flow-files";

/** A fault in a flow file. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** One task of a flow, wherever it stands. */
export interface Task {
  readonly id: string;
  readonly type: string;
  readonly task: Readonly<Record<string, unknown>>;
  /** The task that holds it, if any, and whether it is the first in its list. */
  readonly parent: string | undefined;
  readonly isFirst: boolean;
}

const LISTS = ["tasks", "then", "else", "errors", "finally", "afterExecution"];

/** All tasks of a flow or of a task, nested ones included. */
export function tasksOf(part: Readonly<Record<string, unknown>>, parent?: string): Task[] {
  return LISTS.flatMap((list) => {
    const tasks = Array.isArray(part[list]) ? (part[list] as Record<string, unknown>[]) : [];
    return tasks.flatMap((task, at) => [
      { id: String(task["id"]), type: String(task["type"]), task, parent, isFirst: at === 0 },
      ...tasksOf(task, String(task["type"])),
    ]);
  });
}

/** A fault, with the line on which `near` first stands. */
export function at({ file, source }: FlowFile, message: string, near: string): Fault {
  const index = source.split("\n").findIndex((line) => line.includes(near));
  return { file, line: index < 0 ? 1 : index + 1, message };
}
