import { Body, Controller, Param, Post, UsePipes, ValidationPipe } from '@nestjs/common';
import { IsInt } from 'class-validator';
import { McpTool } from 'nestjs-mcp';
import { startApp, stopAll } from '../support/start-app.js';

afterEach(stopAll);

describe('The status of a refused input', () => {
  class Order {
    @IsInt()
    quantity!: number;
  }

  @Controller('orders')
  class Orders {
    @Post()
    @McpTool()
    @UsePipes(new ValidationPipe({ errorHttpStatusCode: 422 }))
    order(@Body() order: Order): object {
      return order;
    }

    @Post(':id')
    @McpTool()
    @UsePipes(new ValidationPipe({ errorHttpStatusCode: 422, disableErrorMessages: true }))
    hidden(@Body() order: Order, @Param('id') id: string): object {
      return { quantity: order.quantity, id };
    }
  }

  it('is errorHttpStatusCode of the ValidationPipe', async () => {
    const { client } = await startApp({ controllers: [Orders] });
    const connected = await client();
    const refused = await connected.callTool('order', { quantity: 'x' });
    expect(refused.text).toBe('quantity: must be an integer number (given: "x")');
    expect(refused.raw._meta).toMatchObject({ 'nestjs-mcp/status': 422 });
    const hidden = await connected.callTool('hidden', { id: '1', quantity: 'x' });
    expect(hidden.text).toBe('the input is not valid');
    expect(hidden.raw._meta).toMatchObject({ 'nestjs-mcp/status': 422 });
  });
});
