/** The statement types that dbt-bigquery tells apart. */
export type StatementType = "SELECT" | "CREATE_TABLE_AS_SELECT" | "CREATE_TABLE" | "CREATE_VIEW" | "OTHER";

export interface Statement {
  readonly type: StatementType;
  /** What it creates, as `[project,] dataset, table`. */
  readonly creates?: readonly string[];
  /** It replaces what it creates. */
  readonly replaces: boolean;
}

const CREATE = /^create\s+(or\s+replace\s+)?(table|view)\s+(?:if\s+not\s+exists\s+)?((?:`[^`]+`|[\w-]+)(?:\.(?:`[^`]+`|[\w-]+))*)/i;

/** Tells from its text what a statement is; real BigQuery says so in a job's statistics, the emulator does not. */
export function statementOf(sql: string): Statement {
  const text = sql
    .replace(/\/\*[\s\S]*?\*\//g, " ")
    .replace(/--[^\n]*/g, " ")
    .trim();
  const create = CREATE.exec(text);
  if (!create) return { type: /^(select|with|\()/i.test(text) ? "SELECT" : "OTHER", replaces: false };
  const [, replaces, kind, name] = create;
  const selects = /\bas\s*\(?\s*(select|with|from)\b/i.test(text);
  return {
    type: kind!.toLowerCase() === "view" ? "CREATE_VIEW" : selects ? "CREATE_TABLE_AS_SELECT" : "CREATE_TABLE",
    creates: name!.replaceAll("`", "").split("."),
    replaces: replaces !== undefined,
  };
}
