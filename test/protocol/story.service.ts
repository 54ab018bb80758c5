import { once } from 'node:events';
import {
  BadGatewayException,
  Catch,
  Injectable,
  UseFilters,
  type ExceptionFilter,
} from '@nestjs/common';
import { IsIn, IsInt, IsString, Min } from 'class-validator';
import {
  InjectMcpServer,
  McpCompletion,
  McpContext,
  McpParam,
  McpPrompt,
  McpResource,
  McpServerRef,
  McpTool,
  text,
} from 'nestjs-mcp';

export class Trip {
  @IsString()
  city: string;

  @IsInt()
  @Min(1)
  nights: number;

  describe(): string {
    return `${this.nights} nights in ${this.city}`;
  }
}

export class Review {
  @IsIn(['go', 'java', 'typescript'])
  language: string;
}

/** Answers for whatever went wrong, and would so answer for a question too. */
@Catch()
class SwallowingFilter implements ExceptionFilter {
  catch(): string {
    watched.caught += 1;
    return 'swallowed';
  }
}

/** What a story watches beside its client. */
export const watched = { charges: 0, cleanups: 0, runs: 0, caught: 0, events: new EventTarget() };

@Injectable()
export class StoryService {
  constructor(@InjectMcpServer() private readonly server: McpServerRef) {}

  @McpTool({ description: 'Books a trip.' })
  async book(context: McpContext) {
    const answer = await context.elicit(Trip, 'Where to?', { key: 'trip' });
    if (answer.action !== 'accept') return answer.action;
    return `${answer.value instanceof Trip} ${answer.value.describe()}`;
  }

  @McpTool({ description: 'Asks three things at once.' })
  async askAll(context: McpContext) {
    const [trip, answer, roots] = await Promise.all([
      context.elicit(Trip, 'Where to?'),
      context.sample({ messages: [{ role: 'user', content: text('Hi') }], maxTokens: 5 }),
      context.roots(),
    ]);
    return { action: trip.action, model: answer.model, roots: roots.map(({ uri }) => uri) };
  }

  @McpTool({ description: 'Charges once, and asks twice.' })
  async charge(context: McpContext) {
    watched.runs += 1;
    const receipt = await context.once('charge', () => {
      watched.charges += 1;
      return { number: watched.charges };
    });
    const first = await context.elicit(Trip, 'First?');
    const second = await context.elicit(Trip, 'Second?');
    return { receipt, answers: [first.action, second.action] };
  }

  @McpTool({ description: 'Asks about any input.', input: { type: 'object' } })
  async note(_input: Record<string, unknown>, context: McpContext) {
    const { action } = await context.elicit(Trip, 'Where to?');
    return action;
  }

  @McpTool({ description: 'Tries to get around a question.' })
  @UseFilters(SwallowingFilter)
  async swallow(context: McpContext) {
    try {
      const { action } = await context.elicit(Trip, 'Where to?');
      return `asked: ${action}`;
    } catch {
      return 'swallowed';
    } finally {
      watched.cleanups += 1;
    }
  }

  @McpTool({ description: 'Cleans up, and lets a filter answer.' })
  @UseFilters(SwallowingFilter)
  async filtered(context: McpContext) {
    const { action } = await context.elicit(Trip, 'Where to?');
    return `asked: ${action}`;
  }

  @McpTool({ description: 'Sends the user to a page.' })
  async pay(context: McpContext) {
    const { action } = await context.elicitUrl('https://pay.example.com/1', 'Please pay');
    return action;
  }

  @McpTool({ description: 'Runs only for those who can answer.', requires: ['elicitation'] })
  guarded() {
    watched.runs += 1;
    return 'ran';
  }

  @McpPrompt({ description: 'Asks before it is made.' })
  async travel(context: McpContext) {
    const answer = await context.elicit(Trip, 'Where to?');
    return `Plan: ${answer.action === 'accept' ? answer.value.describe() : 'none'}`;
  }

  @McpResource('trip://{id}', { description: 'Asks before it is read.' })
  async trip(@McpParam('id') id: string, context: McpContext) {
    const answer = await context.elicit(Trip, 'Where to?');
    return `${id}: ${answer.action}`;
  }

  @McpTool({ description: 'Speaks at every level.' })
  async speak(context: McpContext) {
    await context.log.debug('d');
    await context.log.info({ n: 1 }, 'story');
    await context.log.error('e');
    return 'spoken';
  }

  @McpTool({ description: 'Waits until nobody waits for it any more.' })
  async wait(context: McpContext) {
    await context.progress(1, 2);
    watched.events.dispatchEvent(new Event('waiting'));
    if (!context.signal.aborted) await once(context.signal, 'abort');
    watched.events.dispatchEvent(new Event('aborted'));
    return 'never';
  }

  @McpTool({ description: 'Ends its stream before it answers.' })
  async poll(context: McpContext) {
    context.closeStream();
    await once(watched.events, 'go on');
    return 'later';
  }

  @McpResource('data://clock', { description: 'Changes.', cache: { ttl: 5_000, scope: 'public' } })
  clock() {
    return 'tick';
  }

  @McpTool({ description: 'Changes the clock.' })
  tick() {
    this.server.notifyResourceUpdated('data://clock');
    this.server.notifyResourceUpdated('data://other');
    return 'tock';
  }

  @McpTool({ description: 'Adds and removes one of each.' })
  grow() {
    this.server.tools.add({ name: 'grown', handler: () => 'x' })();
    this.server.prompts.add({ name: 'grown', handler: () => 'x' })();
    this.server.resources.add({ name: 'grown', uri: 'data://grown', handler: () => 'x' })();
    return 'grown';
  }

  @McpPrompt({ description: 'Reviews code.' })
  review(review: Review) {
    return `Review of ${review.language}`;
  }

  @McpPrompt({ description: 'Names a place.' })
  place(@McpParam('country') country: string, @McpParam('city') city: string) {
    return `${city}, ${country}`;
  }

  @McpCompletion({ prompt: 'place', argument: 'city' })
  cities(value: string, context: McpContext) {
    const cities = context.arguments?.country === 'FR' ? ['Paris', 'Pau'] : ['Berlin', 'Paderborn'];
    return cities.filter((city) => city.startsWith(value));
  }

  @McpCompletion({ resource: 'trip://{id}', argument: 'id' })
  ids(value: string) {
    if (value === 'fail') throw new BadGatewayException('the password is xyzzy');
    return Array.from({ length: 150 }, (_, i) => `${value}${i}`);
  }
}
