import {
  Body,
  Controller,
  Get,
  Param,
  ParseIntPipe,
  Post,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { IsInt, IsString } from 'class-validator';
import { McpParam, McpTool } from 'nestjs-mcp';
import { adapters, startApp, stopAll } from '../support/start-app.js';
import { toolOf } from '../support/tool-calls.js';

afterEach(stopAll);

class Order {
  @IsInt()
  quantity!: number;
}

class ById {
  @IsString()
  id!: string;
}

@Controller('paths')
class PathController {
  @Get('optional-pipe/:id')
  @McpTool()
  optionalPipe(@Param('id', new ParseIntPipe({ optional: true })) id?: number): object {
    return { id };
  }

  @Get(['some', 'some/:id'])
  @McpTool()
  some(@Param('id', new ParseIntPipe({ optional: true })) id?: number): object {
    return { id: id ?? null };
  }

  @Get('text/:id')
  @McpTool()
  text(@Param('id') id: string): object {
    return { id };
  }

  @Get('whole/:id')
  @McpTool()
  whole(@Param() params: ById): object {
    return { id: params.id };
  }

  @Get('unread/:id')
  @McpTool()
  unread(): object {
    return {};
  }

  @Post('order/:id')
  @McpTool()
  @UsePipes(new ValidationPipe({ errorHttpStatusCode: 422 }))
  order(@Body() order: Order, @Param('id') id: string): object {
    return { quantity: order.quantity, id };
  }

  @Get('param/:id')
  @McpTool()
  param(@McpParam('id') id: string): object {
    return { id };
  }
}

describe.each(adapters)('A parameter of the path (%s)', (adapter) => {
  it('is required whatever its pipe says, unless its segment is optional', async () => {
    const { client } = await startApp({ adapter, controllers: [PathController] });
    const connected = await client();
    const requiredOf = async (name: string) => (await toolOf(connected, name)).inputSchema.required;
    expect(await requiredOf('optional_pipe')).toEqual(['id']);
    expect(await requiredOf('some')).toBeUndefined();
    expect((await connected.callTool('optional_pipe', {})).text).toBe(
      'id: is required (given: nothing)',
    );
    expect((await connected.callTool('some', {})).structured).toEqual({ id: null });
  });

  it.each(['text', 'whole', 'unread', 'param', 'optional_pipe'])(
    'is refused as an empty text, which no URL can hold (%s)',
    async (name) => {
      const { client } = await startApp({ adapter, controllers: [PathController] });
      const connected = await client();
      const refused = await connected.callTool(name, { id: '' });
      expect(refused.isError).toBe(true);
      expect(refused.text).toBe('id: must not be empty (given: "")');
      expect(
        (await connected.callTool(name, { id: name === 'optional_pipe' ? 1 : 'a' })).isError,
      ).toBe(false);
    },
  );

  it('is refused together with the other inputs, with the status of their pipe', async () => {
    const { client } = await startApp({ adapter, controllers: [PathController] });
    const refused = await (await client()).callTool('order', { id: '', quantity: 'x' });
    expect(refused.text.split('\n').toSorted()).toEqual([
      'id: must not be empty (given: "")',
      'quantity: must be an integer number (given: "x")',
    ]);
    expect(refused.raw._meta).toMatchObject({ 'nestjs-mcp/status': 422 });
  });
});
