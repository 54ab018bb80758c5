import {
  createApplicationInputHandler,
  createTaskSessionFromClient,
  resultFromTaskOutcome,
  type RawClientDispatch,
} from '@modelcontextprotocol/ext-tasks/client';
import { answerOf, postModern } from './modern.wire.js';
import { startStory, type Story } from './story.app.js';
import { connectModern, toModern } from './story.clients.js';
import { seen, TaskService } from './task.service.js';

interface Asked {
  method: string;
  params: Record<string, unknown> & { _meta: Record<string, unknown> };
}

/** The official client of tasks, which is lent a way to the server: the SDK's own client knows no result but its own. */
async function connect(story: Story, action: 'accept' | 'decline' = 'accept') {
  const { modern, close } = await connectModern(toModern(story));
  const rawDispatch: RawClientDispatch = async (request) => {
    const { method, params } = request as unknown as Asked;
    const { taskId } = params as { taskId?: string };
    const { result, error } = await answerOf(
      postModern(`${story.url}/mcp`, method, params, {
        meta: params._meta,
        headers: taskId === undefined ? {} : { 'mcp-name': taskId },
      }),
    );
    return error === undefined
      ? { kind: 'result', result: own(result) }
      : { kind: 'error', error: own(error) };
  };
  const refuse = (): never => {
    throw new Error('The stories ask for nothing else.');
  };
  const session = createTaskSessionFromClient(modern, {
    endpointId: 'story',
    tools: { currentTool: () => undefined },
    rawDispatch,
    v2RequestFraming: {
      protocolVersion: '2026-07-28',
      clientInfo: { name: 'tasks', version: '1' },
      clientCapabilities: { elicitation: {} },
    },
    onInputRequest: createApplicationInputHandler({
      elicitation: () => (action === 'accept' ? { action, content: { yes: true } } : { action }),
      sampling: refuse,
      roots: refuse,
    }),
  });
  return { session, close: () => session.close().then(close) };
}

/** The client takes only objects of its own realm for JSON, and `fetch` makes them in Jest's. */
function own(value: unknown): never {
  return JSON.parse(JSON.stringify(value)) as never;
}

describe('The official client of tasks', () => {
  let story: Story;

  beforeEach(async () => {
    seen.reset();
    story = await startStory({ tasks: { pollInterval: 10 } }, [TaskService]);
  });

  afterEach(() => story.close());

  it('begins a task, and reads its result', async () => {
    const { session, close } = await connect(story);
    const execution = await session.callTool('report');
    expect(execution.kind).toBe('task');
    seen.work.open();
    const { outcome } = await execution.settle();
    expect(resultFromTaskOutcome(outcome)).toMatchObject({ content: [{ text: 'the report' }] });
    await close();
  });

  it('answers the questions of a task, and those before it', async () => {
    const { session, close } = await connect(story);
    const survey = await (await session.callTool('survey')).settle();
    expect(resultFromTaskOutcome(survey.outcome)).toMatchObject({
      content: [{ text: 'accept accept accept' }],
    });
    const booking = await (await session.callTool('booking')).settle();
    expect(resultFromTaskOutcome(booking.outcome)).toMatchObject({
      content: [{ text: expect.stringContaining('accept accept') }],
    });
    await close();
  });

  it('cancels a task, and reads the reason of a failed one', async () => {
    const { session, close } = await connect(story);
    const patient = await session.callTool('patient');
    await patient.cancel();
    await seen.aborted.opened;
    expect((await patient.result()).status).toBe('cancelled');
    const rootless = await session.callTool('rootless');
    expect(await rootless.result()).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('roots') },
    });
    await close();
  });
});
