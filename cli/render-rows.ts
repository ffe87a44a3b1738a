import Table from "cli-table3";
import pc from "picocolors";
import type { Row } from "../pipeline/warehouse";

/** RFC 4180 with a header and CRLF-free lines. */
export function renderCsv(columns: readonly string[], rows: readonly Row[]): string {
  const cell = (value: Row[string] | undefined): string => {
    const text = plain(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns.map(cell), ...rows.map((row) => columns.map((name) => cell(row[name])))];
  return lines.map((line) => line.join(",")).join("\n") + "\n";
}

/** A table for people. */
export function renderTable(columns: readonly string[], rows: readonly Row[]): string {
  const table = newTable(columns);
  for (const row of rows) table.push(columns.map((name) => plain(row[name])));
  return `${table.toString()}\n${pc.dim(`${rows.length} row${rows.length === 1 ? "" : "s"}`)}\n`;
}

/** A table without boxes. */
export function newTable(head: readonly string[]): Table.Table {
  const none = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
  const edges = { top: "", "top-mid": "", "top-left": "", "top-right": "", left: "", right: "" };
  const foot = { bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" };
  return new Table({
    head: head.map((text) => pc.bold(text)),
    chars: { ...none, ...edges, ...foot, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
}

function plain(value: Row[string] | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
