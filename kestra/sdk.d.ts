declare module "@kestra-io/kestra-sdk/dist/ApiClient" {
  import type { Agent } from "node:http";

  interface SdkResponse {
    readonly status: number;
    readonly text?: string;
    readonly body: unknown;
  }

  interface SdkRequest {
    on(event: "error", listener: (error: Error) => void): this;
  }

  /** The transport of Kestra's SDK 0.24.1, as far as it is used; the package carries no types. */
  class ApiClient {
    constructor(basePath: string);
    authentications: Record<string, { type: string; username?: string; password?: string }>;
    timeout: number;
    requestAgent: Agent | null;
    callApi(
      path: string,
      httpMethod: string,
      pathParams: Record<string, string>,
      queryParams: Record<string, string>,
      headerParams: Record<string, string>,
      formParams: Record<string, unknown>,
      bodyParam: string | null,
      authNames: string[],
      contentTypes: string[],
      accepts: string[],
      returnType: string | null,
      apiBasePath: string | null,
      callback: (error: Error | null, data: unknown, response: SdkResponse) => void,
    ): SdkRequest;
  }
  export default ApiClient;
}
