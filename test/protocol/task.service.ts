import { Injectable } from '@nestjs/common';
import { McpContext, McpParam, McpTool } from 'nestjs-mcp';

/** A promise that the test itself settles. */
export class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** What the handlers did, and what they wait for; new for every test. */
export const seen = {
  runs: 0,
  work: new Gate(),
  aborted: new Gate(),
  reset(): void {
    this.runs = 0;
    this.work = new Gate();
    this.aborted = new Gate();
  },
};

const yesNo = { type: 'object', properties: { yes: { type: 'boolean' } } };

/** Tools that may become tasks, in every way that there is. */
@Injectable()
export class TaskService {
  @McpTool({ task: 'optional' })
  async report() {
    seen.runs += 1;
    await seen.work.opened;
    return 'the report';
  }

  @McpTool({ task: 'required', timeout: 3_600_000 })
  async patient(context: McpContext) {
    context.signal.addEventListener('abort', () => seen.aborted.open());
    await seen.aborted.opened;
    return 'never read';
  }

  @McpTool({ task: 'required' })
  broken() {
    throw new Error('a secret of the server');
  }

  @McpTool({ task: 'required' })
  async rootless(context: McpContext) {
    return context.roots();
  }

  @McpTool({ task: 'optional' })
  async survey(context: McpContext) {
    seen.runs += 1;
    await context.progress(1, 2);
    const [first, second] = await Promise.all([
      context.elicit(yesNo, 'First?', { key: 'first' }),
      context.elicit(yesNo, 'Second?', { key: 'second' }),
    ]);
    const third = await context.elicit(yesNo, 'Third?');
    return [first, second, third].map(({ action }) => action).join(' ');
  }

  @McpTool({ task: 'required', beginsTask: true })
  async booking(context: McpContext) {
    seen.runs += 1;
    const ticket = await context.once('ticket', () => seen.runs);
    const before = await context.elicit(yesNo, 'Sure?', { key: 'before' });
    await context.beginTask();
    const after = await context.elicit(yesNo, 'Really?', { key: 'after' });
    return [ticket, before.action, after.action].join(' ');
  }

  @McpTool({ task: 'optional', scopes: ['secrets'] })
  secret() {
    return 'the secret';
  }

  /** Characters of three bytes. */
  @McpTool({ task: 'required' })
  bulky(@McpParam('bytes', { type: Number }) bytes: number) {
    return '漢'.repeat(bytes / 3);
  }

  @McpTool()
  async plain(context: McpContext) {
    await context.beginTask();
    return 'plain';
  }
}

/** A service without tasks. */
@Injectable()
export class PlainService {
  @McpTool()
  plain() {
    return 'plain';
  }
}
