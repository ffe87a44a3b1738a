import { statementOf } from "./statement";

/** The parts of a BigQuery job that the emulator and its clients disagree about. */
export interface Job {
  kind?: string;
  jobReference?: { jobId?: string };
  configuration?: {
    query?: { query?: string; destinationTable?: TableReference; useLegacySql?: boolean };
    load?: {
      sourceFormat?: string;
      skipLeadingRows?: number | string;
      schema?: { fields?: Field[] };
      destinationTable?: TableReference;
      writeDisposition?: string;
    };
    copy?: { sourceTable: TableReference; destinationTable: TableReference };
  };
  statistics?: { query?: { statementType?: string } } & Record<string, unknown>;
}

export interface TableReference {
  projectId: string;
  datasetId: string;
  tableId: string;
}

interface Field {
  type?: string;
  fields?: Field[];
}

/** The table that a job replaces, if it is there: the emulator cannot do that by itself. */
export function replaced(job: Job, project: string): TableReference | undefined {
  const { load, copy, query } = job.configuration ?? {};
  if (copy) return copy.destinationTable;
  if (load) return load.writeDisposition === "WRITE_TRUNCATE" ? load.destinationTable : undefined;
  const statement = statementOf(query?.query ?? "");
  return statement.replaces && statement.type !== "CREATE_VIEW"
    ? created(statement.creates, project)
    : undefined;
}

/**
 * A job as the emulator takes it. It has no copy jobs: a query does them, and refills a table that is
 * there, because dropping one takes the emulator seconds.
 */
export function translateRequest(job: Job, destinationExists: boolean): Job {
  const { load, copy } = job.configuration ?? {};
  if (load) {
    upperCaseTypes(load.schema?.fields ?? []);
    load.sourceFormat ||= "CSV";
    load.skipLeadingRows = Number(load.skipLeadingRows ?? 0);
  }
  if (!copy) return job;
  const [to, from] = [copy.destinationTable, copy.sourceTable].map(quoted);
  const query = destinationExists
    ? `delete from ${to} where true; insert into ${to} select * from ${from}`
    : `create table ${to} as select * from ${from}`;
  return { ...job, configuration: { query: { query, useLegacySql: false } } };
}

/** Whether the table that a job replaces must be dropped first. */
export function mustDrop(job: Job): boolean {
  return job.configuration?.copy === undefined;
}

/** A job as BigQuery's clients expect it: what kind of statement it was, and times in milliseconds. */
export function translateResponse(job: Job, project: string): Job {
  const query = job.configuration?.query;
  if (!query?.query || !job.statistics) return job;
  const { type, creates } = statementOf(query.query);
  job.statistics.query = { ...job.statistics.query, statementType: type };
  const destination = type === "CREATE_TABLE_AS_SELECT" ? created(creates, project) : undefined;
  if (destination) query.destinationTable = destination;
  else if (type !== "SELECT") delete query.destinationTable;
  for (const name of ["creationTime", "startTime", "endTime"]) {
    const time = job.statistics[name];
    if (typeof time === "string" && /^\d{10}$/.test(time)) job.statistics[name] = `${time}000`;
  }
  return job;
}

export interface Fault {
  error: { code: number; message?: string; errors?: { reason?: string }[] };
}

/** A permanent error with its own status: the emulator answers 500, which clients repeat for ten minutes. */
export function translateFault({ error }: Fault): Fault {
  const message = error.message ?? "";
  const [code, reason] = /already (created|exists)/.test(message)
    ? ([409, "duplicate"] as const)
    : /not found/i.test(message) && !message.includes("failed to analyze")
      ? ([404, "notFound"] as const)
      : ([400, "invalidQuery"] as const);
  return { error: { ...error, code, errors: (error.errors ?? []).map((one) => ({ ...one, reason })) } };
}

function created(name: readonly string[] | undefined, project: string): TableReference | undefined {
  const [tableId, datasetId, projectId = project] = [...(name ?? [])].reverse();
  return tableId && datasetId ? { projectId, datasetId, tableId } : undefined;
}

function quoted({ projectId, datasetId, tableId }: TableReference): string {
  return `\`${projectId}\`.\`${datasetId}\`.\`${tableId}\``;
}

function upperCaseTypes(fields: readonly Field[]): void {
  for (const field of fields) {
    if (field.type) field.type = field.type.toUpperCase();
    upperCaseTypes(field.fields ?? []);
  }
}
