/** What a plain route is sent. */
export interface EchoCall {
  id: number;
  params: { arguments: { message: string } };
}

/** The answer of a plain route. */
export function answer({ id, params }: EchoCall): object {
  return {
    jsonrpc: '2.0',
    id,
    result: { content: [{ type: 'text', text: params.arguments.message }] },
  };
}
