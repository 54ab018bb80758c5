import { ServerProcess } from '../server-process.js';
import { quantile } from '../statistics.js';

/** From the start of the process to the first possible request, ms: without tools, and with 1,000 DTOs. */
export async function measureBoot(times: number): Promise<{ none: number; thousand: number }> {
  const none: number[] = [];
  const thousand: number[] = [];
  for (let i = 0; i < times; i++) {
    none.push(await bootOf(0));
    thousand.push(await bootOf(1_000));
  }
  return { none: quantile(none, 0.5), thousand: quantile(thousand, 0.5) };
}

async function bootOf(tools: number): Promise<number> {
  const server = await ServerProcess.start('ours', { tools });
  await server.stop();
  return server.atStart.upMs;
}
