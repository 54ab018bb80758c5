import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectMcpServer, McpContext, McpServerRef, McpTool } from 'nestjs-mcp';

const STEP = 50;

/** What a tool can say and do while it runs. */
@Injectable()
export class RunningTools {
  constructor(@InjectMcpServer() private readonly server: McpServerRef) {}

  @McpTool({ name: 'test_tool_with_logging', description: 'Speaks to the log of the client.' })
  async withLogging(context: McpContext) {
    await context.log.info('Tool execution started');
    await delay(STEP);
    await context.log.info('Tool processing data');
    await delay(STEP);
    await context.log.info('Tool execution completed');
    return 'Tool with logging executed successfully';
  }

  @McpTool({ name: 'test_logging_tool', description: 'Logs, for whoever wants to hear.' })
  async logging(context: McpContext) {
    await context.log.info('Only for those who asked');
    return 'Logged';
  }

  @McpTool({ name: 'test_tool_with_progress', description: 'Reports how far it is.' })
  async withProgress(context: McpContext) {
    for (const done of [0, 50, 100]) {
      await context.progress(done, 100, `Completed step ${done} of 100`);
      await delay(STEP);
    }
    return 'Tool with progress executed successfully';
  }

  @McpTool({ name: 'test_reconnection', description: 'Ends its stream before it has an answer.' })
  async reconnection(context: McpContext) {
    context.closeStream();
    await delay(2 * STEP);
    return 'Reconnection test completed successfully';
  }

  @McpTool({ name: 'test_trigger_tool_change', description: 'Changes the list of tools.' })
  triggerToolChange() {
    this.server.tools.add({
      name: 'test_added_tool',
      description: 'Is there for a moment.',
      handler: () => 'Here',
    })();
    return 'Tool list changed';
  }

  @McpTool({ name: 'test_trigger_prompt_change', description: 'Changes the list of prompts.' })
  triggerPromptChange() {
    this.server.prompts.add({
      name: 'test_added_prompt',
      description: 'Is there for a moment.',
      handler: () => 'Here',
    })();
    return 'Prompt list changed';
  }
}
