import { BadRequestException, Injectable } from '@nestjs/common';
import { McpParam, McpTool } from 'nestjs-mcp';
import { evaluateArithmetic } from './arithmetic.js';

/** The longest accepted expression, in characters. */
const maximumLength = 200;

/** Evaluates arithmetic expressions. */
@Injectable()
export class CalculatorService {
  /** @throws BadRequestException for anything but arithmetic with a finite result */
  @McpTool({
    title: 'Calculate',
    description:
      'Evaluates an arithmetic expression: + - * / % ^ !, parentheses, pi, e, and functions such as sqrt, round, log, sin, min, max.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  })
  async calculate(
    @McpParam('expression', { description: 'For example (3 + 4) * sqrt(16).' }) expression: string,
  ): Promise<number> {
    if (expression.length > maximumLength) {
      throw new BadRequestException(`An expression has at most ${maximumLength} characters`);
    }
    return evaluateArithmetic(expression);
  }
}
