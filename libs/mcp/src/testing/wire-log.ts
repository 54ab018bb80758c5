import type { Message } from '../protocol/json-rpc.js';
import { McpTestError } from './mcp-test.error.js';

const lines = 50;
const width = 500;

/** The latest messages between a test client and its server, for the error message of a failed test. */
export class WireLog {
  private readonly kept: string[] = [];

  /** Records a sent (`→`) or received (`←`) message. */
  add(arrow: '→' | '←', message: Message): void {
    const text = JSON.stringify(message);
    this.kept.push(`${arrow} ${text.length > width ? `${text.slice(0, width)}…` : text}`);
    if (this.kept.length > lines) this.kept.shift();
  }

  /** An error that contains the latest messages. */
  explain(problem: string): McpTestError {
    const messages = this.kept.length > 0 ? this.kept.join('\n') : '(no message)';
    return new McpTestError(`${problem} The latest messages were:\n${messages}`);
  }
}
