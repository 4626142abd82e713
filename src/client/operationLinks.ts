/** The part of the SDK's raw answer that holds the links of an operation. */
export interface RawAnswer {
  readonly headers: { get(name: string): string | undefined };
}

/** The links of a long-running operation, which this generation of the SDK gives only to `onResponse`. */
export async function headersOf(
  send: (onResponse: (response: RawAnswer) => void) => Promise<unknown>,
): Promise<{ operation?: string; location?: string }> {
  let headers: { operation?: string; location?: string } = {};
  const keep = (response: RawAnswer) => {
    // A poller calls back for each of its own requests too: the first answer is the one with the links.
    headers = {
      operation: headers.operation ?? response.headers.get('azure-asyncoperation'),
      location: headers.location ?? response.headers.get('location'),
    };
  };
  try {
    await send(keep);
  } catch (error) {
    // A poller that finds its operation failed throws without the service's code. The operation itself tells it.
    if (headers.operation === undefined) throw error;
  }
  return headers;
}
